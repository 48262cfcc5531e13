"""The proof that a round is optimal: an integer price (dual value) for every row and column.

No cell costs less than its two prices together, so every plan costs at least the sum of all prices; the published plan
costs exactly that. Checking it takes additions and comparisons, and no trust in the solver. `rounds` makes a proof;
cards and files read it here, without loading the solver.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.values.company import Directory
from storage.values.tours import RoundSolution

if TYPE_CHECKING:
    from handlers.tours.rules.assignment import Stage


@dataclass(frozen=True)
class Proof:
    """`rows` and `columns` are person ids, "" for nobody; `chosen` is the column of each row.

    A stage's weight puts its units on a common scale, so that one number covers all levels.
    """

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    chosen: tuple[int, ...] = ()
    stages: tuple[tuple[int, Stage], ...] = ()

    @property
    def score(self) -> int:
        """The cost of the plan."""
        rows = list(range(len(self.chosen)))
        return sum(weight * int(stage.costs[rows, list(self.chosen)].sum()) for weight, stage in self.stages)

    @property
    def bound(self) -> int:
        """The least that any plan can cost."""
        return sum(self.row_prices) + sum(self.column_prices)

    @property
    def weights(self) -> dict[str, int]:
        """The weight of one unit of each level."""
        return {name: weight * inside for weight, stage in self.stages for name, inside in stage.weights.items()}

    @property
    def row_prices(self) -> tuple[int, ...]:
        return tuple(self._added([stage.row_prices.tolist() for _, stage in self.stages]))

    @property
    def column_prices(self) -> tuple[int, ...]:
        return tuple(self._added([stage.column_prices.tolist() for _, stage in self.stages]))

    def costs(self) -> Iterator[list[int]]:
        """The costs of all cells, row by row."""
        for row in range(len(self.rows)):
            yield list(self._added([stage.costs[row].tolist() for _, stage in self.stages]))

    def _added(self, by_stage: Sequence[Sequence[int]]) -> Iterator[int]:
        weights = [weight for weight, _ in self.stages]
        for parts in zip(*by_stage, strict=True):
            yield sum(weight * part for weight, part in zip(weights, parts, strict=True))


def proof_json(proof: Proof, solved: RoundSolution, number: int, names: Directory) -> bytes:
    """The proof of a round as a file, which `docs/check_tours.py` checks without any code of Handshake.

    JSON with people by e-mail, the cost matrix, the prices and the chosen cells.
    """
    name = {
        person_id: names.email_of(person_id) or person_id for person_id in (*proof.rows, *proof.columns) if person_id
    }
    document = {
        "round": number,
        "pairs": [[name[person_id] for person_id in group.people] for group in solved.groups],
        "left_out": [name[explanation.people[0]] for explanation in solved.left_out if explanation.people[0] in name],
        "score": solved.score,
        "bound": solved.bound,
        "rows": [name.get(person_id, "") for person_id in proof.rows],
        "columns": [name.get(person_id, "") for person_id in proof.columns],
        "chosen": list(proof.chosen),
        "row_prices": list(proof.row_prices),
        "column_prices": list(proof.column_prices),
        "levels": proof.weights,
        "costs": list(proof.costs()),
    }
    return json.dumps(document, ensure_ascii=False).encode()
