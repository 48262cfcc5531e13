"""The calendar entry of a tour: sent with the kickoff, updated when it moves, cancelled when it ends early. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.shared.rules.ical import NO_ORGANISER, CalendarEntry
from storage.values.company import Directory, Person
from storage.values.tours import Tour

STARTS_AT, DURATION = time(10), timedelta(minutes=45)  # of the first meeting; travellers arrange the others themselves


def calendar_entry_for(
    tour: Tour, person: Person, organiser: str, names: Directory, now: datetime, *, cancelled: bool
) -> CalendarEntry:
    """The entry of *person*: the first day at ten in their time zone."""
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
