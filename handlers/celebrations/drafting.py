"""An item that turns done in a published revision becomes a draft, in the transaction that publishes it.

One that is opened again takes its draft back, and its card, where one stands, says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from handlers.celebrations.keeping import post_card, refresh_cards, rooms_showing
from handlers.celebrations.marks import CARD, DRAFT
from handlers.celebrations.rules import Credit, deciders_of, item_credits
from handlers.changes import ItemChange, follows
from handlers.private import conversation_with
from handlers.toolbox import AppContext
from storage import celebrations, hands, people, places, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.celebrations import Celebration, CelebrationState
from storage.values.company import Directory
from storage.values.roadmap import Change, ChangeKind, Item, Revision, Status

MOST_DRAFTED = 200  # of one revision; what a file finishes at once beyond that is history
MOST_ASKED = 25  # of one revision: a year's import is no news to anybody one by one
UNDECIDED = (CelebrationState.DRAFT, CelebrationState.SCHEDULED)
REMINDER = "again"  # the step of a reminder
REMAINING_ROOMS = "rest"  # the step of whoever is asked about the rooms that were not told by themselves


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Draft a celebration of everything that was finished. Harmless to repeat."""
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
    found = await celebrations.celebration(session, made) if made else None
    if found is None:
        return
    rooms = await rooms_following(session, item) if automatic else []
    told = [place for place in rooms if place in automatic]
    if told:
        await post_in_rooms(session, found, item, told, names, at)
    if asked and may_ask and (not told or len(told) < len(rooms)):
        await ask_to_decide(ctx, session, found, asked, at, step=REMAINING_ROOMS if told else "")


def _finishes(change: Change) -> bool:
    """Turned done: what arrives already done is history."""
    is_item = change.entity_type == "item" and change.kind is ChangeKind.CHANGED
    return is_item and "status" in change.fields and change.fields["status"][1] == Status.DONE


def _reopens(change: Change) -> bool:
    return change.entity_type == "item" and "status" in change.fields and change.fields["status"][0] == Status.DONE


async def _reopen(session: Session, keys: Sequence[str], at: datetime) -> None:
    """What is open again is nothing to celebrate: a draft ends, and a card that stands says what became of it."""
    if not keys:
        return
    concerned = await celebrations.of_items(session, keys, (*UNDECIDED, CelebrationState.POSTED))
    for found in concerned:
        posted = found.state is CelebrationState.POSTED
        state = CelebrationState.REOPENED if posted else CelebrationState.WITHDRAWN
        await celebrations.update_celebration(session, found.id, state=state, due_at=None)
    if concerned:
        await refresh_cards(session, at)


async def ask_to_decide(
    ctx: AppContext, session: Session, found: Celebration, person_id: str, at: datetime, *, step: str = ""
) -> None:
    """Ask somebody privately what is to become of it."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload = {"celebration": found.id, "person": person_id, "step": step}
    await post_card(session, f"{key_of(found)}:{person_id}:{step}", DRAFT, payload, [place], at)


async def rooms_following(session: Session, item: Item) -> list[int]:
    """The rooms that follow *item* and may see it."""
    step = ItemChange(None, item)
    following = {each.place.id: each.place for each in await places.subscriptions(session) if follows(each, step)}
    rooms = [place for place in following.values() if not place.direct]
    audiences = await places.audiences(session, rooms)
    return sorted(place.id for place in rooms if audiences[place.id].may_see(item.visible_to))


def key_of(found: Celebration) -> str:
    return f"{CARD}:{found.id}"


async def credits_of(session: Session, found: Celebration, item: Item, names: Directory) -> tuple[Credit, ...]:
    """Whom the card names: those of when it was posted, or who it would be now."""
    if found.people:
        return tuple(Credit(who, role) for who, role in found.people)
    return item_credits(item, names.campaign, found.thanks, await hands.owners_of(session, item.key))


async def post_in_rooms(
    session: Session, found: Celebration, item: Item, rooms: Sequence[int], names: Directory, at: datetime
) -> int:
    """Put the card into *rooms*; into how many it comes that did not have it."""
    if not rooms:
        return 0
    values: dict[str, object] = {"state": CelebrationState.POSTED, "due_at": None}
    if found.state is not CelebrationState.POSTED:
        named = await credits_of(session, found, item, names)
        values |= {"posted_at": at, "people": [(part.person, part.role) for part in named]}
    await celebrations.update_celebration(session, found.id, **values)
    count = await post_card(session, key_of(found), CARD, {"celebration": found.id}, rooms, at)
    await refresh_cards(session, at, key_of(found))
    return count


async def rooms_without_card(session: Session, found: Celebration, item: Item) -> list[int]:
    """The rooms that follow it and do not have its card."""
    have = await rooms_showing(session, key_of(found))
    return [place for place in await rooms_following(session, item) if place not in have]


def columns_with_thanks(found: Celebration, thanks: Sequence[str]) -> Mapping[str, object]:
    """The columns that say whom the owner thanks, also in a card that was posted already."""
    if not found.people:
        return {"thanks": list(thanks)}
    others = [(who, role) for who, role in found.people if who not in found.thanks or role != "helped"]
    known = {who for who, _ in others}
    return {"thanks": list(thanks), "people": [*others, *((who, "helped") for who in thanks if who not in known)]}
