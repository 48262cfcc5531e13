"""What hangs on a published revision: who is told, and which older cards are marked as superseded.

revision ──> places whose subscriptions and audience leave something of it ──> one delivery each
         ├─> places where an older revision's card stands                  ──> that card is changed in place
         └─> places that stopped following since the one before            ──> likewise, once and for good
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers import mail
from handlers.changes import build_index, has_subscribed_change, item_changes_of, subscribed_campaign_changes
from handlers.notices.news import RevisionSummary, previous_published, summarise
from handlers.toolbox import AppContext
from storage import deliveries, places, roadmap
from storage.store import Session
from storage.values.company import Audience
from storage.values.post import Subscription
from storage.values.roadmap import Change, Revision

REVISION = "revision"
SUPERSEDED = "superseded"
IMMEDIATE_LEVELS = ("material", "all")  # the levels that do not wait for a digest

FilterKey = tuple[tuple[str, ...], tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places that want the same and may see the same: what one of them hears, all of them hear."""

    subscriptions: tuple[Subscription, ...]
    audience: Audience
    places: tuple[int, ...]


def revision_key(number: int) -> str:
    return f"{REVISION}:R{number}"


def superseded_key(was: int, number: int, *, for_good: bool = False) -> str:
    return f"{SUPERSEDED}:R{was}:R{number}{':for good' if for_good else ''}"


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
        await mail.queue_notice(session, told, REVISION, payload, key=revision_key(revision.number), at=ctx.clock.now())
    await _supersede(ctx, session, revision, list(rooms))
    left = await _places_notified_of(session, await previous_published(session, revision.number)) - rooms.keys()
    await _supersede(ctx, session, revision, sorted(left), for_good=True)


def subscriptions_by_place(subscriptions: Iterable[Subscription]) -> dict[int, tuple[Subscription, ...]]:
    """Place -> its subscriptions, in their order."""
    heaps: dict[int, list[Subscription]] = {}
    for each in subscriptions:
        heaps.setdefault(each.place.id, []).append(each)
    return {place: tuple(place_ids) for place, place_ids in heaps.items()}


def group_places(
    following: Mapping[int, tuple[Subscription, ...]], audiences: Mapping[int, Audience]
) -> tuple[PlaceGroup, ...]:
    """The places, put together where asking once answers for all of them."""
    heaps: dict[tuple[frozenset[FilterKey], Audience], list[int]] = {}
    for place, subscribed in following.items():
        filters = frozenset((each.campaigns, each.teams, str(each.level)) for each in subscribed)
        heaps.setdefault((filters, audiences[place]), []).append(place)
    return tuple(
        PlaceGroup(following[place_ids[0]], audience, tuple(place_ids)) for (_, audience), place_ids in heaps.items()
    )


def places_to_notify(revision_summary: RevisionSummary, found: Iterable[PlaceGroup], days: int) -> tuple[int, ...]:
    """The places that hear of *revision_summary*, by id."""
    index = build_index(revision_summary.item_changes, days)
    told = [
        place
        for group in found
        if subscribed_campaign_changes(group.subscriptions, revision_summary.campaign_changes, days)
        or has_subscribed_change(group.subscriptions, index, group.audience)
        for place in group.places
    ]
    return tuple(sorted(told))


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
        await mail.queue_update(
            session,
            SUPERSEDED,
            {"revision": revision.number, "was": was},
            key=superseded_key(was, revision.number, for_good=for_good),
            targets=marked,
            newest={place: newest[place] for place in marked if place in newest},
            at=ctx.clock.now(),
        )
