"""Build a proof from a solution: weights for the stages, person ids for rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.tours.rules.assignment import Solution, Stage
from handlers.tours.rules.cost_matrix import UNMATCHED, CostMatrix
from handlers.tours.rules.proof import Proof


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
