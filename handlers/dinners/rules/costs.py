"""The cost of seating two people at one table, as a matrix, and a lower bound for any seating.

The weights are far enough apart that no lower line outweighs a higher one:

kept apart, own manager   a hard constraint
met last time             never twice in a row
met before, or on a tour  by how often
same side                 tables are mixed
same manager, same team   people meet others
both with a diet          the kitchen spreads them
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from storage.values.dinners import Guest, SeatingHistory
from storage.values.tours import Pair

IntArray = NDArray[np.int64]

HARD_CONSTRAINT = 200_000
MET_LAST = 24_000
MET_BEFORE = 2_400
SAME_SIDE = 40
SAME_MANAGER = 8
SAME_TEAM = 4
BOTH_DIETS = 3


def pair_costs(guests: Sequence[Guest], history: SeatingHistory, forbidden: Collection[Pair]) -> IntArray:
    """The cost of each two of *guests* at one table, by position."""
    matrix = np.zeros((len(guests), len(guests)), np.int64)
    for weight, groups in _alike(guests):
        for group in groups:
            matrix[np.ix_(group, group)] += weight
    at = {guest.id: number for number, guest in enumerate(guests)}
    for pair, weight in [*_met(history), *((pair, HARD_CONSTRAINT) for pair in forbidden)]:
        one, other = (at.get(person_id) for person_id in sorted(pair))
        if one is not None and other is not None:
            matrix[one, other] += weight
            matrix[other, one] += weight
    np.fill_diagonal(matrix, 0)
    return matrix


def side_costs(guests: Sequence[Guest], weight: int) -> IntArray:
    """*weight* for each two of *guests* who are of the same side, by position."""
    matrix = np.zeros((len(guests), len(guests)), np.int64)
    for group in _grouped([str(guest.side) for guest in guests]):
        matrix[np.ix_(group, group)] = weight
    np.fill_diagonal(matrix, 0)
    return matrix


def _alike(guests: Sequence[Guest]) -> Iterable[tuple[int, list[list[int]]]]:
    yield SAME_SIDE, _grouped([str(guest.side) for guest in guests])
    yield SAME_MANAGER, _grouped([guest.manager for guest in guests])
    yield SAME_TEAM, _grouped([guest.team for guest in guests])
    yield BOTH_DIETS, _grouped(["diet" if guest.special_diet else "" for guest in guests])


def _grouped(names: Sequence[str]) -> list[list[int]]:
    """Positions grouped by equal name; empty names are ignored."""
    groups: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        if name:
            groups.setdefault(name, []).append(number)
    return list(groups.values())


def _met(history: SeatingHistory) -> Iterable[tuple[Pair, int]]:
    for pair, times in met_at_dinners(history).items():
        yield pair, MET_BEFORE * times
    for table in history.dinners[-1].tables if history.dinners else ():
        for two in combinations(sorted(table), 2):
            yield frozenset(two), MET_LAST
    for pair, times in history.tours.items():
        yield pair, MET_BEFORE // 4 * times


def met_at_dinners(history: SeatingHistory) -> Counter[Pair]:
    """How often each pair sat at one table."""
    return Counter(
        frozenset(pair) for dinner in history.dinners for table in dinner.tables for pair in combinations(table, 2)
    )


def hard_constraints(guests: Sequence[Guest], apart: Collection[Pair]) -> frozenset[Pair]:
    """Pairs who must not share a table: those kept apart, and people with their manager."""
    managed = {frozenset({guest.id, guest.manager}) for guest in guests if guest.manager and guest.manager != guest.id}
    return frozenset(apart) | managed


def lower_bound(guests: Sequence[Guest], sizes: Sequence[int], history: SeatingHistory) -> int:
    """A lower bound for the cost of any seating with tables of those *sizes*.

    Each kind of likeness, and each earlier dinner, costs least when its people are spread as evenly as the tables allow.
    The sum of these minima may be unreachable, but no seating costs less.
    """
    total = _least_again(guests, sizes, history)
    for weight, groups in _alike(guests):
        if weight == SAME_SIDE and len(groups) == 2 and sum(map(len, groups)) == len(guests):
            total += weight * _two_sides(min(map(len, groups)), sizes)
        else:
            total += weight * sum(_spread(len(group), sizes) for group in groups)
    return total


def _least_again(guests: Sequence[Guest], sizes: Sequence[int], history: SeatingHistory) -> int:
    """The least cost of repeats: 24 people of four tables cannot sit at four tables without meeting again."""
    total = 0
    for dinner in history.dinners:
        weight = MET_BEFORE + (MET_LAST if dinner is history.dinners[-1] else 0)
        total += weight * _again([sum(guest.id in table for guest in guests) for table in dinner.tables], sizes)
    return total


def _again(groups: Sequence[int], sizes: Sequence[int]) -> int:
    """The least number of pairs of one group at a table; people of no group fill the seats where they save most."""
    others = sum(sizes) - sum(groups)
    count = sum(size > 0 for size in groups)
    left = list(sizes)
    for _ in range(others):
        # One seat fewer for the groups saves as many pairs as the largest group has others at that table.
        best = max(range(len(left)), key=lambda t: -(-left[t] // count) - 1 if count and left[t] else -1)
        left[best] -= 1
    return sum(_even_pairs(size, count) for size in left) if count else 0


def _even_pairs(people: int, groups: int) -> int:
    """Pairs of one group among *people* drawn evenly from that many groups."""
    share, more = divmod(people, groups)
    return more * _pairs(share + 1) + (groups - more) * _pairs(share)


def _two_sides(fewer: int, sizes: Sequence[int]) -> int:
    """Pairs of one side at one table when the *fewer* people of the smaller side are spread optimally."""
    here = [0] * len(sizes)
    for _ in range(fewer):
        # One more of this side adds `here` pairs, and removes those with the other side.
        best = min(range(len(sizes)), key=lambda t: 2 * here[t] + 1 - sizes[t] if here[t] < sizes[t] else 1 << 30)
        here[best] += 1
    return sum(_pairs(a) + _pairs(size - a) for a, size in zip(here, sizes, strict=True))


def sides_are_even(guests: Sequence[Guest], seats: IntArray, sizes: Sequence[int]) -> bool:
    """Whether the tables are as evenly mixed as their sizes allow; always true unless everybody is of one of two sides."""
    sides = sorted({guest.side for guest in guests})
    if len(sides) != 2:
        return True
    of_first = np.array([guest.side is sides[0] for guest in guests])
    here = np.bincount(seats, weights=of_first, minlength=len(sizes)).astype(np.int64).tolist()
    people = np.bincount(seats, minlength=len(sizes)).tolist()
    alike = sum(_pairs(first) + _pairs(size - first) for first, size in zip(here, people, strict=True))
    return alike <= _two_sides(min(sum(here), len(guests) - sum(here)), sizes)


def _spread(people: int, sizes: Sequence[int]) -> int:
    """Pairs at one table when *people* are spread evenly over tables of those sizes."""
    here = [0] * len(sizes)
    for _ in range(people):
        best = min(range(len(sizes)), key=lambda t: here[t] if here[t] < sizes[t] else 1 << 30)
        here[best] += 1
    return sum(map(_pairs, here))


def _pairs(people: int) -> int:
    return people * (people - 1) // 2
