"""What there is to say about a week, month or quarter: as everybody who reads it may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.celebrations.rules import publicly_named, upcoming_anniversaries
from handlers.days import end_of_day, start_of_day
from handlers.rhythms import CalendarPeriod
from storage import celebrations, places, roadmap
from storage.store import Session
from storage.values.celebrations import Anniversary, Kudos
from storage.values.company import Audience, Directory
from storage.values.post import Place
from storage.values.questions import DateRange as Days
from storage.values.questions import ItemDate, Plan, SortOrder
from storage.values.roadmap import Item, Status

MOST = 2000  # items; more than a company finishes in a quarter


@dataclass(frozen=True, slots=True)
class RecapContent:
    """What there is to say about a period, for who reads it."""

    period: CalendarPeriod
    items: tuple[Item, ...]
    thanks: tuple[Kudos, ...]
    days: tuple[tuple[Anniversary, date], ...]
    names: Directory

    def __bool__(self) -> bool:
        return bool(self.items or self.thanks or self.days)


async def recap_content(
    session: Session, period: CalendarPeriod, audience: Audience, names: Directory, *, room: Place | None = None
) -> RecapContent:
    """What was finished, who was thanked in the open, and, for a *room*, whose day of those who sit there comes up."""
    plan = Plan(
        statuses=frozenset({Status.DONE}),
        period=Days(period.first, period.last),
        period_of=ItemDate.FINISHED,
        order=SortOrder.FINISHED,
    )
    found = await roadmap.matching(session, plan, audience, show=MOST)
    given = await celebrations.kudos_since(session, start_of_day(period.first), end_of_day(period.last))
    thanks = tuple(each for each in given if each.public_recipients)
    days = await _days_of(session, period, room, names) if room else ()
    return RecapContent(period, found.items, thanks, days, names)


async def _days_of(
    session: Session, period: CalendarPeriod, room: Place, names: Directory
) -> tuple[tuple[Anniversary, date], ...]:
    """Days of those who sit in *room* and may be named there; none where people of other organisations read along."""
    if room.external:
        return ()
    sitting = await places.members_of(session, [room.id])
    wanted = [each for each in await celebrations.anniversaries(session) if each.person in sitting]
    return upcoming_anniversaries(
        [each for each in wanted if each.person in publicly_named([each.person], names)], period
    )
