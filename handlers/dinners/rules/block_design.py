"""Dinners without repeats from a block design: people are the points of a finite affine plane, tables its lines.

q x q people at q tables can have q + 1 dinners without any pair meeting twice; search alone finds about three. The
first coordinate of a point is its table at the first of these dinners, the second coordinate at the second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from handlers.dinners.rules.costs import IntArray
from storage.values.company import Side
from storage.values.dinners import Guest, SeatingHistory
from storage.values.tours import Pair

# q: (p, m, x^m reduced by the irreducible polynomial); prime fields need none.
_FIELDS = {2: (2, 1, 0), 3: (3, 1, 0), 4: (2, 2, 0b11), 5: (5, 1, 0), 7: (7, 1, 0), 8: (2, 3, 0b011), 11: (11, 1, 0)}

# The cost of a hard constraint violated at the second dinner, the third, and so on.
WRONG_SOONER = (6, 5, 4, 1)
WRONG_NOW, WRONG_LATER = 8, 1
ELSEWHERE, OTHER_SIDE = 4, 1  # for each past dinner the point does not fit; for a point of the other side
EXCHANGES = 16_000
EXCHANGES_LATER = 2_500  # for each open slope: most people already have their final point
START_TEMPERATURE = 4.0  # of simulated annealing: how much worse an early exchange may be

Point = tuple[int, int]


@dataclass(frozen=True)
class FiniteField:
    """The finite field with q elements, numbered 0 to q - 1."""

    q: int

    @property
    def _of(self) -> tuple[int, int, int]:
        return _FIELDS[self.q]

    def add(self, one: int, other: int) -> int:
        prime, power, _ = self._of
        return (one + other) % prime if power == 1 else one ^ other

    def times(self, one: int, other: int) -> int:
        prime, power, remainder = self._of
        if power == 1:
            return one * other % prime
        product_ = 0
        for bit in range(power):
            if other >> bit & 1:
                product_ ^= one << bit
        for bit in range(2 * power - 2, power - 1, -1):
            if product_ >> bit & 1:
                product_ ^= (1 << bit) | remainder << (bit - power)
        return product_

    @property
    def points(self) -> list[Point]:
        return [(x, y) for x in range(self.q) for y in range(self.q)]

    def lines(self, slope: int) -> dict[Point, int]:
        """The line of each point among the q parallels of that *slope*; slope q is vertical."""
        if slope == self.q:
            return {(x, y): x for x, y in self.points}
        return {(x, y): self._minus(y, self.times(slope, x)) for x, y in self.points}

    @property
    def even_slopes(self) -> list[int]:
        """The slopes whose lines meet every set {x + y = c} equally often."""
        return [slope for slope in range(self.q) if self.add(slope, 1) != 0]

    @property
    def slopes(self) -> IntArray:
        """The slope of the line through each two points, in the order of `points`."""
        whole = np.zeros((self.q**2, self.q**2), np.int64)
        for slope in range(self.q + 1):
            line = np.array([self.lines(slope)[point] for point in self.points])
            whole[line[:, None] == line[None, :]] = slope
        return whole

    def _minus(self, one: int, other: int) -> int:
        prime, power, _ = self._of
        return (one - other) % prime if power == 1 else one ^ other


def design_seatings(
    guests: Sequence[Guest], tables: int, history: SeatingHistory, forbidden: frozenset[Pair], random: Generator
) -> list[IntArray]:
    """Seatings that continue a run of dinners on one plane; none if the numbers do not fit or no dinner was held.

    The tables of a run keep the order of their lines, so that the plane can be reconstructed from past seats.
    """
    if tables not in _FIELDS or not tables * (tables - 1) < len(guests) <= tables * tables:
        return []
    run = _run(history, tables)
    if not run:
        return []
    field = FiniteField(tables)
    chairs = _empty_chairs(field, guests)
    # Empty chairs are kept apart as well, so that no table has two before each has one.
    apart = forbidden | {frozenset({one.id, other.id}) for one, other in combinations(chairs, 2)}
    labels = _PointAssignment(field, [*guests, *chairs], apart, random)
    seatings = [labels.second(run[0])] if len(run) == 1 else labels.continued(run)
    return [seats[: len(guests)] for seats in seatings]


def _empty_chairs(field: FiniteField, guests: Sequence[Guest]) -> list[Guest]:
    """Placeholders that fill the square, each of the side that lacks people."""
    count = field.q**2 - len(guests)
    of_marketing = sum(guest.side is Side.MARKETING for guest in guests)
    missing = min(count, max(0, _share(field, guests) * field.q - of_marketing))
    return [
        Guest(id=f"~{number}", side=Side.MARKETING if number < missing else Side.IT)  # "~" sorts after every id
        for number in range(count)
    ]


def _share(field: FiniteField, guests: Sequence[Guest]) -> int:
    """How many of the q values of x + y belong to Marketing."""
    real = [guest for guest in guests if not guest.id.startswith("~")]
    return round(sum(traveller.side is Side.MARKETING for traveller in real) / len(real) * field.q)


def _run(history: SeatingHistory, tables: int) -> list[dict[str, int]]:
    """Person -> table at each of the latest dinners with that many tables, oldest first."""
    run: list[dict[str, int]] = []
    for dinner in reversed(history.dinners):
        if len(dinner.tables) != tables:
            break
        run.insert(0, {person: number for number, table in enumerate(dinner.tables) for person in table})
    return run


class _PointAssignment:
    """The point of each guest: past dinners fix it as far as they can, hard constraints choose the rest."""

    def __init__(
        self, field: FiniteField, guests: Sequence[Guest], forbidden: frozenset[Pair], random: Generator
    ) -> None:
        self.field, self.guests, self.random = field, guests, random
        self.points = field.points
        self.slopes = field.slopes
        self.beside = _beside(guests, forbidden)
        # Marketing takes the points where x + y is one of the first values.
        marketing = range(_share(field, guests))
        of_marketing = np.array([field.add(*point) in marketing for point in self.points])
        is_marketing = np.array([guest.side is Side.MARKETING for guest in guests])
        self.missed: IntArray = OTHER_SIDE * (is_marketing[:, None] != of_marketing[None, :]).astype(np.int64)

    def second(self, first: dict[str, int]) -> IntArray:
        """The second dinner: every new table has one person of each old one.

        People with a hard constraint should share no line of the next slopes.
        """
        self._settle(first, self.field.lines(self.field.q))
        wrong = dict(zip(self.field.even_slopes, WRONG_SOONER, strict=False))
        at = self._annealed(_assigned(self.missed), wrong, EXCHANGES)
        return self._seats(at, 0)

    def continued(self, run: Sequence[dict[str, int]]) -> list[IntArray]:
        """One seating for each slope that the run has not used."""
        slopes = [self.field.q, 0, *(_slope_of(self.field, run, later) for later in run[2:])]
        for then, slope in zip(run, slopes, strict=True):
            self._settle(then, self.field.lines(slope))
        at = _assigned(self.missed)
        unused = [slope for slope in range(self.field.q) if slope not in slopes]
        # Slopes that do not spread the sides evenly come last.
        open_slopes = [slope for slope in unused if slope in self.field.even_slopes] or unused
        seatings = []
        for slope in open_slopes:
            wrong = dict.fromkeys(open_slopes, WRONG_LATER) | {slope: WRONG_NOW}
            seatings.append(self._seats(self._annealed(at, wrong, EXCHANGES_LATER), slope))
        return seatings

    def _settle(self, then: dict[str, int], line: dict[Point, int]) -> None:
        """Penalise points off the line that was the guest's table at that dinner."""
        of_point = np.array([line[point] for point in self.points])
        for number, guest in enumerate(self.guests):
            if guest.id in then:
                self.missed[number] += ELSEWHERE * (of_point != then[guest.id])

    def _seats(self, at: IntArray, slope: int) -> IntArray:
        line = self.field.lines(slope)
        return np.array([line[self.points[point]] for point in at], np.int64)

    def _annealed(self, at: IntArray, wrong: Mapping[int, int], exchanges: int) -> IntArray:
        """*at* with points exchanged by simulated annealing, so that hard constraints share none of the *wrong* slopes.

        Two people exchange only if neither fits worse.
        """
        at = at.copy()
        if not self.beside:
            return at
        weights = np.array([wrong.get(slope, 0) for slope in range(self.field.q + 1)])
        wrongs = weights[self.slopes]  # by pair of points
        mates, total = self._exchangeable(at), self._total(at, wrongs)
        for warmth in np.linspace(START_TEMPERATURE, 0, exchanges):
            if not total or not len(mates):
                break
            one, other = (int(guest) for guest in mates[self.random.integers(len(mates))])
            before = self._wrongs(at, wrongs, one) + self._wrongs(at, wrongs, other)
            at[[one, other]] = at[[other, one]]
            worse = self._wrongs(at, wrongs, one) + self._wrongs(at, wrongs, other) - before
            if worse > 0 and self.random.random() >= np.exp(-worse / (warmth + 1e-9)):
                at[[one, other]] = at[[other, one]]
            else:
                mates, total = self._exchangeable(at), total + worse
        return at

    def _total(self, at: IntArray, wrongs: NDArray[Any]) -> int:
        """The cost of all violated constraints, each pair once."""
        return sum(int(wrongs[at[one], at[others]].sum()) for one, others in self.beside.items()) // 2

    def _wrongs(self, at: IntArray, wrongs: IntArray, person: int) -> int:
        others = self.beside.get(person)
        return int(wrongs[at[person], at[others]].sum()) if others else 0

    def _exchangeable(self, at: IntArray) -> IntArray:
        """Pairs who may exchange their points without fitting worse."""
        there = self.missed[:, at]
        here = there.diagonal()
        pairs: IntArray = np.argwhere(np.triu(there + there.T <= here[:, None] + here[None, :], 1))
        return pairs


def _assigned(missed: IntArray) -> IntArray:
    """A point for each person at the least total penalty."""
    from scipy.optimize import linear_sum_assignment  # half a second to load, and rarely needed

    return np.asarray(linear_sum_assignment(missed)[1], np.int64)


def _beside(guests: Sequence[Guest], forbidden: frozenset[Pair]) -> dict[int, list[int]]:
    """The guests, by position, with whom each guest must not share a table."""
    at = {guest.id: number for number, guest in enumerate(guests)}
    beside: dict[int, list[int]] = {}
    for pair in sorted(map(sorted, forbidden)):
        one, other = (at.get(person_id) for person_id in pair)
        if one is not None and other is not None:
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    return beside


def _slope_of(field: FiniteField, run: Sequence[dict[str, int]], later: dict[str, int]) -> int:
    """The slope whose lines best match the tables of *later*."""
    points = {who: (run[0][who], run[1][who]) for who in later if who in run[0] and who in run[1]}
    fits = [
        sum(line == later[who] for who, line in ((who, field.lines(slope)[at]) for who, at in points.items()))
        for slope in range(1, field.q)
    ]
    return 1 + fits.index(max(fits))
