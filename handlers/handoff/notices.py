"""Notices about handed-off questions. Their text is composed when they are sent, so that settled questions send none."""

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
OFTEN_TIMES = 3


async def _question_and_handoff(session: Session, delivery: Delivery) -> tuple[Question, Handoff] | None:
    """The question of *delivery* and its handoff; None if the recipient is no longer the person it was meant for."""
    person = await recipient(session, delivery.place)
    if person is None or person.id != delivery.notice.payload["person"]:
        return None
    number = delivery.notice.payload["question"]
    question = await questions.numbered(session, number) if isinstance(number, int) else None
    handoff = await handoffs.of_question(session, question.number) if question else None
    return (question, handoff) if question and handoff else None


async def asked(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the person asked. None if the question was answered, passed on or dismissed in the meantime."""
    pair = await _question_and_handoff(session, delivery)
    if pair is None or pair[1].state is not HandoffState.WAITING:
        return None
    question, handoff = pair
    if handoff.assignee != delivery.notice.payload["person"]:
        return None
    names = await directory(session)
    asker = names.name_of(question.asker) or "somebody who left"
    return cards.asked(question, handoff, asker, again=handoff.reminded)


async def answered(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    pair = await _question_and_handoff(session, delivery)
    answer = await handoffs.answer_of(session, pair[0].number) if pair else None
    if pair is None or answer is None or answer.withdrawn_by is not None:
        return None
    return cards.answered(pair[0], answer, await directory(session))


async def dismissed(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    pair = await _question_and_handoff(session, delivery)
    if pair is None or pair[1].state is not HandoffState.DISMISSED:
        return None
    question, handoff = pair
    names = await directory(session)
    return cards.dismissed(question, names.name_of(handoff.assignee) or "Whoever was asked")


async def moved(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the asker: another person is asked now."""
    pair = await _question_and_handoff(session, delivery)
    if pair is None or pair[1].state is not HandoffState.WAITING:
        return None
    question, handoff = pair
    names = await directory(session)
    return cards.handed_off(question, names.name_of(handoff.assignee) or "Somebody else")


async def unanswered(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    pair = await _question_and_handoff(session, delivery)
    if pair is None or pair[1].state is not HandoffState.UNANSWERED:
        return None
    return cards.nobody_left(pair[0])


async def withdrawn(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the asker: the answer may be out of date."""
    payload = delivery.notice.payload
    person = await recipient(session, delivery.place)
    answer_id, touched = payload["answer"], payload["touched"]
    answer = await handoffs.answer_with(session, answer_id) if isinstance(answer_id, int) else None
    if person is None or answer is None or not answer.withdrawn_by or not isinstance(touched, list):
        return None
    return cards.withdrawn(f"Q{answer.number}", answer.words, answer, f"R{answer.withdrawn_by}", touched)


async def asked_often(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To bridge persons and admins: frequent questions without an answer, counted when the notice is sent."""
    since = datetime.fromisoformat(str(delivery.notice.payload["since"]))
    frequent = await questions.frequent_questions(session, since, OFTEN_TIMES, UNANSWERED_OUTCOMES)
    return cards.asked_often(frequent) if frequent else None


ASKED, ANSWERED, DISMISSED, MOVED = "question.asked", "question.answered", "question.dismissed", "question.moved"
UNANSWERED, WITHDRAWN, ASKED_OFTEN = "question.unanswered", "question.withdrawn", "question.often"


async def notify_person(
    ctx: AppContext, session: Session, kind: str, question: Question, person_id: str, *, key: str, at: datetime
) -> None:
    """Queue a direct message about *question* to that person, at most once per *key*."""
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
