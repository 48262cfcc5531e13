"""The input of the seating, and what follows from it: guests, history, tables, figures. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.dinners.rules.views import SeatingFigures, TableView
from storage.values.company import Directory, Person, Side
from storage.values.dinners import (
    Dinner,
    DinnerState,
    Guest,
    PastDinner,
    Rsvp,
    SeatAssignment,
    Seating,
    SeatingHistory,
)
from storage.values.tours import Pair

MAX_NEW_SHARE = 0.15  # of the guests; with more new ones than that, everybody is seated from scratch
SEATS_PUBLIC = frozenset({DinnerState.ANNOUNCED, DinnerState.THANKED, DinnerState.REVIEWED})


@dataclass(frozen=True)
class SeatingInput:
    """A dinner with its answers, its seats so far, and all earlier seatings."""

    dinner: Dinner
    names: Directory
    rsvps: Mapping[str, Rsvp]
    chairs: tuple[SeatAssignment, ...]
    past: Mapping[int, Sequence[SeatAssignment]]
    hosting: frozenset[str]
    apart: frozenset[Pair]
    diets: frozenset[str]
    waiting: tuple[str, ...]
    tours: Mapping[Pair, int]

    @property
    def coming(self) -> tuple[str, ...]:
        """People with a seat, sorted by e-mail, without those who left the company."""
        ids = [rsvp.person for rsvp in self.rsvps.values() if rsvp.has_seat and rsvp.person in self.names.person]
        return tuple(sorted(ids, key=self.names.email_of))

    @property
    def at_table(self) -> dict[str, int]:
        return {chair.person: chair.table for chair in self.chairs}

    @property
    def is_settled(self) -> bool:
        """Whether exactly the people who come are seated."""
        return set(self.at_table) == set(self.coming)


def guests(inputs: SeatingInput) -> tuple[Guest, ...]:
    return tuple(_guest(inputs, inputs.names.person[person_id]) for person_id in inputs.coming)


def _guest(inputs: SeatingInput, person: Person) -> Guest:
    manager = inputs.names.by_email.get(person.manager_email)
    return Guest(
        id=person.id,
        side=inputs.names.side_of(person),
        team=person.team,
        manager=manager.id if manager else person.manager_email,
        special_diet=person.id in inputs.diets,
        is_host=person.id in inputs.hosting,
    )


def seating_history(inputs: SeatingInput) -> SeatingHistory:
    """Who sat with whom. Tables keep their order, because block designs continue it."""
    dinners_before = [inputs.past[dinner_id] for dinner_id in sorted(inputs.past)]
    hosts = [[chair.person for chair in chairs if chair.is_host] for chairs in dinners_before]
    return SeatingHistory(
        dinners=tuple(PastDinner(_tables(chairs)) for chairs in dinners_before),
        tours=inputs.tours,
        times_host=Counter(person for people_ids in hosts for person in people_ids),
        last_hosts=frozenset(hosts[-1]) if hosts else frozenset(),
    )


def _tables(chairs: Sequence[SeatAssignment]) -> tuple[frozenset[str], ...]:
    count = max((chair.table for chair in chairs), default=-1) + 1
    return tuple(frozenset(chair.person for chair in chairs if chair.table == table) for table in range(count))


def seated_from_scratch(inputs: SeatingInput) -> Seating:
    """The best tables, regardless of the current ones."""
    from handlers.dinners.rules.seating import seat

    who = guests(inputs)
    return seat(who, seating_history(inputs), size=inputs.dinner.size, seed=inputs.dinner.key, apart=inputs.apart)


def adjusted_seating(inputs: SeatingInput) -> Seating:
    """Tables for the people who come, with as few as possible changing theirs."""
    from handlers.dinners.rules.reseating import reseated

    who = guests(inputs)
    return reseated(who, inputs.at_table, seating_history(inputs), size=inputs.dinner.size, apart=inputs.apart)


def current_seating(inputs: SeatingInput) -> Seating:
    """The current tables, with their figures."""
    from handlers.dinners.rules.reseating import describe_current

    return describe_current(guests(inputs), inputs.at_table, seating_history(inputs), apart=inputs.apart)


def is_mostly_seated(inputs: SeatingInput) -> bool:
    """Whether most people who come are seated already, so that the tables are kept."""
    fresh = sum(person_id not in inputs.at_table for person_id in inputs.coming)
    return bool(inputs.chairs) and fresh <= max(2, MAX_NEW_SHARE * len(inputs.coming))


def chairs_of(seating: Seating, before: Sequence[SeatAssignment] = ()) -> tuple[SeatAssignment, ...]:
    """The seats of *seating*. Hosts *before* who keep their table stay its host."""
    hosts = {chair.person: chair.table for chair in before if chair.is_host}
    chairs: list[SeatAssignment] = []
    for number, table in enumerate(seating.tables):
        host = next((person_id for person_id in table.people if hosts.get(person_id) == number), table.host)
        chairs += [SeatAssignment(person_id, number, is_host=person_id == host) for person_id in table.people]
    return tuple(chairs)


def table_views(inputs: SeatingInput, chairs: Sequence[SeatAssignment]) -> tuple[TableView, ...]:
    """The tables as they are shown, people sorted by name."""
    tables: dict[int, list[SeatAssignment]] = {}
    for chair in chairs:
        if chair.person in inputs.names.person:
            tables.setdefault(chair.table, []).append(chair)
    return tuple(_table_view(inputs, number, sitting) for number, sitting in sorted(tables.items()))


def _table_view(inputs: SeatingInput, number: int, sitting: Sequence[SeatAssignment]) -> TableView:
    people_ = sorted(
        (chair.person for chair in sitting), key=lambda person_id: (inputs.names.name_of(person_id), person_id)
    )
    host = next((chair.person for chair in sitting if chair.is_host), people_[0])
    return TableView(number + 1, host, tuple(people_))


def seating_figures(seating: Seating) -> SeatingFigures:
    return SeatingFigures(
        seating.repeats, seating.cost, seating.bound, tuple(tuple(sorted(pair)) for pair in seating.violations)
    )


def is_mixed(inputs: SeatingInput, table: TableView) -> bool:
    sides = {inputs.names.side_of(inputs.names.person[person_id]) for person_id in table.people}
    return {Side.MARKETING, Side.IT} <= sides


def seating_for(inputs: SeatingInput, *, keeps: bool, anew: bool = False) -> Seating:
    """Adjust the tables if they were announced or little changed; else seat everybody from scratch."""
    keeps = bool(inputs.chairs) and (
        keeps or inputs.dinner.state in SEATS_PUBLIC or (is_mostly_seated(inputs) and not anew)
    )
    return adjusted_seating(inputs) if keeps else seated_from_scratch(inputs)
