"""Which calendar entry somebody should have of a dinner. Pure."""

from __future__ import annotations

from datetime import datetime

from handlers.shared.rules.ical import CalendarEntry
from storage.values.dinners import DINNER_DURATION, Dinner, DinnerState, Rsvp

SEQUENCES_PER_CHANGE = 100  # sequences of one person between two changes of the dinner
NO_ORGANISER = "handshake@invalid"  # where nobody is left who planned it; RFC 2606 keeps that name free


def entry_uid(dinner: Dinner) -> str:
    """The same for ever: calendar programs know an entry again by it."""
    return f"dinner-{dinner.key}@handshake"


def calendar_entry(
    dinner: Dinner, mine: Rsvp | None, *, organiser: str, guest: str, now: datetime
) -> CalendarEntry | None:
    """The entry as it is to be sent *now*; None where there is none to have and none to take away.

    Whoever dropped out, and nobody else, gets a cancellation. *organiser* is the same address at every sending.
    """
    if dinner.starts_at is None or mine is None:
        return None
    comes = mine.has_seat and dinner.state is not DinnerState.CANCELLED
    if not comes and mine.calendar_sequence is None:
        return None
    return CalendarEntry(
        uid=entry_uid(dinner),
        sequence=entry_sequence(dinner, mine.calendar_sequence, cancels=not comes),
        starts=dinner.starts_at,
        ends=dinner.starts_at + DINNER_DURATION,
        zone=dinner.timezone,
        title=f"Dinner {dinner.key}: Marketing and IT",
        description="Whether you come, and where you sit: ask Handshake for “dinner”.",
        location=dinner.venue,
        organiser=organiser or NO_ORGANISER,
        attendee=guest,
        sent=now,
        cancelled=not comes,
    )


def entry_sequence(dinner: Dinner, last_sent: int | None, *, cancels: bool) -> int:
    """What this one is numbered: the same while nothing changed, more after every change. Cancellations are odd.

    Calendar programs leave out whatever did not rise, a cancellation too.
    """
    base = dinner.sequence * SEQUENCES_PER_CHANGE
    if last_sent is None or last_sent < base:
        return base + cancels
    return last_sent if bool(last_sent % 2) == cancels else last_sent + 1
