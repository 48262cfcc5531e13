"""The sample company's working hours, and the next time when everyone is at work. Pure.

People work from Chicago to Bengaluru with long hours, so that every working day has a time when all are at work. The
demo starts then, so that notices are sent at once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

from bot.demo.people import STAFF, ZONE_OF_CITY
from bot.settings import Settings
from handlers.shared.rules.quiet_hours import WorkingHours, parse_quiet_hours, parse_working_days

ZONE = "Europe/Berlin"  # of channels, which have no zone set
QUIET_HOURS = "21:00-07:00"
WORKING_DAYS = "mon-fri"
# The demo starts at least this long before the first colleague goes home.
MIN_OPEN = timedelta(hours=1)
_SEARCH_WINDOW = timedelta(days=60)


def with_sample_hours(settings: Settings) -> Settings:
    """*settings* with the sample company's hours in place of the configured ones."""
    hours = {"timezone": ZONE, "quiet_hours": QUIET_HOURS, "working_days": WORKING_DAYS, "holidays": ""}
    return settings.model_copy(update=hours)


def sample_hours() -> frozenset[WorkingHours]:
    """The working hours of all people and channels of the sample company, one for each time zone."""
    opens, closes = parse_quiet_hours(QUIET_HOURS)
    zones = {ZONE, *(ZONE_OF_CITY[person.city] for person in STAFF)}
    return frozenset(WorkingHours(zone, opens, closes, parse_working_days(WORKING_DAYS)) for zone in zones)


def first_start(now: datetime) -> datetime:
    """When the demo's clock starts on the UTC day of *now*, or on the next working day."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return first_shared_opening(midnight, sample_hours())


def next_start(now: datetime, latest: datetime) -> datetime:
    """When the clock starts in a demo that was used before; *latest* is its last activity."""
    return max(first_start(now), first_shared_opening(latest, sample_hours()))


def first_shared_opening(
    not_before: datetime, hours: Collection[WorkingHours], min_open: timedelta = MIN_OPEN
) -> datetime:
    """The first time at which all *hours* are open and stay open for *min_open*; in UTC.

    Raises ValueError when there is none within 60 days.
    """
    moment = not_before.astimezone(UTC)
    while moment < not_before + _SEARCH_WINDOW:
        opens = max(office.next_open(moment) for office in hours)
        if opens > moment:
            moment = opens
        elif all(office.is_open(moment + min_open) for office in hours):
            return moment
        else:
            moment += min_open  # one of them closes too soon: search on from there
    raise ValueError(f"these offices are never all open for {min_open}")
