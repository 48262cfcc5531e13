"""Reseating: tables for the people who come, when most are seated already and few should move. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from handlers.dinners.rules.costs import IntArray, hard_constraints, lower_bound, pair_costs
from handlers.dinners.rules.repair import (
    MOVE_COST,
    UNSEATED,
    TableLimits,
    must_mix_sides,
    repair,
    with_hard_constraints,
)
from handlers.dinners.rules.tables import describe_seating, host_pairs, seating_cost, sizes_for
from storage.values.dinners import SMALLEST_TABLE, Guest, Seating, SeatingHistory
from storage.values.tours import Pair


def reseated(
    guests: Sequence[Guest],
    before: Mapping[str, int],
    history: SeatingHistory,
    *,
    size: int,
    apart: Collection[Pair] = (),
) -> Seating:
    """Tables for *guests*; *before* maps the people seated so far to their tables."""
    guests = sorted(guests, key=lambda guest: guest.id)
    if not guests:
        return Seating((), 0, (), 0, 0)
    home, tables = _homes(guests, before, size)
    forbidden = hard_constraints(guests, apart) | host_pairs(guests, tables, history)
    matrix = pair_costs(guests, history, forbidden)
    seats = repair(
        with_hard_constraints(matrix, forbidden, guests),
        guests,
        home,
        tables,
        table_limits(guests, tables, size),
        moved=MOVE_COST,
    )
    sizes = np.bincount(seats, minlength=tables).tolist()
    return describe_seating(
        guests, seats, history, apart, cost=seating_cost(matrix, seats), bound=lower_bound(guests, sizes, history)
    )


def describe_current(
    guests: Sequence[Guest], at_table: Mapping[str, int], history: SeatingHistory, *, apart: Collection[Pair] = ()
) -> Seating:
    """The figures of the current seating, without people who have no table yet."""
    sitting = sorted((guest for guest in guests if guest.id in at_table), key=lambda guest: guest.id)
    if not sitting:
        return Seating((), 0, (), 0, 0)
    seats = np.array([at_table[guest.id] for guest in sitting], np.int64)
    sizes = [size for size in np.bincount(seats).tolist() if size]
    forbidden = hard_constraints(sitting, apart) | host_pairs(sitting, len(sizes), history)
    cost = seating_cost(pair_costs(sitting, history, forbidden), seats)
    return describe_seating(sitting, seats, history, apart, cost=cost, bound=lower_bound(sitting, sizes, history))


def table_limits(guests: Sequence[Guest], tables: int, size: int) -> TableLimits:
    share = -(-len(guests) // tables)
    return TableLimits(min(SMALLEST_TABLE, len(guests) // tables), max(size, share), must_mix_sides(guests, tables))


def _homes(guests: Sequence[Guest], before: Mapping[str, int], size: int) -> tuple[IntArray, int]:
    """The current table of each guest, and how many tables there are: as before if that leaves four at each."""
    existing = sorted({before[guest.id] for guest in guests if guest.id in before})
    by_size = sorted(existing, key=lambda table: (-sum(before.get(guest.id) == table for guest in guests), table))
    needed = len(sizes_for(len(guests), size))
    tables = max(needed, min(len(existing), len(guests) // SMALLEST_TABLE))
    # Tables keep their order, because later dinners read it; the smallest are dropped.
    kept = {table: number for number, table in enumerate(sorted(by_size[:tables]))}
    home = [kept.get(before[guest.id], UNSEATED) if guest.id in before else UNSEATED for guest in guests]
    return np.array(home, np.int64), tables
