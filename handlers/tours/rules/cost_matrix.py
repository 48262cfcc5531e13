"""A round as a square table: a row for each partner that somebody of the smaller side may take, a column for each person
of the larger side, filled up with nobody. Choosing one cell in every row and column is a plan.

What matters most comes first; a later level only chooses among the plans that are best on those before it:

left out    nobody stays without a partner who could have one
fairness    whoever was left out before is not left out again
repeats     no two meet who met before
recency     if they must, then those for whom it is longest ago
moved       a plan that is solved anew changes as little as possible
evenness    groups of much the same size
scarcity    whoever has many left whom they never met takes more now, so that nobody runs out early
fit         how well the two fit
tie         a draw by the seed
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from handlers.tours.rules.fit import MAX_FIT, IntArray, fit_scores
from storage.values.company import Side
from storage.values.tours import PairConstraints, PairingHistory, Traveller

TIE_BITS = 10
REMEMBERED_ROUNDS = 20  # a meeting so many rounds ago weighs as little as any before it
UNMATCHED = -1


@dataclass(frozen=True)
class Level:
    """What each choice costs on one level: a cell for each row and column of the table, never below 0."""

    name: str
    costs: IntArray


@dataclass(frozen=True)
class CostMatrix:
    """`rows` point into *few* and `columns` into *many*; NOBODY fills up. `allowed` holds a cell for two real people."""

    few: tuple[Traveller, ...]
    many: tuple[Traveller, ...]
    rows: IntArray
    columns: IntArray
    allowed: NDArray[np.bool_]
    levels: tuple[Level, ...]


def sides_of(travellers: Sequence[Traveller]) -> tuple[tuple[Traveller, ...], tuple[Traveller, ...]]:
    """The smaller side and the larger one, each by id; Marketing counts as the smaller of two equal ones."""
    ordered = sorted(travellers, key=lambda traveller: traveller.id)
    marketing, it = (
        tuple(traveller for traveller in ordered if traveller.side is side) for side in (Side.MARKETING, Side.IT)
    )
    return (marketing, it) if len(marketing) <= len(it) else (it, marketing)


def build_cost_matrix(
    few: tuple[Traveller, ...],
    many: tuple[Traveller, ...],
    past: PairingHistory,
    wishes: PairConstraints,
    *,
    seed: str,
    partners: int,
) -> CostMatrix:
    """The table of a round in which nobody takes more than *partners* at once."""
    takes = [min(traveller.capacity or partners, partners) for traveller in few]
    slots = np.repeat(np.arange(len(few)), takes)
    turns = np.concatenate([np.arange(count) for count in takes]) if few else np.zeros(0, np.int64)
    pairs = _Pairs(few, many, past)
    allowed = _allowed(pairs, wishes)[slots] & ~_pinned_elsewhere(pairs, wishes, slots, turns)
    frame = _Frame(slots, turns, allowed)
    levels = tuple(Level(name, frame.spread(cost)) for name, cost in _costs(pairs, wishes, seed, slots, turns))
    size = frame.size
    return CostMatrix(
        few,
        many,
        np.concatenate([slots, np.full(size - len(slots), UNMATCHED)]),
        np.concatenate([np.arange(len(many)), np.full(size - len(many), UNMATCHED)]),
        allowed,
        levels,
    )


class _Pairs:
    """Everything known of two people, by position: (one of few, one of many)."""

    def __init__(self, few: Sequence[Traveller], many: Sequence[Traveller], past: PairingHistory) -> None:
        self.few, self.many, self.past = few, many, past
        self.of_few = {traveller.id: number for number, traveller in enumerate(few)}
        self.of_many = {traveller.id: number for number, traveller in enumerate(many)}

    def marked(self, pairs: Iterator[frozenset[str]] | frozenset[frozenset[str]]) -> Iterator[tuple[int, int]]:
        """Where those *pairs* stand that are one of few and one of many."""
        for pair in pairs:
            one = [self.of_few[person_id] for person_id in pair if person_id in self.of_few]
            other = [self.of_many[person_id] for person_id in pair if person_id in self.of_many]
            if len(one) == 1 and len(other) == 1:
                yield one[0], other[0]

    def filled(self, value_of: Callable[[frozenset[str]], int], pairs: Sequence[frozenset[str]]) -> IntArray:
        cells = np.zeros((len(self.few), len(self.many)), np.int64)
        for pair in pairs:
            for at in self.marked(frozenset({pair})):
                cells[at] = value_of(pair)
        return cells


def _allowed(pairs: _Pairs, wishes: PairConstraints) -> NDArray[np.bool_]:
    allowed = np.ones((len(pairs.few), len(pairs.many)), np.bool_)
    for at in pairs.marked(wishes.forbids - wishes.pins):
        allowed[at] = False
    return allowed


def _pinned_elsewhere(pairs: _Pairs, wishes: PairConstraints, slots: IntArray, turns: IntArray) -> NDArray[np.bool_]:
    """Cells that a pin rules out: its person for all others, and that turn of its partner for everybody else."""
    ruled_out = np.zeros((len(slots), len(pairs.many)), np.bool_)
    given: dict[int, int] = {}
    for one, other in sorted(pairs.marked(wishes.pins)):
        turn = given.get(one, 0)
        given[one] = turn + 1
        row = np.flatnonzero((slots == one) & (turns == turn))
        ruled_out[:, other] = True
        ruled_out[row, :] = True
        ruled_out[row, other] = False
    return ruled_out


@dataclass(frozen=True)
class _Cost:
    """One level: what a pair costs, a partner more in their turn, an empty turn, and somebody of *many* left alone."""

    pair: IntArray | int = 0
    turn: IntArray | int = 0
    empty: IntArray | int = 0
    alone: IntArray | int = 0


@dataclass(frozen=True)
class _Frame:
    slots: IntArray
    turns: IntArray
    allowed: NDArray[np.bool_]

    @property
    def size(self) -> int:
        return int(max(self.allowed.shape))

    def spread(self, cost: _Cost) -> IntArray:
        """*cost* in every cell. A cell of two who may not meet means that neither has a partner there."""
        slots, people = self.allowed.shape
        empty = np.broadcast_to(np.asarray(cost.empty, np.int64), (slots,))
        alone = np.broadcast_to(np.asarray(cost.alone, np.int64), (people,))
        turn = np.broadcast_to(np.asarray(cost.turn, np.int64), (slots,))
        pair = cost.pair[self.slots] if isinstance(cost.pair, np.ndarray) else cost.pair

        cells = np.zeros((self.size, self.size), np.int64)
        cells[:slots, people:] = empty[:, None]
        cells[slots:, :people] = alone[None, :]
        cells[:slots, :people] = np.where(self.allowed, pair + turn[:, None], empty[:, None] + alone[None, :])
        return cells


def _costs(
    pairs: _Pairs, wishes: PairConstraints, seed: str, slots: IntArray, turns: IntArray
) -> Iterator[tuple[str, _Cost]]:
    first = (turns == 0).astype(np.int64)
    before = [
        np.array([pairs.past.left_out.get(traveller.id, 0) for traveller in side], np.int64)
        for side in (pairs.few, pairs.many)
    ]
    met = list(pairs.past.met)
    repeats = pairs.filled(lambda _: 1, met)
    unmet = len(pairs.many) - repeats.sum(1)

    yield "left out", _Cost(empty=first, alone=1)
    yield "fairness", _Cost(empty=first * before[0][slots], alone=before[1])
    yield "repeats", _Cost(pair=repeats)
    yield "recency", _Cost(pair=pairs.filled(lambda pair: _weight(pairs.past.met[pair]), met))
    yield "moved", _Cost(pair=1 - pairs.filled(lambda _: 1, list(wishes.keep)) if wishes.keep else 0)
    yield "evenness", _Cost(turn=turns * turns)
    yield "scarcity", _Cost(pair=np.broadcast_to((unmet.max(initial=0) - unmet)[:, None], repeats.shape))
    yield "fit", _Cost(pair=MAX_FIT - fit_scores(pairs.few, pairs.many))
    yield "tie", _Cost(pair=_draws(pairs.few, pairs.many, seed))


def _weight(rounds_ago: Sequence[int]) -> int:
    """The more meetings, and the later they were, the more."""
    return sum(max(1, REMEMBERED_ROUNDS + 1 - ago) for ago in rounds_ago)


def _draws(few: Sequence[Traveller], many: Sequence[Traveller], seed: str) -> IntArray:
    """A number for each pair that only the seed and the two ids decide."""
    ones, others = (np.array([_hash(seed, traveller.id) for traveller in side], np.uint64) for side in (few, many))
    mixed = ones[:, None] ^ (others[None, :] * np.uint64(0x9E3779B97F4A7C15))
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(64 - TIE_BITS)).astype(np.int64)


def _hash(seed: str, person: str) -> int:
    return int.from_bytes(sha256(f"{seed}\x00{person}".encode()).digest()[:8], "big")
