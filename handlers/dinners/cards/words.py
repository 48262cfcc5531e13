"""The words for a dinner's day, place, host and counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.dinners.rules.views import RsvpCounts
from handlers.shared.rules.dates import format_day
from handlers.shared.rules.phrases import plural
from storage.values.company import Directory
from storage.values.dinners import Dinner


def day_words(day: date) -> str:
    return f"{day:%A}, {format_day(day)}"


def when_words(dinner: Dinner) -> str:
    """Day, time and zone, or that the day is open."""
    return (
        f"{day_words(dinner.day)}, {dinner.start_time} ({dinner.timezone})"
        if dinner.day
        else "the day is not fixed yet"
    )


def where_words(dinner: Dinner) -> str:
    return dinner.venue or "the place is told later"


def host_words(dinner: Dinner, names: Directory) -> str:
    return names.name_of(dinner.host) or "nobody yet"


def cap_words(dinner: Dinner) -> str:
    return plural(dinner.cap, "seat") if dinner.cap else "as many as come"


def counts_words(counts: RsvpCounts, dinner: Dinner) -> str:
    """The tally: `18 of 24 seats taken, 1 on offer, 3 waiting, 2 maybe, 5 cannot`."""
    taken = f"{counts.yes} of {plural(dinner.cap, 'seat')} taken" if dinner.cap else f"{counts.yes} come"
    rest = [(counts.held, "on offer"), (counts.waiting, "waiting"), (counts.maybe, "maybe"), (counts.no, "cannot")]
    return ", ".join([taken, *(f"{count} {word}" for count, word in rest if count)])


def until_words(until: datetime, dinner: Dinner) -> str:
    local = until.astimezone(ZoneInfo(dinner.timezone))
    return f"{local:%A} {local:%H:%M} ({dinner.timezone})"


def span_words(span: timedelta) -> str:
    hours = round(span.total_seconds() / 3600)
    return plural(hours, "hour") if hours < 48 else plural(round(hours / 24), "day")
