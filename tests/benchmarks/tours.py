"""`python -m tests.benchmarks.tours [--seeds 100]`: rounds of tours against other solvers, other ways of pairing, and bare scipy."""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import mean, median

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.optimize import linear_sum_assignment

from handlers.tours.rules.fit import fit_scores
from handlers.tours.rules.rounds import solve_round
from storage.values.company import Side
from storage.values.tours import Pair, PairConstraints, PairingHistory, Traveller
from tests.features.tours.random_travellers import (
    by_flow,
    left_out_and_repeats,
    random_past,
    random_travellers,
    random_wishes,
)

ROUNDS, OPT_OUT = 12, 0.1
Pairing = Callable[[Sequence[Traveller], PairingHistory, Random], "PairedRound"]


@dataclass(frozen=True)
class PairedRound:
    """What a way of pairing made of one round."""

    pairs: tuple[Pair, ...]
    left_out: int


@dataclass
class ToursFigures:
    """A way of pairing over all rounds of one seed."""

    repeats: int = 0
    left_out: int = 0
    own_side: int = 0
    fit: float = 0.0


def ours(max_group: int) -> Pairing:
    def pair(people: Sequence[Traveller], past: PairingHistory, random: Random) -> PairedRound:
        found, _ = solve_round(people, past, PairConstraints(), seed=str(random.random()), max_group=max_group)
        return PairedRound(tuple(pair for group in found.groups for pair in group.pairs), len(found.left_out))

    return pair


def shuffle(people: Sequence[Traveller], _past: PairingHistory, random: Random) -> PairedRound:
    """Everybody into one hat."""
    order = [each.id for each in random.sample(list(people), len(people))]
    pairs = tuple(frozenset(each) for each in zip(order[::2], order[1::2], strict=False))
    return PairedRound(pairs, len(order) % 2)


def across(people: Sequence[Traveller], _past: PairingHistory, random: Random) -> PairedRound:
    """Two hats; anybody left over becomes a second partner."""
    few, many = _sides(people)
    few, many = random.sample(few, len(few)), random.sample(many, len(many))
    pairs = [frozenset({few[number % len(few)].id, other.id}) for number, other in enumerate(many[: 2 * len(few)])]
    return PairedRound(tuple(pairs), max(0, len(many) - 2 * len(few)))


def greedy(people: Sequence[Traveller], past: PairingHistory, random: Random) -> PairedRound:
    """The best pair that is left, again and again: new before known, then by fit."""
    few, many = _sides(people)
    fit = fit_scores(few, many)
    known = np.array([[frozenset({a.id, b.id}) in past.met for b in many] for a in few])
    order = np.argsort((known * 10_000 - fit).ravel(), kind="stable")
    taken, room = set[int](), {number: 2 if len(many) > len(few) else 1 for number in range(len(few))}
    pairs = []
    for wanted in (1, 2):
        for cell in order:
            row, column = divmod(int(cell), len(many))
            if column not in taken and room[row] > 2 - wanted - (len(many) <= len(few)):
                pairs.append(frozenset({few[row].id, many[column].id}))
                taken.add(column)
                room[row] -= 1
    alone = sum(len(few[row].id) > 0 and not any(few[row].id in pair for pair in pairs) for row in range(len(few)))
    return PairedRound(tuple(pairs), len(many) - len(taken) + alone)


def _sides(people: Sequence[Traveller]) -> tuple[list[Traveller], list[Traveller]]:
    m, i = ([each for each in people if each.side is side] for side in (Side.MARKETING, Side.IT))
    return (m, i) if len(m) <= len(i) else (i, m)


