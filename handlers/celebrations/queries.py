"""What recognition cards are made from: recaps, credits, the rooms that follow an item, the sources of posted cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.celebrations.rules.fingerprints import CardSources, Payload, id_in, key_of, period_in
from handlers.celebrations.rules.recognition import (
    Credit,
    RecapContent,
    item_credits,
    publicly_named,
    thanks_shown_in,
    upcoming_anniversaries,
)
from handlers.shared.posted_cards import rooms_showing
from handlers.shared.rules.dates import end_of_day, start_of_day
from handlers.shared.rules.diff import ItemChange, follows
from handlers.shared.rules.periods import CalendarPeriod
from storage import celebrations, item_queries, places, roadmap_history
from storage.directory import directory
from storage.store import Session
from storage.values.celebrations import Anniversary, Celebration, Kudos
from storage.values.company import Audience, Directory
from storage.values.places import Place
from storage.values.questions import DateRange as Days
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import Item, Status

MOST = 2000  # items; more than a company finishes in a quarter


async def recap_content(
    session: Session,
    period: CalendarPeriod,
    audience: Audience,
    names: Directory,
    *,
    room: Place | None = None,
    with_anniversaries: bool = True,
) -> RecapContent:
    """Finished items, public thanks and the upcoming anniversaries, for all who read it in *room*.

    Without a room, one person reads it alone: there are no anniversaries then.
    """
    plan = Plan(
        statuses=frozenset({Status.DONE}),
        finished=Days(period.first, period.last),
        order=SortOrder.FINISHED,
    )
    matches = await item_queries.matching(session, plan, audience, show=MOST)
    given = await celebrations.kudos_since(session, start_of_day(period.first), end_of_day(period.last))
    thanks = thanks_shown_in(room, given)
    days = await _days_of(session, period, room, names) if room and with_anniversaries else ()
    return RecapContent(period, matches.items, thanks, days, names)


async def _days_of(
    session: Session, period: CalendarPeriod, room: Place, names: Directory
) -> tuple[tuple[Anniversary, date], ...]:
    """Anniversaries of the members of *room* who may be named there; none in a room shared with another organisation."""
    if room.external:
        return ()
    sitting = await places.members_of(session, [room.id])
    of_members = [
        anniversary for anniversary in await celebrations.anniversaries(session) if anniversary.person in sitting
    ]
    return upcoming_anniversaries(
        [
            anniversary
            for anniversary in of_members
            if anniversary.person in names.person and publicly_named([anniversary.person], names)
        ],
        period,
    )


async def rooms_following(session: Session, item: Item) -> list[int]:
    """The rooms that follow *item* and may see it."""
    step = ItemChange(None, item)
    following = {
        subscription.place.id: subscription.place
        for subscription in await places.subscriptions(session)
        if follows(subscription, step)
    }
    rooms = [place for place in following.values() if not place.direct]
    audiences = await places.audiences(session, rooms)
    return sorted(place.id for place in rooms if audiences[place.id].may_see(item.visible_to))


async def credits_of(session: Session, celebration: Celebration, item: Item, names: Directory) -> tuple[Credit, ...]:
    """The people the card names: as recorded when it was posted, else as of now."""
    if celebration.people:
        return tuple(Credit(who, role) for who, role in celebration.people)
    return item_credits(item, names.campaign, celebration.thanks, await roadmap_history.owners_of(session, item.key))


async def rooms_without_card(session: Session, celebration: Celebration, item: Item) -> list[int]:
    """The rooms that follow *item* and do not show its card."""
    have = await rooms_showing(session, key_of(celebration))
    return [place for place in await rooms_following(session, item) if place not in have]


async def card_sources(session: Session, payloads: Sequence[Payload], *, with_recaps: bool) -> CardSources:
    """The current sources of the cards with these payloads, in a fixed number of queries."""
    ids = sorted({id_in(payload, "celebration") for payload in payloads} - {0})
    thanks = sorted({id_in(payload, "kudos") for payload in payloads} - {0})
    given: dict[int, Kudos] = dict(await celebrations.kudos_with(session, thanks))
    if with_recaps:
        firsts = [period_in(payload).first for payload in payloads if "first" in payload]
        given |= {kudos.id: kudos for kudos in await celebrations.kudos_since(session, start_of_day(min(firsts)))}
    days = await celebrations.anniversaries(session) if with_recaps else ()
    return CardSources(await directory(session), await celebrations.celebrations_with(session, ids), given, days)
