"""The seating: properties that hold for every company, and dinners with a known optimum."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handlers.dinners.rules.costs import hard_constraints, lower_bound, pair_costs, sides_are_even
from handlers.dinners.rules.reseating import reseated
from handlers.dinners.rules.seating import seat
from handlers.dinners.rules.tables import seating_cost, sizes_for
from storage.values.company import Side
from storage.values.dinners import Guest, PastDinner, Seating, SeatingHistory
from storage.values.tours import Pair
from tests.benchmarks.dinners import DinnerYear
from tests.hypothesis_profiles import example_count

FEW = 300  # steps: enough for small companies
SIDES = (Side.MARKETING, Side.IT)


@st.composite
def companies(draw: st.DrawFn) -> list[Guest]:
    """Up to forty people of two sides and some of neither, some with a manager among them."""
    count = draw(st.integers(1, 40))
    share = draw(st.floats(0, 1))
    bosses = draw(st.integers(0, 4))
    random = Random(draw(st.integers(0, 10_000)))
    return [
        Guest(
            id=f"p{number:02d}",
            side=Side.OTHER if random.random() < 0.05 else SIDES[random.random() < share],
            team=f"t{random.randrange(5)}",
            manager=f"p{number % bosses:02d}" if bosses and number >= bosses else "",
            special_diet=random.random() < 0.2,
            is_host=random.random() < 0.1,
        )
        for number in range(count)
    ]


def everybody(seating: Seating) -> list[str]:
    return sorted(person for table in seating.tables for person in table.people)


def past(seating: Seating) -> PastDinner:
    return PastDinner(tuple(frozenset(table.people) for table in seating.tables))


def pairs(seating: Seating) -> set[Pair]:
    return {frozenset(two) for table in seating.tables for two in combinations(table.people, 2)}


def tables(seating: Seating) -> dict[str, int]:
    return {person: number for number, table in enumerate(seating.tables) for person in table.people}


@given(companies(), st.integers(4, 12))
@settings(max_examples=example_count(60))
def test_everybody_sits_once_and_tables_hold_what_they_should(guests: list[Guest], size: int) -> None:
    seating = seat(guests, SeatingHistory(), size=size, seed="any", most_steps=FEW)

    assert everybody(seating) == sorted(guest.id for guest in guests)
    sizes = [len(table.people) for table in seating.tables]
    assert sorted(sizes) == sorted(sizes_for(len(guests), size))
    assert max(sizes) - min(sizes) <= 1
    assert all(table.host in table.people for table in seating.tables)
    assert seating.cost >= seating.bound


@given(companies(), st.integers(4, 12), st.randoms())
@settings(max_examples=example_count(30))
def test_the_order_in_which_guests_come_changes_nothing(guests: list[Guest], size: int, random: Random) -> None:
    shuffled = random.sample(guests, len(guests))

    assert seat(guests, SeatingHistory(), size=size, seed="s", most_steps=FEW) == seat(
        shuffled, SeatingHistory(), size=size, seed="s", most_steps=FEW
    )


@given(companies(), st.integers(4, 8))
@settings(max_examples=example_count(30))
def test_every_table_has_both_sides_where_both_suffice(guests: list[Guest], size: int) -> None:
    seating = seat(guests, SeatingHistory(), size=size, seed="mixed", most_steps=FEW)
    counts = Counter(guest.side for guest in guests)
    side = {guest.id: guest.side for guest in guests}

    if min(counts[side] for side in SIDES) >= len(seating.tables):
        assert all({*SIDES} <= {side[person] for person in table.people} for table in seating.tables)


@given(st.integers(1, 400), st.integers(4, 12))
def test_tables_hold_four_to_twelve(guests: int, size: int) -> None:
    sizes = sizes_for(guests, size)

    assert sum(sizes) == guests
    assert max(sizes) <= max(12, size)
    assert min(sizes) >= min(4, guests)


@given(companies(), st.integers(4, 8), st.integers(0, 6), st.integers(0, 10_000))
@settings(max_examples=example_count(60))
def test_reseating_seats_exactly_those_who_come(guests: list[Guest], size: int, gone: int, number: int) -> None:
    random = Random(number)
    first = guests[: max(1, len(guests) - 3)]
    before = tables(seat(first, SeatingHistory(), size=size, seed="before", most_steps=FEW))
    left = random.sample(guests, max(1, len(guests) - gone))

    seating = reseated(left, before, SeatingHistory(), size=size)

    assert everybody(seating) == sorted(guest.id for guest in left)
    assert min(len(table.people) for table in seating.tables) >= min(4, len(left) // len(seating.tables))


@given(companies(), st.integers(4, 8))
@settings(max_examples=example_count(40))
def test_where_nothing_changed_nobody_moves(guests: list[Guest], size: int) -> None:
    seating = seat(guests, SeatingHistory(), size=size, seed="before", most_steps=FEW)
    assume(not seating.violations)

    assert tables(reseated(guests, tables(seating), SeatingHistory(), size=size)) == tables(seating)


def company(count: int, *, share: float = 0.5, bosses: int = 8) -> list[Guest]:
    return [
        Guest(
            id=f"p{number:03d}",
            side=Side.MARKETING if number < count * share else Side.IT,
            team=f"t{number % 8}",
            manager=f"p{number % bosses:03d}" if number >= bosses else "",
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(("people", "size"), [(60, 6), (64, 8), (90, 6), (120, 8)])
def test_four_dinners_bring_nobody_together_twice(people: int, size: int) -> None:
    guests, dinners = company(people), list[PastDinner]()
    for quarter in range(4):
        seating = seat(guests, SeatingHistory(tuple(dinners)), size=size, seed=f"q{quarter}")
        assert (seating.repeats, seating.violations) == (0, ())
        dinners.append(past(seating))


@pytest.mark.parametrize(("people", "size", "weeks"), [(49, 7, 8), (64, 8, 9), (25, 5, 6), (16, 4, 5)])
def test_social_golfers_play_as_many_weeks_as_there_can_be(people: int, size: int, weeks: int) -> None:
    """q + 1 weeks for q groups of q: the proven maximum, by a finite plane. Golfers have no sides."""
    guests = [Guest(id=f"p{number:03d}", side=Side.OTHER) for number in range(people)]
    met: set[Pair] = set()
    dinners: list[PastDinner] = []
    for week in range(weeks):
        seating = seat(guests, SeatingHistory(tuple(dinners)), size=size, seed=f"w{week}")
        assert not met & pairs(seating)
        met |= pairs(seating)
        dinners.append(past(seating))
    assert len(met) == people * (people - 1) // 2


def test_hosts_sit_apart_and_nobody_hosts_twice_running() -> None:
    guests = [Guest(id=f"p{number:02d}", side=SIDES[number % 2], is_host=number in (0, 2, 4)) for number in range(24)]
    seating = seat(guests, SeatingHistory(last_hosts=frozenset({"p02"})), size=6, seed="hosts")

    at = tables(seating)
    assert len({at["p00"], at["p02"], at["p04"]}) == 3


def test_with_few_of_one_side_they_are_spread() -> None:
    guests = company(24, share=4 / 24, bosses=1)
    side = {guest.id: guest.side for guest in guests}
    seating = seat(guests, SeatingHistory(), size=6, seed="few")

    counts = [sum(side[person] is Side.MARKETING for person in table.people) for table in seating.tables]
    assert counts == [1, 1, 1, 1]


@pytest.mark.parametrize("number", [0, 1, *(pytest.param(more, marks=pytest.mark.proof) for more in range(2, 8))])
def test_two_late_cancellations_move_at_most_two(number: int) -> None:
    random = Random(number)
    guests = company(27, share=0.5, bosses=4)
    coming = guests[:24]
    together = SeatingHistory((past(seat(guests, SeatingHistory(), size=6, seed=f"before {number}", most_steps=FEW)),))
    first = seat(coming, together, size=6, seed=str(number), most_steps=FEW)
    before = tables(first)
    gone = set(random.sample([guest.id for guest in coming], 2))
    now = [guest for guest in coming if guest.id not in gone] + guests[24:26]

    seating = reseated(now, before, together, size=6)

    after = tables(seating)
    side = {guest.id: guest.side for guest in guests}
    assert sum(before.get(person, table) != table for person, table in after.items()) <= 2
    assert all({*SIDES} <= {side[person] for person in table.people} for table in seating.tables)
    assert seating.violations == ()


@given(companies(), st.integers(4, 8), st.integers(0, 10_000))
@settings(max_examples=example_count(40))
def test_no_seating_costs_less_than_the_bound(guests: list[Guest], size: int, number: int) -> None:
    """Also with a history: neither a random nor an optimised seating costs less than the bound."""
    random = Random(number)
    dinners = [
        past(
            seat(
                random.sample(guests, max(1, len(guests) - 2)), SeatingHistory(), size=size, seed=str(n), most_steps=50
            )
        )
        for n in range(2)
    ]
    together = SeatingHistory(tuple(dinners))
    sizes = sizes_for(len(guests), size)
    seats = random.sample([table for table, count in enumerate(sizes) for _ in range(count)], len(guests))
    matrix = pair_costs(guests, together, hard_constraints(guests, ()))

    assert seating_cost(matrix, np.array(seats)) >= lower_bound(guests, sizes, together)
    seating = seat(guests, together, size=size, seed="sought", most_steps=FEW)
    assert seating.cost >= seating.bound


def test_where_meeting_again_cannot_be_avoided_it_is_proven() -> None:
    """24 people at four tables of six: eight repeated pairs, and no seating has fewer."""
    guests = company(24, bosses=24)
    first = past(seat(guests, SeatingHistory(), size=6, seed="1"))
    seating = seat(guests, SeatingHistory((first,)), size=6, seed="2")

    assert (seating.repeats, seating.cost) == (8, seating.bound)


@pytest.mark.proof
@pytest.mark.parametrize("number", [12, 41])
def test_the_sides_are_even_also_where_few_seatings_are(number: int) -> None:
    """60 people at tables of 8, in the fourth quarter: one search in nine finds even tables at which nobody meets again."""
    year = DinnerYear(60, 8, number)

    assert (year.uneven, year.repeats, year.broken) == (0, 0, 0)


def test_sides_are_even_when_no_table_has_more_of_one_than_it_must() -> None:
    guests = company(8)  # four of one side, then four of the other
    sizes = (4, 4)

    assert sides_are_even(guests, np.array([0, 0, 1, 1, 0, 0, 1, 1]), sizes)
    assert not sides_are_even(guests, np.array([0, 0, 0, 1, 0, 1, 1, 1]), sizes)
