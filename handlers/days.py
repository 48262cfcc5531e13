"""Days as people type them in a command. Pure: today comes in, an absolute day goes out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from handlers.errors import BadInput

_RELATIVE = re.compile(r"([+-])(\d{1,4})([dw])")
_SPAN = re.compile(r"(\d{1,3})([dw])")
_REVISION = re.compile(r"[rR](\d{1,9})")


def spoken(day: date) -> str:
    """A day as everything of ours says it: 9 Oct 2026."""
    return f"{day.day} {day:%b %Y}"


def spoken_moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{spoken(at.date())}, {at:%H:%M} UTC"


def parse_day(words: str, *, today: date, base: date | None = None) -> date:
    """The day that *words* mean: ISO 8601, `+9d`/`-2w` counted from *base* (today without one), or words.

    Raises BadInput, which says what would have been understood.
    """
    words = words.strip()
    try:
        return date.fromisoformat(words)
    except ValueError:
        pass
    if relative := _RELATIVE.fullmatch(words):
        days = int(relative[2]) * (7 if relative[3] == "w" else 1)
        return _moved(base or today, days if relative[1] == "+" else -days)
    return _in_words(words, today)


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise BadInput("That is further away than a calendar reaches. Write the day as 2027-03-01.") from None


def _in_words(words: str, today: date) -> date:
    import dateparser  # slow to import, and only needed here

    noon = datetime(today.year, today.month, today.day, 12)  # noqa: DTZ001  (dateparser compares naive moments)
    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": noon, "REQUIRE_PARTS": ["day"], "DATE_ORDER": "DMY"}
    ambiguous = re.fullmatch(r"\d{1,2}[./-]\d{1,2}([./-]\d{2,4})?", words)  # 3/4 is two different days
    found = None if ambiguous else dateparser.parse(words, languages=["en"], settings=settings)
    if found is None:
        raise BadInput(f"“{words}” is not a day I can read. Write it as 2027-03-01, “1 March 2027” or +9d.")
    return found.date()


def parse_span(words: str) -> timedelta:
    """A length of time such as `14d` or `2w`. Raises BadInput."""
    found = _SPAN.fullmatch(words.strip().lower())
    if not found:
        raise BadInput(f"“{words}” is not a length of time. Write 14d for fourteen days or 2w for two weeks.")
    return timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))


def parse_revision(words: str) -> int | None:
    """The number in `R42`; None when *words* are something else."""
    found = _REVISION.fullmatch(words.strip())
    return int(found[1]) if found else None


def start_of(day: date) -> datetime:
    """The first moment of that day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def end_of(day: date) -> datetime:
    """The last moment of that day, in UTC."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=UTC)
