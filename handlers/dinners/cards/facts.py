"""The facts of a dinner for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.dinners.rules.date_poll import Tally
from handlers.dinners.rules.views import RsvpCounts
from storage.values.company import Directory
from storage.values.dinners import Dinner, Rsvp


def of_dinner(dinner: Dinner, names: Directory) -> dict[str, Any]:
    """The plan. *names* are those the recipient may read."""
    return {
        "dinner": dinner.key,
        "state": str(dinner.state),
        "host": names.email_of(dinner.host),
        "cap": dinner.cap,
        "size": dinner.size,
        "date": dinner.day.isoformat() if dinner.day else "",
        "time": dinner.start_time,
        "zone": dinner.timezone,
        "place": dinner.venue,
        "sequence": dinner.sequence,
    }


def of_counts(counts: RsvpCounts) -> dict[str, int]:
    return {
        "yes": counts.yes,
        "waiting": counts.waiting,
        "maybe": counts.maybe,
        "no": counts.no,
        "held": counts.held,
    }


def of_tally(tally: Tally) -> dict[str, Any]:
    """One day of the poll; it does not name the required people who cannot come."""
    return {
        "date": tally.day.isoformat(),
        "yes": tally.yes,
        "maybe": tally.maybe,
        "no": tally.no,
        "out": bool(tally.without),
    }


def of_rsvp(mine: Rsvp | None, waiting: Mapping[str, int]) -> dict[str, Any]:
    """A person's own answer, and their position on the waiting list (0 for none)."""
    if mine is None:
        return {"answer": "", "seat": "", "waiting": 0}
    until = mine.offered_until.isoformat() if mine.offered_until else ""
    return {
        "answer": str(mine.answer or ""),
        "seat": str(mine.seat_status),
        "waiting": waiting.get(mine.person, 0),
        "offered_until": until,
    }
