"""The proof that a round is the best one: a price for every row and column, in whole numbers of any length.

Whatever plan somebody proposes, it costs at least the sum of all prices, because no cell costs less than its two prices
together. The published plan costs exactly that. Whoever doubts it needs to add and compare, and to trust no solver.
A proof is made in `proving`; cards and files read it here, without loading the solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.tours.rules.assignment import Stage


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
        rows = list(range(len(self.chosen)))
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
