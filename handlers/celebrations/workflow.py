"""Cards of recognition from the first word to the last: said once, worded anew wherever they stand, taken away again.

say ──> card stands, its mark kept ──> the mark differs ──> worded anew everywhere
                                   └─> nothing is left  ──> removed everywhere; said again it is another round
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.celebrations.queries import card_sources, credits_of
from handlers.celebrations.rules.fingerprints import (
    CARD,
    DRAFT,
    Payload,
    fingerprint_of,
    key_of,
)
from handlers.context import AppContext
from handlers.shared import notify
from handlers.shared.conversations import conversation_with
from handlers.shared.rules.periods import RECAP
from storage import celebrations, deliveries, people, posted_cards
from storage.posted_cards import PostedCard
from storage.store import Session
from storage.values.celebrations import Celebration, CelebrationState
from storage.values.company import Directory
from storage.values.roadmap import Item


@dataclass(slots=True)
class RefreshCounts:
    """How many cards were worded anew, and how many were taken away."""

    changed: int = 0
    removed: int = 0


async def post_card(
    session: Session, subject: str, kind: str, payload: Payload, rooms: Sequence[int], at: datetime
) -> int:
    """Say *subject* in those of *rooms* in which it does not stand already; in how many that is."""
    sources = await card_sources(session, [payload], with_recaps=kind == RECAP)
    card = await posted_cards.ensure(session, subject, kind, payload, fingerprint_of(kind, payload, sources) or "", at)
    whole = {**payload, "subject": subject, "round": card.generation}
    return await notify.queue_notice(session, rooms, kind, whole, key=card.key, at=at)


async def refresh_cards(session: Session, at: datetime, about: str = "") -> RefreshCounts:
    """Word anew whatever stands and is no longer worded right, and take away what has nothing left to say.

    With *about*, only that subject and what is below it.
    """
    cards = await posted_cards.posted(session, about)
    sources = await card_sources(
        session, [card.payload for card in cards], with_recaps=any(c.kind == RECAP for c in cards)
    )
    kept = RefreshCounts()
    for card in cards:
        mark = fingerprint_of(card.kind, card.payload, sources)
        if mark is None:
            kept.removed += await notify.queue_delete(session, card.key, at=at)
            await posted_cards.mark_removed(session, card)
        elif mark != card.fingerprint:
            kept.changed += await _update_card(session, card, mark, at)
    return kept


async def _update_card(session: Session, card: PostedCard, mark: str, at: datetime) -> int:
    number = await posted_cards.record_edit(session, card, mark)
    where = await deliveries.of_notice(session, card.key)
    payload = {**card.payload, "subject": card.subject, "round": card.generation}
    key = f"{card.key}:edit:{number}"
    return await notify.queue_update(session, card.kind, payload, key=key, targets=where, newest={}, at=at)


async def ask_to_decide(
    ctx: AppContext, session: Session, celebration: Celebration, person_id: str, at: datetime, *, step: str = ""
) -> None:
    """Ask somebody privately what is to become of it."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload = {"celebration": celebration.id, "person": person_id, "step": step}
    await post_card(session, f"{key_of(celebration)}:{person_id}:{step}", DRAFT, payload, [place], at)


async def post_in_rooms(
    session: Session, celebration: Celebration, item: Item, rooms: Sequence[int], names: Directory, at: datetime
) -> int:
    """Put the card into *rooms*; into how many it comes that did not have it."""
    if not rooms:
        return 0
    values: dict[str, object] = {"state": CelebrationState.POSTED, "due_at": None}
    if celebration.state is not CelebrationState.POSTED:
        named = await credits_of(session, celebration, item, names)
        values |= {"posted_at": at, "people": [(part.person, part.role) for part in named]}
    await celebrations.update_celebration(session, celebration.id, **values)
    count = await post_card(session, key_of(celebration), CARD, {"celebration": celebration.id}, rooms, at)
    await refresh_cards(session, at, key_of(celebration))
    return count


def columns_with_thanks(celebration: Celebration, thanks: Sequence[str]) -> Mapping[str, object]:
    """The columns that say whom the owner thanks, also in a card that was posted already."""
    if not celebration.people:
        return {"thanks": list(thanks)}
    others = [(who, role) for who, role in celebration.people if who not in celebration.thanks or role != "helped"]
    credited = {who for who, _ in others}
    return {"thanks": list(thanks), "people": [*others, *((who, "helped") for who in thanks if who not in credited)]}
