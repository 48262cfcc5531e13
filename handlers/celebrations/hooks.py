"""Draft a celebration for every item that a published revision finishes, in the same transaction.

Reopening an item withdraws its draft; a card that is already posted says that the item was reopened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.celebrations.queries import rooms_following
from handlers.celebrations.rules.recognition import REMAINING_ROOMS, UNDECIDED, deciders_of
from handlers.celebrations.workflow import ask_to_decide, post_in_rooms, refresh_cards
from handlers.context import AppContext, PersonTraces
from storage import celebrations, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.celebrations import CelebrationState
from storage.values.company import Directory, Person
from storage.values.roadmap import Change, ChangeKind, Item, Revision, Status

MOST_DRAFTED = 200  # of one revision; an import that finishes more is history
MOST_ASKED = 25  # of one revision; nobody wants to be asked about a year's import item by item


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Draft a celebration for every finished item. Idempotent."""
    at = ctx.clock.now()
    await _reopen(session, [change.key for change in changes if _reopens(change)], at)
    keys = [change.key for change in changes if _finishes(change)][:MOST_DRAFTED]
    if not keys:
        return
    items = await roadmap.items_with(session, keys)
    names = await directory(session)
    automatic = {place for place, how in (await celebrations.recaps(session)).items() if how.automatic}
    for number, key in enumerate(keys):
        if key in items:
            await _draft(ctx, session, items[key], revision, names, automatic, at, may_ask=number < MOST_ASKED)


async def _draft(
    ctx: AppContext,
    session: Session,
    item: Item,
    revision: Revision,
    names: Directory,
    automatic: Collection[int],
    at: datetime,
    *,
    may_ask: bool,
) -> None:
    asked = next(iter(deciders_of(item, names)), "")
    thanks = await celebrations.pop_planned_thanks(session, item.key)
    made = await celebrations.add_draft(session, item.key, revision.number, asked, at, thanks)
    celebration = await celebrations.celebration(session, made) if made else None
    if celebration is None:
        return
    rooms = await rooms_following(session, item) if automatic else []
    automatic_rooms = [place for place in rooms if place in automatic]
    if automatic_rooms:
        await post_in_rooms(session, celebration, item, automatic_rooms, names, at)
    if asked and may_ask and (not automatic_rooms or len(automatic_rooms) < len(rooms)):
        await ask_to_decide(ctx, session, celebration, asked, at, step=REMAINING_ROOMS if automatic_rooms else "")


def _finishes(change: Change) -> bool:
    """Whether an item turned done. An item that arrives already done does not count."""
    is_item = change.entity_type == "item" and change.kind is ChangeKind.CHANGED
    return is_item and "status" in change.fields and change.fields["status"][1] == Status.DONE


def _reopens(change: Change) -> bool:
    return change.entity_type == "item" and "status" in change.fields and change.fields["status"][0] == Status.DONE


async def _reopen(session: Session, keys: Sequence[str], at: datetime) -> None:
    """Withdraw the drafts of reopened items, and update their posted cards."""
    if not keys:
        return
    concerned = await celebrations.of_items(session, keys, (*UNDECIDED, CelebrationState.POSTED))
    for celebration in concerned:
        posted = celebration.state is CelebrationState.POSTED
        state = CelebrationState.REOPENED if posted else CelebrationState.WITHDRAWN
        await celebrations.update_celebration(session, celebration.id, state=state, due_at=None)
    if concerned:
        await refresh_cards(session, at)


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    anniversary = await celebrations.anniversary_of(session, person.id)
    return {
        "thanks": [
            {"from_me": kudos.by == person.id, "reason": kudos.reason, "at": kudos.at.isoformat()}
            for kudos in await celebrations.kudos_of(session, person.id)
        ],
        "anniversary": {
            "day": anniversary.day,
            "month": anniversary.month,
            "since": anniversary.since,
            "words": anniversary.words,
        }
        if anniversary
        else None,
        "celebrations_decided": [
            {"item": celebration.item, "state": str(celebration.state), "text": celebration.text}
            for celebration in await celebrations.with_decider(session, person.id)
        ],
    }


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """Posted cards that hold any of it are updated or removed by the next `celebrations.tick`."""
    await celebrations.forget_person(session, traces.person.id, traces.words)
    return {}
