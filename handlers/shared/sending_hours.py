"""When notices may be sent to a place: by its own hours, its person's, or the organisation's.

The deliverer checks before it sends, so no feature can forget to. A place of unknown time zone has no quiet hours: a
notice at once is better than one delayed by a guess.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from handlers.context import Policy
from handlers.shared.conversations import recipient
from handlers.shared.rules.periods import DIGEST_KINDS
from handlers.shared.rules.quiet_hours import ALWAYS_OPEN, WorkingHours, parse_quiet_hours, parse_working_days
from storage.deliveries import was_notified
from storage.store import Session
from storage.values.company import Person
from storage.values.places import NO_PLACE, Place

UNKNOWN_ZONE = "UTC"  # the default zone, until a person or a place sets one
DIGEST_FROM = time(9)  # digests and recaps


def zone_of(policy: Policy, place: Place, person: Person | None = None) -> str:
    """The time zone of *place*: its own, its person's, or the organisation's."""
    own = place.timezone if place.timezone != UNKNOWN_ZONE else ""
    theirs = person.timezone if person and person.timezone != UNKNOWN_ZONE else ""
    return own or theirs or policy.timezone


def hours_of(policy: Policy, place: Place, person: Person | None = None) -> WorkingHours:
    """The working hours of *place*, in its time zone; UTC if none is known."""
    opens, closes = parse_quiet_hours(place.quiet or policy.quiet_hours)
    days = parse_working_days(place.days or policy.working_days)
    return WorkingHours(zone_of(policy, place, person), opens, closes, days, policy.holidays)


def hours_of_person(policy: Policy, person: Person) -> WorkingHours:
    """The working hours of *person*, wherever they are reached."""
    return hours_of(policy, NO_PLACE, person)


def zone_of_person(policy: Policy, person: Person) -> str:
    """The time zone of *person*, wherever they are reached."""
    return zone_of(policy, NO_PLACE, person)


async def hours_at(session: Session, policy: Policy, place: Place) -> WorkingHours:
    """`hours_of`, with the person looked up if it is a direct conversation."""
    return hours_of(policy, place, await recipient(session, place) if place.direct else None)


async def next_sending_time(session: Session, policy: Policy, place: Place, at: datetime) -> datetime:
    """When a notice may be sent to *place*: *at*, or when its hours next begin."""
    hours = await hours_at(session, policy, place)
    is_known = hours.zone != UNKNOWN_ZONE or place.quiet or place.days
    return (hours if is_known else ALWAYS_OPEN).next_open(at)


def digest_day(hours: WorkingHours, now: datetime) -> date | None:
    """The local day if digests may be sent now: from nine on, or at the start if it closes before; else None."""
    local = now.astimezone(ZoneInfo(hours.zone))
    is_early = hours.opens < hours.closes <= DIGEST_FROM
    is_time = local.time() >= DIGEST_FROM or is_early
    return local.date() if is_time and hours.is_open(now) and hours.is_working_day(local.date()) else None


async def has_digest_today(session: Session, place: Place, hours: WorkingHours, now: datetime) -> bool:
    """Whether *place* got its digest on the local day of *now*, or has one queued."""
    midnight = datetime.combine(hours.local_day(now), time(0), ZoneInfo(hours.zone))
    return await was_notified(session, DIGEST_KINDS, place.id, midnight)
