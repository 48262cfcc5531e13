"""What there is to say about a week, month or quarter: as everybody who reads it may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.celebrations.rules import named, remembered
from handlers.days import end_of, start_of
from handlers.rhythms import Period
from storage import celebrations, places, roadmap
from storage.store import Session
from storage.values import Anniversary, Audience, DateField, Directory, Item, Kudos, Order, Place, Plan, Status
from storage.values import Period as Days

MOST = 2000  # items; more than a company finishes in a quarter


@dataclass(frozen=True, slots=True)
class Looked:
    """What there is to say about a period, for who reads it."""

    period: Period
    items: tuple[Item, ...]
    thanks: tuple[Kudos, ...]
    days: tuple[tuple[Anniversary, date], ...]
    names: Directory

    def __bool__(self) -> bool:
        return bool(self.items or self.thanks or self.days)


async def look_back(
    session: Session, period: Period, audience: Audience, names: Directory, *, room: Place | None = None
) -> Looked:
    """What was finished, who was thanked in the open, and, for a *room*, whose day of those who sit there comes up."""
    plan = Plan(
        statuses=frozenset({Status.DONE}),
        period=Days(period.first, period.last),
        period_of=DateField.FINISHED,
        order=Order.FINISHED,
    )
    found = await roadmap.matching(session, plan, audience, show=MOST)
    given = await celebrations.kudos_since(session, start_of(period.first), end_of(period.last))
    thanks = tuple(each for each in given if each.shown)
    days = await _days_of(session, period, room, names) if room else ()
    return Looked(period, found.items, thanks, days, names)


async def _days_of(
    session: Session, period: Period, room: Place, names: Directory
) -> tuple[tuple[Anniversary, date], ...]:
    """Days of those who sit in *room* and may be named there; none where people of other organisations read along."""
    if room.external:
        return ()
    sitting = await places.sitting_in(session, [room.id])
    wanted = [each for each in await celebrations.anniversaries(session) if each.person in sitting]
    return remembered([each for each in wanted if each.person in named([each.person], names)], period)
