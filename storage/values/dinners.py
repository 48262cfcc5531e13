"""The quarterly dinner: what is planned, who comes, what must not be forgotten when they are seated, where they sat before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.values.company import Side
from storage.values.tours import Pair


class DinnerState(StrEnum):
    """A dinner's season, in its order; `cancelled` is off the road."""

    PLANNED = "planned"  # an organiser put it down; nobody was asked yet
    POLLING = "polling"  # people say on which of several days they can come
    DATED = "dated"  # the day is fixed
    INVITED = "invited"
    REMINDED = "reminded"  # those who have not answered were asked once more
    SEATED = "seated"
    ANNOUNCED = "announced"  # everybody was told whom they will meet
    THANKED = "thanked"
    REVIEWED = "reviewed"  # the pulse is closed, and what was told of diets is gone
    CANCELLED = "cancelled"


OVER_STATES = frozenset({DinnerState.THANKED, DinnerState.REVIEWED, DinnerState.CANCELLED})


class RsvpAnswer(StrEnum):
    """To an invitation, or to one day of a poll."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class SeatStatus(StrEnum):
    """What a "yes" has come to. `offered` is a seat that came free: held for somebody until they say so, or it lapses."""

    NONE = ""
    SEAT = "seat"
    OFFERED = "offered"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dinner:
    """One quarter's dinner. `cap` 0 is no limit; `sequence` rises with every change of time or place."""

    id: int
    key: str  # "2027-Q1"
    state: DinnerState = DinnerState.PLANNED
    host: str = ""  # a person id; that person's side when they were chosen is `host_side`
    host_side: Side = Side.OTHER
    cap: int = 0
    size: int = 6  # people at a table
    day: date | None = None
    start_time: str = "19:00"
    timezone: str = "UTC"
    venue: str = ""
    planned_by: str = ""
    planned_at: datetime
    closes_at: datetime | None = None  # the poll
    sequence: int = 0

    @property
    def starts_at(self) -> datetime | None:
        """When it begins, in UTC; None while the day is open."""
        if self.day is None:
            return None
        return datetime.combine(self.day, time.fromisoformat(self.start_time), ZoneInfo(self.timezone)).astimezone(UTC)

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + DINNER_DURATION if self.starts_at else None

    @property
    def is_over(self) -> bool:
        return self.state in OVER_STATES


DINNER_DURATION = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rsvp:
    """One person's answer. `since` is when they first said yes in a row; the waiting list goes by it.

    `told` is the sequence of the calendar entry they were last given, None for none.
    """

    person: str
    answer: RsvpAnswer | None = None
    seat_status: SeatStatus = SeatStatus.NONE
    since: datetime | None = None
    offered_until: datetime | None = None
    has_needs: bool = False
    calendar_sequence: int | None = None

    @property
    def has_seat(self) -> bool:
        return self.seat_status in (SeatStatus.SEAT, SeatStatus.OFFERED)


@dataclass(frozen=True, slots=True)
class SeatAssignment:
    """Where one person sits. Tables count from 0."""

    person: str
    table: int
    is_host: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who comes. `manager` is the id of theirs; `hosts` says that they take a table of their own."""

    id: str
    side: Side
    team: str = ""
    manager: str = ""
    special_diet: bool = False
    is_host: bool = False


@dataclass(frozen=True, slots=True)
class PastDinner:
    """An earlier dinner's tables in their order, with the people who really sat there."""

    tables: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class SeatingHistory:
    """Who was with whom before: every earlier dinner, oldest first, and tours that two shared, by how often.

    `last_hosts` took a table at the latest dinner; nobody does so twice running while others can.
    """

    dinners: tuple[PastDinner, ...] = ()
    tours: Mapping[Pair, int] = field(default_factory=dict)
    times_host: Mapping[str, int] = field(default_factory=dict)
    last_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DinnerTable:
    """One table."""

    host: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seating:
    """All tables. `cost` is never below `bound`; equal means that nothing better exists."""

    tables: tuple[DinnerTable, ...]
    repeats: int  # pairs who sat at one table before, and do again
    violations: tuple[Pair, ...]  # pairs who were to be kept apart, or a person and their manager
    cost: int
    bound: int
