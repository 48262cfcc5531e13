"""Who takes part in a round of tours, what they wish, and what was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from storage.values.company import Side

Pair = frozenset[str]  # two people, by id


@dataclass(frozen=True, slots=True, kw_only=True)
class Traveller:
    """Somebody who takes part. `side` is the one they count for: whoever belongs to neither is the opposite of what they visit.

    `capacity` is how many partners they take at once; None is as many as a group may hold.
    """

    id: str
    side: Side
    offered: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    utc_offset_min: int = 0
    seniority: int = 2  # 0, somebody who begins, to 4, somebody who leads a side
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class PairingHistory:
    """What earlier rounds left: which rounds ago two people were together, and how often somebody was left out."""

    met: Mapping[Pair, tuple[int, ...]] = field(default_factory=dict)  # 1 is the round before
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PairConstraints:
    """What an organiser decided beforehand. `keep` holds pairs of a plan that is to be changed as little as possible."""

    pins: frozenset[Pair] = frozenset()
    forbids: frozenset[Pair] = frozenset()
    keep: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class TourGroup:
    """People of one tour: one of the smaller side and their partners of the other."""

    people: tuple[str, ...]  # those of Marketing first
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A person, or a pair, and the reason that they are told."""

    people: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Totals:
    """A plan in the figures of its levels, most important first: what a pin costs is the difference of two of these."""

    left_out: int = 0
    repeats: int = 0
    fit: int = 0  # summed over pairs, each 0 to 1000


@dataclass(frozen=True, slots=True)
class RoundSolution:
    """A round, solved. `score` equals `bound` when the proof holds: nothing better exists."""

    groups: tuple[TourGroup, ...]
    left_out: tuple[Explanation, ...]
    repeats: tuple[Explanation, ...]
    totals: Totals
    score: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A series of rounds of its own: who joins one is in that one alone. Lengths in weeks; `every` 0 is by hand."""

    key: str
    weeks: int = 4
    every: int = 0
    max_group: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TourMember:
    """Somebody who joined. `visits` is the side that somebody of neither side chose to visit."""

    programme: str
    person: str
    joined_at: datetime
    paused_until: date | None = None
    capacity: int | None = None
    visits: str = ""
    blackout: tuple[tuple[date, date], ...] = ()  # first and last day


class TourState(StrEnum):
    """Where one tour stands."""

    PROPOSED = "proposed"  # waits for the travellers and their managers
    APPROVED = "approved"
    RUNNING = "running"
    ENDED = "ended"
    DECLINED = "declined"  # somebody said no, or nobody said a word; it is no history
    STOPPED = "stopped"  # ended early by those who travelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """One group of a published round, from the proposal to the debrief. `sequence` numbers its calendar entry."""

    id: int
    round: int
    programme: str
    people: tuple[str, ...]
    state: TourState
    starts: date
    ends: date
    uid: str
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What one person has to say to a tour: as a traveller (`about` is themselves), or as somebody's manager."""

    tour: int
    person: str
    about: str
    asked_at: datetime
    answer: str = ""  # "", "yes", "no"
    reminded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin:
    """A question in the middle of a tour: did you meet? `met` is None while nobody answered."""

    tour: int
    person: str
    step: str  # "quarter", "half", "end"
    asked_at: datetime
    met: bool | None = None
    obstacle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """What somebody took along. Searchable only with consent."""

    tour: int
    person: str
    text: str
    shared: bool
    at: datetime
