"""Coverage of a version: who of each team acknowledged it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.values.acknowledgements import Acknowledgement
from storage.values.company import Directory, Permission, Person, Side


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of one team. `behind` is sorted by e-mail; `by_platform` counts where people acknowledged."""

    team: str
    side: Side
    people: int
    behind: tuple[Person, ...]
    by_platform: Mapping[str, int]

    @property
    def acknowledged(self) -> int:
        return self.people - len(self.behind)


def coverage(names: Directory, have: Mapping[str, Acknowledgement]) -> tuple[Coverage, ...]:
    """Every team that has people, by key; *have* maps a person id to the acknowledgement that covers the revision."""
    teams: dict[str, list[Person]] = {}
    for person in names.people:
        if person.team:
            teams.setdefault(person.team, []).append(person)
    return tuple(_coverage(key, names, teams[key], have) for key in sorted(teams))


def _coverage(key: str, names: Directory, people: Sequence[Person], have: Mapping[str, Acknowledgement]) -> Coverage:
    team = names.team.get(key)
    behind = sorted((person for person in people if person.id not in have), key=lambda person: person.email)
    how = Counter(have[person.id].platform for person in people if person.id in have)
    return Coverage(key, team.side if team else Side.OTHER, len(people), tuple(behind), how)


def coverage_totals(coverages: Iterable[Coverage]) -> tuple[int, int]:
    """(people, people who acknowledged) over several teams."""
    rows = list(coverages)
    return sum(row.people for row in rows), sum(row.acknowledged for row in rows)


def percent(part: int, whole: int) -> int:
    """Per cent, rounded down, so that 100 means everybody."""
    return part * 100 // whole if whole else 0


def teams_with_names(person: Person, names: Directory, *, private: bool) -> frozenset[str] | None:
    """The teams whose people *person* may read by name: all (None) for publishers and admins, else theirs and those they lead.

    None at all in a reply that others read too.
    """
    if not private:
        return frozenset()
    if person.permission.covers(Permission.PUBLISHER):
        return None
    led = {team.key for team in names.teams if (lead := names.lead_of(team.key)) and lead.id == person.id}
    return frozenset({*led, *([person.team] if person.team else ())})
