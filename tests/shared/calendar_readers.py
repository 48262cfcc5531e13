"""What three calendar libraries by others make of an entry, in the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    uid: str
    sequence: int
    method: str
    status: str
    starts: datetime
    ends: datetime
    title: str
    place: str
    guests: tuple[str, ...]
    organiser: str
    sent: datetime


def _utc(value: Any) -> datetime:
    assert isinstance(value, datetime)
    return value.astimezone(UTC)


def _address(value: object) -> str:
    return str(value).removeprefix("mailto:").removeprefix("MAILTO:")


def by_icalendar(content: bytes) -> ParsedEntry:
    from icalendar import Calendar

    whole: Any = Calendar.from_ical(content)
    [event] = whole.walk("VEVENT")
    guests = event.get("ATTENDEE", [])
    return ParsedEntry(
        uid=str(event["UID"]),
        sequence=int(event["SEQUENCE"]),
        method=str(whole["METHOD"]),
        status=str(event["STATUS"]),
        starts=_utc(event["DTSTART"].dt),
        ends=_utc(event["DTEND"].dt),
        title=str(event["SUMMARY"]),
        place=str(event.get("LOCATION", "")),
        guests=tuple(_address(each) for each in (guests if isinstance(guests, list) else [guests])),
        organiser=_address(event["ORGANIZER"]),
        sent=_utc(event["DTSTAMP"].dt),
    )


def by_vobject(content: bytes) -> ParsedEntry:
    import vobject

    # It keeps the first rules that it read for a zone, whatever later files say; each file is to be read by itself.
    known: Any = vars(vobject.icalendar)["__tzidMap"]
    known.clear()
    whole: Any = vobject.readOne(content.decode())
    event = whole.vevent
    return ParsedEntry(
        uid=event.uid.value,
        sequence=int(event.sequence.value),
        method=whole.method.value,
        status=event.status.value,
        starts=_utc(event.dtstart.value),
        ends=_utc(event.dtend.value),
        title=event.summary.value,
        place=event.location.value if hasattr(event, "location") else "",
        guests=tuple(_address(each.value) for each in event.attendee_list),
        organiser=_address(event.organizer.value),
        sent=_utc(event.dtstamp.value),
    )


def by_ics(content: bytes) -> ParsedEntry:
    from ics import Calendar

    whole: Any = Calendar(content.decode())
    [event] = whole.events
    extra = {line.name: line.value for line in event.extra}
    return ParsedEntry(
        uid=event.uid,
        sequence=int(extra["SEQUENCE"]),
        method=whole.method,
        status=event.status,
        starts=_utc(event.begin.datetime),
        ends=_utc(event.end.datetime),
        title=event.name or "",
        place=event.location or "",
        guests=tuple(_address(each.email) for each in event.attendees),
        organiser=_address(event.organizer.email),
        sent=_utc(event.created.datetime),
    )


READERS: tuple[Callable[[bytes], ParsedEntry], ...] = (by_icalendar, by_vobject, by_ics)
