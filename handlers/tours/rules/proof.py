"""The proof that a round is the best one: a price for every row and column, in whole numbers of any length.

Whatever plan somebody proposes, it costs at least the sum of all prices, because no cell costs less than its two prices
together. The published plan costs exactly that. Whoever doubts it needs to add and compare, and to trust no solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from handlers.tours.rules.solving import Solution, Stage
from handlers.tours.rules.table import NOBODY, Table


@dataclass(frozen=True)
class Proof:
    """`rows` and `columns` name people, "" is nobody; `chosen` holds the column of each row.

    A stage's weight is what one unit of it counts among all stages, so that one number stands for all levels.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    chosen: tuple[int, ...] = ()
    stages: tuple[tuple[int, Stage], ...] = ()

    @property
    def score(self) -> int:
        """What the plan costs."""
        rows = np.arange(len(self.chosen))
        return sum(weight * int(stage.costs[rows, list(self.chosen)].sum()) for weight, stage in self.stages)

    @property
    def bound(self) -> int:
        """What every plan costs at least."""
        return sum(self.row_prices) + sum(self.column_prices)

    @property
    def weights(self) -> dict[str, int]:
        """What one unit of each level counts."""
        return {name: weight * inside for weight, stage in self.stages for name, inside in stage.weights.items()}

    @property
    def row_prices(self) -> tuple[int, ...]:
        return tuple(self._added([stage.row_prices.tolist() for _, stage in self.stages]))

    @property
    def column_prices(self) -> tuple[int, ...]:
        return tuple(self._added([stage.column_prices.tolist() for _, stage in self.stages]))

    def costs(self) -> Iterator[list[int]]:
        """Row by row what every cell costs."""
        for row in range(len(self.rows)):
            yield list(self._added([stage.costs[row].tolist() for _, stage in self.stages]))

    def _added(self, by_stage: Sequence[Sequence[int]]) -> Iterator[int]:
        weights = [weight for weight, _ in self.stages]
        for parts in zip(*by_stage, strict=True):
            yield sum(weight * part for weight, part in zip(weights, parts, strict=True))


def proof_of(table: Table, solution: Solution) -> Proof:
    few, many = [each.id for each in table.few], [each.id for each in table.many]
    return Proof(
        rows=tuple("" if each == NOBODY else few[each] for each in table.rows),
        columns=tuple("" if each == NOBODY else many[each] for each in table.columns),
        chosen=tuple(solution.chosen.tolist()),
        stages=_weighed(solution.stages),
    )


def _weighed(stages: Sequence[Stage]) -> tuple[tuple[int, Stage], ...]:
    """Each stage with a weight that no sum of later ones reaches, neither in a plan nor in a cell's reduced cost."""
    weighed: list[tuple[int, Stage]] = []
    weight, most, least = 1, 0, 0  # what the later stages may add at most in a plan, and take away in a cell
    for stage in reversed(stages):
        weight = 1 + max(most, -least)
        weighed.append((weight, stage))
        most += weight * len(stage.costs) * int(stage.costs.max(initial=0))
        reduced = stage.costs - stage.row_prices[:, None] - stage.column_prices[None, :]
        least += weight * min(0, int(reduced.min(initial=0)))
    return tuple(reversed(weighed))
