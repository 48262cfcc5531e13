"""Notices about handed-off questions. Their text is composed when they are sent, so that settled questions send none.

Cards that stand are edited when a question is answered, passed on or dismissed, an answer is replaced or withdrawn, and a
person is forgotten: the same kind is composed once more, without the buttons that no longer apply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from handlers.context import AppContext
from handlers.feature import Compose
from handlers.handoff import cards
from handlers.handoff.queries import visible_keys
from handlers.shared import notify
from handlers.shared.card_parts import person_name, redacted_card
from handlers.shared.conversations import conversation_with, recipient
from handlers.shared.known_questions import may_see_named
from integrations.ports.cards import Card
from storage import deliveries, handoffs, people, questions, roadmap
from storage.directory import directory
from storage.restricted_names import RestrictedNames, restricted_names
from storage.store import Session
from storage.values.company import EVERYTHING, UNRESTRICTED, Audience
from storage.values.deliveries import Delivery, DeliveryKind
from storage.values.questions import Handoff, HandoffState, Question, VerifiedAnswer

UNANSWERED_OUTCOMES = ("none", "not_understood")
OFTEN_TIMES = 3

ASKED, ANSWERED, DISMISSED, MOVED = "question.asked", "question.answered", "question.dismissed", "question.moved"
UNANSWERED, WITHDRAWN, ASKED_OFTEN = "question.unanswered", "question.withdrawn", "question.often"
WITH_WORDS = (ASKED, ANSWERED, DISMISSED, MOVED, UNANSWERED, WITHDRAWN)  # kinds whose cards repeat a question
AGAIN = ":again"  # ends the key of a reminder
PASSED_ON, CORRECTED, OUT_OF_DATE = "passed on", "corrected", "out of date"  # what became of a posted card


async def _question_and_handoff(session: Session, delivery: Delivery) -> tuple[Question, Handoff] | None:
    """The question of *delivery* and its handoff; None if the recipient is no longer the person it was meant for."""
    person = await recipient(session, delivery.place)
    if person is None or person.id != delivery.notice.payload["person"]:
        return None
    number = delivery.notice.payload["question"]
    question = await questions.numbered(session, number) if isinstance(number, int) else None
    handoff = await handoffs.of_question(session, question.number) if question else None
    return (question, handoff) if question and handoff else None


def _is_edit(delivery: Delivery) -> bool:
    return delivery.kind is DeliveryKind.UPDATE


async def asked(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the person asked. None if the question was answered, passed on or dismissed before this was sent."""
    payload, pair = delivery.notice.payload, await _question_and_handoff(session, delivery)
    names = await directory(session)
    reader = names.person.get(str(payload["person"]))
    if pair is None or reader is None:
        return None
    question, handoff = pair
    asker = names.person.get(question.asker)
    restricted = await restricted_names(session)
    may_see = may_see_named(restricted, question, asker.audience if asker else UNRESTRICTED, reader.audience)
    asker_name = person_name(question.asker, names)
    is_theirs = handoff.assignee == reader.id and handoff.turn == payload["turn"]
    if may_see and is_theirs and handoff.state is HandoffState.WAITING:
        reason = _readable_reason(restricted, handoff, reader.audience)
        return cards.asked(question, replace(handoff, reason=reason), asker_name, again=handoff.reminded)
    if not _is_edit(delivery):
        return None
    state = handoff.state if is_theirs else None
    return cards.no_longer_asked(question.name, question.words if may_see else "", asker_name, state)


def _readable_reason(restricted: RestrictedNames, handoff: Handoff, reader: Audience) -> str:
    """Why the person is asked; "" if it names an item that they may not see any more."""
    named = restricted.named_in(handoff.reason, EVERYTHING)
    return handoff.reason if all(reader.may_see(visible_to) for visible_to in named.values()) else ""


