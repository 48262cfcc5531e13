"""Who follows what a revision changed is told what changed of it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import mail
from handlers.between import item_changes_between
from handlers.following import cards
from handlers.private import conversation_with, recipient
from handlers.toolbox import AppContext
from integrations.ports.cards import Card
from storage import following, people, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience
from storage.values.post import Delivery
from storage.values.roadmap import Change, Revision

FOLLOWED_ITEM_CHANGED = "followed"


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """One private card a person and revision, whatever it changed of what they follow. Harmless to repeat."""
    touched = [change.key for change in changes if change.entity_type == "item"]
    followed_by_person = await following.followers(session, touched)
    for person_id in sorted(followed_by_person):
        person = await people.with_id(session, person_id)
        if person is None or person_id == revision.author:
            continue  # who published it knows
        place = await conversation_with(session, ctx.policy, person)
        payload = {"revision": revision.number, "person": person_id, "items": list(followed_by_person[person_id])}
        key = f"{FOLLOWED_ITEM_CHANGED}:{revision.name}:{person_id}"
        await mail.queue_notice(session, [place], FOLLOWED_ITEM_CHANGED, payload, key=key, at=ctx.clock.now())


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
