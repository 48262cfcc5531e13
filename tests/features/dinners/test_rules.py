"""The rules of dinners: quarters, the choice of the day, seats, due states, topics."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dinners.rules import date_poll, quarters, timeline, waiting_list
from handlers.dinners.rules.conversation_topics import NOTHING_YET, conversation_topics
from handlers.dinners.rules.date_poll import Tally
from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer, SeatStatus
from storage.values.roadmap import Item, Status

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = NOW.date()
ONE, TWO, THREE = date(2027, 2, 9), date(2027, 2, 10), date(2027, 2, 11)
YES, MAYBE, NO = RsvpAnswer.YES, RsvpAnswer.MAYBE, RsvpAnswer.NO


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Q1", "2027-Q1"),
        ("q4", "2026-Q4"),
        ("2027-Q1", "2027-Q1"),
        ("Q1 2027", "2027-Q1"),
        ("2030 q2", "2030-Q2"),
        ("Q5", None),
        ("2027-Q1 2027", None),
        ("1027-Q1", None),
        ("quarter", None),
        ("", None),
    ],
)
def test_a_quarter_is_the_next_one_of_that_name(said: str, key: str | None) -> None:
    assert quarters.quarter_key(said, TODAY) == key


def test_a_quarter_that_is_nearly_over_is_next_year_s() -> None:
    assert quarters.quarter_key("Q4", date(2026, 12, 20)) == "2027-Q4"


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 4))
def test_proposed_days_are_to_come_and_free(today: date, number: int) -> None:
    key = quarters.quarter_key(f"Q{number}", today)
    assert key

    days = quarters.proposed_dates(key, today, lambda day: day.weekday() < 5)

    assert 1 <= len(days) <= 3
    assert all(day > today and day.weekday() in (1, 2, 3) for day in days)
    assert quarters.first_day(key) <= quarters.last_day(key)


def tallies(votes: dict[str, dict[date, RsvpAnswer]], **more: object) -> tuple[Tally, ...]:
    whole: dict[str, object] = {"required": (), "team": {"a": "web", "b": "web", "c": "seo"}, **more}
    return date_poll.tallies((ONE, TWO, THREE), votes, **whole)  # type: ignore[arg-type]


def best(votes: dict[str, dict[date, RsvpAnswer]], **more: object) -> date | None:
    won = date_poll.best_day(tallies(votes, **more), TODAY)
    return won.day if won else None


def test_the_day_that_most_can_make_wins_and_maybe_is_half() -> None:
    votes = {"a": {ONE: YES, TWO: MAYBE}, "b": {ONE: NO, TWO: MAYBE}, "c": {ONE: NO, TWO: MAYBE}}

    assert best(votes) == TWO


def test_a_required_person_comes_before_any_number() -> None:
    votes = {"a": {ONE: NO, TWO: YES}, "b": {ONE: YES, TWO: NO}, "c": {ONE: YES, TWO: NO}}

    assert best(votes, required=("a",)) == TWO
    assert best({"a": dict.fromkeys((ONE, TWO, THREE), NO)}, required=("a",)) is None


def test_a_tie_goes_to_the_day_that_leaves_no_team_behind_then_to_who_missed_then_to_the_earliest() -> None:
    teams = {"a": {ONE: YES, TWO: YES}, "b": {ONE: YES, TWO: NO}, "c": {ONE: NO, TWO: YES}}
    missed = {"a": {ONE: YES, TWO: NO}, "b": {ONE: NO, TWO: YES}}

    assert best(teams) == TWO
    assert best(missed, missed_last=("b",)) == TWO
    assert best(missed) == ONE
    assert best({}) == ONE


def test_a_day_that_is_past_cannot_win() -> None:
    day_tallies = tallies({"a": {ONE: YES}})

    assert date_poll.best_day(day_tallies, ONE) != day_tallies[0]
    assert date_poll.best_day(day_tallies, THREE) is None


@pytest.mark.parametrize(
    ("votes", "reason"),
    [
        ({"a": {ONE: YES}}, "most people"),
        ({"a": {ONE: YES, TWO: YES}, "b": {ONE: NO, TWO: YES}, "c": {ONE: YES, TWO: NO}}, "no team is left behind"),
        ({}, "the earlier one"),
    ],
)
def test_the_reason_is_the_first_thing_in_which_it_wins(votes: dict[str, dict[date, RsvpAnswer]], reason: str) -> None:
    day_tallies = tallies(votes)
    won = date_poll.best_day(day_tallies, TODAY)

    assert won
    assert reason in date_poll.reason_for_day(won, day_tallies, TODAY)


STARTS = NOW + timedelta(days=30)


@given(
    st.integers(0, 6),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(RsvpAnswer), st.integers(0, 40)), max_size=40),
)
def test_there_are_never_more_guests_than_seats_and_no_seat_stays_empty(
    cap: int, answers: list[tuple[int, RsvpAnswer, int]]
) -> None:
    """For any answers of ten people, in any order, with any hours between them."""
    rsvps: dict[str, Rsvp] = {}
    now = NOW
    for number, answer, hours in answers:
        now += timedelta(hours=hours)
        person = f"p{number}"
        rsvps[person] = waiting_list.with_answer(rsvps.get(person) or Rsvp(person=person), answer, now)
        rsvps |= waiting_list.seat_changes(rsvps, cap=cap, first=(), now=now, starts_at=STARTS)

        seated = [rsvp for rsvp in rsvps.values() if rsvp.has_seat]
        waits = waiting_list.waiting_order(rsvps)
        assert not cap or len(seated) <= cap
        assert not waits or len(seated) == cap
        assert all(rsvp.answer is YES for rsvp in seated)
        assert all(rsvps[rsvp].seat_status is SeatStatus.WAITING for rsvp in waits)


def test_an_offer_is_held_shorter_the_nearer_the_evening() -> None:
    spans = [waiting_list.offer_window(STARTS - timedelta(hours=hours), STARTS) for hours in (500, 60, 5)]

    assert spans == [timedelta(days=1), timedelta(hours=6), timedelta(hours=2)]
    assert waiting_list.offer_window(NOW, None) == timedelta(days=1)


DINNER = Dinner(id=1, key="2027-Q1", day=ONE, start_time="19:00", timezone="Europe/Berlin", planned_at=NOW)
STEPS = [
    (DinnerState.PLANNED, NOW + timedelta(days=1), DinnerState.DATED),
    (DinnerState.INVITED, datetime(2027, 2, 1, 23, 30, tzinfo=UTC), DinnerState.REMINDED),  # the 2nd in Berlin
    (DinnerState.REMINDED, datetime(2027, 2, 7, 12, tzinfo=UTC), DinnerState.SEATED),
    (DinnerState.SEATED, datetime(2027, 2, 9, 5, tzinfo=UTC), DinnerState.ANNOUNCED),
    (DinnerState.ANNOUNCED, datetime(2027, 2, 10, 5, tzinfo=UTC), DinnerState.THANKED),
    (DinnerState.THANKED, datetime(2027, 2, 23, 5, tzinfo=UTC), DinnerState.REVIEWED),
]


@pytest.mark.parametrize(("state", "at", "following"), STEPS)
def test_each_step_has_its_day(state: DinnerState, at: datetime, following: DinnerState) -> None:
    dinner = replace(DINNER, state=state)

    assert timeline.step_due(dinner, timeline.PollStatus((ONE,)), at) is following
    assert timeline.step_due(dinner, timeline.PollStatus((ONE,)), at - timedelta(days=1)) is None
    assert timeline.step_due(dinner, timeline.PollStatus((ONE,)), at + timedelta(days=300)) is following


def test_a_poll_ends_after_a_week_well_before_the_first_day_and_never_at_once() -> None:
    assert timeline.poll_closes_at((ONE,), "UTC", NOW) == NOW + timedelta(days=7)
    assert timeline.poll_closes_at((TODAY + timedelta(days=14),), "UTC", NOW) == datetime(2026, 11, 30, tzinfo=UTC)
    assert timeline.poll_closes_at((TODAY + timedelta(days=2),), "UTC", NOW) == NOW + timedelta(days=1)


def test_needs_go_two_weeks_after_or_with_the_quarter_or_at_once() -> None:
    end = quarters.last_day("2027-Q1")
    at = datetime(2027, 2, 23, 1, tzinfo=UTC)

    assert timeline.have_needs_expired(DINNER, end, at)
    assert not timeline.have_needs_expired(DINNER, end, at - timedelta(days=1))
    assert not timeline.have_needs_expired(replace(DINNER, day=None), end, at)
    assert timeline.have_needs_expired(replace(DINNER, day=None), end, at + timedelta(days=60))
    assert timeline.have_needs_expired(replace(DINNER, state=DinnerState.CANCELLED), end, NOW)


def test_a_table_talks_of_what_both_its_sides_shipped() -> None:
    names = Directory(
        (Team("web", "Web", Side.IT), Team("seo", "SEO", Side.MARKETING)),
        (Campaign("spring", "Spring Launch"), Campaign("autumn", "Autumn")),
        (Person("a", "a@x.test", "Ada", "web"), Person("b", "b@x.test", "Bo", "seo")),
    )
    done = [
        Item("WEB-1", "Checkout", "web", ("autumn",), Status.DONE, owner="a"),
        Item("WEB-2", "Banner", "web", ("spring",), Status.DONE, owner="a"),
        Item("SEO-2", "Pages", "seo", ("spring",), Status.DONE, owner="b"),
    ]

    assert conversation_topics(names.people, done, names) == (
        "Spring Launch: Bo shipped SEO-2 Pages and Ada shipped WEB-2 Banner. What would you do the same way again?",
    )
    assert conversation_topics(names.people[:1], done, names) == (NOTHING_YET,)