async def answered(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To the asker. An answer that was replaced or withdrawn stands without the buttons to rate it."""
    pair, answer_id = await _question_and_handoff(session, delivery), delivery.notice.payload["answer"]
    answer = await handoffs.answer_with(session, answer_id) if isinstance(answer_id, int) else None
    if pair is None or answer is None:
        return None
    names = await directory(session)
    if answer.withdrawn_by is not None:
        return cards.answer_withdrawn(pair[0], answer, names) if _is_edit(delivery) else None
    asker = names.person.get(pair[0].asker)
    keys = await visible_keys(session, answer.keys, asker.audience if asker else UNRESTRICTED)
    return cards.answered(pair[0], answer, names, keys)


async def dismissed(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    pair = await _question_and_handoff(session, delivery)
    if pair is None:
        return None
    question, handoff = pair
    waits = handoff.state is HandoffState.DISMISSED
    if not waits and not _is_edit(delivery):
        return None
    names = await directory(session)
    who = names.name_of(str(delivery.notice.payload["by"])) or "The person who was asked"
    return cards.dismissed(question, who, may_ask_another=waits)


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
    """To the asker: the answer may be out of date. What changed is named as far as they may see it."""
    payload = delivery.notice.payload
    person = await recipient(session, delivery.place)
    answer_id, touched = payload["answer"], payload["touched"]
    answer = await handoffs.answer_with(session, answer_id) if isinstance(answer_id, int) else None
    if person is None or answer is None or not answer.withdrawn_by or not isinstance(touched, list):
        return None
    if person.id != answer.asker:
        return None
    if not await _may_see_current(session, answer, person.audience):
        return cards.withdrawn_unseen(f"Q{answer.number}", f"R{answer.withdrawn_by}")
    keys = tuple(key for key in touched if key in answer.keys)
    visible = await visible_keys(session, keys, person.audience, answer.withdrawn_by - 1)
    names = await directory(session)
    campaigns = [names.campaign[key].name for key in touched if key not in keys and key in names.campaign]
    revision = f"R{answer.withdrawn_by}"
    return cards.withdrawn(f"Q{answer.number}", answer.words, answer, revision, (*visible, *campaigns))


async def _may_see_current(session: Session, answer: VerifiedAnswer, audience: Audience) -> bool:
    """Whether *audience* may see all that is left of what *answer* rests on."""
    items = await roadmap.items_with(session, answer.keys)
    return all(audience.may_see(item.visible_to) for item in items.values())


async def asked_often(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To bridge persons and admins: frequent questions without an answer, counted when the notice is sent.

    Without those that name an item which the reader may not see.
    """
    since = datetime.fromisoformat(str(delivery.notice.payload["since"]))
    person = await recipient(session, delivery.place)
    audience = person.audience if person else UNRESTRICTED
    restricted, frequent = await restricted_names(session), []
    for question in await questions.frequent_questions(session, since, OFTEN_TIMES, UNANSWERED_OUTCOMES):
        named = restricted.named_in(question.words, EVERYTHING)
        if all(audience.may_see(visible_to) for visible_to in named.values()):
            frequent.append(question)
    return cards.asked_often(frequent) if frequent else None


async def notify_person(
    ctx: AppContext,
    session: Session,
    kind: str,
    question: Question,
    person_id: str,
    *,
    key: str,
    at: datetime,
    payload: Mapping[str, object] | None = None,
) -> None:
    """Queue a direct message about *question* to that person, at most once per *key*."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    content = {"question": question.number, "person": person_id, **(payload or {})}
    await notify.queue_notice(session, [place], kind, content, key=f"{kind}:{key}", at=at)


def turn_key(handoff: Handoff) -> str:
    """What tells one person's turn to answer from every other, also when they are asked the same once more."""
    return f"Q{handoff.number}:{handoff.assignee}:{handoff.turn}"


async def refresh_asked_card(session: Session, handoff: Handoff, became: str, at: datetime) -> None:
    """Edit the cards that asked the assignee of *handoff*, the question and its reminder, once for what it *became*."""
    payload = {"question": handoff.number, "person": handoff.assignee, "turn": handoff.turn}
    for ending in ("", AGAIN):
        await _refresh(session, ASKED, f"{turn_key(handoff)}{ending}", payload, became, at)


async def refresh_dismissed_card(session: Session, question: Question, handoff: Handoff, at: datetime) -> None:
    """Edit the card that told the asker that the assignee of *handoff* has no answer."""
    payload = {"question": question.number, "person": question.asker, "by": handoff.assignee}
    await _refresh(session, DISMISSED, turn_key(handoff), payload, PASSED_ON, at)


async def refresh_answered_card(session: Session, answer: VerifiedAnswer, became: str, at: datetime) -> None:
    """Edit the card that brought *answer* to the asker, once for what it *became*."""
    payload = {"question": answer.number, "person": answer.asker, "answer": answer.id}
    await _refresh(session, ANSWERED, answer_key(answer), payload, became, at)


def answer_key(answer: VerifiedAnswer) -> str:
    return f"Q{answer.number}:{answer.id}"


async def _refresh(
    session: Session, kind: str, key: str, payload: Mapping[str, object], became: str, at: datetime
) -> None:
    targets = await deliveries.of_notice(session, f"{kind}:{key}")
    if targets:
        edit = f"{kind}:{key}:{became}"
        await notify.queue_update(session, kind, payload, key=edit, targets=targets, newest={}, at=at)


async def redacted(_ctx: AppContext, _session: Session, _delivery: Delivery, _audience: Audience) -> Card | None:
    """Replaces a card that repeated a question which names, or was asked by, somebody who asked to be forgotten."""
    return redacted_card()


REDACTED = "question.redacted"
NOTICES: Mapping[str, Compose] = {
    ASKED: asked,
    ANSWERED: answered,
    DISMISSED: dismissed,
    MOVED: moved,
    UNANSWERED: unanswered,
    WITHDRAWN: withdrawn,
    ASKED_OFTEN: asked_often,
    REDACTED: redacted,
}
