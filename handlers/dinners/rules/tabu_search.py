"""Tabu search for a better seating: swap the best pair, forbid swapping back, perturb the best when stuck."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from handlers.dinners.rules.costs import IntArray

FORBIDDEN = 1 << 40
STUCK_AFTER = 400  # swaps without a new best
SHAKE_SHARE = 0.15  # of the people


def improve_seating(
    matrix: IntArray,
    seats: IntArray,
    classes: IntArray,
    *,
    bound: int,
    random: Generator,
    steps: int,
) -> IntArray:
    """The best seating found from *seats* (the table of each guest).

    Only people of one class swap, so each class keeps its distribution. Ends at *bound* or after *steps* steps; counting
    steps and not time keeps the result deterministic.
    """
    search = _TabuSearch(matrix, seats, classes, random)
    while search.best_cost > bound and search.number < steps:
        search.step()
    return search.best


class _TabuSearch:
    def __init__(self, matrix: IntArray, seats: IntArray, classes: IntArray, random: Generator) -> None:
        self.matrix, self.classes, self.random = matrix, classes, random
        self.may_swap: NDArray[np.bool_] = classes[:, None] == classes[None, :]
        self.people, self.tables = len(seats), int(seats.max(initial=0)) + 1
        self._sit(seats.copy())
        self.best, self.best_cost = self.seats.copy(), self.cost
        self.since_best = 0
        self.number = 0
        self.until = np.zeros((self.people, self.tables), np.int64)  # the step before which a person may not return

    def _sit(self, seats: IntArray) -> None:
        self.seats = seats
        at = np.zeros((self.people, self.tables), np.int64)
        at[np.arange(self.people), seats] = 1
        self.beside = self.matrix @ at  # the cost of each person at each table
        self.cost = int(self.beside[np.arange(self.people), seats].sum()) // 2

    def step(self) -> None:
        self.number += 1
        gains = self._gains()
        back = self.until[:, self.seats] > self.number  # by person and the table of the other
        free = self.may_swap & (self.seats[:, None] != self.seats[None, :])
        is_new_best = self.cost + gains < self.best_cost
        gains = np.where(free & (is_new_best | ~(back | back.T)), gains, FORBIDDEN)
        one, other = np.unravel_index(self._one_of_the_least(gains), gains.shape)
        if gains[one, other] >= FORBIDDEN:
            self._shake()
            return
        self._swap(int(one), int(other), int(gains[one, other]))
        if self.cost < self.best_cost:
            self.best, self.best_cost, self.since_best = self.seats.copy(), self.cost, 0
        else:
            self.since_best += 1
        if self.since_best > STUCK_AFTER:
            self._shake()

    def _gains(self) -> IntArray:
        """The change in cost of each swap."""
        here = self.beside[np.arange(self.people), self.seats]
        there = self.beside[:, self.seats]
        moved = there - here[:, None]
        gains: IntArray = moved + moved.T - 2 * self.matrix
        return gains

    def _one_of_the_least(self, gains: IntArray) -> int:
        least = np.flatnonzero(gains == gains.min())
        return int(self.random.choice(least))

    def _swap(self, one: int, other: int, gain: int) -> None:
        a, b = int(self.seats[one]), int(self.seats[other])
        longest = max(4, self.people // 10)
        self.until[one, a] = self.number + self.random.integers(3, longest + 1)
        self.until[other, b] = self.number + self.random.integers(3, longest + 1)
        shift = self.matrix[:, other] - self.matrix[:, one]
        self.beside[:, a] += shift
        self.beside[:, b] -= shift
        self.seats[one], self.seats[other] = b, a
        self.cost += gain

    def _shake(self) -> None:
        """Continue from the best seating with some people permuted within their class."""
        seats = self.best.copy()
        for kind in np.unique(self.classes):
            people = np.flatnonzero(self.classes == kind)
            chosen = self.random.permutation(people)[: max(2, int(len(people) * SHAKE_SHARE))]
            seats[chosen] = seats[self.random.permutation(chosen)]
        self.until[:] = 0
        self.since_best = 0
        self._sit(seats)
