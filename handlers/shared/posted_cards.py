"""Cards that stay true where they are posted: edited when what they are made from changes, removed when nothing is left.

post ──> posted, its fingerprint kept ──> the fingerprint differs ──> edited everywhere
                                     └──> nothing is left to say  ──> removed everywhere; posted again, it is a new generation

A slice says what its cards are made from: it loads the sources of any number of cards at once and returns a function
that gives the fingerprint of each. Another fingerprint means another text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.context import AppContext
from handlers.shared import notify
from storage import deliveries, posted_cards
from storage.posted_cards import PostedCard
from storage.store import Session
from storage.values.deliveries import Delivery

Payload = Mapping[str, object]

# Edits of a card that changes with every answer are made once for all answers of the same few seconds.
EDIT_INTERVAL_S, EDIT_DELAY_S = 10, 5


@dataclass(frozen=True, slots=True)
class CardContent:
    """What a card is composed from when it is sent: its notice kind and payload."""

    kind: str
    payload: Payload


# None: the card has nothing left to say.
Fingerprint = Callable[[CardContent], str | None]


@dataclass(frozen=True, slots=True)
class PostedCardKinds:
    """The notice kinds that a slice keeps true. `load` reads the sources of those cards and returns their fingerprint."""

    kinds: Collection[str]
    load: Callable[[Session, Sequence[CardContent]], Awaitable[Fingerprint]]


@dataclass(slots=True)
class RefreshCounts:
    """How many posted cards were edited, and how many were removed."""

    changed: int = 0
    removed: int = 0


async def post(
    session: Session, kept: PostedCardKinds, subject: str, content: CardContent, rooms: Sequence[int], at: datetime
) -> int:
    """Post *subject* in those of *rooms* that do not show it. Returns how many that are."""
    card = await _ensure(session, kept, subject, content, at)
    payload = _payload(card, content.payload)
    return await notify.queue_notice(session, rooms, content.kind, payload, key=card.key, at=at)


async def post_to_people(
    ctx: AppContext,
    session: Session,
    kept: PostedCardKinds,
    subject: str,
    content: CardContent,
    ids: Collection[str],
    at: datetime,
) -> int:
    """Post *subject* in the direct conversation with each of those people; see `notify.people_with_ids`."""
    card = await _ensure(session, kept, subject, content, at)
    payload = _payload(card, content.payload)
    return await notify.people_with_ids(ctx, session, ids, content.kind, payload, key=card.key, at=at)


async def _ensure(
    session: Session, kept: PostedCardKinds, subject: str, content: CardContent, at: datetime
) -> PostedCard:
    fingerprint = (await kept.load(session, [content]))(content) or ""
    return await posted_cards.ensure(session, subject, content.kind, content.payload, fingerprint, at)


async def refresh(
    session: Session, kept: PostedCardKinds, at: datetime, subject: str = "", *, grouped: bool = False
) -> RefreshCounts:
    """Edit every posted card whose fingerprint changed, and remove those that have nothing left to say.

    With *subject*, only that one and what is below it ("kudos:3" and "kudos:3:p_bo"). *grouped* edits are made a few
    seconds later, once for all changes until then.
    """
    cards = [card for card in await posted_cards.posted(session, subject) if card.kind in kept.kinds]
    fingerprint_of = await kept.load(session, [_content(card) for card in cards])
    counts = RefreshCounts()
    for card in cards:
        fingerprint = fingerprint_of(_content(card))
        if fingerprint is None:
            counts.removed += await notify.queue_delete(session, card.key, at=at)
            await posted_cards.mark_removed(session, card)
        elif fingerprint != card.fingerprint:
            counts.changed += await _edit(session, card, fingerprint, at, grouped=grouped)
    return counts


async def _edit(session: Session, card: PostedCard, fingerprint: str, at: datetime, *, grouped: bool) -> int:
    """Queue the edit. The card is composed when it is sent, so one edit shows every change until then."""
    number = await posted_cards.record_edit(session, card, fingerprint)
    key, payload = f"{card.key}:edit:{number}", _payload(card, card.payload)
    if grouped:
        group = int(at.timestamp()) // EDIT_INTERVAL_S + 1
        key = f"{card.key}:edits:{group}"
        at = datetime.fromtimestamp(group * EDIT_INTERVAL_S + EDIT_DELAY_S, UTC)
    return await notify.queue_update_of(session, card.kind, payload, key=key, posted=card.key, at=at)


async def take_down(session: Session, subject: str, at: datetime) -> int:
    """Remove the posted cards of *subject*. Returns how many there are."""
    card = await posted_cards.newest(session, subject)
    if card is None or not card.is_posted:
        return 0
    await posted_cards.mark_removed(session, card)
    return await notify.queue_delete(session, card.key, at=at)


async def stop_refreshing(session: Session, subject: str) -> None:
    """Leave the cards of *subject*, and of what is below it, as they are. Posted again, they are a new generation."""
    for card in await posted_cards.posted(session, subject):
        await posted_cards.mark_removed(session, card)


def _content(card: PostedCard) -> CardContent:
    return CardContent(card.kind, card.payload)


def _payload(card: PostedCard, payload: Payload) -> Payload:
    """*payload* with the generation of the card, so that `is_superseded` can tell an earlier one."""
    return {**payload, "subject": card.subject, "round": card.generation}


async def rooms_showing(session: Session, subject: str) -> frozenset[int]:
    """The places that show *subject*, or will once it is sent."""
    card = await posted_cards.newest(session, subject)
    return frozenset(await deliveries.of_notice(session, card.key)) if card and card.is_posted else frozenset()


async def is_superseded(session: Session, delivery: Delivery) -> bool:
    """Whether the card was removed before it could be sent, even if it has been posted again since."""
    subject = delivery.notice.payload.get("subject")
    if not isinstance(subject, str):
        return False
    card = await posted_cards.newest(session, subject)
    return card is None or not card.is_posted or card.generation != delivery.notice.payload.get("round")
