"""Everything that decides where people sit, read at once; and the seats as they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from handlers.dinners.cards.tables import SeatingFigures, TableView
from handlers.dinners.queries.overview import seated_first
from handlers.dinners.rules.waiting_list import waiting_order
from storage import dinner_seats, dinners, people, tours
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Person, Side
from storage.values.dinners import Dinner, Guest, PastDinner, Rsvp, SeatAssignment, Seating, SeatingHistory
from storage.values.tours import Pair, TourState

MAX_NEW_SHARE = 0.15  # of the guests; more newcomers than that, and everybody is seated anew


@dataclass(frozen=True)
class SeatingInput:
    """A dinner with its guests, its seats so far, and what was before."""

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
        """Those with a seat, by e-mail; somebody who left the organisation is not among them."""
        ids = [each.person for each in self.rsvps.values() if each.has_seat and each.person in self.names.person]
        return tuple(sorted(ids, key=self.names.email_of))

    @property
    def at_table(self) -> dict[str, int]:
        return {each.person: each.table for each in self.chairs}

    @property
    def is_settled(self) -> bool:
        """Whether exactly those sit who come."""
        return set(self.at_table) == set(self.coming)


async def seating_input(session: Session, dinner: Dinner) -> SeatingInput:
    names = await directory(session)
    rsvps = await dinners.rsvps(session, dinner.id)
    roles = await dinners.roles(session, dinner.id)
    needs = {each.person for each in rsvps.values() if each.has_needs}
    return SeatingInput(
        dinner=dinner,
        names=names,
        rsvps=rsvps,
        chairs=await dinner_seats.seat_assignments(session, dinner.id),
        past=await dinner_seats.past_seat_assignments(session, dinner.id),
        hosting=roles["host"] | ({dinner.host} - {""}),
        apart=await dinner_seats.kept_apart(session),
        diets=await people.with_diet(session) | needs,
        waiting=waiting_order(rsvps, await seated_first(session, dinner)),
        tours=await tours_together(session),
    )


async def tours_together(session: Session) -> Mapping[Pair, int]:
    """How often two were on a tour together, one that came about."""
    counts: Counter[Pair] = Counter()
    for tour in await tours.tours_in(session, (TourState.RUNNING, TourState.ENDED, TourState.STOPPED)):
        counts.update(frozenset(pair) for pair in combinations(tour.people, 2))
    return counts


def guests(found: SeatingInput) -> tuple[Guest, ...]:
    return tuple(_guest(found, found.names.person[each]) for each in found.coming)


def _guest(found: SeatingInput, person: Person) -> Guest:
    manager = found.names.by_email.get(person.manager_email)
    return Guest(
        id=person.id,
        side=found.names.side_of(person),
        team=person.team,
        manager=manager.id if manager else person.manager_email,
        special_diet=person.id in found.diets,
        is_host=person.id in found.hosting,
    )


def seating_history(found: SeatingInput) -> SeatingHistory:
    """Who sat with whom. The tables of a dinner keep their order, because some seatings continue it."""
    dinners_before = [found.past[each] for each in sorted(found.past)]
    hosts = [[each.person for each in chairs if each.is_host] for chairs in dinners_before]
    return SeatingHistory(
        dinners=tuple(PastDinner(_tables(chairs)) for chairs in dinners_before),
        tours=found.tours,
        times_host=Counter(person for each in hosts for person in each),
        last_hosts=frozenset(hosts[-1]) if hosts else frozenset(),
    )


def _tables(chairs: Sequence[SeatAssignment]) -> tuple[frozenset[str], ...]:
    count = max((each.table for each in chairs), default=-1) + 1
    return tuple(frozenset(each.person for each in chairs if each.table == table) for table in range(count))


def seated_from_scratch(found: SeatingInput) -> Seating:
    """The best tables, whoever sat where before."""
    from handlers.dinners.rules.seating import seat

    who = guests(found)
    return seat(who, seating_history(found), size=found.dinner.size, seed=found.dinner.key, apart=found.apart)


def adjusted_seating(found: SeatingInput) -> Seating:
    """Tables for exactly those who come, with as few people as possible at another table than before."""
    from handlers.dinners.rules.reseating import reseated

    who = guests(found)
    return reseated(who, found.at_table, seating_history(found), size=found.dinner.size, apart=found.apart)


def current_seating(found: SeatingInput) -> Seating:
    """The tables that stand, with their figures."""
    from handlers.dinners.rules.reseating import describe_current

    return describe_current(guests(found), found.at_table, seating_history(found), apart=found.apart)


def is_mostly_seated(found: SeatingInput) -> bool:
    """Whether most of those who come sit already, so that the tables are kept."""
    fresh = sum(each not in found.at_table for each in found.coming)
    return bool(found.chairs) and fresh <= max(2, MAX_NEW_SHARE * len(found.coming))


def chairs_of(seating: Seating, before: Sequence[SeatAssignment] = ()) -> tuple[SeatAssignment, ...]:
    """The tables as chairs. Whoever was host *before* and still sits at that table stays it."""
    hosts = {each.person: each.table for each in before if each.is_host}
    chairs: list[SeatAssignment] = []
    for number, table in enumerate(seating.tables):
        host = next((each for each in table.people if hosts.get(each) == number), table.host)
        chairs += [SeatAssignment(each, number, is_host=each == host) for each in table.people]
    return tuple(chairs)


def table_views(found: SeatingInput, chairs: Sequence[SeatAssignment]) -> tuple[TableView, ...]:
    """The tables as they are shown, people by name."""
    tables: dict[int, list[SeatAssignment]] = {}
    for each in chairs:
        if each.person in found.names.person:
            tables.setdefault(each.table, []).append(each)
    return tuple(_table_view(found, number, sitting) for number, sitting in sorted(tables.items()))


def _table_view(found: SeatingInput, number: int, sitting: Sequence[SeatAssignment]) -> TableView:
    people_ = sorted((each.person for each in sitting), key=lambda each: (found.names.name_of(each), each))
    host = next((each.person for each in sitting if each.is_host), people_[0])
    return TableView(number + 1, host, tuple(people_))


def seating_figures(seating: Seating) -> SeatingFigures:
    return SeatingFigures(
        seating.repeats, seating.cost, seating.bound, tuple(tuple(sorted(pair)) for pair in seating.violations)
    )


def is_mixed(found: SeatingInput, table: TableView) -> bool:
    sides = {found.names.side_of(found.names.person[each]) for each in table.people}
    return {Side.MARKETING, Side.IT} <= sides
