"""Cards of recognition from the first word to the last: said once, worded anew wherever they stand, taken away again.

say ──> card stands, its mark kept ──> the mark differs ──> worded anew everywhere
                                   └─> nothing is left  ──> removed everywhere; said again it is another round
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import mail
from handlers.celebrations.marks import CardSources, Payload, fingerprint_of, id_in, period_in
from handlers.days import start_of_day
from handlers.rhythms import RECAP
from storage import celebrations, deliveries, standing
from storage.directory import directory
from storage.standing import PostedCard
from storage.store import Session
from storage.values.celebrations import Kudos
from storage.values.post import Delivery


@dataclass(slots=True)
class RefreshCounts:
    """How many cards were worded anew, and how many were taken away."""

    changed: int = 0
    removed: int = 0


async def post_card(
    session: Session, subject: str, kind: str, payload: Payload, rooms: Sequence[int], at: datetime
) -> int:
    """Say *subject* in those of *rooms* in which it does not stand already; in how many that is."""
    known = await card_sources(session, [payload], with_recaps=kind == RECAP)
    card = await standing.ensure(session, subject, kind, payload, fingerprint_of(kind, payload, known) or "", at)
    whole = {**payload, "subject": subject, "round": card.generation}
    return await mail.queue_notice(session, rooms, kind, whole, key=card.key, at=at)


async def refresh_cards(session: Session, at: datetime, about: str = "") -> RefreshCounts:
    """Word anew whatever stands and is no longer worded right, and take away what has nothing left to say.

    With *about*, only that subject and what is below it.
    """
    cards = await standing.posted(session, about)
    known = await card_sources(
        session, [each.payload for each in cards], with_recaps=any(c.kind == RECAP for c in cards)
    )
    kept = RefreshCounts()
    for card in cards:
        mark = fingerprint_of(card.kind, card.payload, known)
        if mark is None:
            kept.removed += await mail.queue_delete(session, card.key, at=at)
            await standing.mark_removed(session, card)
        elif mark != card.fingerprint:
            kept.changed += await _update_card(session, card, mark, at)
    return kept


async def _update_card(session: Session, card: PostedCard, mark: str, at: datetime) -> int:
    number = await standing.record_edit(session, card, mark)
    where = await deliveries.of_notice(session, card.key)
    payload = {**card.payload, "subject": card.subject, "round": card.generation}
    key = f"{card.key}:edit:{number}"
    return await mail.queue_update(session, card.kind, payload, key=key, targets=where, newest={}, at=at)


async def rooms_showing(session: Session, subject: str) -> frozenset[int]:
    """The places in which *subject* stands, or is about to."""
    card = await standing.newest(session, subject)
    return frozenset(await deliveries.of_notice(session, card.key)) if card and card.is_posted else frozenset()


async def is_superseded(session: Session, delivery: Delivery) -> bool:
    """True for a card that was taken back before it could be sent, whatever was said again since."""
    subject = delivery.notice.payload.get("subject")
    if not isinstance(subject, str):
        return False
    card = await standing.newest(session, subject)
    return card is None or not card.is_posted or card.generation != delivery.notice.payload.get("round")


async def card_sources(session: Session, payloads: Sequence[Payload], *, with_recaps: bool) -> CardSources:
    """What the cards with those payloads are worded from now, in a handful of queries however many they are."""
    ids = sorted({id_in(each, "celebration") for each in payloads} - {0})
    thanks = sorted({id_in(each, "kudos") for each in payloads} - {0})
    given: dict[int, Kudos] = dict(await celebrations.kudos_with(session, thanks))
    if with_recaps:
        firsts = [period_in(each).first for each in payloads if "first" in each]
        given |= {each.id: each for each in await celebrations.kudos_since(session, start_of_day(min(firsts)))}
    days = await celebrations.anniversaries(session) if with_recaps else ()
    return CardSources(await directory(session), await celebrations.celebrations_with(session, ids), given, days)
