"""Who sits where. Pure: same guests, same history, same seed - same tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from itertools import combinations

import numpy as np

from handlers.dinners.rules import plane
from handlers.dinners.rules.costs import MET_BEFORE, IntArray, costs, least, met_at_dinners, promises
from handlers.dinners.rules.searching import improved
from handlers.dinners.rules.seating_sizes import SMALLEST
from storage.values import Guest, Pair, Seated, Seating, Side, Together

EFFORT = 120_000_000  # pairs looked at: about a second
MOST_STEPS = 12_000
CLEAN = MET_BEFORE // 4  # above the bound; less than any two who met cost


def seat(guests: Sequence[Guest], together: Together, *, size: int, seed: str, apart: Collection[Pair] = ()) -> Seating:
    """Tables of at most *size*, as even as they can be, for everybody in *guests*."""
    if not guests:
        return Seating((), 0, (), 0, 0)
    guests = sorted(guests, key=lambda each: each.id)
    sizes = sizes_for(len(guests), size)
    random = np.random.default_rng(int.from_bytes(sha256(seed.encode()).digest()[:8], "big"))
    hosts = _hosts(guests, len(sizes), together)
    promised = promises(guests, apart) | host_pairs(guests, len(sizes), together)
    matrix = costs(guests, together, promised)
    bound = least(guests, sizes)

    on_plane = plane.starts(guests, len(sizes), together, promised, random)
    best = min([*on_plane, _dealt(guests, sizes, hosts, random)], key=lambda seats: cost_of(matrix, seats))
    if on_plane and cost_of(matrix, best) < bound + CLEAN:
        # Nobody meets again: to search on, for fewer of one team at a table, would spoil the dinners to come.
        return described(guests, best, together, apart, cost=cost_of(matrix, best), bound=bound)
    # Where each host has a table already, hosts swap among themselves: the search need not find that out.
    spread = len({best[number] for number, each in enumerate(guests) if each.id in hosts}) == len(hosts)
    classes = np.array([spread and each.id in hosts for each in guests], np.int64)
    steps = min(MOST_STEPS, EFFORT // len(guests) ** 2)
    seats = improved(matrix, best, classes, bound=bound, random=random, steps=steps)
    return described(guests, seats, together, apart, cost=cost_of(matrix, seats), bound=bound)


def sizes_for(guests: int, size: int) -> tuple[int, ...]:
    """As few tables as hold everybody, none larger than another by more than one, and none of fewer than four.

    Few people at a small size would leave tables of three: then tables are larger than *size*.
    """
    tables = max(1, min(-(-guests // size), guests // SMALLEST))
    return tuple(guests // tables + (number < guests % tables) for number in range(tables))


def cost_of(matrix: IntArray, seats: IntArray) -> int:
    """What that seating costs: every two at one table, once."""
    return int(matrix[seats[:, None] == seats[None, :]].sum()) // 2


def host_pairs(guests: Sequence[Guest], tables: int, together: Together) -> frozenset[Pair]:
    """Each two of those who take a table of their own: they do not share one."""
    return frozenset(frozenset(pair) for pair in combinations(_hosts(guests, tables, together), 2))


def _hosts(guests: Sequence[Guest], tables: int, together: Together) -> frozenset[str]:
    """Those who take a table of their own, at most one a table: whoever did it least often."""
    willing = sorted((each for each in guests if each.hosts), key=lambda each: _turn(each.id, together))
    return frozenset(each.id for each in willing[:tables])


def _turn(person: str, together: Together) -> tuple[bool, int, str]:
    return person in together.last_hosts, together.times_host.get(person, 0), person


def _dealt(
    guests: Sequence[Guest], sizes: Sequence[int], hosts: Collection[str], random: np.random.Generator
) -> IntArray:
    """Hosts first, one a table; then one side after the other, always where fewest of it sit."""
    seats = np.full(len(guests), -1, np.int64)
    free = list(sizes)
    of_side: dict[Side, list[int]] = {side: [0] * len(sizes) for side in Side}
    order = sorted(
        range(len(guests)), key=lambda each: (guests[each].id not in hosts, guests[each].side, guests[each].team)
    )
    lots = random.random(len(sizes))
    for number, each in enumerate(order):
        side = of_side[guests[each].side]
        tables = [table for table in range(len(sizes)) if free[table]]
        own = number if guests[each].id in hosts else None
        table = own if own is not None else min(tables, key=lambda t: (side[t] - free[t] / 100, lots[t]))
        seats[each] = table
        free[table] -= 1
        side[table] += 1
    return seats


def described(
    guests: Sequence[Guest], seats: IntArray, together: Together, apart: Collection[Pair], *, cost: int, bound: int
) -> Seating:
    """The tables with their hosts, and what is not as it should be."""
    tables: dict[int, list[Guest]] = {}
    for guest, table in zip(guests, seats.tolist(), strict=True):
        tables.setdefault(table, []).append(guest)
    pairs = [frozenset({one.id, other.id}) for people in tables.values() for one, other in combinations(people, 2)]
    met, promised = met_at_dinners(together), promises(guests, apart)
    return Seating(
        tables=tuple(_table(people, together) for _, people in sorted(tables.items())),
        repeats=sum(pair in met for pair in pairs),
        broken=tuple(sorted((pair for pair in pairs if pair in promised), key=sorted)),
        cost=cost,
        bound=bound,
    )


def _table(people: Sequence[Guest], together: Together) -> Seated:
    """Its host: one who takes a table of their own, else who was host least often."""
    host = min(people, key=lambda each: (not each.hosts, *_turn(each.id, together)))
    return Seated(host.id, tuple(each.id for each in people))
