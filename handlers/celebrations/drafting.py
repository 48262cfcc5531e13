"""An item that turns done in a published revision becomes a draft, in the transaction that publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import mail
from handlers.celebrations.rules import lead_of
from handlers.changes import Step, follows
from handlers.private import direct_place
from handlers.toolbox import Toolbox
from storage import celebrations, deliveries, people, places, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values import Celebration, CelebrationState, Change, ChangeKind, Item, Revision, Status

DRAFT, CARD, KUDOS, THANKED, RECAP, HINT = (
    "celebration.draft", "celebration", "kudos", "kudos.offered", "recap", "recognition.hint",
)  # fmt: skip
MOST_DRAFTED = 200  # of one revision; what a file finishes at once beyond that is history
MOST_ASKED = 25  # of one revision: a year's import is no news to anybody one by one


async def on_published(box: Toolbox, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Draft a celebration of everything that was finished. Harmless to repeat."""
    keys = [change.key for change in changes if _finishes(change)][:MOST_DRAFTED]
    if not keys:
        return
    items = await roadmap.items_with(session, keys)
    names = await directory(session)
    automatic = [place for place, how in (await celebrations.recaps(session)).items() if how.automatic]
    at = box.clock.now()
    for number, key in enumerate(keys):
        item = items.get(key)
        if item is None:
            continue
        asked = item.owner if item.owner in names.person else lead_of(item.team, names)
        made = await celebrations.draft(
            session, key, revision.number, asked, at, await celebrations.take_thanks(session, key)
        )
        found = await celebrations.celebration(session, made) if made else None
        if found is None:
            continue
        if await post_into(session, found, await followers(session, item, only=automatic), at):
            continue
        if asked and number < MOST_ASKED:
            await ask(box, session, found, asked, at)


def _finishes(change: Change) -> bool:
    """Turned done: what arrives already done is history."""
    is_item = change.noun == "item" and change.kind is ChangeKind.CHANGED
    return is_item and "status" in change.fields and change.fields["status"][1] == Status.DONE


async def ask(
    box: Toolbox, session: Session, found: Celebration, person_id: str, at: datetime, *, step: str = ""
) -> None:
    """Ask somebody privately what is to become of it."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await direct_place(session, box.policy, person)
    payload = {"celebration": found.id, "person": person_id, "step": step}
    await mail.announce(session, [place], DRAFT, payload, key=f"{DRAFT}:{found.id}:{person_id}:{step}", at=at)


async def followers(session: Session, item: Item, only: Sequence[int] | None = None) -> list[int]:
    """The rooms that follow *item* and may see it; of *only* when that is given."""
    step = Step(None, item)
    following = {each.place.id: each.place for each in await places.subscriptions(session) if follows(each, step)}
    rooms = [place for place in following.values() if not place.direct and (only is None or place.id in only)]
    audiences = await places.audiences(session, rooms)
    return sorted(place.id for place in rooms if audiences[place.id].may_see(item.visible_to))


def key_of(found: Celebration) -> str:
    return f"{CARD}:{found.id}"


async def post_into(session: Session, found: Celebration, rooms: Sequence[int], at: datetime) -> int:
    """Put the card into *rooms*; how many that were."""
    if not rooms:
        return 0
    await mail.announce(session, rooms, CARD, {"celebration": found.id}, key=key_of(found), at=at)
    await celebrations.change(session, found.id, state=CelebrationState.POSTED, posted_at=at, due_at=None)
    return len(rooms)


async def word_anew(session: Session, found: Celebration, at: datetime) -> int:
    """Change the card everywhere it stands; how many cards that concerns."""
    standing = await _standing(session, found)
    edits = found.edits + 1
    await celebrations.change(session, found.id, edits=edits)
    return await mail.update(
        session,
        CARD,
        {"celebration": found.id},
        key=f"{key_of(found)}:edit:{edits}",
        targets=standing,
        newest={},
        at=at,
    )


async def _standing(session: Session, found: Celebration) -> dict[int, int]:
    return await deliveries.of_notice(session, key_of(found))
