"""Tables that stay as they are, as far as they can: few people move, and no table is too small, too full or of one side.

One number is made smaller step by step, by moving one person or exchanging two: what a table's people cost each other,
what it costs to move somebody, and far above both what is wrong with a table as such.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.dinners.rules.costs import PROMISE, IntArray, costs, least, promises
from handlers.dinners.rules.seating import cost_of, described, host_pairs, sizes_for
from handlers.dinners.rules.seating_sizes import SMALLEST
from storage.values import Guest, Pair, Seating, Side, Together

# Nobody is moved to spare them a few neighbours they know; to keep a promise, or a table mixed, some are.
MOVED = PROMISE
BROKEN = 10 * PROMISE
ONE_SIDED = 30 * PROMISE
WRONG_SIZE = 100 * PROMISE  # for each person too many or too few
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Limits:
    """How many people a table may hold, and whether each has to have both sides."""

    fewest: int
    most: int
    mixed: bool


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
    stern = matrix + costs(guests, Together(), promised) // PROMISE * BROKEN
    seats = settled(stern, guests, home, tables, limits_for(guests, tables, size), moved=MOVED)
    sizes = np.bincount(seats, minlength=tables).tolist()
    return described(guests, seats, together, apart, cost=cost_of(matrix, seats), bound=least(guests, sizes))


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
    return described(sitting, seats, together, apart, cost=cost, bound=least(sitting, sizes))


def limits_for(guests: Sequence[Guest], tables: int, size: int) -> Limits:
    share = -(-len(guests) // tables)
    sides = [sum(each.side is side for each in guests) for side in (Side.MARKETING, Side.IT)]
    return Limits(min(SMALLEST, len(guests) // tables), max(size, share), min(sides) >= tables)


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


def settled(
    matrix: IntArray, guests: Sequence[Guest], home: IntArray, tables: int, limits: Limits, *, moved: int
) -> IntArray:
    """The table of each guest, from *home* on; NOWHERE is somebody who has none yet."""
    state = _Settling(matrix, guests, home, tables, limits, moved)
    for person in np.flatnonzero(home == NOWHERE).tolist():
        state.sit_down(person)
    while state.improve():
        pass
    return state.seats


class _Settling:
    def __init__(
        self, matrix: IntArray, guests: Sequence[Guest], home: IntArray, tables: int, limits: Limits, moved: int
    ) -> None:
        self.matrix, self.home, self.limits, self.moved = matrix, home, limits, moved
        self.seats = home.copy()
        self.people = len(guests)
        order = {side: number for number, side in enumerate((Side.MARKETING, Side.IT, Side.OTHER))}
        self.side = np.array([order[each.side] for each in guests], np.int64)
        self.count = np.zeros((tables, 3), np.int64)
        self.beside = np.zeros((self.people, tables), np.int64)
        for person in np.flatnonzero(home != NOWHERE):
            self._add(int(person), int(home[person]), 1)

    def _add(self, person: int, table: int, times: int) -> None:
        self.count[table, self.side[person]] += times
        self.beside[:, table] += times * self.matrix[:, person]

    def sit_down(self, person: int) -> None:
        """Somebody new takes the chair that costs least; a table with room comes before one that would be too full."""
        more = self._wrong(self.count + self._one(self.side[person])) - self._wrong(self.count)
        table = int(np.argmin(self.beside[person] + more))
        self.seats[person] = table
        self._add(person, table, 1)

    def improve(self) -> bool:
        """Do the one thing that helps most; False when nothing does."""
        moves, exchanges = self._moves(), self._exchanges()
        best_move, best_exchange = int(moves.min()), int(exchanges.min())
        if min(best_move, best_exchange) >= 0:
            return False
        if best_move <= best_exchange:
            person, table = np.unravel_index(int(moves.argmin()), moves.shape)
            self._move(int(person), int(table))
        else:
            one, other = np.unravel_index(int(exchanges.argmin()), exchanges.shape)
            a, b = int(self.seats[one]), int(self.seats[other])
            self._move(int(one), b)
            self._move(int(other), a)
        return True

    def _move(self, person: int, table: int) -> None:
        self._add(person, int(self.seats[person]), -1)
        self.seats[person] = table
        self._add(person, table, 1)

    def _away(self) -> IntArray:
        """By person and table: what it costs to be moved there. Whoever sat nowhere is at home everywhere."""
        tables = np.arange(self.beside.shape[1])
        away: IntArray = self.moved * ((self.home[:, None] != NOWHERE) & (self.home[:, None] != tables[None, :]))
        return away

    def _moves(self) -> IntArray:
        """By person and table: what moving them there adds."""
        rows = np.arange(self.people)
        whole = self.beside + self._away()
        wrong = self._wrong(self.count)
        joined = np.stack([self._wrong(self.count + self._one(side)) for side in range(3)], axis=1) - wrong[:, None]
        left = np.stack([self._wrong(self.count - self._one(side)) for side in range(3)], axis=1) - wrong[:, None]
        added = whole - whole[rows, self.seats][:, None] + joined[:, self.side].T
        added += left[self.seats, self.side][:, None]
        added[rows, self.seats] = 0
        moves: IntArray = added
        return moves

    def _exchanges(self) -> IntArray:
        """By person and person: what exchanging their seats adds."""
        rows = np.arange(self.people)
        whole = self.beside + self._away()
        shift = whole[:, self.seats] - whole[rows, self.seats][:, None]
        wrong = self._wrong(self.count)
        swapped = np.stack(
            [
                np.stack([self._wrong(self.count - self._one(out) + self._one(into)) - wrong for into in range(3)], 1)
                for out in range(3)
            ],
            axis=1,
        )  # by table, side that leaves, side that comes
        change = swapped[self.seats[:, None], self.side[:, None], self.side[None, :]]
        added = shift + shift.T - 2 * self.matrix + change + change.T
        added[self.seats[:, None] == self.seats[None, :]] = 0
        exchanges: IntArray = added
        return exchanges

    @staticmethod
    def _one(side: int) -> IntArray:
        return np.asarray(np.eye(3, dtype=np.int64)[side])

    def _wrong(self, count: IntArray) -> IntArray:
        """By table: what is wrong with it as such."""
        people = count.sum(axis=1)
        off = np.maximum(0, people - self.limits.most) + np.maximum(0, self.limits.fewest - people)
        one_sided = (people > 0) & (count[:, :2].min(axis=1) <= 0) & self.limits.mixed
        return np.asarray(WRONG_SIZE * off + ONE_SIDED * one_sided, np.int64)
