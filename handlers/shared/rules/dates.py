"""Parse days as people type them in commands. Pure: today is an argument."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from handlers.errors import BadInput

_RELATIVE = re.compile(r"([+-]) ?([0-9]{1,4}) ?(d|w|days?|weeks?)", re.IGNORECASE)
_SPAN = re.compile(r"([0-9]{1,3})([dw])")
_REVISION = re.compile(r"[rR]([0-9]{1,9})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"(?:(on|next|this|last) )?({'|'.join(_WEEKDAYS)})", re.IGNORECASE)
MAX_LENGTH = 60  # characters; dateparser takes seconds for long texts


def format_day(day: date) -> str:
    """A day as cards show it: 9 Oct 2026."""
    return f"{day.day} {day:%b %Y}"


def format_moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{format_day(at.date())}, {at:%H:%M} UTC"


def parse_day(words: str, *, today: date, base: date | None = None, past: bool = False) -> date:
    """The day that *words* mean: ISO 8601, `+9d`/`-2w` counted from *base* (today without one), or words.

    A day without a year is the next such day; with *past*, the last one.
    Raises BadInput with the accepted forms.
    """
    words = words.strip()
    try:
        return date.fromisoformat(words)
    except ValueError:
        pass
    if relative := _RELATIVE.fullmatch(words):
        days = int(relative[2]) * (7 if relative[3].lower().startswith("w") else 1)
        return _moved(base or today, days if relative[1] == "+" else -days)
    if weekday := _WEEKDAY.fullmatch(words):
        return _weekday(weekday, today, past=past)
    return _in_words(words, today, past=past)


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise BadInput("That is further away than a calendar reaches. Write the day as 2027-03-01.") from None


def _weekday(typed: re.Match[str], today: date, *, past: bool) -> date:
    """The first such day after today, the latest before today for `last` (or *past*), and the one after this week
    for `next`."""
    wanted, which = _WEEKDAYS.index(typed[2].lower()), (typed[1] or "").lower()
    if which == "last" or (past and which != "next"):
        return _moved(today, -((today.weekday() - wanted) % 7 or 7))
    if which == "next":
        return _moved(today, 7 - today.weekday() + wanted)
    return _moved(today, (wanted - today.weekday()) % 7 or 7)


def _in_words(words: str, today: date, *, past: bool) -> date:
    import dateparser  # slow to import, and only needed here

    unreadable = BadInput(f"“{_shown(words)}” is not a day I can read. Write it as 2027-03-01, “1 March 2027” or +9d.")
    if year_first := _YEAR_FIRST.fullmatch(words):
        try:
            return date(int(year_first[1]), int(year_first[2]), int(year_first[3]))
        except ValueError:
            raise unreadable from None
    if not _is_plain(words):
        raise unreadable
    noon = datetime(today.year, today.month, today.day, 12)  # noqa: DTZ001  (dateparser compares naive moments)
    settings = {
        "PREFER_DATES_FROM": "past" if past else "future",
        "RELATIVE_BASE": noon,
        "REQUIRE_PARTS": ["day"],
        "DATE_ORDER": "DMY",
    }
    try:
        moment = dateparser.parse(words, languages=["en"], settings=settings)
    except (ValueError, OverflowError):  # a number of days beyond the calendar
        moment = None
    if moment is None:
        raise unreadable
    return moment.date()


def _is_plain(words: str) -> bool:
    """Whether the text is unambiguous words: 3/4 is two different days, and 1m a minute or a month."""
    return (
        len(words) <= MAX_LENGTH
        and re.search(r"[A-Za-z]{2}", words) is not None
        and re.search(r"[0-9][./-][0-9]", words) is None
    )


def _shown(words: str) -> str:
    return words if len(words) <= MAX_LENGTH else f"{words[:MAX_LENGTH]}…"


def parse_span(words: str) -> timedelta:
    """A duration such as `14d` or `2w`. Raises BadInput."""
    match = _SPAN.fullmatch(words.strip().lower())
    if not match:
        raise BadInput(f"“{_shown(words)}” is not a length of time. Write 14d for fourteen days or 2w for two weeks.")
    return timedelta(days=int(match[1]) * (7 if match[2] == "w" else 1))


def parse_revision(words: str) -> int | None:
    """The number in `R42`; None if *words* are something else."""
    match = _REVISION.fullmatch(words.strip())
    return int(match[1]) if match else None


def start_of_day(day: date) -> datetime:
    """The first moment of that day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def end_of_day(day: date) -> datetime:
    """The last moment of that day, in UTC."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=UTC)
