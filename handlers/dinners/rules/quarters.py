"""Which quarter is meant, and on which days of it a dinner could be. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

_QUARTER = re.compile(r"(?:(\d{4})[ -]?)?q([1-4])(?:[ -]?(\d{4}))?", re.IGNORECASE)
# A quarter with less left of it is over for planning: "Q4" in the last week of December is next year's.
LEAST_LEFT = timedelta(days=14)
INTO_THE_QUARTER = timedelta(days=35)
USUAL_NOTICE = timedelta(days=28)
SHORTEST_NOTICE = timedelta(days=7)
TUESDAY, DAYS_OFFERED = 1, 3


def parse_quarter(text: str, today: date) -> str | None:
    """`2027-Q1` for "Q1", "Q1 2027" or "2027-Q1"; without a year the next one to come. None when it is something else."""
    match = _QUARTER.fullmatch(" ".join(text.split()))
    if not match or (match[1] and match[3]):
        return None
    number, year = int(match[2]), match[1] or match[3]
    if year:
        return f"{int(year)}-Q{number}" if 2000 <= int(year) <= 2999 else None
    this_year = f"{today.year}-Q{number}"
    return this_year if today <= last_day(this_year) - LEAST_LEFT else f"{today.year + 1}-Q{number}"


def first_day(key: str) -> date:
    return date(int(key[:4]), 3 * int(key[-1]) - 2, 1)


def last_day(key: str) -> date:
    following = first_day(key) + timedelta(days=95)
    return following.replace(day=1) - timedelta(days=1)


def proposed_dates(key: str, today: date, is_free: Callable[[date], bool]) -> tuple[date, ...]:
    """Tuesday, Wednesday and Thursday of one week well inside the quarter, as far as *is_free* says so.

    Late in a quarter it is the first week that leaves people time to answer, whatever quarter that is in.
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
