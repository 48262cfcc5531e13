"""A round of tours is optimal, independent of the order of people, and explains what is not perfect."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.tours.rules.fit import fit_scores
from handlers.tours.rules.inputs import RoundInputs, from_data, to_data
from handlers.tours.rules.proof import Proof, proof_json
from handlers.tours.rules.rounds import price_of_pin, solve_round
from storage.values.company import Directory, Side
from storage.values.tours import Pair, PairConstraints, PairingHistory, RoundSolution, Traveller
from tests.features.tours.random_travellers import (
    by_flow,
    left_out_and_repeats,
    random_past,
    random_travellers,
    random_wishes,
)

ROOT = Path(__file__).parents[3]


def checker() -> Any:
    """The checker in `docs`, which uses no code of Handshake."""
    spec = importlib.util.spec_from_file_location("check_tours", ROOT / "docs" / "check_tours.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.check


@pytest.mark.parametrize("seed", range(60))
def test_every_round_is_proved_by_a_program_that_trusts_nobody(seed: int) -> None:
    random = Random(seed)
    people = random_travellers(random.randrange(1, 14), random.randrange(1, 20), seed)
    group = random.choice([2, 3, 4])

    solution, proof = solve_round(
        people, random_past(people, random), random_wishes(people, random), seed="s", max_group=group
    )
    document = json.loads(proof_json(proof, solution, 1, Directory()))

    assert solution.score == solution.bound
    assert "nothing costs less" in checker()(document)
    sides = {traveller.id: traveller.side for traveller in people}
    for one in solution.groups:
        assert len(one.people) <= group
        assert {sides[person_id] for person_id in one.people} == {Side.MARKETING, Side.IT}
    seated = [person_id for one in solution.groups for person_id in one.people]
    assert len(seated) == len(set(seated))
    assert {*seated, *(told_.people[0] for told_ in solution.left_out)} == set(sides)


def test_the_proof_is_refused_when_one_pair_is_altered() -> None:
    people = random_travellers(6, 6, 1)
    solution, proof = solve_round(people, PairingHistory(), PairConstraints(), seed="s", max_group=2)
    document = json.loads(proof_json(proof, solution, 1, Directory()))
    document["chosen"][0], document["chosen"][1] = document["chosen"][1], document["chosen"][0]

    with pytest.raises(AssertionError):
        checker()(document)


@pytest.mark.parametrize("seed", range(25))
def test_no_other_plan_of_a_small_company_is_better(seed: int) -> None:
    """Every way of pairing n with n, compared on left out, repeats and fit."""
    random = Random(seed)
    size = random.choice([2, 3, 4, 5, 6])
    people = [replace(traveller, capacity=None) for traveller in random_travellers(size, size, seed)]
    past, wishes = random_past(people, random), random_wishes(people, random)
    past = replace(past, left_out={})
    m, i = people[:size], people[size:]
    fit = fit_scores(m, i)

    solution, _ = solve_round(people, past, wishes, seed="s", max_group=2)

    def weigh(order: tuple[int, ...]) -> tuple[int, int]:
        pairs = [frozenset({m[row].id, i[column].id}) for row, column in enumerate(order)]
        allowed = [pair for pair in pairs if pair not in wishes.forbids]
        return 2 * (size - len(allowed)), sum(pair in past.met for pair in allowed)

    assert left_out_and_repeats(solution) == min(weigh(order) for order in permutations(range(size)))
    assert solution.totals.fit <= int(fit.max(initial=0)) * size


@given(some.permutations(range(14)), some.text(max_size=4))
def test_the_order_in_which_people_joined_changes_nothing(order: list[int], seed: str) -> None:
    people = random_travellers(5, 9, 3)
    shuffled = [people[person_id] for person_id in order]

    assert (
        solve_round(people, PairingHistory(), PairConstraints(), seed=seed)[0]
        == solve_round(shuffled, PairingHistory(), PairConstraints(), seed=seed)[0]
    )


def rounds_of(people: list[Traveller], count: int, *, max_group: int = 3) -> list[RoundSolution]:
    """A number of rounds, each with the history of those before."""
    met: dict[Pair, tuple[int, ...]] = {}
    left: dict[str, int] = {}
    solutions = []
    for number in range(count):
        one, _ = solve_round(
            people, PairingHistory(met, left), PairConstraints(), seed=f"r{number}", max_group=max_group
        )
        solutions.append(one)
        met = {pair: tuple(rounds_ago + 1 for rounds_ago in ago) for pair, ago in met.items()}
        for group in one.groups:
            for pair in group.pairs:
                met[pair] = (1, *met.get(pair, ()))
        for explanation in one.left_out:
            left[explanation.people[0]] = left.get(explanation.people[0], 0) + 1
    return solutions


@pytest.mark.parametrize("size", [2, 3, 5, 8, 13, 20])
def test_n_against_n_has_n_rounds_without_a_repeat(size: int) -> None:
    people = [replace(traveller, capacity=None) for traveller in random_travellers(size, size, size)]

    assert sum(len(one.repeats) for one in rounds_of(people, size, max_group=2)) == 0


def test_nobody_is_left_out_twice_before_everybody_was_once() -> None:
    people = [replace(traveller, capacity=None) for traveller in random_travellers(4, 10, 7)]

    solutions = rounds_of(people, 5, max_group=3)

    out = [explanation.people[0] for one in solutions for explanation in one.left_out]
    assert len(out) == 10
    assert len(set(out)) == 10


def test_a_pin_is_kept_and_its_price_told() -> None:
    people = [replace(traveller, capacity=None) for traveller in random_travellers(5, 5, 9)]
    free, _ = solve_round(people, PairingHistory(), PairConstraints(), seed="s", max_group=2)
    together = {frozenset(group.people) for group in free.groups}
    pin = next(frozenset({"m000", f"i00{n}"}) for n in range(5) if frozenset({"m000", f"i00{n}"}) not in together)
    wishes = PairConstraints(pins=frozenset({pin}))

    solution, _ = solve_round(people, PairingHistory(), wishes, seed="s", max_group=2)
    price = price_of_pin(people, PairingHistory(), wishes, pin, seed="s", max_group=2)

    assert pin in {frozenset(group.people) for group in solution.groups}
    assert price.fit == free.totals.fit - solution.totals.fit


def test_after_a_decline_as_few_pairs_as_possible_change() -> None:
    people = [replace(traveller, capacity=None) for traveller in random_travellers(8, 8, 4)]
    first, _ = solve_round(people, PairingHistory(), PairConstraints(), seed="s", max_group=3)
    kept = frozenset(pair for group in first.groups for pair in group.pairs)
    staying = [traveller for traveller in people if traveller.id != "i003"]

    again, _ = solve_round(staying, PairingHistory(), PairConstraints(keep=kept), seed="s", max_group=3)

    pairs = {pair for group in again.groups for pair in group.pairs}
    assert len(kept - pairs) == 1
    assert again.left_out == ()


def test_everybody_who_has_no_partner_is_told_why() -> None:
    people = random_travellers(1, 4, 2)
    forbids = frozenset({frozenset({"m000", "i000"})})

    solution, _ = solve_round(people, PairingHistory(), PairConstraints(forbids=forbids), seed="s", max_group=3)

    reasons = {explanation.people[0]: explanation.reason for explanation in solution.left_out}
    assert "ruled out" in reasons["i000"]
    assert "come first next time" in next(reason for person, reason in reasons.items() if person != "i000")


def test_one_side_alone_meets_nobody() -> None:
    solution, proof = solve_round(random_travellers(0, 3, 1), PairingHistory(), PairConstraints(), seed="s")

    assert len(solution.left_out) == 3
    assert proof == Proof()


def test_what_a_round_was_solved_from_can_be_kept_and_solved_again() -> None:
    people = random_travellers(4, 6, 5)
    random = Random(5)
    inputs = RoundInputs(
        tuple(people), random_past(people, random), random_wishes(people, random), "s", 3, (("x", "paused"),)
    )

    again = from_data(json.loads(json.dumps(to_data(inputs))))

    assert again == inputs
    assert again.solve()[0] == inputs.solve()[0]


@pytest.mark.parametrize("seed", range(40))
def test_a_flow_solver_by_others_leaves_no_fewer_out_and_repeats_no_less(seed: int) -> None:
    """OR-tools on the same people, for the first two levels: left out, then repeats."""
    random = Random(1000 + seed)
    people = random_travellers(random.randrange(2, 9), random.randrange(2, 12), seed)
    past, wishes = replace(random_past(people, random), left_out={}), random_wishes(people, random)

    solution, _ = solve_round(people, past, wishes, seed="s", max_group=3)

    assert left_out_and_repeats(solution) == by_flow(people, past, wishes, 3)
