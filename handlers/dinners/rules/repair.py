"""Tables that stay as they are, as far as they can: few people move, and no table is too small, too full or of one side.

One number is made smaller step by step, by moving one person or exchanging two: what a table's people cost each other,
what it costs to move somebody, and far above both what is wrong with a table as such.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.dinners.rules.costs import HARD_CONSTRAINT, IntArray
from storage.values.company import Side
from storage.values.dinners import Guest
from storage.values.tours import Pair

# Nobody is moved to spare them a few neighbours they know; to keep a promise, or a table mixed, some are.
MOVE_COST = HARD_CONSTRAINT
BROKEN_COST = 10 * HARD_CONSTRAINT
ONE_SIDED_COST = 30 * HARD_CONSTRAINT
WRONG_SIZE_COST = 100 * HARD_CONSTRAINT  # for each person too many or too few
UNSEATED = -1


@dataclass(frozen=True, slots=True)
class TableLimits:
    """How many people a table may hold, and whether each has to have both sides."""

    fewest: int
    most: int
    mixed: bool


def must_mix_sides(guests: Sequence[Guest], tables: int) -> bool:
    """Whether there are enough of either side for one at each table."""
    return min(sum(guest.side is side for guest in guests) for side in (Side.MARKETING, Side.IT)) >= tables


def with_hard_constraints(matrix: IntArray, promised: Collection[Pair], guests: Sequence[Guest]) -> IntArray:
    """*matrix* with promises far above everything that can be set against them."""
    at = {guest.id: number for number, guest in enumerate(guests)}
    whole = matrix.copy()
    for pair in promised:
        one, other = (at.get(person_id) for person_id in sorted(pair))
        if one is not None and other is not None:
            whole[[one, other], [other, one]] += BROKEN_COST
    return whole


def repair(
    matrix: IntArray, guests: Sequence[Guest], home: IntArray, tables: int, limits: TableLimits, *, moved: int
) -> IntArray:
    """The table of each guest, from *home* on; NOWHERE is somebody who has none yet."""
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
        away: IntArray = self.moved * ((self.home[:, None] != UNSEATED) & (self.home[:, None] != tables[None, :]))
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
        return np.asarray(WRONG_SIZE_COST * off + ONE_SIDED_COST * one_sided, np.int64)
