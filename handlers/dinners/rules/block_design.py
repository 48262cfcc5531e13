"""Dinners without a repeat by algebra: people as the points of a finite plane, tables as its lines.

q x q people at q tables can meet at q + 1 dinners without any two meeting twice. A search alone finds about three of them.
A point's first coordinate is its table at the first of such dinners, the second one that at the second.
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

# x^m = this remainder, by q = p^m; prime fields need none.
_FIELDS = {2: (2, 1, 0), 3: (3, 1, 0), 4: (2, 2, 0b11), 5: (5, 1, 0), 7: (7, 1, 0), 8: (2, 3, 0b011), 11: (11, 1, 0)}

# How bad it is that two who are to be kept apart share a line at the second dinner, the third, and so on.
WRONG_SOONER = (6, 5, 4, 1)
WRONG_NOW, WRONG_LATER = 8, 1
ELSEWHERE, OTHER_SIDE = 4, 1  # for each dinner at which a point was somebody else's; for a point of the other side
EXCHANGES = 16_000
EXCHANGES_LATER = 2_500  # for each slope that is still open: most people have the point that they are to keep
START_TEMPERATURE = 4.0  # how much worse an early exchange may be

Point = tuple[int, int]


@dataclass(frozen=True)
class FiniteField:
    """The field with q elements, written 0 to q - 1."""

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
        """The line of each point among those of that *slope*: q of them; slope q is "upright"."""
        if slope == self.q:
            return {(x, y): x for x, y in self.points}
        return {(x, y): self._minus(y, self.times(slope, x)) for x, y in self.points}

    @property
    def even_slopes(self) -> list[int]:
        """Those whose lines hold equally many points of every set that x + y decides."""
        return [slope for slope in range(self.q) if self.add(slope, 1) != 0]

    @property
    def slopes(self) -> IntArray:
        """By point and point, in the order of `points`: the slope of the line through both."""
        whole = np.zeros((self.q**2, self.q**2), np.int64)
        for slope in range(self.q + 1):
            line = np.array([self.lines(slope)[point] for point in self.points])
            whole[line[:, None] == line[None, :]] = slope
        return whole

    def _minus(self, one: int, other: int) -> int:
        prime, power, _ = self._of
        return (one - other) % prime if power == 1 else one ^ other


def design_seatings(
    guests: Sequence[Guest], tables: int, history: SeatingHistory, promised: frozenset[Pair], random: Generator
) -> list[IntArray]:
    """Seatings that continue a run of dinners on one plane; none where the numbers do not fit or there was no dinner yet.

    Tables of a run are kept in the order of their lines, so that the plane can be read back out of who sat where.
    """
    if tables not in _FIELDS or not tables * (tables - 1) < len(guests) <= tables * tables:
        return []
    run = _run(history, tables)
    if not run:
        return []
    field = FiniteField(tables)
    chairs = _empty_chairs(field, guests)
    # Empty chairs are kept apart as well: each table has one fewer before any has two.
    apart = promised | {frozenset({one.id, other.id}) for one, other in combinations(chairs, 2)}
    labels = _PointAssignment(field, [*guests, *chairs], apart, random)
    seatings = [labels.second(run[0])] if len(run) == 1 else labels.continued(run)
    return [seats[: len(guests)] for seats in seatings]


def _empty_chairs(field: FiniteField, guests: Sequence[Guest]) -> list[Guest]:
    """What is missing to a full square, each chair of the side that it is missing of."""
    count = field.q**2 - len(guests)
    of_marketing = sum(guest.side is Side.MARKETING for guest in guests)
    missing = min(count, max(0, _share(field, guests) * field.q - of_marketing))
    return [
        Guest(id=f"~{number}", side=Side.MARKETING if number < missing else Side.IT)  # "~" sorts after every id
        for number in range(count)
    ]


def _share(field: FiniteField, guests: Sequence[Guest]) -> int:
    """How many of the q elements x + y stand for Marketing."""
    real = [guest for guest in guests if not guest.id.startswith("~")]
    return round(sum(traveller.side is Side.MARKETING for traveller in real) / len(real) * field.q)


def _run(history: SeatingHistory, tables: int) -> list[dict[str, int]]:
    """Person -> table at each of the latest dinners that had so many tables, oldest first."""
    run: list[dict[str, int]] = []
    for dinner in reversed(history.dinners):
        if len(dinner.tables) != tables:
            break
        run.insert(0, {person: number for number, table in enumerate(dinner.tables) for person in table})
    return run


class _PointAssignment:
    """Which point each guest is: what a dinner has settled is kept, what is free is used to keep promises."""

    def __init__(
        self, field: FiniteField, guests: Sequence[Guest], promised: frozenset[Pair], random: Generator
    ) -> None:
        self.field, self.guests, self.random = field, guests, random
        self.points = field.points
        self.slopes = field.slopes
        self.beside = _beside(guests, promised)
        # Marketing stands where x + y is one of the first few elements.
        marketing = range(_share(field, guests))
        of_marketing = np.array([field.add(*point) in marketing for point in self.points])
        is_marketing = np.array([guest.side is Side.MARKETING for guest in guests])
        self.missed: IntArray = OTHER_SIDE * (is_marketing[:, None] != of_marketing[None, :]).astype(np.int64)

    def second(self, first: dict[str, int]) -> IntArray:
        """The second dinner: one of each old table at every new one, each side where its points are.

        Whom a promise keeps apart should share a line of few of the slopes that come next.
        """
        self._settle(first, self.field.lines(self.field.q))
        wrong = dict(zip(self.field.even_slopes, WRONG_SOONER, strict=False))
        at = self._untangled(_assigned(self.missed), wrong, EXCHANGES)
        return self._seats(at, 0)

    def continued(self, run: Sequence[dict[str, int]]) -> list[IntArray]:
        """One seating for each slope that no dinner of the run has used."""
        slopes = [self.field.q, 0, *(_slope_of(self.field, run, later) for later in run[2:])]
        for then, slope in zip(run, slopes, strict=True):
            self._settle(then, self.field.lines(slope))
        at = _assigned(self.missed)
        unused = [slope for slope in range(self.field.q) if slope not in slopes]
        # Lines that do not hold equally many of each side come last, when nothing else is left.
        open_slopes = [slope for slope in unused if slope in self.field.even_slopes] or unused
        seatings = []
        for slope in open_slopes:
            wrong = dict.fromkeys(open_slopes, WRONG_LATER) | {slope: WRONG_NOW}
            seatings.append(self._seats(self._untangled(at, wrong, EXCHANGES_LATER), slope))
        return seatings

    def _settle(self, then: dict[str, int], line: dict[Point, int]) -> None:
        """Whoever was at that dinner keeps to the points of the line that was their table."""
        of_point = np.array([line[point] for point in self.points])
        for number, guest in enumerate(self.guests):
            if guest.id in then:
                self.missed[number] += ELSEWHERE * (of_point != then[guest.id])

    def _seats(self, at: IntArray, slope: int) -> IntArray:
        line = self.field.lines(slope)
        return np.array([line[self.points[point]] for point in at], np.int64)

    def _untangled(self, at: IntArray, wrong: Mapping[int, int], exchanges: int) -> IntArray:
        """*at* with points exchanged, cooling down, so that those whom a promise keeps apart share none of the wrong lines.

        Only people exchange who are right in each other's places as well.
        """
        at = at.copy()
        if not self.beside:
            return at
        weights = np.array([wrong.get(slope, 0) for slope in range(self.field.q + 1)])
        wrongs = weights[self.slopes]  # by point and point
        mates, total = self._mates(at), self._total(at, wrongs)
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
                mates, total = self._mates(at), total + worse
        return at

    def _total(self, at: IntArray, wrongs: NDArray[Any]) -> int:
        """Every pair once. Exchanging two who belong to one pair changes nothing between them."""
        return sum(int(wrongs[at[one], at[others]].sum()) for one, others in self.beside.items()) // 2

    def _wrongs(self, at: IntArray, wrongs: IntArray, person: int) -> int:
        others = self.beside.get(person)
        return int(wrongs[at[person], at[others]].sum()) if others else 0

    def _mates(self, at: IntArray) -> IntArray:
        """Pairs who may exchange their points: nobody is further from where they were."""
        there = self.missed[:, at]
        here = there.diagonal()
        pairs: IntArray = np.argwhere(np.triu(there + there.T <= here[:, None] + here[None, :], 1))
        return pairs


def _assigned(missed: IntArray) -> IntArray:
    """A point for each person, so that least is missed."""
    from scipy.optimize import linear_sum_assignment  # half a second to load, and few dinners fill a square

    return np.asarray(linear_sum_assignment(missed)[1], np.int64)


def _beside(guests: Sequence[Guest], promised: frozenset[Pair]) -> dict[int, list[int]]:
    """Whom each guest, by position, must not share a table with."""
    at = {guest.id: number for number, guest in enumerate(guests)}
    beside: dict[int, list[int]] = {}
    for pair in sorted(map(sorted, promised)):
        one, other = (at.get(person_id) for person_id in pair)
        if one is not None and other is not None:
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    return beside


def _slope_of(field: FiniteField, run: Sequence[dict[str, int]], later: dict[str, int]) -> int:
    """The slope whose lines those tables are, by most of the people who were at both first dinners as well."""
    points = {who: (run[0][who], run[1][who]) for who in later if who in run[0] and who in run[1]}
    fits = [
        sum(line == later[who] for who, line in ((who, field.lines(slope)[at]) for who, at in points.items()))
        for slope in range(1, field.q)
    ]
    return 1 + fits.index(max(fits))
