"""The lexicographically optimal plan, computed exactly, with its dual prices.

scipy solves an assignment in floating point, which is exact below 2^53. Levels are combined while that holds; the others
are solved among the plans that the earlier stages left open. Those are the perfect matchings over cells of reduced cost
0, so no better plan is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from handlers.tours.rules.cost_matrix import Level
from handlers.tours.rules.fit import IntArray

EXACT = 2**53  # the largest range of exact integers in a float
CLOSED = 2**60  # the cost of a cell that an earlier stage ruled out


@dataclass(frozen=True)
class Stage:
    """Levels solved together: `costs` is the weighted sum; `weights` are by level name."""

    weights: dict[str, int]
    costs: IntArray
    row_prices: IntArray
    column_prices: IntArray


@dataclass(frozen=True)
class Solution:
    """The column chosen for each row, and the prices of each stage."""

    chosen: IntArray
    stages: tuple[Stage, ...]


def solve(levels: Sequence[Level]) -> Solution:
    """The plan that is optimal on the first level, among those on the second, and so on."""
    size = len(levels[0].costs)
    chosen = np.arange(size)
    is_open = np.ones((size, size), np.bool_)
    stages: list[Stage] = []
    for weights, costs in _together(levels):
        priced = np.where(is_open, costs, CLOSED)
        chosen = _assigned(costs, is_open)
        rows, columns = _prices(priced, chosen)
        is_open &= priced - rows[:, None] == columns[None, :]
        stages.append(Stage(weights, costs, rows, columns))
    return Solution(chosen, tuple(stages))


def _together(levels: Sequence[Level]) -> Iterator[tuple[dict[str, int], IntArray]]:
    """Runs of levels whose weighted sum is exact."""
    size = len(levels[0].costs)
    run: list[tuple[Level, int]] = []
    total = 1
    for level in levels:
        span = size * int(level.costs.max(initial=0)) + 1
        if run and total * span >= EXACT:
            yield _weighted(run)
            run, total = [], 1
        run.append((level, span))
        total *= span
    yield _weighted(run)


def _weighted(run: Sequence[tuple[Level, int]]) -> tuple[dict[str, int], IntArray]:
    """The weighted sum: one unit of a level outweighs the maximum of all later ones together."""
    weights: dict[str, int] = {}
    costs = np.zeros_like(run[0][0].costs)
    weight = 1
    for level, span in reversed(run):
        weights[level.name] = weight
        costs += weight * level.costs
        weight *= span
    return weights, costs


def _assigned(costs: IntArray, is_open: NDArray[np.bool_]) -> IntArray:
    _, chosen = linear_sum_assignment(np.where(is_open, costs.astype(np.float64), np.inf))
    return chosen.astype(np.int64)


def _prices(costs: IntArray, chosen: IntArray) -> tuple[IntArray, IntArray]:
    """Dual prices: row plus column price exceeds no cell and equals every chosen one.

    Their sum is a lower bound for every plan, so a plan of that cost is optimal.
    """
    size = len(costs)
    paid = costs[np.arange(size), chosen]
    columns = np.zeros(size, np.int64)
    for _ in range(size + 1):
        rows = paid - columns[chosen]
        lower = np.minimum(columns, (costs - rows[:, None]).min(0, initial=CLOSED))
        if (lower == columns).all():
            return rows, columns
        columns = lower
    raise ArithmeticError("the plan is not the best one, so it has no prices")
