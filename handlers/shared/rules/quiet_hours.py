"""Working hours: no notices in quiet hours, on days off or on holidays. Pure.

One rule for everything that is sent unprompted. Replies never wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from handlers.shared.rules.schedule import WEEKDAYS

_QUIET = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_SEARCHED_DAYS = 60  # no office is closed for longer


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Open from *opens* to *closes* in *zone*, on *days* ("mon", …) that are no holiday of *country* ("DE", "DE-BE", "")."""

    zone: str = "UTC"
    opens: time = time(0)
    closes: time = time(0)  # midnight at the end of the day
    days: tuple[str, ...] = WEEKDAYS
    country: str = ""

    def is_open(self, moment: datetime) -> bool:
        return self.next_open(moment) == moment.astimezone(UTC)

    def next_open(self, moment: datetime) -> datetime:
        """*moment* if it is within the hours, else when they next begin; in UTC."""
        moment = moment.astimezone(UTC)
        first = moment.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1)
        for day in _days_from(first):
            if not self.is_working_day(day):
                continue
            begins, ends = self._open_on(day)
            if moment < ends:
                return max(moment, begins)
        return moment  # hours that never begin would hold notices for ever

    def is_working_day(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.days and not _is_holiday(self.country, day)

    def is_first_working_day_of_week(self, day: date) -> bool:
        before = [day - timedelta(days=number) for number in range(1, day.weekday() + 1)]
        return self.is_working_day(day) and not any(self.is_working_day(earlier) for earlier in before)

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def working_days_between(self, earlier: datetime, later: datetime) -> int:
        """How many working days began after the local day of *earlier*, up to that of *later*."""
        first, last = self.local_day(earlier), self.local_day(later)
        after = (first + timedelta(days=number) for number in range(1, min((last - first).days, _SEARCHED_DAYS) + 1))
        return sum(self.is_working_day(day) for day in after)

    def _open_on(self, day: date) -> tuple[datetime, datetime]:
        """From when to when, in UTC; a night shift ends on the next day."""
        zone = ZoneInfo(self.zone)
        last = day if self.opens < self.closes else day + timedelta(days=1)
        return (
            datetime.combine(day, self.opens, zone).astimezone(UTC),
            datetime.combine(last, self.closes, zone).astimezone(UTC),
        )


ALWAYS_OPEN = WorkingHours()


def _days_from(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(_SEARCHED_DAYS))


@lru_cache(maxsize=4096)
def _is_holiday(country: str, day: date) -> bool:
    if not country:
        return False
    import holidays  # takes 0.1 s to load, and few commands need it

    name, _, region = country.partition("-")
    return day in holidays.country_holidays(name, subdiv=region or None, years=day.year)


def parse_quiet_hours(typed: str) -> tuple[time, time]:
    """(opens, closes) for quiet hours "19:00-08:00"; "" means no quiet hours. Raises ValueError."""
    if not typed:
        return time(0), time(0)
    match = _QUIET.fullmatch(typed.strip())
    if not match:
        raise ValueError("quiet hours are written 19:00-08:00")
    begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    if begin == end:
        raise ValueError("quiet hours that begin when they end leave nothing")
    return end, begin


def parse_working_days(typed: str) -> tuple[str, ...]:
    """ "mon-fri" or "sun,mon,tue"; "" is every day. Raises ValueError."""
    if not typed:
        return WEEKDAYS
    chosen: list[str] = []
    for part in typed.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            raise ValueError("working days are written mon-fri, or sun,mon,tue")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        chosen += [WEEKDAYS[number % 7] for number in range(begin, (end if end >= begin else end + 7) + 1)]
    return tuple(day for day in WEEKDAYS if day in chosen)


def parse_holiday_country(typed: str) -> str:
    """A country or region with known holidays, "" for none. Raises ValueError."""
    if typed:
        import holidays

        name, _, region = typed.upper().partition("-")
        known = holidays.list_supported_countries()
        if name not in known or (region and region not in known[name]):
            raise ValueError("holidays are those of a country or region: DE, or DE-BE")
    return typed.upper()
