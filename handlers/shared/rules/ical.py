"""Write calendar entries: RFC 5545, with RFC 5546 for changes and cancellations. Pure.

The recipient is the only attendee named in it. The same `uid` is the same entry; a higher `sequence` replaces
it, and so does a cancellation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NO_ORGANISER = "handshake@invalid"  # if the organiser has left; RFC 2606 reserves this domain
LINE_OCTETS = 75  # RFC 5545, 3.1
ZONE_MARGIN = timedelta(days=400)  # how far around the entry its zone's changes are listed
_LOOKS = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One person's entry. *starts* and *ends* are aware moments; *zone* is the one in which they were chosen."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    zone: str
    title: str
    description: str = ""
    location: str = ""
    organiser: str  # an e-mail address; must not change between versions of an entry
    attendee: str  # the same
    sent: datetime
    cancelled: bool = False


def calendar_file(entry: CalendarEntry) -> bytes:
    """The file: METHOD REQUEST or CANCEL, with the zone's changes around the entry."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Handshake//Dinners and tours//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if entry.cancelled else 'REQUEST'}",
        *_zone(entry),
        *_event(entry),
        "END:VCALENDAR",
    ]
    return b"".join(fold_line(line) for line in lines)


def feed_file(entries: Sequence[CalendarEntry], name: str) -> bytes:
    """Several entries as a calendar for subscribing: METHOD PUBLISH, without attendees and addresses."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Handshake//Dinners and tours//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    by_zone: dict[str, list[CalendarEntry]] = {}
    for entry in entries:
        by_zone.setdefault(entry.zone, []).append(entry)
    for of_zone in by_zone.values():
        first, last = min(entry.starts for entry in of_zone), max(entry.ends for entry in of_zone)
        lines += _zone(replace(of_zone[0], starts=first, ends=last))
    for entry in entries:
        lines += [line for line in _event(entry) if not line.startswith(("ORGANIZER", "ATTENDEE"))]
    return b"".join(fold_line(line) for line in [*lines, "END:VCALENDAR"])


def _event(entry: CalendarEntry) -> Iterator[str]:
    status = "CANCELLED" if entry.cancelled else "CONFIRMED"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_utc(entry.sent)}"
    yield _moment("DTSTART", entry.starts, entry.zone)
    yield _moment("DTEND", entry.ends, entry.zone)
    yield f"SUMMARY:{escape_text(entry.title)}"
    if entry.description:
        yield f"DESCRIPTION:{escape_text(entry.description)}"
    if entry.location:
        yield f"LOCATION:{escape_text(entry.location)}"
    yield f"ORGANIZER:mailto:{_address(entry.organiser)}"
    yield f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{_address(entry.attendee)}"
    yield f"STATUS:{status}"
    yield "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _moment(name: str, at: datetime, zone: str) -> str:
    if zone == "UTC":
        return f"{name}:{_utc(at)}"
    return f"{name};TZID={zone}:{_local(at.astimezone(ZoneInfo(zone)))}"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _local(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S")


def escape_text(words: str) -> str:
    """*words* as a TEXT value: escaped, without control characters."""
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(char for char in plain if char == "\n" or (char >= " " and char not in "\x7f\u0085\u2028\u2029"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _address(email: str) -> str:
    """An address without anything that would end the line or begin another property."""
    return "".join(char for char in email if char > " " and char not in "\x7f\u0085\u2028\u2029")


def fold_line(line: str) -> bytes:
    """*line* with its line ending, folded at 75 octets but never inside a character."""
    rest = line.encode()
    parts: list[bytes] = []
    room = LINE_OCTETS
    while len(rest) > room:
        cut = room
        while rest[cut] & 0xC0 == 0x80:  # in the middle of a character
            cut -= 1
        parts.append(rest[:cut])
        rest, room = rest[cut:], LINE_OCTETS - 1
    return b"\r\n ".join([*parts, rest]) + b"\r\n"


def _zone(entry: CalendarEntry) -> Iterator[str]:
    """VTIMEZONE with the changes of a little more than a year before and after; all since 1970 would be pages."""
    if entry.zone == "UTC":
        return
    zone = ZoneInfo(entry.zone)
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{entry.zone}"
    first = entry.starts - ZONE_MARGIN
    yield from _observance(zone, first, first, begins=True)
    for change in _changes(zone, first, entry.ends + ZONE_MARGIN):
        yield from _observance(zone, change, change - _SECOND)
    yield "END:VTIMEZONE"


_SECOND = timedelta(seconds=1)


def _observance(zone: ZoneInfo, at: datetime, before: datetime, *, begins: bool = False) -> Iterator[str]:
    """One observance: the offset from *at* on, and the offset at *before*."""
    now, then = at.astimezone(zone), before.astimezone(zone)
    kind = "DAYLIGHT" if now.dst() else "STANDARD"
    offset, earlier = now.utcoffset() or timedelta(0), then.utcoffset() or timedelta(0)
    # The start of an observance is given in the local time before it.
    local = at.astimezone(UTC).replace(tzinfo=None) + (offset if begins else earlier)
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{local.strftime('%Y%m%dT%H%M%S')}"
    yield f"TZOFFSETFROM:{_offset(earlier)}"
    yield f"TZOFFSETTO:{_offset(offset)}"
    yield f"TZNAME:{now.tzname() or 'LMT'}"
    yield f"END:{kind}"


def _offset(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    tail = f"{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02d}{seconds // 60 % 60:02d}{tail}"


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Every moment between *first* and *last* at which the zone's offset changes, to the second."""
    at = first
    while at < last:
        following = at + _LOOKS
        if _shown(zone, at) != _shown(zone, following):
            yield _between(zone, at, following)
        at = following


def _shown(zone: ZoneInfo, at: datetime) -> tuple[timedelta | None, timedelta | None]:
    local = at.astimezone(zone)
    return local.utcoffset(), local.dst()


def _between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The one change between two moments, by bisection."""
    then = _shown(zone, before)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        before, after = (middle, after) if _shown(zone, middle) == then else (before, middle)
    return after.replace(microsecond=0)
