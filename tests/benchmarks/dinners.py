"""Seats: four quarters of companies of many sizes, beside a shuffle and a deal that only looks at the sides.

Of those invited 15 % do not show up, another lot each quarter; there are hosts, managers, diets, and pairs to be kept apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import combinations
from random import Random
from statistics import mean

from handlers.dinners.rules.costs import hard_constraints, met_at_dinners
from handlers.dinners.rules.seating import seat
from handlers.dinners.rules.tables import sizes_for
from storage.values.company import Side
from storage.values.dinners import Guest, PastDinner, SeatingHistory
from storage.values.tours import Pair
from tests.benchmarks.timing import Measurement, Timings

PEOPLE, SIZES = (60, 64, 90, 120, 200, 240), (6, 8)
SEEDS, QUARTERS = 20, 4
NO_SHOWS = 0.15
HOSTS = 2  # who take a table of their own, others every quarter
LONGEST_S = 5.0  # rarely more than one: see MORE_SEARCHES in handlers/dinners/rules/seating.py
TableSplit = tuple[tuple[str, ...], ...]
SplitFunction = Callable[[Sequence[Guest], int, Random], TableSplit]


def company(people: int, random: Random) -> list[Guest]:
    """Two sides alike, teams of about eight with a lead each, a tenth with a diet."""
    teams = max(2, people // 8 // 2 * 2)
    return [
        Guest(
            id=f"p{number:03d}",
            side=Side.MARKETING if number % 2 else Side.IT,
            team=f"t{number % teams}",
            manager=f"p{number % teams:03d}" if number >= teams else "",
            special_diet=random.random() < 0.1,
        )
        for number in range(people)
    ]


def shuffle_guests(guests: Sequence[Guest], size: int, random: Random) -> TableSplit:
    order = random.sample([each.id for each in guests], len(guests))
    return _cut(order, sizes_for(len(guests), size))


def deal_by_side(guests: Sequence[Guest], size: int, random: Random) -> TableSplit:
    """One side after the other, round and round the tables."""
    order = random.sample(list(guests), len(guests))
    order.sort(key=lambda each: each.side)
    tables = len(sizes_for(len(guests), size))
    return tuple(tuple(each.id for each in order[table::tables]) for table in range(tables))


def _cut(order: Sequence[str], sizes: Sequence[int]) -> TableSplit:
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return tuple(tuple(order[start : start + size]) for start, size in zip(starts, sizes, strict=True))


def _repeats(tables: TableSplit, together: SeatingHistory) -> int:
    met = met_at_dinners(together)
    return sum(frozenset(two) in met for table in tables for two in combinations(table, 2))


def _year_by_chance(deal: SplitFunction, people: int, size: int, number: int) -> int:
    """Repeats of four quarters that are dealt without a memory."""
    random, dinners, repeats = Random(number), list[PastDinner](), 0
    guests = company(people, random)
    for _ in range(QUARTERS):
        tables = deal(guests, size, random)
        repeats += _repeats(tables, SeatingHistory(tuple(dinners)))
        dinners.append(_past(tables, random))
    return repeats


def _past(tables: TableSplit, random: Random) -> PastDinner:
    """Who really sat there: some of those who said yes did not come."""
    return PastDinner(tuple(frozenset(each for each in table if random.random() >= NO_SHOWS) for table in tables))


class DinnerYear:
    """Four quarters of one company, as we seat it."""

    def __init__(self, people: int, size: int, number: int) -> None:
        self.repeats = self.broken = self.uneven = self.shared_hosts = 0
        self.seconds: list[float] = []
        random = Random(number)
        guests = company(people, random)
        apart = frozenset(frozenset(random.sample([each.id for each in guests], 2)) for _ in range(people // 20))
        dinners: list[PastDinner] = []
        for quarter in range(QUARTERS):
            hosts = set(random.sample([each.id for each in guests], HOSTS))
            coming = [_hosting(each, hosts) for each in guests]
            self._quarter(coming, SeatingHistory(tuple(dinners)), size, f"{number}:{quarter}", apart)
            dinners.append(_past(self.tables, random))

    def _quarter(
        self, guests: Sequence[Guest], together: SeatingHistory, size: int, seed: str, apart: frozenset[Pair]
    ) -> None:
        began = time.perf_counter()
        found = seat(guests, together, size=size, seed=seed, apart=apart)
        self.seconds.append(time.perf_counter() - began)
        self.tables = tuple(table.people for table in found.tables)
        self.repeats += _repeats(self.tables, together)
        wrong = hard_constraints(guests, apart)
        self.broken += sum(frozenset(two) in wrong for table in self.tables for two in combinations(table, 2))
        side, hosting = {each.id: each.side for each in guests}, {each.id for each in guests if each.is_host}
        for table in self.tables:
            of_one = sum(side[each] is Side.IT for each in table)
            self.uneven += abs(2 * of_one - len(table)) > 1
            self.shared_hosts += sum(each in hosting for each in table) > 1


def _hosting(guest: Guest, hosts: set[str]) -> Guest:
    return Guest(
        id=guest.id,
        side=guest.side,
        team=guest.team,
        manager=guest.manager,
        special_diet=guest.special_diet,
        is_host=guest.id in hosts,
    )


def measure(seeds: int = SEEDS) -> list[Measurement]:
    """One line for each number of people and each size of tables."""
    return [_figure(people, size, seeds) for people in PEOPLE for size in SIZES]


def _figure(people: int, size: int, seeds: int) -> Measurement:
    years = [DinnerYear(people, size, number) for number in range(seeds)]
    began = time.perf_counter()
    by_chance = [_year_by_chance(shuffle_guests, people, size, number) for number in range(seeds)]
    by_side = [_year_by_chance(deal_by_side, people, size, number) for number in range(seeds)]
    bare = (time.perf_counter() - began) / seeds / 2 / QUARTERS
    ours = tuple(each for year in years for each in year.seconds)
    facts = {
        "repeats": float(sum(year.repeats for year in years)),
        "broken": float(sum(year.broken for year in years)),
        "uneven_tables": float(sum(year.uneven for year in years)),
        "two_hosts": float(sum(year.shared_hosts for year in years)),
        "slowest_s": max(ours),
        "repeats_a_year_shuffled": mean(by_chance),
        "repeats_a_year_dealt": mean(by_side),
    }
    kept = not any(facts[name] for name in ("repeats", "broken", "uneven_tables", "two_hosts"))
    return Measurement(
        "dinners",
        f"{people} people at tables of {size}, {seeds} years",
        "none",
        Timings(ours, (bare,) * len(ours)),
        facts,
        bar=f"0 repeats, sides even, promises kept, <= {LONGEST_S:.0f} s",
        kept=kept and max(ours) <= LONGEST_S,
    )
