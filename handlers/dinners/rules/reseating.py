"""Tables for those who come when most of them sit already: as few as possible change theirs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from handlers.dinners.rules.costs import IntArray, costs, least, promises
from handlers.dinners.rules.seating_sizes import SMALLEST
from handlers.dinners.rules.settling import MOVED, NOWHERE, Limits, are_to_be_mixed, settled, stern
from handlers.dinners.rules.tables import cost_of, described, host_pairs, sizes_for
from storage.values import Guest, Pair, Seating, Together


def reseated(
    guests: Sequence[Guest],
    before: Mapping[str, int],
    together: Together,
    *,
    size: int,
    apart: Collection[Pair] = (),
) -> Seating:
    """Tables for *guests* when most of them sit already: *before* maps people to tables."""
    guests = sorted(guests, key=lambda each: each.id)
    if not guests:
        return Seating((), 0, (), 0, 0)
    home, tables = _homes(guests, before, size)
    promised = promises(guests, apart) | host_pairs(guests, tables, together)
    matrix = costs(guests, together, promised)
    seats = settled(
        stern(matrix, promised, guests), guests, home, tables, limits_for(guests, tables, size), moved=MOVED
    )
    sizes = np.bincount(seats, minlength=tables).tolist()
    return described(guests, seats, together, apart, cost=cost_of(matrix, seats), bound=least(guests, sizes, together))


def described_as_it_is(
    guests: Sequence[Guest], at_table: Mapping[str, int], together: Together, *, apart: Collection[Pair] = ()
) -> Seating:
    """The figures of a seating that stands; who has no table yet is not in it."""
    sitting = sorted((each for each in guests if each.id in at_table), key=lambda each: each.id)
    if not sitting:
        return Seating((), 0, (), 0, 0)
    seats = np.array([at_table[each.id] for each in sitting], np.int64)
    sizes = [size for size in np.bincount(seats).tolist() if size]
    promised = promises(sitting, apart) | host_pairs(sitting, len(sizes), together)
    cost = cost_of(costs(sitting, together, promised), seats)
    return described(sitting, seats, together, apart, cost=cost, bound=least(sitting, sizes, together))


def limits_for(guests: Sequence[Guest], tables: int, size: int) -> Limits:
    share = -(-len(guests) // tables)
    return Limits(min(SMALLEST, len(guests) // tables), max(size, share), are_to_be_mixed(guests, tables))


def _homes(guests: Sequence[Guest], before: Mapping[str, int], size: int) -> tuple[IntArray, int]:
    """Each one's table so far, and how many tables there are: as many as before where that leaves four at each."""
    standing = sorted({before[each.id] for each in guests if each.id in before})
    by_size = sorted(standing, key=lambda table: (-sum(before.get(each.id) == table for each in guests), table))
    wanted = len(sizes_for(len(guests), size))
    tables = max(wanted, min(len(standing), len(guests) // SMALLEST))
    # The order of tables stays, because later dinners read it; the smallest are those that go.
    kept = {table: number for number, table in enumerate(sorted(by_size[:tables]))}
    home = [kept.get(before[each.id], NOWHERE) if each.id in before else NOWHERE for each in guests]
    return np.array(home, np.int64), tables
