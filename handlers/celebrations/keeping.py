"""Cards of recognition from the first word to the last: said once, worded anew wherever they stand, taken away again.

say ──> card stands, its mark kept ──> the mark differs ──> worded anew everywhere
                                   └─> nothing is left  ──> removed everywhere; said again it is another round
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import mail
from handlers.celebrations.marks import Known, Payload, mark_of, number_in, period_in
from handlers.days import start_of
from handlers.rhythms import RECAP
from storage import celebrations, deliveries, standing
from storage.directory import directory
from storage.standing import Standing
from storage.store import Session
from storage.values import Delivery, Kudos


@dataclass(slots=True)
class Kept:
    """How many cards were worded anew, and how many were taken away."""

    changed: int = 0
    removed: int = 0


async def say(session: Session, subject: str, kind: str, payload: Payload, rooms: Sequence[int], at: datetime) -> int:
    """Say *subject* in those of *rooms* in which it does not stand already; in how many that is."""
    known = await _known(session, [payload], with_recaps=kind == RECAP)
    card = await standing.put(session, subject, kind, payload, mark_of(kind, payload, known) or "", at)
    whole = {**payload, "subject": subject, "round": card.round}
    return await mail.announce(session, rooms, kind, whole, key=card.key, at=at)


async def keep_right(session: Session, at: datetime, about: str = "") -> Kept:
    """Word anew whatever stands and is no longer worded right, and take away what has nothing left to say.

    With *about*, only that subject and what is below it.
    """
    cards = await standing.standing(session, about)
    known = await _known(session, [each.payload for each in cards], with_recaps=any(c.kind == RECAP for c in cards))
    kept = Kept()
    for card in cards:
        mark = mark_of(card.kind, card.payload, known)
        if mark is None:
            kept.removed += await mail.take_back(session, card.key, at=at)
            await standing.removed(session, card)
        elif mark != card.mark:
            kept.changed += await _word_anew(session, card, mark, at)
    return kept


async def _word_anew(session: Session, card: Standing, mark: str, at: datetime) -> int:
    number = await standing.worded(session, card, mark)
    where = await deliveries.of_notice(session, card.key)
    payload = {**card.payload, "subject": card.subject, "round": card.round}
    key = f"{card.key}:edit:{number}"
    return await mail.update(session, card.kind, payload, key=key, targets=where, newest={}, at=at)


async def rooms_with(session: Session, subject: str) -> frozenset[int]:
    """The places in which *subject* stands, or is about to."""
    card = await standing.newest(session, subject)
    return frozenset(await deliveries.of_notice(session, card.key)) if card and card.stands else frozenset()


async def is_overtaken(session: Session, delivery: Delivery) -> bool:
    """True for a card that was taken back before it could be sent, whatever was said again since."""
    subject = delivery.notice.payload.get("subject")
    if not isinstance(subject, str):
        return False
    card = await standing.newest(session, subject)
    return card is None or not card.stands or card.round != delivery.notice.payload.get("round")


async def _known(session: Session, payloads: Sequence[Payload], *, with_recaps: bool) -> Known:
    """What the cards with those payloads are worded from now, in a handful of queries however many they are."""
    ids = sorted({number_in(each, "celebration") for each in payloads} - {0})
    thanks = sorted({number_in(each, "kudos") for each in payloads} - {0})
    given: dict[int, Kudos] = dict(await celebrations.kudos_with(session, thanks))
    if with_recaps:
        firsts = [period_in(each).first for each in payloads if "first" in each]
        given |= {each.id: each for each in await celebrations.kudos_since(session, start_of(min(firsts)))}
    days = await celebrations.anniversaries(session) if with_recaps else ()
    return Known(await directory(session), await celebrations.celebrations_with(session, ids), given, days)
