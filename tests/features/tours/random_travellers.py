"""Random travellers, histories and constraints, and the optimum of a round by another solver."""

from __future__ import annotations

from random import Random

from storage.values.company import Side
from storage.values.tours import Pair, PairConstraints, PairingHistory, RoundSolution, Traveller


def side_of(name: str, count: int, side: Side, random: Random) -> list[Traveller]:
    skills = ["seo", "sql", "copy", "cloud", "tone", "tests"]
    return [
        Traveller(
            id=f"{name}{number:03}",
            side=side,
            offered=frozenset(random.sample(skills, random.randrange(4))),
            wanted=frozenset(random.sample(skills, random.randrange(4))),
            utc_offset_min=60 * random.randrange(-8, 9),
            seniority=random.randrange(5),
            capacity=random.choice([None, None, 1, 2]),
        )
        for number in range(count)
    ]


def random_travellers(few: int, many: int, seed: int) -> list[Traveller]:
    random = Random(seed)
    return side_of("m", few, Side.MARKETING, random) + side_of("i", many, Side.IT, random)


def random_past(travellers: list[Traveller], random: Random) -> PairingHistory:
    m, i = ([traveller.id for traveller in travellers if traveller.side is side] for side in (Side.MARKETING, Side.IT))
    met: dict[Pair, tuple[int, ...]] = {}
    for one in m:
        for other in i:
            if random.random() < 0.3:
                met[frozenset({one, other})] = tuple(sorted(random.sample(range(1, 9), random.choice([1, 2]))))
    return PairingHistory(met, {traveller.id: random.randrange(3) for traveller in travellers if random.random() < 0.2})


def random_wishes(travellers: list[Traveller], random: Random) -> PairConstraints:
    m, i = ([traveller.id for traveller in travellers if traveller.side is side] for side in (Side.MARKETING, Side.IT))
    pairs = [frozenset({one, other}) for one in m for other in i]
    forbids = frozenset(pair for pair in pairs if random.random() < 0.15)
    return PairConstraints(forbids=forbids)


def left_out_and_repeats(solution: RoundSolution) -> tuple[int, int]:
    return solution.totals.left_out, solution.totals.repeats


def by_flow(people: list[Traveller], past: PairingHistory, wishes: PairConstraints, max_group: int) -> tuple[int, int]:
    """(left out, repeats) of the optimal round, by minimum-cost flow."""
    from ortools.graph.python import min_cost_flow

    m, i = ([traveller for traveller in people if traveller.side is side] for side in (Side.MARKETING, Side.IT))
    few, many = (m, i) if len(m) <= len(i) else (i, m)
    flow, alone = min_cost_flow.SimpleMinCostFlow(), 1000
    source, sink = 0, 1
    node = {traveller.id: 2 + number for number, traveller in enumerate([*few, *many])}
    # The first partner of one of the few keeps two people from being left out, each further one keeps one.
    for one in few:
        takes = min(one.capacity or max_group - 1, max_group - 1)
        flow.add_arc_with_capacity_and_unit_cost(source, node[one.id], 1, -2 * alone)
        if takes > 1:
            flow.add_arc_with_capacity_and_unit_cost(source, node[one.id], takes - 1, -alone)
        for other in many:
            pair = frozenset({one.id, other.id})
            if pair not in wishes.forbids:
                flow.add_arc_with_capacity_and_unit_cost(node[one.id], node[other.id], 1, int(pair in past.met))
    for other in many:
        flow.add_arc_with_capacity_and_unit_cost(node[other.id], sink, 1, 0)
    flow.add_arc_with_capacity_and_unit_cost(source, sink, len(many), 0)
    flow.set_node_supply(source, len(many))
    flow.set_node_supply(sink, -len(many))
    assert flow.solve() == flow.OPTIMAL
    cost = flow.optimal_cost()
    saved = -(cost // alone)
    return len(people) - saved, cost + saved * alone
