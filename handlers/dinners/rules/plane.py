"""Dinners without a repeat by algebra: people as the points of a finite plane, tables as its lines.

q x q people at q tables can meet at q + 1 dinners without any two meeting twice. A search alone finds about three of them.
A point's first coordinate is its table at the first of such dinners, the second one that at the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from handlers.dinners.rules.costs import IntArray
from storage.values import Guest, Pair, Side, Together

# x^m = this remainder, by q = p^m; prime fields need none.
_FIELDS = {2: (2, 1, 0), 3: (3, 1, 0), 4: (2, 2, 0b11), 5: (5, 1, 0), 7: (7, 1, 0), 8: (2, 3, 0b011), 11: (11, 1, 0)}

# How bad it is that two who are to be kept apart share a line at the second dinner, the third, and so on.
WRONG_SOONER = (6, 5, 4, 1)
EXCHANGES = 16_000
WARM = 4.0  # how much worse an early exchange may be

Point = tuple[int, int]


@dataclass(frozen=True)
class Field:
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

    def slope(self, one: Point, other: Point) -> int:
        """The slope of the line through two different points."""
        run, rise = self._minus(one[0], other[0]), self._minus(one[1], other[1])
        if run == 0:
            return self.q
        return next(m for m in range(self.q) if self.times(m, run) == rise)

    def _minus(self, one: int, other: int) -> int:
        prime, power, _ = self._of
        return (one - other) % prime if power == 1 else one ^ other


def starts(
    guests: Sequence[Guest], tables: int, together: Together, promised: frozenset[Pair], random: Generator
) -> list[IntArray]:
    """Seatings that continue a run of dinners on one plane; none where the numbers do not fit or there was no dinner yet.

    Tables of a run are kept in the order of their lines, so that the plane can be read back out of who sat where.
    """
    if tables not in _FIELDS or not tables * (tables - 1) < len(guests) <= tables * tables:
        return []
    field, run = Field(tables), _run(together, tables)
    if not run:
        return []
    if len(run) == 1:
        return [_second(field, guests, run[0], promised, random)]
    points, slopes = _read_back(field, guests, run)
    unused = [each for each in range(tables) if each not in slopes]
    # Lines that do not hold equally many of each side come last, when nothing else is left.
    open_slopes = [each for each in unused if each in field.even_slopes] or unused
    return [np.array([field.lines(slope)[point] for point in points], np.int64) for slope in open_slopes]


def _run(together: Together, tables: int) -> list[dict[str, int]]:
    """Person -> table at each of the latest dinners that had so many tables, oldest first."""
    run: list[dict[str, int]] = []
    for dinner in reversed(together.dinners):
        if len(dinner.tables) != tables:
            break
        run.insert(0, {person: number for number, table in enumerate(dinner.tables) for person in table})
    return run


def _of_marketing(field: Field, guests: Sequence[Guest]) -> frozenset[int]:
    # Marketing stands where x + y is one of the first few elements.
    share = sum(each.side is Side.MARKETING for each in guests) / len(guests)
    return frozenset(range(round(share * field.q)))


def _second(
    field: Field, guests: Sequence[Guest], first: dict[str, int], promised: frozenset[Pair], random: Generator
) -> IntArray:
    """The second dinner: one of each old table at every new one, each side where its points are.

    Whom a promise keeps apart should share a line of few of the slopes that come next, so labels are exchanged until
    no exchange helps.
    """
    marketing = _of_marketing(field, guests)
    points = field.points
    missed = np.array(
        [
            [
                4 * (each.id in first and first[each.id] != x)
                + ((field.add(x, y) in marketing) != (each.side is Side.MARKETING))
                for x, y in points
            ]
            for each in guests
        ]
    )
    at = _assigned(missed)
    chosen = [points[each] for each in at]
    _untangle(field, guests, chosen, promised, random)
    return np.array([y for _, y in chosen], np.int64)


def _assigned(missed: IntArray) -> list[int]:
    """A point for each person, so that least is missed."""
    from scipy.optimize import linear_sum_assignment  # half a second to load, and few dinners fill a square

    return [int(each) for each in linear_sum_assignment(missed)[1]]


def _untangle(
    field: Field, guests: Sequence[Guest], chosen: list[Point], promised: frozenset[Pair], random: Generator
) -> None:
    """Exchange points of one side at one old table, cooling down, until those two who must not meet share late lines."""
    beside = _beside(guests, promised)
    wrong = dict(zip(field.even_slopes, WRONG_SOONER, strict=False))

    def wrongs(person: int) -> int:
        return sum(wrong.get(field.slope(chosen[person], chosen[other]), 0) for other in beside.get(person, ()))

    def swap(one: int, other: int) -> None:
        chosen[one], chosen[other] = chosen[other], chosen[one]

    same: dict[tuple[int, Side], list[int]] = {}
    for number, guest in enumerate(guests):
        same.setdefault((chosen[number][0], guest.side), []).append(number)
    mates = [group for group in same.values() if len(group) > 1]
    if not mates or not beside:
        return
    for warmth in np.linspace(WARM, 0, EXCHANGES):
        group = mates[random.integers(len(mates))]
        one, other = (group[each] for each in random.choice(len(group), 2, replace=False))
        before = wrongs(one) + wrongs(other)
        swap(one, other)
        worse = wrongs(one) + wrongs(other) - before
        if worse > 0 and random.random() >= np.exp(-worse / (warmth + 1e-9)):
            swap(one, other)


def _beside(guests: Sequence[Guest], promised: frozenset[Pair]) -> dict[int, list[int]]:
    """Whom each guest, by position, must not share a table with."""
    at = {each.id: number for number, each in enumerate(guests)}
    beside: dict[int, list[int]] = {}
    for pair in sorted(map(sorted, promised)):
        one, other = (at.get(each) for each in pair)
        if one is not None and other is not None:
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    return beside


def _read_back(
    field: Field, guests: Sequence[Guest], run: Sequence[dict[str, int]]
) -> tuple[list[Point], frozenset[int]]:
    """The point of each guest, and the slopes that were used. Whoever missed a dinner takes a point that nobody needs."""
    slopes = [field.q, 0, *(_slope_of(field, run, later) for later in run[2:])]
    lines = [field.lines(slope) for slope in slopes]
    marketing = _of_marketing(field, guests)
    points = field.points
    missed = np.array(
        [
            [
                4 * sum(each.id in then and line[point] != then[each.id] for then, line in zip(run, lines, strict=True))
                + ((field.add(*point) in marketing) != (each.side is Side.MARKETING))
                for point in points
            ]
            for each in guests
        ]
    )
    at = _assigned(missed)
    return [points[each] for each in at], frozenset(slopes)


def _slope_of(field: Field, run: Sequence[dict[str, int]], later: dict[str, int]) -> int:
    """The slope whose lines those tables are, by most of the people who were at both first dinners as well."""
    known = {who: (run[0][who], run[1][who]) for who in later if who in run[0] and who in run[1]}
    fits = [
        sum(line == later[who] for who, line in ((who, field.lines(slope)[at]) for who, at in known.items()))
        for slope in range(1, field.q)
    ]
    return 1 + fits.index(max(fits))
