"""What people read about a question, worded when it is sent: nobody hears of one that was settled meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.feature import Compose
from handlers.handover import cards
from handlers.handover.asking import ANSWERED, ASKED, DISMISSED, MOVED, OFTEN, UNANSWERED, WITHDRAWN
from handlers.private import reader
from handlers.toolbox import Toolbox
from integrations.ports.cards import Card
from storage import handovers, questions
from storage.directory import directory
from storage.store import Session
from storage.values import Audience, Delivery, Handover, HandoverState, Question

UNHELPED = ("none", "not_understood")
OFTEN_IS = 3  # times


async def _found(session: Session, delivery: Delivery) -> tuple[Question, Handover] | None:
    """The question of *delivery*, while it is still that person's business to hear of it."""
    person = await reader(session, delivery.place)
    if person is None or person.id != delivery.notice.payload["person"]:
        return None
    number = delivery.notice.payload["question"]
    question = await questions.numbered(session, number) if isinstance(number, int) else None
    handover = await handovers.of(session, question.number) if question else None
    return (question, handover) if question and handover else None


async def asked(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To whoever may know; None when it was answered, passed on or dismissed before it was sent."""
    found = await _found(session, delivery)
    if found is None or found[1].state is not HandoverState.WAITING:
        return None
    question, handover = found
    if handover.holder != delivery.notice.payload["person"]:
        return None
    names = await directory(session)
    asker = names.name_of(question.asker) or "somebody who left"
    return cards.asked(question, handover, asker, again=handover.reminded)


async def answered(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _found(session, delivery)
    answer = await handovers.answer_of(session, found[0].number) if found else None
    if found is None or answer is None or answer.withdrawn_by is not None:
        return None
    return cards.answered(found[0], answer, await directory(session))


async def dismissed(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _found(session, delivery)
    if found is None or found[1].state is not HandoverState.DISMISSED:
        return None
    names = await directory(session)
    return cards.dismissed(found[0], names.name_of(found[1].holder) or "Whoever was asked")


async def moved(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the asker: somebody else is asked now."""
    found = await _found(session, delivery)
    if found is None or found[1].state is not HandoverState.WAITING:
        return None
    names = await directory(session)
    return cards.handed(found[0], names.name_of(found[1].holder) or "Somebody else")


async def unanswered(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _found(session, delivery)
    if found is None or found[1].state is not HandoverState.UNANSWERED:
        return None
    return cards.nobody(found[0])


async def withdrawn(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the asker: what was answered may be wrong now."""
    payload = delivery.notice.payload
    person = await reader(session, delivery.place)
    answer_id, touched = payload["answer"], payload["touched"]
    answer = await handovers.answer_with(session, answer_id) if isinstance(answer_id, int) else None
    if person is None or answer is None or not answer.withdrawn_by or not isinstance(touched, list):
        return None
    return cards.withdrawn(f"Q{answer.number}", answer.words, answer, f"R{answer.withdrawn_by}", touched)


async def often(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To bridge persons and admins: what is asked again and again, as it stands when they read it."""
    since = datetime.fromisoformat(str(delivery.notice.payload["since"]))
    found = await questions.asked_often(session, since, OFTEN_IS, UNHELPED)
    return cards.often(found) if found else None


NOTICES: Mapping[str, Compose] = {
    ASKED: asked,
    ANSWERED: answered,
    DISMISSED: dismissed,
    MOVED: moved,
    UNANSWERED: unanswered,
    WITHDRAWN: withdrawn,
    OFTEN: often,
}
