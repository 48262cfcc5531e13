"""The calendar entry of a guest. Pure."""

from __future__ import annotations

from datetime import datetime

from handlers.shared.rules.ical import NO_ORGANISER, CalendarEntry
from storage.values.dinners import DINNER_DURATION, Dinner, DinnerState, Rsvp

SEQUENCES_PER_CHANGE = 100  # sequence numbers for one guest between two changes of the dinner


def entry_uid(dinner: Dinner) -> str:
    """A stable id: calendar programs recognise an entry by it."""
    return f"dinner-{dinner.key}@handshake"


def calendar_entry(
    dinner: Dinner, mine: Rsvp | None, *, organiser: str, guest: str, now: datetime
) -> CalendarEntry | None:
    """The entry to send *now*; None if there is none to add and none to cancel.

    Only guests who dropped out get a cancellation. *organiser* must be the same address every time.
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
    """The sequence number: unchanged while nothing changed, higher after every change; cancellations are odd.

    Calendar programs ignore an update or cancellation whose number is not higher.
    """
    base = dinner.sequence * SEQUENCES_PER_CHANGE
    if last_sent is None or last_sent < base:
        return base + cancels
    return last_sent if bool(last_sent % 2) == cancels else last_sent + 1
