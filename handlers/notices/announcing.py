"""What hangs on a published revision: who is told, and which older cards are marked as superseded.

revision ──> places whose subscriptions and audience leave something of it ──> one delivery each
         ├─> places where an older revision's card stands                  ──> that card is changed in place
         └─> places that stopped following since the one before            ──> likewise, once and for good
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers import mail
from handlers.changes import campaigns_wanted_by, indexed, is_any_wanted, steps_of
from handlers.notices.news import News, news_from, published_before
from handlers.toolbox import Toolbox
from storage import deliveries, places, roadmap
from storage.store import Session
from storage.values import Audience, Change, Revision, Subscription

REVISION = "revision"
SUPERSEDED = "superseded"
AT_ONCE = ("material", "all")  # the levels that do not wait for a digest

Filter = tuple[tuple[str, ...], tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Group:
    """Places that want the same and may see the same: what one of them hears, all of them hear."""

    subscriptions: tuple[Subscription, ...]
    audience: Audience
    places: tuple[int, ...]


def notice_key(number: int) -> str:
    return f"{REVISION}:R{number}"


def mark_key(was: int, number: int, *, for_good: bool = False) -> str:
    return f"{SUPERSEDED}:R{was}:R{number}{':for good' if for_good else ''}"


async def on_published(box: Toolbox, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Put one notice of *revision* in the ledger for each place that hears of it. Harmless to repeat."""
    following = by_place(each for each in await places.subscriptions(session) if each.level in AT_ONCE)
    rooms = {each.id: each for each in (subscribed[0].place for subscribed in following.values())}
    audiences = await places.audiences(session, list(rooms.values()))
    keys = [change.key for change in changes if change.noun == "item"]
    after = await roadmap.items_with(session, keys)

    news = news_from(revision.number, changes, steps_of(changes, after))
    told = places_told(news, groups(following, audiences), box.policy.material_days)

    if told:
        payload = {"revision": revision.number}
        await mail.announce(session, told, REVISION, payload, key=notice_key(revision.number), at=box.clock.now())
    await _supersede(box, session, revision, list(rooms))
    left = await _places_told_before(session, await published_before(session, revision.number)) - rooms.keys()
    await _supersede(box, session, revision, sorted(left), for_good=True)


def by_place(subscriptions: Iterable[Subscription]) -> dict[int, tuple[Subscription, ...]]:
    """Place -> its subscriptions, in their order."""
    heaps: dict[int, list[Subscription]] = {}
    for each in subscriptions:
        heaps.setdefault(each.place.id, []).append(each)
    return {place: tuple(heap) for place, heap in heaps.items()}


def groups(following: Mapping[int, tuple[Subscription, ...]], audiences: Mapping[int, Audience]) -> tuple[Group, ...]:
    """The places, put together where asking once answers for all of them."""
    heaps: dict[tuple[frozenset[Filter], Audience], list[int]] = {}
    for place, subscribed in following.items():
        filters = frozenset((each.campaigns, each.teams, str(each.level)) for each in subscribed)
        heaps.setdefault((filters, audiences[place]), []).append(place)
    return tuple(Group(following[heap[0]], audience, tuple(heap)) for (_, audience), heap in heaps.items())


def places_told(news: News, found: Iterable[Group], days: int) -> tuple[int, ...]:
    """The places that hear of *news*, by id."""
    index = indexed(news.steps, days)
    told = [
        place
        for group in found
        if campaigns_wanted_by(group.subscriptions, news.campaigns, days)
        or is_any_wanted(group.subscriptions, index, group.audience)
        for place in group.places
    ]
    return tuple(sorted(told))


async def _places_told_before(session: Session, number: int | None) -> frozenset[int]:
    """Where a card was put or marked when R*number* came. Those marked for good then are not among them."""
    if number is None:
        return frozenset()
    marks = [mark_key(was, number) for was in range(1, number)]
    return await deliveries.places_of(session, [notice_key(number), *marks])


async def _supersede(
    box: Toolbox, session: Session, revision: Revision, rooms: Sequence[int], *, for_good: bool = False
) -> None:
    """Mark the newest older card of every place; the ones before it were marked when it came."""
    newest = await deliveries.of_notice(session, notice_key(revision.number))
    standing = await deliveries.newest_standing(session, REVISION, rooms, besides=notice_key(revision.number))
    targets: dict[int, dict[int, int]] = {}  # the older revision's number -> place -> its delivery there
    for place, (delivery, payload) in standing.items():
        if isinstance(was := payload["revision"], int) and was < revision.number:
            targets.setdefault(was, {})[place] = delivery
    for was, marked in sorted(targets.items()):
        await mail.update(
            session,
            SUPERSEDED,
            {"revision": revision.number, "was": was},
            key=mark_key(was, revision.number, for_good=for_good),
            targets=marked,
            newest={place: newest[place] for place in marked if place in newest},
            at=box.clock.now(),
        )
