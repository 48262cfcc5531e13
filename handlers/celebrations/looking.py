"""What there is to say about a week, month or quarter: as everybody who reads it may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.celebrations.rules import remembered
from handlers.days import end_of, start_of
from handlers.rhythms import Period
from storage import celebrations, roadmap
from storage.store import Session
from storage.values import Anniversary, Audience, DateField, Directory, Item, Kudos, Order, Plan, Status
from storage.values import Period as Days


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
    session: Session,
    period: Period,
    audience: Audience,
    sitting: frozenset[str],
    names: Directory,
    *,
    remember: bool = False,
) -> Looked:
    """What was finished, who was thanked in the open, and, for a room, whose day of those who sit there comes up."""
    plan = Plan(
        statuses=frozenset({Status.DONE}),
        period=Days(period.first, period.last),
        period_of=DateField.FINISHED,
        order=Order.FINISHED,
    )
    found = await roadmap.matching(session, plan, audience, show=400)
    since, until = start_of(period.first), end_of(period.last)
    given = await celebrations.kudos_since(session, since, until)
    thanks = tuple(each for each in given if each.shown)
    days = remembered(await celebrations.anniversaries(session), period) if remember else ()
    return Looked(period, found.items, thanks, tuple(each for each in days if each[0].person in sitting), names)
