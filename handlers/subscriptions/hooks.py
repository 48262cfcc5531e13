"""Queue the notices of a published revision, and mark older cards as superseded.

revision ──> places whose subscriptions and audience match some change ──> one delivery each
         ├─> places that show an older revision's card               ──> that card is edited
         └─> places that unsubscribed since the previous revision     ──> its card is edited, for the last time
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.shared.rules.diff import item_changes_of
from handlers.subscriptions.notices import (
    REVISION,
    SUPERSEDED,
    queue_revision,
    queue_superseded,
    revision_key,
    revision_key_ending,
)
from handlers.subscriptions.rules import (
    IMMEDIATE_LEVELS,
    group_places,
    places_to_notify,
    subscriptions_by_place,
    summarise,
)
from storage import deliveries, places, revisions, roadmap
from storage.store import Session
from storage.values.company import Person
from storage.values.places import Place
from storage.values.roadmap import Change, Revision


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Queue one notice of *revision* for each place that gets it. Harmless to repeat."""
    following = subscriptions_by_place(
        subscription for subscription in await places.subscriptions(session) if subscription.level in IMMEDIATE_LEVELS
    )
    rooms = {place.id: place for place in (subscribed[0].place for subscribed in following.values())}
    audiences = await places.audiences(session, list(rooms.values()))
    keys = [change.key for change in changes if change.entity_type == "item"]
    after = await roadmap.items_with(session, keys)

    revision_summary = summarise(revision.number, changes, item_changes_of(changes, after))
    told = places_to_notify(revision_summary, group_places(following, audiences), ctx.policy.material_days)

    if told:
        await queue_revision(ctx, session, revision, told)
    await _supersede(ctx, session, revision, list(rooms))
    left = await _places_notified_of(session, await revisions.published_before(session, revision.number)) - rooms.keys()
    await _supersede(ctx, session, revision, sorted(left), for_good=True)


async def _places_notified_of(session: Session, number: int | None) -> frozenset[int]:
    """Places that got a card of R*number*, or whose older card it marked; not those marked for the last time."""
    if number is None:
        return frozenset()
    return await deliveries.places_addressed(session, (REVISION, SUPERSEDED), key_ending=revision_key_ending(number))


async def _supersede(
    ctx: AppContext, session: Session, revision: Revision, rooms: Sequence[int], *, for_good: bool = False
) -> None:
    """Mark the newest older card of every place; earlier ones are marked already."""
    newest = await deliveries.of_notice(session, revision_key(revision.number))
    standing = await deliveries.newest_posted(session, REVISION, rooms, exclude_key=revision_key(revision.number))
    targets: dict[int, dict[int, int]] = {}  # the older revision's number -> place -> its delivery there
    for place, (delivery, payload) in standing.items():
        if isinstance(was := payload["revision"], int) and was < revision.number:
            targets.setdefault(was, {})[place] = delivery
    for was, marked in sorted(targets.items()):
        linked = {place: newest[place] for place in marked if place in newest}
        await queue_superseded(ctx, session, revision, was, targets=marked, newest=linked, for_good=for_good)


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    subscribed = [
        subscription for subscription in await places.subscriptions(session) if subscription.created_by == person.id
    ]
    return {
        "rooms": [_room_facts(place) for place in await places.places_with_member(session, person.id)],
        "rooms_subscribed": [
            _room_facts(subscription.place)
            | {"campaigns": subscription.campaigns, "teams": subscription.teams, "level": subscription.level}
            for subscription in subscribed
        ],
    }


def _room_facts(place: Place) -> dict[str, Any]:
    return {"platform": place.platform, "name": place.name or place.conversation, "direct": place.direct}


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """Their memberships go and their direct conversations are closed."""
    await places.forget_person(session, traces.person.id, traces.conversations)
    return {}
