"""Choose the day of a dinner: required people first, then attendance, then fairness. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.values.dinners import RsvpAnswer

ATTENDANCE_WEIGHT = {RsvpAnswer.YES: 1.0, RsvpAnswer.MAYBE: 0.5, RsvpAnswer.NO: 0.0}
Votes = Mapping[str, Mapping[date, RsvpAnswer]]


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes for one day. A day with required people in `without` is impossible."""

    day: date
    yes: int
    maybe: int
    no: int
    without: tuple[str, ...] = ()
    least_share: float = 0.0  # of the team with the lowest share of voters who can come
    missed: int = 0  # how many who missed the last dinner can come

    @property
    def attendance(self) -> float:
        return self.yes + self.maybe / 2


def tallies(
    days: Sequence[date],
    votes: Votes,
    *,
    required: Collection[str],
    team: Mapping[str, str],
    missed_last: Collection[str] = (),
) -> tuple[Tally, ...]:
    """The tally of each of *days*, in order. People who have not voted rule out no day."""
    return tuple(_tally(day, votes, required, team, missed_last) for day in days)


def _tally(
    day: date, votes: Votes, required: Collection[str], team: Mapping[str, str], missed_last: Collection[str]
) -> Tally:
    answer_of = {person: answers[day] for person, answers in votes.items() if day in answers}
    counts = Counter(answer_of.values())
    teams: dict[str, list[float]] = {}
    for person, answer in answer_of.items():
        teams.setdefault(team.get(person, ""), []).append(ATTENDANCE_WEIGHT[answer])
    return Tally(
        day,
        counts[RsvpAnswer.YES],
        counts[RsvpAnswer.MAYBE],
        counts[RsvpAnswer.NO],
        without=tuple(sorted(person_id for person_id in required if answer_of.get(person_id) is RsvpAnswer.NO)),
        least_share=min((sum(weights) / len(weights) for weights in teams.values()), default=0.0),
        missed=sum(answer_of.get(person_id) is RsvpAnswer.YES for person_id in missed_last),
    )


def best_day(tallies: Sequence[Tally], today: date) -> Tally | None:
    """The best day; None if every day is past or lacks a required person."""
    open_days = [tally for tally in tallies if not tally.without and tally.day > today]
    return max(open_days, key=_merit, default=None)


def _merit(tally: Tally) -> tuple[float, float, int, int]:
    return tally.attendance, tally.least_share, tally.missed, -tally.day.toordinal()


def reason_for_day(won: Tally, tallies: Sequence[Tally], today: date) -> str:
    """Why that day won, in words: the first criterion in which it beats the runner-up."""
    others = [tally for tally in tallies if tally.day != won.day]
    rivals = [tally for tally in others if not tally.without and tally.day > today]
    if not rivals:
        return "it is the only day that everybody who has to be there can make" if others else "it is the day on offer"
    next_best = max(rivals, key=_merit)
    if won.attendance > next_best.attendance:
        return "most people can come"
    if won.least_share > next_best.least_share:
        return "as many can come as on another day, and no team is left behind as far"
    if won.missed > next_best.missed:
        return "as many can come as on another day, and more of those who missed the last dinner"
    return "as many can come as on another day, and it is the earlier one"
