"""Weeks, months and quarters for recaps, and when a recap is due. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_QUARTER = re.compile(r"(?:(\d{4})[ -]?)?q([1-4])(?:[ -]?(\d{4}))?", re.IGNORECASE)
RHYTHMS = ("weekly", "monthly", "quarterly")
RECAP = "recap"
DIGEST_KINDS = frozenset({"digest", RECAP})  # the notice kinds of which a place gets one per day


def recap_mark(rhythm: str) -> str:
    """The name under which the day of a room's last recap is stored."""
    return f"recap-{rhythm}"


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """Days from *first* to *last*, both included; *words* are its name for people."""

    first: date
    last: date
    words: str


def period_before(rhythm: str, today: date) -> CalendarPeriod:
    """The whole week, month or quarter that ended last."""
    match rhythm:
        case "weekly":
            last = today - timedelta(days=today.weekday() + 1)
            first = last - timedelta(days=6)
            return CalendarPeriod(first, last, f"the week of {_day(first)}")
        case "monthly":
            last = today.replace(day=1) - timedelta(days=1)
            return CalendarPeriod(last.replace(day=1), last, f"{last:%B %Y}")
        case _:
            this = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
            return quarter_of(this - timedelta(days=1))


def quarter_of(day: date) -> CalendarPeriod:
    """The whole quarter around *day*."""
    number = (day.month - 1) // 3
    first = date(day.year, 3 * number + 1, 1)
    following = date(day.year + number // 3, 3 * ((number + 1) % 4) + 1, 1)
    return CalendarPeriod(first, following - timedelta(days=1), f"Q{number + 1} {day.year}")


def parse_quarter(text: str) -> tuple[int, int | None] | None:
    """(quarter, year) for "Q1", "Q1 2027" or "2027-Q1", the year None if not given. None if *text* is no quarter."""
    match = _QUARTER.fullmatch(" ".join(text.split()))
    if not match or (match[1] and match[3]):
        return None
    year = match[1] or match[3]
    return int(match[2]), int(year) if year else None


def next_period(period: CalendarPeriod) -> CalendarPeriod:
    """The week, month or quarter after *period*, of the same kind."""
    first = period.last + timedelta(days=1)
    days = (period.last - period.first).days + 1
    if days <= 7:
        return CalendarPeriod(first, first + timedelta(days=6), f"the week of {_day(first)}")
    if days > 31:
        return quarter_of(first)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return CalendarPeriod(first, last, f"{first:%B %Y}")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def is_due(rhythm: str, today: date, last: date | None) -> bool:
    """Whether a new period began since *last*. Days off and missed days do not skip a recap."""
    begins = period_before(rhythm, today).last + timedelta(days=1)
    return last is None or last < begins
