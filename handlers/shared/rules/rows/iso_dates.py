"""Parse days in files: ISO 8601 only, because 03/04/2026 is ambiguous."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from handlers.shared.rules.rows.parsed import InvalidCell, invalid_cell

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})(?:[t ].*)?")
_WITHOUT_DASHES = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[t ].*)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[. -]+([a-z]{3,9})[.,]?[ -]+([0-9]{4})")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? +([0-9]{1,2})(?:st|nd|rd|th)?,? +([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}")

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
# Spreadsheets count days from here, and save a date cell that is formatted as a number as that count.
_SERIAL_EPOCH = date(1899, 12, 30)


def parse_iso_day(text: str) -> date | None:
    """The day in a cell; None when it is empty."""
    text = text.strip()
    if not text:
        return None
    if _ISO.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _no_such_day(text) from None
    raise _not_iso(text)


def _no_such_day(text: str) -> InvalidCell:
    year, month, number = (int(part) for part in text.split("-"))
    if year == 0:
        return invalid_cell(text, f"{text} does not exist: there is no year 0", _proposal())
    if not 1 <= month <= 12:
        swapped = _real(year, number, month)
        return invalid_cell(text, f"{text} does not exist: there is no month {month}", _proposal(swapped))
    last = monthrange(year, month)[1]
    reason = f"{text} does not exist: {_MONTHS[month - 1].capitalize()} {year} has {last} days"
    return invalid_cell(text, reason, _proposal(_real(year, month, last)))


def _not_iso(text: str) -> InvalidCell:
    possible = _readings(text.lower())
    if len(possible) > 1:
        either = " or ".join(day.isoformat() for day in possible)
        return invalid_cell(text, f"{text} could be two different days; days are written YYYY-MM-DD", either)
    return invalid_cell(text, f"{text} is not a day written YYYY-MM-DD", _proposal(*possible))


def _proposal(day: date | None = None) -> str:
    return day.isoformat() if day else "write the day as YYYY-MM-DD, for example 2026-12-31"


def _readings(text: str) -> list[date]:
    """Every day that *text* may mean, the day-first reading before the month-first one."""
    if match := _YEAR_FIRST.fullmatch(text) or _WITHOUT_DASHES.fullmatch(text):
        readings = [_real(int(match[1]), int(match[2]), int(match[3]))]
    elif match := _YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        month_first = None if match[2] == "." else _real(year, first, second)
        readings = [_real(year, second, first), month_first]
    elif match := _DAY_MONTH.fullmatch(text):
        readings = [_real(int(match[3]), _month(match[2]), int(match[1]))]
    elif match := _MONTH_DAY.fullmatch(text):
        readings = [_real(int(match[3]), _month(match[1]), int(match[2]))]
    elif _SERIAL.fullmatch(text):
        readings = [_SERIAL_EPOCH + timedelta(days=int(text))]
    else:
        readings = []
    return list(dict.fromkeys(day for day in readings if day))


def _month(name: str) -> int:
    """The number of a month named in full or by a beginning of it; 0 for anything else."""
    return next((number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name.rstrip("."))), 0)


def _real(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