def simulate_rounds(
    few: int, many: int, way: Pairing, seed: int, *, opt_out: float = OPT_OUT, rounds: int = ROUNDS
) -> ToursFigures:
    """So many rounds, each without a tenth of the people."""
    random = Random(seed)
    people = [replace(each, capacity=None) for each in random_travellers(few, many, seed)]
    by_id = {each.id: each for each in people}
    met: dict[Pair, tuple[int, ...]] = {}
    figures, scores = ToursFigures(), list[float]()
    for _ in range(rounds):
        here = [each for each in people if random.random() >= opt_out]
        made = way(here, PairingHistory(met), random)
        figures.repeats += sum(pair in met for pair in made.pairs)
        figures.left_out += made.left_out
        figures.own_side += sum(len({by_id[each].side for each in pair}) < 2 for pair in made.pairs)
        crossing = [[by_id[each] for each in sorted(pair)] for pair in made.pairs]
        scores += [int(fit_scores([a], [b])[0, 0]) for a, b in crossing]
        met = {pair: tuple(each + 1 for each in ago) for pair, ago in met.items()}
        for pair in made.pairs:
            met[pair] = (1, *met.get(pair, ()))
    figures.fit = mean(scores)
    return figures


def flows(count: int) -> int:
    """How many of so many random companies our rounds leave more people out of, or repeat more, than OR-tools' flow."""
    wrong = 0
    for seed in range(count):
        random = Random(seed)
        people = random_travellers(random.randrange(1, 9), random.randrange(1, 13), seed)
        past, wishes = replace(random_past(people, random), left_out={}), random_wishes(people, random)
        group = random.choice([2, 3, 4])
        found, _ = solve_round(people, past, wishes, seed="s", max_group=group)
        wrong += left_out_and_repeats(found) != by_flow(people, past, wishes, group) or found.score != found.bound
    return wrong


def against_scipy(size: int, runs: int) -> tuple[float, float, int]:
    """(seconds of ours, of bare scipy on a table as large, bytes at the peak of ours): half of the people on each side."""
    people = [replace(each, capacity=None) for each in random_travellers(size // 2, size // 2, size)]
    table = np.random.default_rng(size).integers(0, 1000, (size // 2, size // 2)).astype(float)
    mine, bare = list[float](), list[float]()
    for _ in range(runs):
        began = time.perf_counter()
        solve_round(people, PairingHistory(), PairConstraints(), seed="s", max_group=2)
        mine.append(time.perf_counter() - began)
        began = time.perf_counter()
        linear_sum_assignment(table)
        bare.append(time.perf_counter() - began)
    tracemalloc.start()
    solve_round(people, PairingHistory(), PairConstraints(), seed="s", max_group=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return median(mine), median(bare), peak


def squares(largest: int) -> Iterator[tuple[int, int]]:
    """(n, repeats over n rounds of n against n)."""
    for size in range(2, largest + 1):
        yield size, simulate_rounds(size, size, ours(2), size, opt_out=0, rounds=size).repeats


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.tours", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--flows", type=int, default=1000)
    parser.add_argument("--largest", type=int, default=40, help="n against n, up to this")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000])
    chosen = parser.parse_args()
    screen = Console(width=140)
    screen.print(f"OR-tools' flow on {chosen.flows:,} companies: {flows(chosen.flows)} mismatches")
    worst = max(squares(chosen.largest), key=lambda each: each[1])
    screen.print(f"n against n, n rounds, n = 2 to {chosen.largest}: at most {worst[1]} repeats")
    table = Table(
        "sides",
        "way",
        "repeats",
        "left out",
        "inside one side",
        "mean fit",
        title=f"{ROUNDS} rounds, a tenth away, {chosen.seeds} seeds, means",
    )
    for few, many, group in ((40, 60, 3), (100, 140, 3), (12, 30, 4)):
        for name, way in (("shuffle", shuffle), ("two hats", across), ("greedy", greedy), ("ours", ours(group))):
            found = [simulate_rounds(few, many, way, seed) for seed in range(chosen.seeds)]
            table.add_row(
                f"{few} x {many}",
                name,
                *(
                    f"{mean(getattr(each, what) for each in found):.2f}"
                    for what in ("repeats", "left_out", "own_side", "fit")
                ),
            )
    screen.print(table)
    for size in chosen.sizes:
        mine, bare, peak = against_scipy(size, 5)
        screen.print(
            f"{size:,} people: {mine * 1000:.0f} ms, bare scipy {bare * 1000:.1f} ms, ratio {mine / bare:.1f}, {peak / 1e6:.0f} MB"
        )


if __name__ == "__main__":
    main()
