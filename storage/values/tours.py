"""Tours: members, the input and solution of a round, and what happens during a tour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from storage.values.company import Side

Pair = frozenset[str]  # two people, by id


@dataclass(frozen=True, slots=True, kw_only=True)
class Traveller:
    """A participant. `side` is the one they count for; for a person of neither side, the opposite of the side they visit.

    `capacity` is how many partners they take at once; None means as many as a group allows.
    """

    id: str
    side: Side
    offered: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    utc_offset_min: int = 0
    seniority: int = 2  # from 0, a beginner, to 4, who leads a side
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class PairingHistory:
    """The earlier rounds: how many rounds ago each pair met, and how often each person was left out."""

    met: Mapping[Pair, tuple[int, ...]] = field(default_factory=dict)  # 1 is the round before
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PairConstraints:
    """The constraints of the organisers. `keep` are the pairs of a plan that should change little."""

    pins: frozenset[Pair] = frozenset()
    forbids: frozenset[Pair] = frozenset()
    keep: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class TourGroup:
    """The people of one tour: one of the smaller side and their partners of the other."""

    people: tuple[str, ...]  # those of Marketing first
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A person or a pair, and the reason shown to them."""

    people: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of a solution by level, most important first. The cost of a pin is the difference of two of these."""

    left_out: int = 0
    repeats: int = 0
    fit: int = 0  # summed over pairs, each 0 to 1000


@dataclass(frozen=True, slots=True)
class RoundSolution:
    """A solved round. It is proved optimal when `score` equals `bound`."""

    groups: tuple[TourGroup, ...]
    left_out: tuple[Explanation, ...]
    repeats: tuple[Explanation, ...]
    totals: Totals
    score: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A series of rounds with its own members. Lengths in weeks; `every` 0 means that rounds are started by hand."""

    key: str
    weeks: int = 4
    every: int = 0
    max_group: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TourMember:
    """A member of a programme. `visits` is the side that a person of neither side chose to visit."""

    programme: str
    person: str
    joined_at: datetime
    paused_until: date | None = None
    capacity: int | None = None
    visits: str = ""
    blackout: tuple[tuple[date, date], ...] = ()  # first and last day


class TourState(StrEnum):
    """The state of one tour."""

    PROPOSED = "proposed"  # waits for the travellers and their managers
    APPROVED = "approved"
    RUNNING = "running"
    ENDED = "ended"
    DECLINED = "declined"  # somebody said no, or nobody answered; it does not count as a meeting
    STOPPED = "stopped"  # ended early by its travellers


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
    """One person's approval of a tour: as the traveller (`about` is themselves), or as the manager of `about`."""

    tour: int
    person: str
    about: str
    asked_at: datetime
    answer: str = ""  # "", "yes", "no"
    reminded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkin:
    """The question "did you meet?" during a tour. `met` is None while nobody answered."""

    tour: int
    person: str
    step: str  # "quarter", "half", "end"
    asked_at: datetime
    met: bool | None = None
    obstacle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """What somebody learned on a tour. Searchable only with their consent."""

    tour: int
    person: str
    text: str
    shared: bool
    at: datetime
