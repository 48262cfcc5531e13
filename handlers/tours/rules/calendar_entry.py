"""Everybody's calendar entry of a tour: sent with the kickoff, again when the days move, and taken back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.shared.rules.ical import CalendarEntry
from storage.values.company import Directory, Person
from storage.values.tours import Tour

STARTS_AT, DURATION = time(10), timedelta(minutes=45)  # the first meeting; the two find their own hours from there
NO_ORGANISER = "handshake@invalid"  # RFC 2606 keeps that name free


def calendar_entry_for(
    tour: Tour, person: Person, organiser: str, names: Directory, now: datetime, *, cancelled: bool
) -> CalendarEntry:
    """That person's entry: the first day at ten in their own zone."""
    starts = datetime.combine(tour.starts, STARTS_AT, ZoneInfo(person.timezone))
    others = [names.name_of(person_id) or "a colleague" for person_id in tour.people if person_id != person.id]
    return CalendarEntry(
        uid=f"{person.id}-{tour.uid}",
        sequence=tour.sequence,
        starts=starts,
        ends=starts + DURATION,
        zone=person.timezone,
        title=f"Tour of duty with {' and '.join(others)} begins",
        description=f"Until {tour.ends.isoformat()}. Say “tours” to Handshake for everything about it.",
        organiser=organiser or NO_ORGANISER,
        attendee=person.email,
        sent=now,
        cancelled=cancelled,
    )
