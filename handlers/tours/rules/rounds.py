"""Solve a round: groups, people left out, reasons. Pure: same people, history and seed - same round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from handlers.tours.rules.assignment import Solution, Stage, solve
from handlers.tours.rules.cost_matrix import UNMATCHED, CostMatrix, build_cost_matrix, sides_of
from handlers.tours.rules.proof import Proof
from handlers.tours.rules.reasons import why_left_out, why_repeated
from storage.values.company import Side
from storage.values.tours import (
    Explanation,
    Pair,
    PairConstraints,
    PairingHistory,
    RoundSolution,
    Totals,
    TourGroup,
    Traveller,
)

__all__ = ["price_of_pin", "solve_round"]


def solve_round(
    travellers: Sequence[Traveller], past: PairingHistory, wishes: PairConstraints, *, seed: str, max_group: int = 3
) -> tuple[RoundSolution, Proof]:
    """The optimal round for *travellers*, with its proof.

    Every group has both sides and at most *max_group* people (at least 2).
    """
    few, many = sides_of(travellers)
    if not few:
        return _nobody_to_meet(many)
    matrix, solution = _solve_smallest(few, many, past, wishes, seed, max_group)
    pairs = _pairs(matrix, solution)
    proof = build_proof(matrix, solution)
    groups = _groups(matrix, pairs)
    return RoundSolution(
        groups=groups,
        left_out=why_left_out(matrix, pairs, wishes, max_group),
        repeats=why_repeated(matrix, pairs, past, wishes),
        totals=_totals(matrix, solution),
        score=proof.score,
        bound=proof.bound,
    ), proof


def _nobody_to_meet(alone: Sequence[Traveller]) -> tuple[RoundSolution, Proof]:
    left = tuple(
        Explanation((traveller.id,), "nobody of the other side takes part in this round") for traveller in alone
    )
    return RoundSolution((), left, (), Totals(left_out=len(left)), 0, 0), Proof()


def _solve_smallest(
    few: tuple[Traveller, ...],
    many: tuple[Traveller, ...],
    past: PairingHistory,
    wishes: PairConstraints,
    seed: str,
    max_group: int,
) -> tuple[CostMatrix, Solution]:
    """Solve with as few slots per person as could be enough; with all of them if people are left out."""
    most = max(1, max_group - 1)
    pinned = max((sum(traveller.id in pair for pair in wishes.pins) for traveller in few), default=0)
    enough = min(most, max(1 + len(many) - len(few), pinned))
    matrix = build_cost_matrix(few, many, past, wishes, seed=seed, partners=enough)
    solution = solve(matrix.levels)
    if enough < most and _totals(matrix, solution).left_out:
        matrix = build_cost_matrix(few, many, past, wishes, seed=seed, partners=most)
        solution = solve(matrix.levels)
    return matrix, solution


def _pairs(matrix: CostMatrix, solution: Solution) -> tuple[tuple[int, int], ...]:
    """(one of few, one of many) for each chosen cell that is a meeting."""
    pairs = []
    for row, column in enumerate(solution.chosen):
        one, other = int(matrix.rows[row]), int(matrix.columns[column])
        if one != UNMATCHED and other != UNMATCHED and matrix.allowed[row, column]:
            pairs.append((one, other))
    return tuple(sorted(pairs))


def _groups(matrix: CostMatrix, pairs: Sequence[tuple[int, int]]) -> tuple[TourGroup, ...]:
    partners: dict[int, list[int]] = {}
    for one, other in pairs:
        partners.setdefault(one, []).append(other)
    groups = []
    for one, others in sorted(partners.items()):
        people = [matrix.few[one], *(matrix.many[x] for x in others)]
        ordered = sorted(people, key=lambda traveller: (traveller.side is not Side.MARKETING, traveller.id))
        meetings: list[Pair] = [frozenset({matrix.few[one].id, matrix.many[x].id}) for x in others]
        groups.append(TourGroup(tuple(x.id for x in ordered), tuple(meetings)))
    return tuple(groups)


def _totals(matrix: CostMatrix, solution: Solution) -> Totals:
    rows = np.arange(len(solution.chosen))
    sums = {level.name: int(level.costs[rows, solution.chosen].sum()) for level in matrix.levels}
    meetings = _pairs(matrix, solution)
    fit = 1000 * len(meetings) - sums["fit"]
    return Totals(left_out=sums["left out"], repeats=sums["repeats"], fit=fit)


def price_of_pin(
    travellers: Sequence[Traveller],
    past: PairingHistory,
    wishes: PairConstraints,
    pin: Pair,
    *,
    seed: str,
    max_group: int = 3,
) -> Totals:
    """The cost of *pin*: more people left out, more repeats, less fit than the optimal round without it."""
    with_it, _ = solve_round(travellers, past, wishes, seed=seed, max_group=max_group)
    without, _ = solve_round(
        travellers, past, replace(wishes, pins=wishes.pins - {pin}), seed=seed, max_group=max_group
    )
    one, other = with_it.totals, without.totals
    return Totals(one.left_out - other.left_out, one.repeats - other.repeats, other.fit - one.fit)


def build_proof(matrix: CostMatrix, solution: Solution) -> Proof:
    few, many = [traveller.id for traveller in matrix.few], [traveller.id for traveller in matrix.many]
    return Proof(
        rows=tuple("" if position == UNMATCHED else few[position] for position in matrix.rows),
        columns=tuple("" if position == UNMATCHED else many[position] for position in matrix.columns),
        chosen=tuple(solution.chosen.tolist()),
        stages=_weighed(solution.stages),
    )


def _weighed(stages: Sequence[Stage]) -> tuple[tuple[int, Stage], ...]:
    """Each stage with a weight above any sum of later ones, in a plan and in the reduced cost of a cell."""
    weighed: list[tuple[int, Stage]] = []
    weight, most, least = 1, 0, 0  # the most that later stages add to a plan, and subtract from a cell
    for stage in reversed(stages):
        weight = 1 + max(most, -least)
        weighed.append((weight, stage))
        most += weight * len(stage.costs) * int(stage.costs.max(initial=0))
        reduced = stage.costs - stage.row_prices[:, None] - stage.column_prices[None, :]
        least += weight * min(0, int(reduced.min(initial=0)))
    return tuple(reversed(weighed))
