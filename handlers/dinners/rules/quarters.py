"""Parse the quarter of a dinner, and propose days in it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from handlers.shared.rules import periods

# With less left, the quarter is over for planning: "Q4" in the last week of December means next year.
LEAST_LEFT = timedelta(days=14)
INTO_THE_QUARTER = timedelta(days=35)
USUAL_NOTICE = timedelta(days=28)
SHORTEST_NOTICE = timedelta(days=7)
TUESDAY, DAYS_OFFERED = 1, 3


def quarter_key(text: str, today: date) -> str | None:
    """`2027-Q1` for "Q1", "Q1 2027" or "2027-Q1"; without a year, the next one. None if *text* is no quarter."""
    named = periods.parse_quarter(text)
    if named is None:
        return None
    number, year = named
    if year is not None:
        return f"{year}-Q{number}" if 2000 <= year <= 2999 else None
    this_year = f"{today.year}-Q{number}"
    return this_year if today <= last_day(this_year) - LEAST_LEFT else f"{today.year + 1}-Q{number}"


def first_day(key: str) -> date:
    return date(int(key[:4]), 3 * int(key[-1]) - 2, 1)


def last_day(key: str) -> date:
    following = first_day(key) + timedelta(days=95)
    return following.replace(day=1) - timedelta(days=1)


def proposed_dates(key: str, today: date, is_free: Callable[[date], bool]) -> tuple[date, ...]:
    """The days among Tuesday to Thursday of one week well inside the quarter for which *is_free* holds.

    Late in a quarter it is the first week that leaves people time to answer, even in the next quarter.
    """
    day = max(first_day(key) + INTO_THE_QUARTER, today + USUAL_NOTICE)
    if day + timedelta(days=7) > last_day(key):
        day = today + SHORTEST_NOTICE
    for _ in range(20):
        day += timedelta(days=(TUESDAY - day.weekday()) % 7)
        week = tuple(day + timedelta(days=days) for days in range(DAYS_OFFERED) if is_free(day + timedelta(days=days)))
        if week:
            return week
        day += timedelta(days=1)
    return (day,)
