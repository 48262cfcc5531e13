"""A solved round with its inputs and proof: what planning commands and cards pass around."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.tours.rules.inputs import RoundInputs
from handlers.tours.rules.lifecycle import last_day
from handlers.tours.rules.proof import Proof
from storage.values.company import Directory
from storage.values.tours import Programme, RoundSolution


@dataclass(frozen=True, slots=True)
class RoundWithProof:
    """A solved round with its inputs and its proof."""

    programme: Programme
    number: int
    starts: date
    inputs: RoundInputs
    round: RoundSolution
    proof: Proof
    names: Directory

    @property
    def ends(self) -> date:
        return last_day(self.starts, self.programme.weeks)
