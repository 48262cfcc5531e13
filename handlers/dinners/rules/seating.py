"""Decide who sits where. Pure: same guests, same history, same seed - same tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from hashlib import sha256
from itertools import cycle, islice

import numpy as np

from handlers.dinners.rules import block_design
from handlers.dinners.rules.costs import (
    MET_BEFORE,
    IntArray,
    hard_constraints,
    lower_bound,
    pair_costs,
    side_costs,
    sides_are_even,
)
from handlers.dinners.rules.repair import TableLimits, must_mix_sides, repair, with_hard_constraints
from handlers.dinners.rules.tables import (
    describe_seating,
    host_pairs,
    hosts_of,
    one_more_table,
    seating_cost,
    sizes_for,
)
from handlers.dinners.rules.tabu_search import improve_seating
from storage.values.company import Side
from storage.values.dinners import Guest, Seating, SeatingHistory
from storage.values.tours import Pair

MAX_PAIR_CHECKS = 120_000_000  # pairs checked by the search: about a second
MOST_STEPS = 12_000
MOST_SMALLER = 2  # how many fewer people at a table are acceptable to avoid repeats
# On a plane, a search that leaves more of one side at a table than necessary is followed by others with more weight on
# even sides: there, tables that are even and repeat nobody are rare. Four seconds at most, for 60 people.
MORE_SEARCHES, MORE_STEPS, MORE_EVEN = 10, 6_000, 60
NO_REPEAT_MARGIN = MET_BEFORE // 4  # above the bound: less than the cost of any repeat


def seat(
    guests: Sequence[Guest],
    history: SeatingHistory,
    *,
    size: int,
    seed: str,
    apart: Collection[Pair] = (),
    most_steps: int = MOST_STEPS,
) -> Seating:
    """Even tables of at most *size* for all *guests*.

    As few tables as hold everybody; one more if that avoids all repeats.
    """
    if not guests:
        return Seating((), 0, (), 0, 0)
    guests = sorted(guests, key=lambda guest: guest.id)
    sizes = sizes_for(len(guests), size)
    seating = _seated(guests, history, sizes, seed, apart, most_steps)
    more = one_more_table(sizes)
    if seating.repeats and more and min(more) >= size - MOST_SMALLER:
        roomier = _seated(guests, history, more, seed, apart, most_steps)
        if not roomier.repeats and len(roomier.violations) <= len(seating.violations):
            return roomier
    return seating


def _seated(
    guests: Sequence[Guest],
    history: SeatingHistory,
    sizes: Sequence[int],
    seed: str,
    apart: Collection[Pair],
    most_steps: int,
) -> Seating:
    """The best seating found with tables of those *sizes*."""
    random = np.random.default_rng(int.from_bytes(sha256(seed.encode()).digest()[:8], "big"))
    hosts = hosts_of(guests, len(sizes), history)
    forbidden = hard_constraints(guests, apart) | host_pairs(guests, len(sizes), history)
    matrix = pair_costs(guests, history, forbidden)
    bound = lower_bound(guests, sizes, history)

    on_plane = block_design.design_seatings(guests, len(sizes), history, forbidden, random)
    starts = [*on_plane, _greedy_seats(guests, sizes, hosts, random)]
    starts.sort(key=lambda seats: seating_cost(matrix, seats))
    best = starts[0]
    has_repeats = seating_cost(matrix, best) >= bound + NO_REPEAT_MARGIN
    if on_plane and not has_repeats and sides_are_even(guests, best, sizes):
        # No repeats: searching on for fewer of one team at a table would spoil the design of later dinners.
        return describe_seating(guests, best, history, apart, cost=seating_cost(matrix, best), bound=bound)
    steps = min(most_steps, MAX_PAIR_CHECKS // len(guests) ** 2)
    search = partial(_improved, guests, forbidden=forbidden, hosts=hosts, sizes=sizes, bound=bound, random=random)
    seats = search(best, matrix, steps=steps)
    if on_plane and not sides_are_even(guests, seats, sizes):
        weighted = matrix + side_costs(guests, MORE_EVEN)
        for start in islice(cycle(starts), MORE_SEARCHES):
            other = search(start, weighted, steps=min(steps, MORE_STEPS))
            seats = min(seats, other, key=lambda tables: seating_cost(weighted, tables))
            if sides_are_even(guests, seats, sizes):
                break
    return describe_seating(guests, seats, history, apart, cost=seating_cost(matrix, seats), bound=bound)


def _improved(
    guests: Sequence[Guest],
    start: IntArray,
    matrix: IntArray,
    *,
    forbidden: frozenset[Pair],
    hosts: Collection[str],
    sizes: Sequence[int],
    bound: int,
    random: np.random.Generator,
    steps: int,
) -> IntArray:
    """The best seating that one search from *start* finds, repaired."""
    # If each host has a table already, hosts only swap among themselves, which narrows the search.
    spread = len({start[number] for number, guest in enumerate(guests) if guest.id in hosts}) == len(hosts)
    classes = np.array([spread and guest.id in hosts for guest in guests], np.int64)
    seats = improve_seating(matrix, start, classes, bound=bound, random=random, steps=steps)
    # Mixed tables matter more than any pair cost, and a matrix of pairs cannot express them.
    limits = TableLimits(min(sizes), max(sizes), must_mix_sides(guests, len(sizes)))
    return repair(with_hard_constraints(matrix, forbidden, guests), guests, seats, len(sizes), limits, moved=0)


def _greedy_seats(
    guests: Sequence[Guest], sizes: Sequence[int], hosts: Collection[str], random: np.random.Generator
) -> IntArray:
    """Seat hosts first, one per table; then each side, always where it has the fewest."""
    seats = np.full(len(guests), -1, np.int64)
    free = list(sizes)
    of_side: dict[Side, list[int]] = {side: [0] * len(sizes) for side in Side}
    order = sorted(
        range(len(guests)), key=lambda index: (guests[index].id not in hosts, guests[index].side, guests[index].team)
    )
    lots = random.random(len(sizes))
    for number, position in enumerate(order):
        side = of_side[guests[position].side]
        tables = [table for table in range(len(sizes)) if free[table]]
        own = number if guests[position].id in hosts else None
        table = own if own is not None else min(tables, key=lambda t: (side[t] - free[t] / 100, lots[t]))
        seats[position] = table
        free[table] -= 1
        side[table] += 1
    return seats
