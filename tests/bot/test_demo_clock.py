"""The demo's clock: it starts while everybody at the sample company is at work, on every day, and never goes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.clock import DemoClock
from bot.demo.hours import first_shared_opening, first_start, next_start, sample_hours, with_sample_hours
from bot.demo.people import STAFF, ZONE_OF_CITY
from bot.settings import Settings
from handlers.shared.rules.quiet_hours import WorkingHours
from handlers.shared.sending_hours import hours_of
from storage.values.company import Person
from storage.values.places import Place

WEDNESDAY = datetime(2026, 12, 2, 12, 20, tzinfo=UTC)
TWO_YEARS = [date(2027, 1, 1) + timedelta(days=number) for number in range(731)]  # 2028 has a 29 February
ANY_MOMENT = st.integers(0, 12 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


class SteppedTimer:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def nine_to_five(zone: str, country: str = "") -> WorkingHours:
    return WorkingHours(zone, time(9), time(17), ("mon", "tue", "wed", "thu", "fri"), country)


def test_on_every_working_day_all_of_the_company_is_at_work_for_two_hours() -> None:
    """In winter, in summer, and in the weeks when only some countries have changed their clocks."""
    for day in TWO_YEARS:
        start = first_start(datetime.combine(day, time(), UTC))

        assert start.date() == day or day.weekday() >= 5
        last = start + timedelta(hours=2) - timedelta(seconds=1)
        assert all(office.is_open(start) and office.is_open(last) for office in sample_hours()), day


@given(ANY_MOMENT)
def test_the_hour_at_which_the_demo_is_started_does_not_matter(now: datetime) -> None:
    assert first_start(now) == first_start(now.replace(hour=0, minute=0))
    assert timedelta(0) < first_start(now) - now.replace(hour=0, minute=0, second=0, microsecond=0) < timedelta(days=3)


@given(ANY_MOMENT)
def test_it_is_the_same_day_for_everybody(now: datetime) -> None:
    """The company is built for one day, so that day must be the same for every person a visitor can play."""
    start = first_start(now)

    assert {start.astimezone(ZoneInfo(office.zone)).date() for office in sample_hours()} == {start.date()}


def test_on_a_weekend_it_starts_on_monday() -> None:
    saturday, sunday = datetime(2026, 12, 5, 3, 0, tzinfo=UTC), datetime(2027, 1, 31, 23, 30, tzinfo=UTC)

    assert first_start(saturday).date() == date(2026, 12, 7)
    assert first_start(sunday).date() == date(2027, 2, 1)


def test_on_a_holiday_it_starts_on_the_next_working_day() -> None:
    office = nine_to_five("Europe/Berlin", country="DE")

    assert first_shared_opening(datetime(2026, 12, 25, tzinfo=UTC), [office]) == datetime(2026, 12, 28, 8, tzinfo=UTC)


def test_the_delivery_rule_agrees_that_everybody_is_at_work() -> None:
    """The hours that the clock is set by are those that notices wait for: in rooms, and for each person."""
    policy, start = with_sample_hours(Settings(_env_file=None)).policy, first_start(WEDNESDAY)
    room = Place(1, "console", "", "#roadmap")

    assert hours_of(policy, room).is_open(start)
    for colleague in STAFF:
        person = Person("p", colleague.email, colleague.name, timezone=ZONE_OF_CITY[colleague.city])
        assert hours_of(policy, room, person).is_open(start), colleague.name


def test_the_working_hours_in_the_settings_do_not_count() -> None:
    theirs = Settings(_env_file=None, timezone="Asia/Tokyo", quiet_hours="17:00-09:00", working_days="", holidays="JP")

    assert with_sample_hours(theirs).policy == with_sample_hours(Settings(_env_file=None)).policy


def test_offices_that_never_meet_are_named_as_such() -> None:
    with pytest.raises(ValueError, match="never"):
        first_shared_opening(WEDNESDAY, [nine_to_five("Asia/Singapore"), nine_to_five("America/Chicago")])


def test_a_store_of_an_older_day_starts_today() -> None:
    assert next_start(WEDNESDAY, latest=WEDNESDAY - timedelta(days=90)) == first_start(WEDNESDAY)


def test_it_goes_on_where_the_last_visitor_stopped() -> None:
    stopped = first_start(WEDNESDAY) + timedelta(minutes=40)

    assert next_start(WEDNESDAY, latest=stopped) == stopped


@pytest.mark.parametrize("hours", [2, 5, 12])
def test_a_day_that_is_nearly_over_is_followed_by_the_next_one(hours: int) -> None:
    stopped = first_start(WEDNESDAY) + timedelta(hours=hours)

    assert next_start(WEDNESDAY, latest=stopped) == first_start(WEDNESDAY + timedelta(days=1))


@given(ANY_MOMENT, ANY_MOMENT)
def test_it_never_starts_before_what_happened(now: datetime, latest: datetime) -> None:
    start = next_start(now, latest)

    assert start >= max(latest, first_start(now))
    assert all(office.is_open(start) for office in sample_hours())


def test_it_goes_on_at_the_pace_of_the_machine() -> None:
    steady = SteppedTimer()
    clock = DemoClock(WEDNESDAY, steady)

    steady.seconds += 90

    assert clock.now() == WEDNESDAY + timedelta(seconds=90)


def test_it_moves_forward_and_goes_on_from_there() -> None:
    steady = SteppedTimer()
    clock = DemoClock(WEDNESDAY, steady)
    steady.seconds += 90

    clock.advance_to(WEDNESDAY + timedelta(days=1))
    steady.seconds += 5

    assert clock.now() == WEDNESDAY + timedelta(days=1, seconds=5)


def test_it_does_not_move_back() -> None:
    """Two tabs may press the same button."""
    clock = DemoClock(WEDNESDAY, SteppedTimer())

    clock.advance_to(WEDNESDAY - timedelta(seconds=1))

    assert clock.now() == WEDNESDAY


def test_it_takes_moments_of_any_zone_and_none_without() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    clock = DemoClock(WEDNESDAY.astimezone(berlin), SteppedTimer())

    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        clock.advance_to(WEDNESDAY.replace(tzinfo=None))
