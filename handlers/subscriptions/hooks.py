"""What hangs on a published revision: who is told, and which older cards are marked as superseded.

revision ──> places whose subscriptions and audience leave something of it ──> one delivery each
         ├─> places where an older revision's card stands                  ──> that card is changed in place
         └─> places that stopped following since the one before            ──> likewise, once and for good
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.shared import notify
from handlers.shared.rules.diff import item_changes_of
from handlers.subscriptions.notices import REVISION, SUPERSEDED, revision_key, superseded_key
from handlers.subscriptions.queries import previous_published
from handlers.subscriptions.rules import (
    IMMEDIATE_LEVELS,
    group_places,
    places_to_notify,
    subscriptions_by_place,
    summarise,
)
from storage import deliveries, places, roadmap
from storage.store import Session
from storage.values.company import Person
from storage.values.places import Place
from storage.values.roadmap import Change, Revision


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Put one notice of *revision* in the ledger for each place that hears of it. Harmless to repeat."""
    following = subscriptions_by_place(
        each for each in await places.subscriptions(session) if each.level in IMMEDIATE_LEVELS
    )
    rooms = {each.id: each for each in (subscribed[0].place for subscribed in following.values())}
    audiences = await places.audiences(session, list(rooms.values()))
    keys = [change.key for change in changes if change.entity_type == "item"]
    after = await roadmap.items_with(session, keys)

    revision_summary = summarise(revision.number, changes, item_changes_of(changes, after))
    told = places_to_notify(revision_summary, group_places(following, audiences), ctx.policy.material_days)

    if told:
        payload = {"revision": revision.number}
        await notify.queue_notice(
            session, told, REVISION, payload, key=revision_key(revision.number), at=ctx.clock.now()
        )
    await _supersede(ctx, session, revision, list(rooms))
    left = await _places_notified_of(session, await previous_published(session, revision.number)) - rooms.keys()
    await _supersede(ctx, session, revision, sorted(left), for_good=True)


async def _places_notified_of(session: Session, number: int | None) -> frozenset[int]:
    """Where a card was put or marked when R*number* came. Those marked for good then are not among them."""
    if number is None:
        return frozenset()
    marks = [superseded_key(was, number) for was in range(1, number)]
    return await deliveries.places_addressed(session, [revision_key(number), *marks])


async def _supersede(
    ctx: AppContext, session: Session, revision: Revision, rooms: Sequence[int], *, for_good: bool = False
) -> None:
    """Mark the newest older card of every place; the ones before it were marked when it came."""
    newest = await deliveries.of_notice(session, revision_key(revision.number))
    standing = await deliveries.newest_posted(session, REVISION, rooms, exclude_key=revision_key(revision.number))
    targets: dict[int, dict[int, int]] = {}  # the older revision's number -> place -> its delivery there
    for place, (delivery, payload) in standing.items():
        if isinstance(was := payload["revision"], int) and was < revision.number:
            targets.setdefault(was, {})[place] = delivery
    for was, marked in sorted(targets.items()):
        await notify.queue_update(
            session,
            SUPERSEDED,
            {"revision": revision.number, "was": was},
            key=superseded_key(was, revision.number, for_good=for_good),
            targets=marked,
            newest={place: newest[place] for place in marked if place in newest},
            at=ctx.clock.now(),
        )


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    subscribed = [each for each in await places.subscriptions(session) if each.created_by == person.id]
    return {
        "rooms": [_room_facts(place) for place in await places.places_with_member(session, person.id)],
        "rooms_subscribed": [
            _room_facts(each.place) | {"campaigns": each.campaigns, "teams": each.teams, "level": each.level}
            for each in subscribed
        ],
    }


def _room_facts(place: Place) -> dict[str, Any]:
    return {"platform": place.platform, "name": place.name or place.conversation, "direct": place.direct}


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """Their memberships go and their direct conversations are closed."""
    await places.forget_person(session, traces.person.id, traces.conversations)
    return {}
