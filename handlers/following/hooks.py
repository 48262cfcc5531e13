"""What a revision means for people who follow its items, and what following holds of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.following.notices import queue_followed_item_changed
from storage import following, people
from storage.store import Session
from storage.values.company import Person
from storage.values.roadmap import Change, Revision


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Notify followers of changed items, except the author. Harmless to repeat."""
    touched = [change.key for change in changes if change.entity_type == "item"]
    followed_by_person = await following.followers(session, touched)
    for person_id in sorted(followed_by_person):
        person = await people.with_id(session, person_id)
        if person is None or person_id == revision.author:
            continue
        items = followed_by_person[person_id]
        await queue_followed_item_changed(ctx, session, person, revision, items, ctx.clock.now())


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    return {"items_followed": list(await following.followed_by(session, person.id))}


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    await following.forget_person(session, traces.person.id)
    return {}
