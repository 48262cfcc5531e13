"""Planning a dinner, answering it, and where people sit."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.dinners.queries.seating_input import tours_together
from storage import tours
from storage.store import Store
from storage.values.tours import TourState
from tests.app import text_of
from tests.features.dinners.dinner_company import (
    ADMIN,
    DinnerCompany,
    dinner_company,
    guest_email,
    pairs,
    sides,
    table_of,
)


@pytest.fixture
async def company(store: Store) -> DinnerCompany:
    """Thirty people; nothing is planned yet."""
    return await dinner_company(store, 30)


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_plan_says_what_will_happen_and_asks_nobody_yet(company: DinnerCompany) -> None:
    reply = await company.plan("Q1 --cap 24")
    await company.deliver_due()

    assert reply.facts["dinner"] == "2027-Q1"
    assert reply.facts["dates"] == ["2027-02-09", "2027-02-10", "2027-02-11"]
    assert (reply.facts["cap"], reply.facts["state"]) == (24, "planned")
    assert "Nobody was asked yet" in text_of(reply)
    assert company.log == []


async def test_a_plan_is_changed_by_saying_it_again(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 24")
    reply = await company.plan('2027-Q1 --dates "2027-03-02, 4 March 2027" --tables 8 --time 18:30 --place "Trattoria"')

    assert (reply.facts["cap"], reply.facts["size"], reply.facts["new"]) == (24, 8, False)
    assert reply.facts["dates"] == ["2027-03-02", "2027-03-04"]
    assert (reply.facts["time"], reply.facts["place"]) == ("18:30", "Trattoria")


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Q5",
        "Q1 --cap many",
        "Q1 --tables 3",
        "Q1 --tables 40",
        "Q1 --dates yesterday",
        "Q1 --time late",
        "Q1 something",
        "Q1 --date 2020-01-01",
    ],
)
async def test_a_plan_that_cannot_be_read_changes_nothing(company: DinnerCompany, words: str) -> None:
    reply = await company.plan(words)

    assert reply.exit == 2
    assert (await company.say(ADMIN, "dinner")).exit == 1


async def test_only_admins_plan_and_only_those_who_run_it_see_seats_before(company: DinnerCompany) -> None:
    planned = await company.say(guest_email(1), "dinner plan Q1")
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(1, 2, 3, 4)
    seen = await company.say(guest_email(1), "dinner seats")
    await company.say(ADMIN, f"dinner organiser {guest_email(1)}")
    as_organiser = await company.say(guest_email(1), "dinner seats")

    assert (planned.exit, seen.exit, as_organiser.exit) == (1, 1, 0)
    assert "on the day" in text_of(seen)


async def test_the_host_alternates_between_the_sides(company: DinnerCompany) -> None:
    planned = [await company.plan(f"2027-Q{number} --date 2027-12-0{number}") for number in range(1, 5)]
    hosts = [reply.facts["host"] for reply in planned]

    assert sides([hosts[0], hosts[2]]) == {1}
    assert hosts[0] != hosts[2]
    assert hosts[1] == hosts[3] == ADMIN  # the only person of IT with a publisher's permission


# ── who comes ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_seats_go_out_in_order_and_the_rest_wait(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 4 --date 2027-02-09")
    await company.say_yes(0, 1, 2, 3, 4)
    late = await company.say(guest_email(5), "dinner rsvp yes")

    assert (late.facts["seat"], late.facts["waiting"]) == ("waiting", 2)
    assert late.facts["counts"] == {"yes": 4, "waiting": 2, "maybe": 0, "no": 0, "held": 0}
    assert "number 2 on the waiting list" in text_of(late)


async def test_a_seat_that_comes_free_is_offered_to_whoever_waits_longest(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 4 --date 2027-02-09")
    await company.say_yes(*range(6))
    await company.say(guest_email(2), "dinner rsvp no")
    await company.deliver_due()

    assert company.posted_titles(f"@{guest_email(4)}") == ["A seat came free at the dinner of 2027-Q1"]
    assert company.posted_titles(f"@{guest_email(5)}") == []
    kept = await company.say(guest_email(4), "dinner rsvp yes")
    assert kept.facts["seat"] == "seat"


async def test_an_offer_that_nobody_takes_goes_on_and_the_last_one_stays(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 4 --date 2027-02-09")
    await company.say_yes(*range(6))
    await company.say(guest_email(2), "dinner rsvp no")
    company.advance(timedelta(hours=25))
    await company.run_job("dinners.tick")
    company.advance(timedelta(hours=25))
    await company.run_job("dinners.tick")

    first, second = [(await company.say(guest_email(number), "dinner")).facts["mine"] for number in (4, 5)]
    assert (first["answer"], first["seat"]) == ("", "")  # a lapsed offer is no answer
    assert (second["answer"], second["seat"]) == ("yes", "offered")  # nobody waits behind them


async def test_saying_yes_twice_keeps_the_place(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 4 --date 2027-02-09")
    await company.say_yes(*range(6))
    again = await company.say(guest_email(4), "dinner rsvp yes")

    assert again.facts["waiting"] == 1


async def test_the_host_and_whoever_must_be_there_come_before_the_waiting_list(company: DinnerCompany) -> None:
    await company.plan(f'Q1 --cap 4 --date 2027-02-09 --host {guest_email(9)} --must "{guest_email(8)}"')
    await company.say_yes(0, 1, 2, 3, 4, 8, 9)
    for number in (0, 1):
        await company.say(guest_email(number), "dinner rsvp no")

    mine = [(await company.say(guest_email(number), "dinner")).facts["mine"]["seat"] for number in (8, 9, 4)]
    assert mine == ["offered", "offered", "waiting"]


@pytest.mark.parametrize("words", ["", "perhaps", "yes no", "yes Q7"])
async def test_an_answer_that_is_none_changes_nothing(company: DinnerCompany, words: str) -> None:
    await company.plan()

    assert (await company.say(guest_email(1), f"dinner rsvp {words}")).exit == 2
    assert (await company.say(guest_email(1), "dinner")).facts["counts"]["yes"] == 0


async def test_buttons_say_the_same_as_words(company: DinnerCompany) -> None:
    await company.plan()
    reply = await company.press(guest_email(1), "dinner rsvp", "yes 2027-Q1")

    assert reply.facts["seat"] == "seat"


async def test_an_answer_without_a_name_is_for_the_dinner_planned_last(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.plan("Q2 --date 2027-05-11")

    assert (await company.say(guest_email(1), "dinner rsvp yes")).facts["dinner"] == "2027-Q2"
    assert (await company.say(guest_email(1), "dinner rsvp yes Q1")).facts["dinner"] == "2027-Q1"


async def test_a_dinner_that_is_called_off_tells_its_guests_and_can_be_planned_again(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(1, 2)
    await company.say(guest_email(3), "dinner rsvp no")
    off = await company.say(ADMIN, "dinner cancel Q1")
    await company.deliver_due()

    assert off.facts["told"] == 2
    assert company.posted_titles(f"@{guest_email(1)}") == ["The dinner of 2027-Q1 is called off"]
    assert company.posted_titles(f"@{guest_email(3)}") == []
    assert (await company.say(guest_email(1), "dinner rsvp yes Q1")).exit == 1
    assert (await company.plan("Q1 --date 2027-02-16")).facts["new"]
    assert (await company.say(guest_email(1), "dinner")).facts["counts"]["yes"] == 0


async def test_a_strange_word_after_cancel_cancels_nothing(company: DinnerCompany) -> None:
    await company.plan()

    assert (await company.say(ADMIN, "dinner cancel Q7")).exit == 2
    assert await company.state() == "planned"


# ── seats ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_seats_are_the_contract_s_facts(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 24 --date 2027-02-09")
    await company.say_yes(*range(27))

    facts = await company.seats()

    assert facts["dinner"] == "2027-Q1"
    assert [len(table["people"]) for table in facts["tables"]] == [6, 6, 6, 6]
    assert all(table["host"] in table["people"] for table in facts["tables"])
    assert all(sides(table["people"]) == {0, 1} for table in facts["tables"])
    assert facts["repeats"] == 0
    assert facts["unseated"] == [guest_email(24), guest_email(25), guest_email(26)]
    assert facts["cost"] >= facts["bound"]


async def test_asked_again_the_tables_are_the_same(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(*range(24))

    assert await company.seats() == await company.seats()
    assert pairs(await company.seats("dinner seats anew")) == pairs(await company.seats())


@pytest.mark.proof
async def test_nobody_meets_twice_in_four_quarters(store: Store) -> None:
    company = await dinner_company(store, 60)
    met: set[frozenset[str]] = set()
    for quarter in ("Q1", "Q2", "Q3", "Q4"):
        await company.plan(f"2027-{quarter} --date 2027-12-0{quarter[1]}")
        await company.say_yes(*range(60))
        facts = await company.seats()

        assert facts["repeats"] == 0
        assert not met & pairs(facts)
        met |= pairs(facts)


async def test_nobody_sits_with_their_manager_or_with_whom_they_are_kept_apart(store: Store) -> None:
    company = await dinner_company(store, 0)
    for number in range(24):
        boss = guest_email(number % 4) if number >= 4 else ""
        await company.add_person(guest_email(number), ("web", "seo")[number % 2], manager_email=boss)
    await company.plan("Q1 --date 2027-02-09")
    await company.say(ADMIN, f"dinner apart {guest_email(10)} {guest_email(11)}")
    await company.say_yes(*range(24))

    facts = await company.seats()

    assert facts["broken"] == []
    managed = {frozenset({guest_email(number), guest_email(number % 4)}) for number in range(4, 24)}
    assert not pairs(facts) & (managed | {frozenset({guest_email(10), guest_email(11)})})


async def test_what_keeps_people_apart_is_for_organisers_alone(company: DinnerCompany) -> None:
    await company.plan()
    await company.say(ADMIN, f"dinner apart {guest_email(1)} {guest_email(2)}")

    assert (await company.say(guest_email(1), "dinner apart")).exit == 1
    assert (await company.say(ADMIN, "dinner apart")).facts["apart"] == [[guest_email(1), guest_email(2)]]
    assert (await company.say(ADMIN, f"dinner apart off {guest_email(2)} {guest_email(1)}")).facts["apart"] == []


async def test_hosts_have_a_table_each_and_nobody_is_host_twice_running(company: DinnerCompany) -> None:
    await company.plan(f'Q1 --date 2027-02-09 --host "{guest_email(2)}, {guest_email(4)}"')
    await company.say_yes(*range(24))
    first = await company.seats()
    await company.plan("Q2 --date 2027-05-11")
    await company.say_yes(*range(24))
    second = await company.seats()

    hosts = [{table["host"] for table in facts["tables"]} for facts in (first, second)]
    assert {guest_email(2), guest_email(4)} <= hosts[0]
    assert not hosts[0] & hosts[1]


async def test_after_late_cancellations_few_people_change_table(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 24 --date 2027-02-09")
    await company.say_yes(*range(27))
    before = table_of(await company.seats())
    for number in (3, 8):
        await company.say(guest_email(number), "dinner rsvp no")

    facts = await company.seats("dinner reseat")

    after = table_of(facts)
    moved = [email for email in after if email in before and after[email] != before[email]]
    assert len(after) == 24
    assert {guest_email(24), guest_email(25)} <= after.keys()
    assert len(moved) <= 2
    assert sorted(moved) == sorted(facts["moved"])
    assert all(sides(table["people"]) == {0, 1} for table in facts["tables"])
    assert facts["unseated"] == [guest_email(26)]


async def test_once_seated_few_answers_change_little_and_many_seat_everybody_anew(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(*range(8))
    await company.seats()
    await company.say_yes(*range(8, 23))
    many = table_of(await company.seats())
    await company.say_yes(23)
    one = table_of(await company.seats())

    assert len(set(many.values())) == 4
    assert all(one[email] == table for email, table in many.items())


async def test_whoever_did_not_come_met_nobody(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(*range(24))
    first = await company.seats()
    company.set_time(2027, 2, 10, 9)
    await company.say(ADMIN, f"dinner absent {guest_email(5)}")
    await company.plan("Q2 --date 2027-05-11")
    await company.say_yes(*range(24))
    second = await company.seats()

    again = pairs(first) & pairs(second)
    assert second["repeats"] == len([pair for pair in again if guest_email(5) not in pair])


async def test_a_room_reads_no_address_and_no_name_of_whoever_hides(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(*range(12))
    await company.say(guest_email(3), "me hide")
    await company.say(ADMIN, "dinner open")
    await company.seats()

    words = text_of(await company.mention(ADMIN, "dinner seats", room="#web"))

    assert "@x.test" not in words
    assert "a colleague" in words
    assert "G3" not in words.replace("G30", "")


async def test_nobody_to_seat_is_said_so(company: DinnerCompany) -> None:
    await company.plan()
    facts = await company.seats()

    assert (facts["tables"], facts["repeats"], facts["unseated"]) == ([], 0, [])


async def test_the_tables_are_drawn_with_words_beside_them(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(*range(8))
    await company.seats()
    reply = await company.say(ADMIN, "dinner picture")

    assert reply.file is not None
    assert reply.file.content.startswith(b"\x89PNG")
    assert "2 round tables" in reply.facts["alt"]
    assert reply.facts["alt"] in text_of(reply)


# ── at once ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_last_seat_goes_to_one_of_those_who_want_it_at_the_same_moment(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 3 --date 2027-02-09")

    replies = await asyncio.gather(*[company.say(guest_email(number), "dinner rsvp yes") for number in range(10)])

    assert sorted(reply.facts["seat"] for reply in replies) == ["seat"] * 3 + ["waiting"] * 7
    assert sorted(reply.facts["waiting"] for reply in replies) == [0, 0, 0, *range(1, 8)]


async def test_whoever_was_on_a_tour_together_counts_as_met(store: Store) -> None:
    """Only tours that took place count, not declined proposals."""
    async with store.transaction() as session:
        kept = await tours.plan_round(
            session, "tours", starts=date(2026, 9, 7), weeks=4, inputs={}, by="", at=datetime(2026, 9, 1, tzinfo=UTC)
        )
        for people_, state in ((("p_a", "p_b", "p_c"), TourState.ENDED), (("p_a", "p_d"), TourState.DECLINED)):
            number = await tours.add_tour(
                session, kept.id, people_, date(2026, 9, 7), date(2026, 10, 2), f"uid-{state}"
            )
            await tours.set_tour_state(session, number, state)

    async with store.reading() as session:
        counts = await tours_together(session)

    assert counts == {frozenset(pair): 1 for pair in (("p_a", "p_b"), ("p_a", "p_c"), ("p_b", "p_c"))}


async def test_a_quarter_that_is_over_is_not_planned(store: Store) -> None:
    """Otherwise "dinner rsvp no" would apply to it instead of the next dinner."""
    company = await dinner_company(store, 4)

    reply = await company.say(ADMIN, "dinner plan 2020-Q1")

    assert reply.exit != 0
    assert "2020-Q1 is over" in text_of(reply)
