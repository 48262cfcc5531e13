"""Schedules of jobs: every few minutes, daily, weekly; in a time zone, correct across daylight saving.

A time that a spring night leaves out happens an hour later by the clock; one that an autumn night has twice happens at
its first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MAX_CATCH_UP = 100  # due times caught up at once


class Schedule(Protocol):
    """A rule for due times. `words` describe it to people."""

    @property
    def words(self) -> str: ...

    def next_after(self, moment: datetime) -> datetime:
        """The first due time later than *moment*, in UTC."""


@dataclass(frozen=True, slots=True)
class Every:
    """At round minutes of each hour, so that all replicas agree. *minutes* divides 60."""

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 1 or 60 % self.minutes:
            raise ValueError("an hour has to be a whole number of these")

    @property
    def words(self) -> str:
        return "every minute" if self.minutes == 1 else f"every {self.minutes} minutes"

    def next_after(self, moment: datetime) -> datetime:
        whole = moment.astimezone(UTC).replace(second=0, microsecond=0)
        return whole + timedelta(minutes=self.minutes - whole.minute % self.minutes)


@dataclass(frozen=True, slots=True)
class At:
    """At *clock* ("09:00") in *zone*, on each of *days* ("mon", …)."""

    clock: str
    zone: str = "UTC"
    days: tuple[str, ...] = WEEKDAYS

    @property
    def words(self) -> str:
        when = (
            "every day"
            if self.days == WEEKDAYS
            else f"on {', '.join(WEEKDAY_NAMES[WEEKDAYS.index(day)] for day in self.days)}"
        )
        return f"{when} at {self.clock} {self.zone}"

    def next_after(self, moment: datetime) -> datetime:
        zone = ZoneInfo(self.zone)
        clock = time.fromisoformat(self.clock)
        day = moment.astimezone(zone).date()
        while True:
            # A local time that does not exist, or exists twice, is read with the offset before the change.
            at = datetime.combine(day, clock, zone).astimezone(UTC)
            if at > moment and WEEKDAYS[day.weekday()] in self.days:
                return at
            day += timedelta(days=1)


def daily(clock: str, zone: str = "UTC") -> At:
    return At(clock, zone)


def weekly(day: str, clock: str, zone: str = "UTC") -> At:
    return At(clock, zone, (day,))


def due_between(schedule: Schedule, after: datetime, until: datetime) -> Iterator[datetime]:
    """Every due time later than *after* and not later than *until*, in order."""
    moment = schedule.next_after(after)
    while moment <= until:
        yield moment
        moment = schedule.next_after(moment)


def last_between(schedule: Schedule, after: datetime, until: datetime) -> datetime | None:
    """The last due time in that interval; None if there is none."""
    latest = deque(due_between(schedule, max(after, until - timedelta(days=40)), until), maxlen=1)
    return latest[0] if latest else None
