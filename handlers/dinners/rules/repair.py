"""Local search that repairs tables: few people move, and no table is too small, too full or of one side only.

Each step moves one person or exchanges two, and lowers the sum of pair costs, the cost of moving people, and far above
both, the penalties of invalid tables.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.dinners.rules.costs import HARD_CONSTRAINT, IntArray
from storage.values.company import Side
from storage.values.dinners import Guest
from storage.values.tours import Pair

# Moving a person outweighs a few repeats, but not a hard constraint or a one-sided table.
MOVE_COST = HARD_CONSTRAINT
BROKEN_COST = 10 * HARD_CONSTRAINT
ONE_SIDED_COST = 30 * HARD_CONSTRAINT
WRONG_SIZE_COST = 100 * HARD_CONSTRAINT  # for each person too many or too few
UNSEATED = -1


@dataclass(frozen=True, slots=True)
class TableLimits:
    """The size limits of a table, and whether it has to have both sides."""

    fewest: int
    most: int
    mixed: bool


def must_mix_sides(guests: Sequence[Guest], tables: int) -> bool:
    """Whether each side has enough people for one at every table."""
    return min(sum(guest.side is side for guest in guests) for side in (Side.MARKETING, Side.IT)) >= tables


def with_hard_constraints(matrix: IntArray, forbidden: Collection[Pair], guests: Sequence[Guest]) -> IntArray:
    """*matrix* with hard constraints weighted far above everything else."""
    at = {guest.id: number for number, guest in enumerate(guests)}
    whole = matrix.copy()
    for pair in forbidden:
        one, other = (at.get(person_id) for person_id in sorted(pair))
        if one is not None and other is not None:
            whole[[one, other], [other, one]] += BROKEN_COST
    return whole


def repair(
    matrix: IntArray, guests: Sequence[Guest], home: IntArray, tables: int, limits: TableLimits, *, moved: int
) -> IntArray:
    """The table of each guest, starting from *home*; UNSEATED is a guest without a table yet."""
    state = _Repair(matrix, guests, home, tables, limits, moved)
    for person in np.flatnonzero(home == UNSEATED).tolist():
        state.sit_down(person)
    while state.improve():
        pass
    return state.seats


class _Repair:
    def __init__(
        self, matrix: IntArray, guests: Sequence[Guest], home: IntArray, tables: int, limits: TableLimits, moved: int
    ) -> None:
        self.matrix, self.home, self.limits, self.moved = matrix, home, limits, moved
        self.seats = home.copy()
        self.people = len(guests)
        order = {side: number for number, side in enumerate((Side.MARKETING, Side.IT, Side.OTHER))}
        self.side = np.array([order[guest.side] for guest in guests], np.int64)
        self.count = np.zeros((tables, 3), np.int64)
        self.beside = np.zeros((self.people, tables), np.int64)
        for person in np.flatnonzero(home != UNSEATED):
            self._add(int(person), int(home[person]), 1)

    def _add(self, person: int, table: int, times: int) -> None:
        self.count[table, self.side[person]] += times
        self.beside[:, table] += times * self.matrix[:, person]

    def sit_down(self, person: int) -> None:
        """Seat a new person where it costs least, preferably at a table with room."""
        more = self._wrong(self.count + self._one(self.side[person])) - self._wrong(self.count)
        table = int(np.argmin(self.beside[person] + more))
        self.seats[person] = table
        self._add(person, table, 1)

    def improve(self) -> bool:
        """Apply the best move or exchange; False if none helps."""
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
        """By person and table: the cost of leaving home for it; 0 for people without a home."""
        tables = np.arange(self.beside.shape[1])
        away: IntArray = self.moved * ((self.home[:, None] != UNSEATED) & (self.home[:, None] != tables[None, :]))
        return away

    def _moves(self) -> IntArray:
        """By person and table: the change in cost of moving there."""
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
        """By pair of people: the change in cost of exchanging their seats."""
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
        )  # by table, leaving side, arriving side
        change = swapped[self.seats[:, None], self.side[:, None], self.side[None, :]]
        added = shift + shift.T - 2 * self.matrix + change + change.T
        added[self.seats[:, None] == self.seats[None, :]] = 0
        exchanges: IntArray = added
        return exchanges

    @staticmethod
    def _one(side: int) -> IntArray:
        return np.asarray(np.eye(3, dtype=np.int64)[side])

    def _wrong(self, count: IntArray) -> IntArray:
        """By table: the penalties for its size and sides."""
        people = count.sum(axis=1)
        off = np.maximum(0, people - self.limits.most) + np.maximum(0, self.limits.fewest - people)
        one_sided = (people > 0) & (count[:, :2].min(axis=1) <= 0) & self.limits.mixed
        return np.asarray(WRONG_SIZE_COST * off + ONE_SIDED_COST * one_sided, np.int64)
