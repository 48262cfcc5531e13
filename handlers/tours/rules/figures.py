"""The figures of a programme, never about fewer than five people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.tours.rules.lifecycle import pairs_of
from storage.values.company import Directory
from storage.values.tours import Pair, Tour

MIN_TEAM_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ProgrammeFigures:
    """`met` counts tours with a yes among the `answered` ones. `ties` are by quarter."""

    rounds: int
    people: int
    tours: int
    left_out: int
    repeats: int
    met: int
    answered: int
    ties: tuple[tuple[str, int], ...]
    teams: tuple[tuple[str, int], ...]

    @property
    def share_matched(self) -> int:
        """Per cent of participants who had a partner, over all rounds."""
        travelled = self.people + self.left_out
        return 100 * self.people // travelled if travelled else 0

    def facts(self) -> dict[str, Any]:
        return {
            "rounds": self.rounds,
            "people": self.people,
            "tours": self.tours,
            "left_out": self.left_out,
            "repeats": self.repeats,
            "met": self.met,
            "answered": self.answered,
            "new_ties": dict(self.ties),
            "teams": dict(self.teams),
        }


def repeats_in(every: list[Tour], names: Directory) -> int:
    """Repeated pairs across the sides. Two people of one side who share a partner do not count."""
    counts = Counter(pair for tour in every for pair in pairs_of(tour.people) if _is_across(pair, names))
    return sum(count - 1 for count in counts.values())


def _is_across(pair: Pair, names: Directory) -> bool:
    sides = [names.side_of(names.person[person_id]) for person_id in pair if person_id in names.person]
    return len(sides) < 2 or sides[0] is not sides[1]


def new_ties(every: list[Tour], names: Directory) -> tuple[tuple[str, int], ...]:
    """New pairs of teams, by the quarter of their first tour together."""
    seen: set[frozenset[str]] = set()
    by_quarter: Counter[str] = Counter()
    for tour in sorted(every, key=lambda tour: (tour.starts, tour.id)):
        for pair in pairs_of(tour.people):
            teams = frozenset(names.person[person_id].team for person_id in pair if person_id in names.person)
            if len(teams) == 2 and teams not in seen:
                seen.add(teams)
                by_quarter[_quarter(tour.starts)] += 1
    return tuple(sorted(by_quarter.items()))


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def people_by_team(every: list[Tour], names: Directory) -> tuple[tuple[str, int], ...]:
    """(team, people who travelled), for teams with at least five."""
    people = {person_id for tour in every for person_id in tour.people}
    counts = Counter(names.person[person_id].team for person_id in people if person_id in names.person)
    shown = [
        (names.team[key].name, count) for key, count in counts.items() if count >= MIN_TEAM_SHOWN and key in names.team
    ]
    return tuple(sorted(shown))
