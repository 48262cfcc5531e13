"""Who follows what a revision changed is told what changed of it."""

from __future__ import annotations

from handlers.context import AppContext
from handlers.following import cards
from handlers.shared.conversations import recipient
from handlers.shared.item_changes import item_changes_between
from integrations.ports.cards import Card
from storage import revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience
from storage.values.deliveries import Delivery

FOLLOWED_ITEM_CHANGED = "followed"


async def compose_followed_item_changed(
    _ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience
) -> Card | None:
    """What changed, as that person may know it when it is sent; None when nothing of it is left for those eyes."""
    payload = delivery.notice.payload
    number, keys = payload["revision"], payload["items"]
    person = await recipient(session, delivery.place)
    if person is None or person.id != payload["person"] or not isinstance(number, int) or not isinstance(keys, list):
        return None
    revision = await revisions.numbered(session, number)
    before = [each.number for each in await revisions.published(session) if each.number < number]
    steps = await item_changes_between(session, max(before, default=0), number, person.audience)
    mine = [item_change for item_change in steps if item_change.key in keys]
    return cards.followed_item_changed(revision, mine, await directory(session)) if revision and mine else None
