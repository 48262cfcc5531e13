"""The quarterly dinner: its plan, guests, seating, and who sat where at earlier dinners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.values.company import Side
from storage.values.tours import Pair


class DinnerState(StrEnum):
    """The states of a dinner in their order, and `cancelled`."""

    PLANNED = "planned"  # created by an organiser; nobody was asked yet
    POLLING = "polling"  # people say on which of several days they can come
    DATED = "dated"  # the day is fixed
    INVITED = "invited"
    REMINDED = "reminded"  # those who have not answered were asked once more
    SEATED = "seated"
    ANNOUNCED = "announced"  # everybody was notified of their table
    THANKED = "thanked"
    REVIEWED = "reviewed"  # the pulse is closed, and the needs of guests are deleted
    CANCELLED = "cancelled"


OVER_STATES = frozenset({DinnerState.THANKED, DinnerState.REVIEWED, DinnerState.CANCELLED})


class RsvpAnswer(StrEnum):
    """An answer to an invitation, or to one day of a poll."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class SeatStatus(StrEnum):
    """Whether a guest who said yes has a seat. `offered`: a free seat is reserved until they accept or the offer lapses."""

    NONE = ""
    SEAT = "seat"
    OFFERED = "offered"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dinner:
    """One quarter's dinner. `cap` 0 means no limit; `sequence` increases with every change of time or venue."""

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
    was_opened: bool = False  # people were asked; until then, only those who run it know of it
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
SMALLEST_TABLE, LARGEST_TABLE = 4, 12  # people


@dataclass(frozen=True, slots=True, kw_only=True)
class Rsvp:
    """One person's answer. `since` is since when it has been yes; the waiting list is in this order.

    `calendar_sequence` is that of the calendar entry they were last sent, None for none.
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
    """A guest with a seat. `manager` is the id of their manager; `is_host` means that they host a table."""

    id: str
    side: Side
    team: str = ""
    manager: str = ""
    special_diet: bool = False
    is_host: bool = False


@dataclass(frozen=True, slots=True)
class PastDinner:
    """The tables of an earlier dinner in their order, with the people who actually sat there."""

    tables: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class SeatingHistory:
    """Who met whom before: all earlier dinners, oldest first, and how many tours each pair shared.

    `last_hosts` hosted a table at the latest dinner; nobody hosts twice in a row while others can.
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
    """All tables. `cost` is never below `bound`; if they are equal, the seating is optimal."""

    tables: tuple[DinnerTable, ...]
    repeats: int  # pairs who share a table again
    violations: tuple[Pair, ...]  # pairs at one table who should be kept apart, or a person and their manager
    cost: int
    bound: int
