"""Tell people what a revision changed of the items they follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.context import AppContext
from handlers.following import cards
from handlers.shared import notify
from handlers.shared.conversations import recipient
from handlers.shared.item_changes import item_changes_between
from integrations.ports.cards import Card
from storage import revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.deliveries import Delivery
from storage.values.roadmap import Revision

FOLLOWED_ITEM_CHANGED = "followed"


async def queue_followed_item_changed(
    ctx: AppContext, session: Session, person: Person, revision: Revision, items: Sequence[str], at: datetime
) -> None:
    """One card a person and revision, however many of their *items* it changed."""
    payload = {"revision": revision.number, "person": person.id, "items": list(items)}
    key = f"{FOLLOWED_ITEM_CHANGED}:{revision.name}:{person.id}"
    await notify.person(ctx, session, person, FOLLOWED_ITEM_CHANGED, payload, key=key, at=at)


async def compose_followed_item_changed(
    _ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience
) -> Card | None:
    """What changed, as far as the person may see it when the card is sent; None if that is nothing."""
    payload = delivery.notice.payload
    number, keys = payload["revision"], payload["items"]
    person = await recipient(session, delivery.place)
    if person is None or person.id != payload["person"] or not isinstance(number, int) or not isinstance(keys, list):
        return None
    revision = await revisions.numbered(session, number)
    before = [earlier.number for earlier in await revisions.published(session) if earlier.number < number]
    steps = await item_changes_between(session, max(before, default=0), number, person.audience)
    mine = [item_change for item_change in steps if item_change.key in keys]
    return cards.followed_item_changed(revision, mine, await directory(session)) if revision and mine else None
