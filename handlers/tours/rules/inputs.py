"""The inputs of a round, as data that can be stored: the same data always gives the same round. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers.tours.rules.lifecycle import last_day
from handlers.tours.rules.proof import Proof
from storage.values.company import Directory, Side
from storage.values.tours import Pair, PairConstraints, PairingHistory, Programme, RoundSolution, Traveller


@dataclass(frozen=True, slots=True)
class RoundInputs:
    """`excluded` are members who take no part, each with the reason.

    `settled` are travellers with a settled tour; solving again matches the others.
    """

    travellers: tuple[Traveller, ...]
    past: PairingHistory
    wishes: PairConstraints
    seed: str
    max_group: int
    excluded: tuple[tuple[str, str], ...] = ()
    settled: frozenset[str] = frozenset()

    @property
    def free(self) -> tuple[Traveller, ...]:
        return tuple(traveller for traveller in self.travellers if traveller.id not in self.settled)

    def solve(self) -> tuple[RoundSolution, Proof]:
        from handlers.tours.rules.rounds import solve_round  # loads scipy, which few commands need

        return solve_round(self.free, self.past, self.wishes, seed=self.seed, max_group=self.max_group)

    def without(self, people: Iterable[str], reason: str) -> RoundInputs:
        """The same round without *people*, excluded for *reason*."""
        gone = frozenset(people)
        staying = tuple(traveller for traveller in self.travellers if traveller.id not in gone)
        left = [traveller.id for traveller in self.travellers if traveller.id in gone]
        return replace(
            self, travellers=staying, excluded=(*self.excluded, *((person_id, reason) for person_id in sorted(left)))
        )

    def with_settled(self, settled: Iterable[str], keep: Iterable[Pair]) -> RoundInputs:
        """The same round with travellers who must not and pairs that should not change. Pins stay."""
        return replace(self, settled=frozenset(settled), wishes=replace(self.wishes, keep=frozenset(keep)))


def to_data(inputs: RoundInputs) -> dict[str, Any]:
    return {
        "travellers": [
            {
                "id": traveller.id,
                "side": str(traveller.side),
                "offered": sorted(traveller.offered),
                "wanted": sorted(traveller.wanted),
                "offset": traveller.utc_offset_min,
                "seniority": traveller.seniority,
                "capacity": traveller.capacity,
            }
            for traveller in inputs.travellers
        ],
        "met": sorted([*sorted(pair), list(ago)] for pair, ago in inputs.past.met.items()),
        "left_out": dict(sorted(inputs.past.left_out.items())),
        "pins": _listed(inputs.wishes.pins),
        "forbids": _listed(inputs.wishes.forbids),
        "keep": _listed(inputs.wishes.keep),
        "seed": inputs.seed,
        "max_group": inputs.max_group,
        "excluded": [list(pair) for pair in inputs.excluded],
        "settled": sorted(inputs.settled),
    }


def _listed(pairs: Iterable[Pair]) -> list[list[str]]:
    return sorted(sorted(pair) for pair in pairs)


def from_data(data: Mapping[str, Any]) -> RoundInputs:
    """The inverse of `to_data`."""
    return RoundInputs(
        travellers=tuple(
            Traveller(
                id=row["id"],
                side=Side(row["side"]),
                offered=frozenset(row["offered"]),
                wanted=frozenset(row["wanted"]),
                utc_offset_min=row["offset"],
                seniority=row["seniority"],
                capacity=row["capacity"],
            )
            for row in data["travellers"]
        ),
        past=PairingHistory({frozenset({one, other}): tuple(ago) for one, other, ago in data["met"]}, data["left_out"]),
        wishes=PairConstraints(_paired(data["pins"]), _paired(data["forbids"]), _paired(data["keep"])),
        seed=data["seed"],
        max_group=data["max_group"],
        excluded=tuple((person, reason) for person, reason in data["excluded"]),
        settled=frozenset(data.get("settled", ())),
    )


def _paired(listed: Sequence[Sequence[str]]) -> frozenset[Pair]:
    return frozenset(frozenset(pair) for pair in listed)


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
