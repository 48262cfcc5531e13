"""A calendar entry: its bytes, and how three other libraries read it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dinners.rules.calendar_entry import calendar_entry
from handlers.shared.rules.ical import LINE_OCTETS, CalendarEntry, calendar_file, escape_text, fold_line
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer, SeatStatus
from tests.shared.calendar_readers import READERS, ParsedEntry

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata",
    "Africa/Casablanca", "Europe/Dublin", "America/St_Johns", "Pacific/Auckland", "Asia/Kathmandu", "Pacific/Apia",
)  # fmt: skip
WORDS = (
    "Dinner at eight", "Gänsebraten; Käse, Brot", "晩ご飯 " * 30, "عشاء الربع الأول", "a\\b\nc, d; e", "x" * 200, "🥘" * 60,
    "BEGIN:VEVENT\r\nATTENDEE:mailto:evil@x.test", "", " two  spaces ",
)  # fmt: skip
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def an_entry(**more: Any) -> CalendarEntry:
    starts = datetime(2027, 2, 9, 18, tzinfo=UTC)
    whole = CalendarEntry(
        uid="dinner-2027-Q1@handshake",
        sequence=0,
        starts=starts,
        ends=starts + timedelta(hours=3),
        zone="Europe/Berlin",
        title="Dinner",
        organiser="host@x.test",
        attendee="me@x.test",
        sent=NOW,
    )
    return replace(whole, **more)


@given(st.text(max_size=400))
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(words: str) -> None:
    line = f"SUMMARY:{escape_text(words.encode('utf-8', 'ignore').decode())}"
    cut = fold_line(line)

    assert cut.endswith(b"\r\n")
    parts = cut[:-2].split(b"\r\n ")
    assert all(len(part) <= LINE_OCTETS - (number > 0) for number, part in enumerate(parts))
    assert [part.decode() for part in parts]
    assert b"".join(parts).decode() == line


@pytest.mark.parametrize("words", WORDS)
def test_what_people_write_opens_no_line_of_its_own(words: str) -> None:
    content = calendar_file(an_entry(title=words, description=words, location=words)).decode()

    assert content.count("\r\n") == content.count("\n") == content.count("\r")
    assert len(re.findall(r"(?m)^BEGIN:VEVENT\r$", content)) == 1
    assert len(re.findall(r"(?m)^ATTENDEE", content)) == 1


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_brings_the_rules_around_the_entry_and_no_more(zone: str) -> None:
    content = calendar_file(an_entry(zone=zone)).decode()

    assert content.count("BEGIN:VTIMEZONE") == (zone != "UTC")
    assert content.count("BEGIN:STANDARD") + content.count("BEGIN:DAYLIGHT") <= 12
    assert "19700" not in content


def test_lives_are_read_alike_by_three_readers() -> None:
    """Planned, moved, dropped, taken up again, called off: after each step all three know the same."""
    for number in range(10):
        _one_life(Random(number))


@pytest.mark.proof
@pytest.mark.parametrize("part", range(10))
def test_a_thousand_lives_are_read_alike_by_three_readers(part: int) -> None:
    for number in range(part * 100, part * 100 + 100):
        _one_life(Random(number))


def _one_life(random: Random) -> None:
    dinner = _planned(random)
    mine = Rsvp(person="p", answer=RsvpAnswer.YES, seat_status=SeatStatus.SEAT)
    guest = random.choice(["me@x.test", "zoë+dinner@x.test", "a.very.long.address." * 5 + "@example.org"])
    before: ParsedEntry | None = None
    for _ in range(random.randint(2, 5)):
        made = calendar_entry(dinner, mine, organiser="host@x.test", guest=guest, now=NOW)
        assert made is not None
        content = calendar_file(made)
        found = [read(content) for read in READERS]
        assert found == [_meant(made)] * len(READERS), (made, found)
        if before is not None:
            assert found[0].uid == before.uid
            assert found[0].sequence > before.sequence or replace(found[0], sent=before.sent) == before
        before = found[0]
        mine = replace(mine, calendar_sequence=made.sequence)
        dinner, mine = _what_happens(random, dinner, mine)
    assert before is not None


def _planned(random: Random) -> Dinner:
    zone = random.choice(ZONES)
    day = datetime(2026, 11, 3, tzinfo=UTC) + timedelta(days=random.randrange(900))
    # Daylight saving changes at two or three at night somewhere: every hour is tried.
    clock = f"{random.randrange(24):02d}:{random.choice([0, 15, 30]):02d}"
    return Dinner(
        id=1,
        key="2027-Q1",
        state=DinnerState.INVITED,
        day=day.date(),
        start_time=clock,
        timezone=zone,
        venue=random.choice(WORDS),
        planned_at=NOW,
    )


def _what_happens(random: Random, dinner: Dinner, mine: Rsvp) -> tuple[Dinner, Rsvp]:
    assert dinner.day is not None
    match random.choice(["moved", "drops", "comes", "nothing", "off"]):
        case "moved":
            later = dinner.day + timedelta(days=random.randrange(1, 200))
            return replace(dinner, day=later, sequence=dinner.sequence + 1), mine
        case "drops":
            return dinner, replace(mine, answer=RsvpAnswer.NO, seat_status=SeatStatus.NONE)
        case "comes":
            return dinner, replace(mine, answer=RsvpAnswer.YES, seat_status=SeatStatus.SEAT)
        case "off" if dinner.state is not DinnerState.CANCELLED:
            return replace(dinner, state=DinnerState.CANCELLED, sequence=dinner.sequence + 1), mine
        case _:
            return dinner, mine


def _meant(made: CalendarEntry) -> ParsedEntry:
    return ParsedEntry(
        uid=made.uid,
        sequence=made.sequence,
        method="CANCEL" if made.cancelled else "REQUEST",
        status="CANCELLED" if made.cancelled else "CONFIRMED",
        starts=made.starts,
        ends=made.ends,
        title=made.title,
        place=_as_read(made.location),
        guests=(made.attendee,),
        organiser=made.organiser,
        sent=made.sent,
    )


def _as_read(words: str) -> str:
    return words.replace("\r\n", "\n")


def test_moments_are_those_that_were_chosen_in_the_zone() -> None:
    """Also where a spring night leaves the hour out: then an hour later by the clock."""
    gap = replace(
        _planned(Random(1)), day=datetime(2027, 3, 28, tzinfo=UTC).date(), start_time="02:30", timezone="Europe/Berlin"
    )
    made = calendar_entry(
        gap,
        Rsvp(person="p", answer=RsvpAnswer.YES, seat_status=SeatStatus.SEAT),
        organiser="",
        guest="me@x.test",
        now=NOW,
    )

    assert made is not None
    assert made.starts.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "03:30"
    assert {read(calendar_file(made)).starts for read in READERS} == {made.starts}


def test_nobody_without_a_seat_has_an_entry() -> None:
    dinner = _planned(Random(2))

    for mine in (None, Rsvp(person="p"), Rsvp(person="p", answer=RsvpAnswer.YES, seat_status=SeatStatus.WAITING)):
        assert calendar_entry(dinner, mine, organiser="", guest="me@x.test", now=NOW) is None
    seat = Rsvp(person="p", answer=RsvpAnswer.YES, seat_status=SeatStatus.SEAT)
    assert calendar_entry(replace(dinner, day=None), seat, organiser="", guest="me@x.test", now=NOW) is None
