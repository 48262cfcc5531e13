"""When a job is due, compared with an independent calculation of local days over whole years and many zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.shared.rules.schedule import WEEKDAYS, At, Every, daily, due_between, last_between, weekly

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo")


@given(
    zone=some.sampled_from(ZONES),
    clock=some.sampled_from(("00:00", "00:30", "02:00", "02:30", "03:00", "09:00", "23:59")),
    days=some.sampled_from((WEEKDAYS, ("mon",), ("sat", "sun"))),
    year=some.integers(2024, 2028),
)
def test_every_local_day_has_its_time_once(zone: str, clock: str, days: tuple[str, ...], year: int) -> None:
    """A spring night without that hour and an autumn night with two of it included."""
    start = datetime(year, 1, 2, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    end = datetime(year + 1, 1, 2, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    due = list(due_between(At(clock, zone, days), start - timedelta(seconds=1), end - timedelta(seconds=1)))

    local = [each.astimezone(ZoneInfo(zone)) for each in due]
    days_of_it = [
        date(year, 1, 2) + timedelta(days=each) for each in range((date(year + 1, 1, 2) - date(year, 1, 2)).days)
    ]
    assert [each.date() for each in local] == [day for day in days_of_it if WEEKDAYS[day.weekday()] in days]
    odd = [each.strftime("%H:%M") for each in local if each.strftime("%H:%M") != clock]
    assert len(odd) <= 1  # the one night that leaves the time out
    assert all(each.fold == 0 for each in local)


@given(
    schedule=some.sampled_from((daily("02:30", "Europe/Berlin"), weekly("sun", "01:15", "America/New_York"), Every(5))),
    moments=some.lists(some.integers(0, 3_000_000), min_size=2, max_size=6),
)
def test_looking_more_often_finds_the_same_times(schedule: At | Every, moments: list[int]) -> None:
    """However the time between two looks is cut, nothing is due twice and nothing never."""
    began = datetime(2026, 10, 20, tzinfo=UTC)
    looks = sorted(began + timedelta(seconds=each) for each in moments)

    piecewise = [due for a, b in pairwise(looks) for due in due_between(schedule, a, b)]

    assert piecewise == list(due_between(schedule, looks[0], looks[-1]))
    assert last_between(schedule, looks[0], looks[-1]) == (piecewise[-1] if piecewise else None)


def test_an_hour_is_a_whole_number_of_intervals() -> None:
    with pytest.raises(ValueError, match="whole number"):
        Every(7)


def test_a_schedule_says_itself() -> None:
    assert Every(1).words == "every minute"
    assert weekly("mon", "08:00", "Europe/Berlin").words == "on Monday at 08:00 Europe/Berlin"
    assert daily("03:10").words == "every day at 03:10 UTC"
