"""Table sizes, hosts, and the description of a finished seating. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

from handlers.dinners.rules.costs import IntArray, hard_constraints, met_at_dinners
from storage.values.dinners import SMALLEST_TABLE, DinnerTable, Guest, Seating, SeatingHistory
from storage.values.tours import Pair


def sizes_for(guests: int, size: int) -> tuple[int, ...]:
    """The sizes of as few tables as hold everybody: even within one, and none of fewer than four.

    If a small *size* would leave tables of three, tables are larger than *size*.
    """
    return _even(guests, max(1, min(-(-guests // size), guests // SMALLEST_TABLE)))


def one_more_table(sizes: Sequence[int]) -> tuple[int, ...]:
    """The sizes with one more table; empty if that would leave fewer than four at one."""
    guests, tables = sum(sizes), len(sizes) + 1
    return _even(guests, tables) if guests // tables >= SMALLEST_TABLE else ()


def _even(guests: int, tables: int) -> tuple[int, ...]:
    return tuple(guests // tables + (number < guests % tables) for number in range(tables))


def seating_cost(matrix: IntArray, seats: IntArray) -> int:
    """The total cost of a seating."""
    return int(matrix[seats[:, None] == seats[None, :]].sum()) // 2


def host_pairs(guests: Sequence[Guest], tables: int, history: SeatingHistory) -> frozenset[Pair]:
    """All pairs of hosts, who must not share a table."""
    return frozenset(frozenset(pair) for pair in combinations(hosts_of(guests, tables, history), 2))


def hosts_of(guests: Sequence[Guest], tables: int, history: SeatingHistory) -> frozenset[str]:
    """The people who host a table, at most one per table, chosen by who did it least often."""
    willing = sorted((guest for guest in guests if guest.is_host), key=lambda guest: _turn(guest.id, history))
    return frozenset(guest.id for guest in willing[:tables])


def _turn(person: str, history: SeatingHistory) -> tuple[bool, int, str]:
    return person in history.last_hosts, history.times_host.get(person, 0), person


def describe_seating(
    guests: Sequence[Guest],
    seats: IntArray,
    history: SeatingHistory,
    apart: Collection[Pair],
    *,
    cost: int,
    bound: int,
) -> Seating:
    """The tables with their hosts, repeats and violated constraints."""
    tables: dict[int, list[Guest]] = {}
    for guest, table in zip(guests, seats.tolist(), strict=True):
        tables.setdefault(table, []).append(guest)
    pairs = [frozenset({one.id, other.id}) for people in tables.values() for one, other in combinations(people, 2)]
    met, forbidden = met_at_dinners(history), hard_constraints(guests, apart)
    return Seating(
        tables=tuple(_table(people, history) for _, people in sorted(tables.items())),
        repeats=sum(pair in met for pair in pairs),
        violations=tuple(sorted((pair for pair in pairs if pair in forbidden), key=sorted)),
        cost=cost,
        bound=bound,
    )


def _table(people: Sequence[Guest], history: SeatingHistory) -> DinnerTable:
    """A table with its host: a chosen host, else the person who was host least often."""
    host = min(people, key=lambda guest: (not guest.is_host, *_turn(guest.id, history)))
    return DinnerTable(host.id, tuple(guest.id for guest in people))
