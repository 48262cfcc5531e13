"""What people read about a question, worded when it is sent: nobody hears of one that was settled meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.context import AppContext
from handlers.feature import Compose
from handlers.handoff import cards
from handlers.shared import notify
from handlers.shared.conversations import conversation_with, recipient
from integrations.ports.cards import Card
from storage import handoffs, people, questions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience
from storage.values.deliveries import Delivery
from storage.values.questions import Handoff, HandoffState, Question

UNANSWERED_OUTCOMES = ("none", "not_understood")
OFTEN_TIMES = 3  # times


async def _question_and_handoff(session: Session, delivery: Delivery) -> tuple[Question, Handoff] | None:
    """The question of *delivery*, while it is still that person's business to hear of it."""
    person = await recipient(session, delivery.place)
    if person is None or person.id != delivery.notice.payload["person"]:
        return None
    number = delivery.notice.payload["question"]
    question = await questions.numbered(session, number) if isinstance(number, int) else None
    handoff = await handoffs.of_question(session, question.number) if question else None
    return (question, handoff) if question and handoff else None


async def asked(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To whoever may know; None when it was answered, passed on or dismissed before it was sent."""
    found = await _question_and_handoff(session, delivery)
    if found is None or found[1].state is not HandoffState.WAITING:
        return None
    question, handoff = found
    if handoff.assignee != delivery.notice.payload["person"]:
        return None
    names = await directory(session)
    asker = names.name_of(question.asker) or "somebody who left"
    return cards.asked(question, handoff, asker, again=handoff.reminded)


async def answered(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _question_and_handoff(session, delivery)
    answer = await handoffs.answer_of(session, found[0].number) if found else None
    if found is None or answer is None or answer.withdrawn_by is not None:
        return None
    return cards.answered(found[0], answer, await directory(session))


async def dismissed(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _question_and_handoff(session, delivery)
    if found is None or found[1].state is not HandoffState.DISMISSED:
        return None
    names = await directory(session)
    return cards.dismissed(found[0], names.name_of(found[1].assignee) or "Whoever was asked")


async def moved(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the asker: somebody else is asked now."""
    found = await _question_and_handoff(session, delivery)
    if found is None or found[1].state is not HandoffState.WAITING:
        return None
    names = await directory(session)
    return cards.handed_off(found[0], names.name_of(found[1].assignee) or "Somebody else")


async def unanswered(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _question_and_handoff(session, delivery)
    if found is None or found[1].state is not HandoffState.UNANSWERED:
        return None
    return cards.nobody_left(found[0])


async def withdrawn(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the asker: what was answered may be wrong now."""
    payload = delivery.notice.payload
    person = await recipient(session, delivery.place)
    answer_id, touched = payload["answer"], payload["touched"]
    answer = await handoffs.answer_with(session, answer_id) if isinstance(answer_id, int) else None
    if person is None or answer is None or not answer.withdrawn_by or not isinstance(touched, list):
        return None
    return cards.withdrawn(f"Q{answer.number}", answer.words, answer, f"R{answer.withdrawn_by}", touched)


async def asked_often(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To bridge persons and admins: what is asked again and again, as it stands when they read it."""
    since = datetime.fromisoformat(str(delivery.notice.payload["since"]))
    found = await questions.frequent_questions(session, since, OFTEN_TIMES, UNANSWERED_OUTCOMES)
    return cards.asked_often(found) if found else None


ASKED, ANSWERED, DISMISSED, MOVED = "question.asked", "question.answered", "question.dismissed", "question.moved"
UNANSWERED, WITHDRAWN, ASKED_OFTEN = "question.unanswered", "question.withdrawn", "question.often"


async def notify_person(
    ctx: AppContext, session: Session, kind: str, question: Question, person_id: str, *, key: str, at: datetime
) -> None:
    """Put a private word about *question* to that person into the ledger, once per *key*."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload = {"question": question.number, "person": person_id}
    await notify.queue_notice(session, [place], kind, payload, key=f"{kind}:{key}", at=at)


NOTICES: Mapping[str, Compose] = {
    ASKED: asked,
    ANSWERED: answered,
    DISMISSED: dismissed,
    MOVED: moved,
    UNANSWERED: unanswered,
    WITHDRAWN: withdrawn,
    ASKED_OFTEN: asked_often,
}
