"""A round as a square cost matrix, for the assignment problem. One cell in every row and column is a plan.

A row is a slot for a partner of a person of the smaller side, a column a person of the larger side; both are padded.
The most important level comes first; a later one only chooses among the plans that are optimal on those before:

left out    as few people as possible without a partner
fairness    people who were left out before come first
repeats     as few pairs as possible who met before
recency     repeats are those from the longest ago
moved       solving again changes as little as possible
evenness    groups of similar size
scarcity    people with many new partners left take more now, so that nobody runs out early
fit         skills, working hours, seniority
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
REMEMBERED_ROUNDS = 20  # meetings longer ago all weigh the same
UNMATCHED = -1


@dataclass(frozen=True)
class Level:
    """The costs of one level: a cell for each row and column, never negative."""

    name: str
    costs: IntArray


@dataclass(frozen=True)
class CostMatrix:
    """`rows` index *few* and `columns` index *many*, UNMATCHED for padding. `allowed` covers the cells of two real people."""

    few: tuple[Traveller, ...]
    many: tuple[Traveller, ...]
    rows: IntArray
    columns: IntArray
    allowed: NDArray[np.bool_]
    levels: tuple[Level, ...]


def sides_of(travellers: Sequence[Traveller]) -> tuple[tuple[Traveller, ...], tuple[Traveller, ...]]:
    """The smaller side and the larger one, each sorted by id; Marketing first if they are equal."""
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
    """The matrix of a round in which nobody takes more than *partners* at once."""
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
    """Pairs of people as positions: (one of few, one of many)."""

    def __init__(self, few: Sequence[Traveller], many: Sequence[Traveller], past: PairingHistory) -> None:
        self.few, self.many, self.past = few, many, past
        self.of_few = {traveller.id: number for number, traveller in enumerate(few)}
        self.of_many = {traveller.id: number for number, traveller in enumerate(many)}

    def marked(self, pairs: Iterator[frozenset[str]] | frozenset[frozenset[str]]) -> Iterator[tuple[int, int]]:
        """The positions of those *pairs* that are one of few and one of many."""
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
    """Cells that pins rule out: the pinned person with anyone else, and that slot of the partner for anyone else."""
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
    """The costs of one level: of a pair, of a further slot, of an empty slot, and of a person of *many* left out."""

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
        """*cost* in every cell. A cell of two people who may not meet counts as both left without a partner."""
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
    """The weight of earlier meetings: more and more recent ones weigh more."""
    return sum(max(1, REMEMBERED_ROUNDS + 1 - ago) for ago in rounds_ago)


def _draws(few: Sequence[Traveller], many: Sequence[Traveller], seed: str) -> IntArray:
    """A pseudo-random number for each pair, from the seed and the two ids only."""
    ones, others = (np.array([_hash(seed, traveller.id) for traveller in side], np.uint64) for side in (few, many))
    mixed = ones[:, None] ^ (others[None, :] * np.uint64(0x9E3779B97F4A7C15))
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(64 - TIE_BITS)).astype(np.int64)


def _hash(seed: str, person: str) -> int:
    return int.from_bytes(sha256(f"{seed}\x00{person}".encode()).digest()[:8], "big")
