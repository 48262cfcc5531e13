"""Who takes part in a round of tours, what they wish, and what was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
class Past:
    """What earlier rounds left: which rounds ago two people were together, and how often somebody was left out."""

    met: Mapping[Pair, tuple[int, ...]] = field(default_factory=dict)  # 1 is the round before
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an organiser decided beforehand. `keep` holds pairs of a plan that is to be changed as little as possible."""

    pins: frozenset[Pair] = frozenset()
    forbids: frozenset[Pair] = frozenset()
    keep: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """People of one tour: one of the smaller side and their partners of the other."""

    people: tuple[str, ...]  # those of Marketing first
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Told:
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
class Round:
    """A round, solved. `score` equals `bound` when the proof holds: nothing better exists."""

    groups: tuple[Group, ...]
    left_out: tuple[Told, ...]
    repeats: tuple[Told, ...]
    totals: Totals
    score: int
    bound: int
