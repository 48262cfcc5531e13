"""Who comes to dinner, what must not be forgotten when they are seated, and where they sat before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.values.company import Side
from storage.values.tours import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who comes. `manager` is the id of theirs; `hosts` says that they take a table of their own."""

    id: str
    side: Side
    team: str = ""
    manager: str = ""
    special_diet: bool = False
    hosts: bool = False


@dataclass(frozen=True, slots=True)
class PastDinner:
    """An earlier dinner's tables in their order, with the people who really sat there."""

    tables: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Who was with whom before: every earlier dinner, oldest first, and tours that two shared, by how often."""

    dinners: tuple[PastDinner, ...] = ()
    tours: Mapping[Pair, int] = field(default_factory=dict)
    times_host: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seated:
    """One table."""

    host: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seating:
    """All tables. `cost` is never below `bound`; equal means that nothing better exists."""

    tables: tuple[Seated, ...]
    repeats: int  # pairs who sat at one table before, and do again
    broken: tuple[Pair, ...]  # pairs who were to be kept apart, or a person and their manager
    cost: int
    bound: int
