"""When an unprompted message may be sent: in all time zones, over clock changes, weekends and holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.shared.rules.quiet_hours import (
    ALWAYS_OPEN,
    WorkingHours,
    parse_holiday_country,
    parse_quiet_hours,
    parse_working_days,
)

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo")
OFFICE = WorkingHours("Europe/Berlin", time(8), time(19), ("mon", "tue", "wed", "thu", "fri"), "DE")
moments = some.integers(0, 94_000_000).map(lambda each: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=each))


def berlin(*at: int) -> datetime:
    return datetime(*at, tzinfo=ZoneInfo("Europe/Berlin"))  # type: ignore[misc,arg-type]


@given(
    zone=some.sampled_from(ZONES),
    opens=some.times(),
    closes=some.times(),
    days=some.lists(some.sampled_from(("mon", "tue", "sat", "sun")), min_size=1, unique=True),
    moment=moments,
)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    zone: str, opens: time, closes: time, days: list[str], moment: datetime
) -> None:
    hours = WorkingHours(zone, opens, closes, tuple(days))

    opening = hours.next_open(moment)

    assert opening >= moment
    assert hours.is_open(opening)
    between = (opening - moment) / 5
    assert between == timedelta(0) or not any(hours.is_open(moment + between * each) for each in range(5))


@given(moments)
def test_whoever_has_no_hours_is_always_awake(moment: datetime) -> None:
    assert ALWAYS_OPEN.next_open(moment) == moment


@pytest.mark.parametrize(
    ("queued", "sent"),
    [
        (berlin(2026, 11, 26, 10, 0), berlin(2026, 11, 26, 10, 0)),
        (berlin(2026, 11, 26, 21, 30), berlin(2026, 11, 27, 8, 0)),
        (berlin(2026, 11, 27, 19, 0), berlin(2026, 11, 30, 8, 0)),  # Friday evening
        (berlin(2026, 12, 24, 20, 0), berlin(2026, 12, 28, 8, 0)),  # Christmas, then a weekend
        (berlin(2027, 3, 28, 2, 30), berlin(2027, 3, 30, 8, 0)),  # the night without that hour, and Easter Monday
        (berlin(2026, 10, 25, 2, 30), berlin(2026, 10, 26, 8, 0)),  # the night that has it twice
    ],
)
def test_an_office_in_berlin(queued: datetime, sent: datetime) -> None:
    assert OFFICE.next_open(queued) == sent


def test_a_night_shift_is_open_over_midnight() -> None:
    nights = WorkingHours("UTC", time(22), time(6), ("fri",))

    assert nights.is_open(datetime(2026, 11, 28, 3, tzinfo=UTC))
    assert not nights.is_open(datetime(2026, 11, 28, 7, tzinfo=UTC))


def test_a_week_begins_on_its_first_working_day() -> None:
    assert OFFICE.is_first_working_day_of_week(date(2026, 11, 23))
    assert not OFFICE.is_first_working_day_of_week(date(2026, 11, 24))
    assert OFFICE.is_first_working_day_of_week(date(2027, 3, 30))  # after Easter Monday


def test_hours_are_read_as_people_write_them() -> None:
    assert parse_quiet_hours("19:00-08:00") == (time(8), time(19))
    assert parse_quiet_hours("") == (time(0), time(0))
    assert parse_working_days("mon-fri") == ("mon", "tue", "wed", "thu", "fri")
    assert parse_working_days("sun-thu") == ("mon", "tue", "wed", "thu", "sun")
    assert parse_holiday_country("de-be") == "DE-BE"


@pytest.mark.parametrize("text", ["7pm", "19:00", "09:00-09:00", "25:00-08:00"])
def test_quiet_hours_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"quiet|hour"):
        parse_quiet_hours(text)


def test_days_and_countries_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="mon-fri"):
        parse_working_days("monday to friday")
    with pytest.raises(ValueError, match="country"):
        parse_holiday_country("Atlantis")
