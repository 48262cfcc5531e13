"""A dinner, its tables and its figures as cards and facts show them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.dinners.rules.date_poll import Tally
from storage.values.company import Directory
from storage.values.dinners import Dinner, Rsvp, RsvpAnswer, SeatStatus


@dataclass(frozen=True, slots=True)
class RsvpCounts:
    """The answers so far, as counts."""

    yes: int = 0  # with a seat
    waiting: int = 0
    maybe: int = 0
    no: int = 0
    held: int = 0  # seats that are offered to somebody who has not answered yet


def rsvp_counts(rsvps: Mapping[str, Rsvp]) -> RsvpCounts:
    answers = [rsvp.answer for rsvp in rsvps.values()]
    return RsvpCounts(
        yes=sum(rsvp.seat_status is SeatStatus.SEAT for rsvp in rsvps.values()),
        waiting=sum(rsvp.seat_status is SeatStatus.WAITING for rsvp in rsvps.values()),
        maybe=answers.count(RsvpAnswer.MAYBE),
        no=answers.count(RsvpAnswer.NO),
        held=sum(rsvp.seat_status is SeatStatus.OFFERED for rsvp in rsvps.values()),
    )


@dataclass(frozen=True, slots=True)
class DinnerView:
    """Everything that a card about a dinner shows."""

    dinner: Dinner
    names: Directory
    counts: RsvpCounts
    tallies: Sequence[Tally] = ()
    voters: int = 0
    waiting: Mapping[str, int] | None = None  # person -> position on the waiting list
    takes_answers: bool = True

    def without_answers(self) -> DinnerView:
        """The dinner alone, as if nobody had voted or answered yet."""
        tallies = [Tally(tally.day, 0, 0, 0) for tally in self.tallies]
        return replace(self, counts=RsvpCounts(), tallies=tallies, voters=0, waiting={})


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as it is shown: its number from 1, its host, all its people."""

    number: int
    host: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeatingFigures:
    """The quality of a seating. `cost` is never below `bound`; `broken` are violated hard constraints."""

    repeats: int = 0
    cost: int = 0
    bound: int = 0
    broken: tuple[tuple[str, ...], ...] = ()
