"""The timeline of a dinner: who is notified when, and that a missed day does no harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.store import Store
from storage.values.roadmap import Status
from tests.app import item, text_of
from tests.features.dinners.dinner_company import ADMIN, DAY, TICK, DinnerCompany, dinner_company, guest_email
from tests.store_dump import dump_text

INVITED = "Dinner 2027-Q1: Tuesday, 9 Feb 2027"


@pytest.fixture
async def company(store: Store) -> DinnerCompany:
    """Twelve people; the plan is of Monday, 2 November 2026."""
    return await dinner_company(store, 12)


def titles(company: DinnerCompany, number: int) -> list[str]:
    return company.posted_titles(f"@{guest_email(number)}")


@pytest.mark.proof
async def test_a_season_takes_each_step_once_in_its_order(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 10")
    states: list[str] = []
    while company.now < datetime(2027, 3, 1, tzinfo=UTC):
        await company.simulate(DAY, TICK, every=DAY)
        if company.now.date() == datetime(2026, 11, 20, tzinfo=UTC).date():
            await company.say_yes(*range(8))
        states.append(await company.state())

    assert list(dict.fromkeys(states)) == [
        "polling",
        "invited",
        "reminded",
        "seated",
        "announced",
        "thanked",
        "reviewed",
    ]
    assert titles(company, 1) == [
        "Dinner 2027-Q1: which day?",
        INVITED,
        "Dinner 2027-Q1: table 1",
        "Thank you for coming to dinner 2027-Q1",
    ]
    assert titles(company, 10) == [
        "Dinner 2027-Q1: which day?",
        INVITED,
        "Do you come to dinner on Tuesday, 9 Feb 2027?",
    ]


async def test_days_that_were_missed_delay_and_skip_nothing(company: DinnerCompany) -> None:
    """The process was down from December to the morning of the dinner."""
    await company.plan("Q1 --date 2027-02-09")
    await company.simulate_until(2026, 11, 5)
    await company.say_yes(*range(8))
    company.set_time(2027, 2, 9, 8)
    await company.simulate_until(2027, 2, 9, 16)

    assert await company.state() == "announced"
    assert titles(company, 1)[1:] == ["Dinner 2027-Q1: table 1"]
    assert titles(company, 10)[1:] == []  # a reminder on the day would be none


async def test_after_weeks_away_nobody_hears_of_an_evening_that_is_over(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.simulate_until(2026, 11, 5)
    await company.say_yes(*range(8))
    company.set_time(2027, 3, 20, 8)
    await company.simulate_until(2027, 3, 21)

    assert await company.state() == "reviewed"
    assert titles(company, 1) == [INVITED]


@pytest.mark.proof
async def test_before_a_dinner_on_a_day_off_people_are_told_on_the_last_working_day(company: DinnerCompany) -> None:
    """Nobody is notified on a Saturday, and on Monday it is over."""
    await company.plan("Q1 --date 2027-02-13")
    await company.simulate_until(2026, 11, 5)
    await company.say_yes(*range(6))
    await company.simulate_until(2027, 2, 12, 12)

    assert titles(company, 1)[-1] == "Dinner 2027-Q1: table 1"


async def test_the_clock_ringing_twice_says_nothing_twice(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    company.set_time(2026, 11, 3, 9)
    for _ in range(3):
        await company.run_job(TICK)
    await company.deliver_due()

    assert titles(company, 1) == [INVITED]


async def test_an_organiser_need_not_wait_for_tomorrow(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    reply = await company.say(ADMIN, "dinner open")
    await company.deliver_due()

    assert (reply.facts["state"], reply.facts["asked"]) == ("invited", 13)
    assert titles(company, 1) == [INVITED]
    assert (await company.say(ADMIN, "dinner open")).exit == 1


async def test_the_poll_closes_when_everybody_has_voted(company: DinnerCompany) -> None:
    await company.plan("Q1")
    await company.simulate_until(2026, 11, 4)
    for number in range(12):
        await company.say(guest_email(number), "dinner vote 2 maybe 3")
    await company.say(ADMIN, "dinner vote 2027-02-09 2027-02-10")
    await company.run_job(TICK)

    shown = await company.say(ADMIN, "dinner")
    assert (shown.facts["state"], shown.facts["date"]) == ("invited", "2027-02-10")


async def test_the_poll_closes_at_its_deadline(company: DinnerCompany) -> None:
    await company.plan("Q1")
    await company.simulate_until(2026, 11, 4)
    await company.say(guest_email(1), "dinner vote 3")
    await company.simulate_until(2026, 11, 12)

    assert (await company.say(ADMIN, "dinner")).facts["date"] == "2027-02-11"


async def test_a_day_that_somebody_required_cannot_make_is_out(company: DinnerCompany) -> None:
    await company.plan(f"Q1 --must {guest_email(5)}")
    await company.simulate_until(2026, 11, 4)
    await company.say(guest_email(5), "dinner vote 3")
    for number in (1, 2, 3):
        await company.say(guest_email(number), "dinner vote 1")
    shown = await company.say(guest_email(1), "dinner")
    await company.simulate_until(2026, 11, 12)

    assert [tally["out"] for tally in shown.facts["dates"]] == [True, True, False]
    assert "somebody who has to be there cannot" in text_of(shown)
    assert (await company.say(ADMIN, "dinner")).facts["date"] == "2027-02-11"


@pytest.mark.proof
async def test_without_a_possible_day_the_organiser_is_told_once_and_offers_others(company: DinnerCompany) -> None:
    await company.plan(f"Q1 --must {guest_email(5)}")
    await company.simulate_until(2026, 11, 4)
    await company.say(guest_email(5), "dinner vote none")
    await company.simulate_until(2026, 11, 14)
    stuck = [title for title in company.posted_titles(f"@{ADMIN}") if "No day" in title]
    await company.plan('Q1 --dates "2027-03-02, 2027-03-03"')
    await company.simulate_until(2026, 11, 17)

    assert stuck == ["No day is left for the dinner of 2027-Q1"]
    assert await company.state() == "polling"
    assert titles(company, 1) == ["Dinner 2027-Q1: which day?"] * 2


async def test_the_best_day_is_picked_by_hand_with_its_reason(company: DinnerCompany) -> None:
    await company.plan("Q1")
    await company.say(ADMIN, "dinner open")
    for number in (1, 2, 3):
        await company.say(guest_email(number), "dinner vote 2")
    reply = await company.say(ADMIN, "dinner pick")

    assert (reply.facts["date"], reply.facts["reason"]) == ("2027-02-10", "most people can come")


async def test_a_vote_can_be_given_in_a_form_and_changed(company: DinnerCompany) -> None:
    await company.plan("Q1")
    await company.say(ADMIN, "dinner open")
    asked = await company.press(guest_email(1), "dinner vote", "2027-Q1")
    sent = await company.submit(
        guest_email(1), "dinner vote", {"can": "2027-02-09\n2027-02-11", "maybe": "2027-02-10"}, value="2027-Q1"
    )
    changed = await company.submit(guest_email(1), "dinner vote", {"can": "", "maybe": ""}, value="2027-Q1")

    assert asked.form is not None
    assert sent.facts["votes"] == {"2027-02-09": "yes", "2027-02-10": "maybe", "2027-02-11": "yes"}
    assert set(changed.facts["votes"].values()) == {"no"}


async def test_a_vote_for_a_day_that_is_not_on_offer_is_refused(company: DinnerCompany) -> None:
    await company.plan("Q1")

    assert (await company.say(guest_email(1), "dinner vote 2027-02-12")).exit == 2
    assert (await company.say(guest_email(1), "dinner vote 9")).exit == 2


async def test_after_the_poll_a_vote_is_answered_with_the_day(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    reply = await company.say(guest_email(1), "dinner vote 1")

    assert reply.exit == 1
    assert "2027-02-09" in text_of(reply)


async def test_a_room_gets_the_card_after_a_preview_and_its_tally_follows_in_place(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 10 --date 2027-02-09")
    preview = await company.say(ADMIN, "dinner post", room="#web")
    await company.deliver_due()
    before = company.posted_titles("#web")
    await company.say(ADMIN, "dinner post now", room="#web")
    await company.deliver_due()
    await company.say_yes(1, 2, 3)
    company.advance(timedelta(minutes=1))
    await company.deliver_due()

    assert "Preview" in preview.card.title
    assert before == []
    assert company.posted_titles("#web") == [INVITED]
    [card] = company.card_texts("#web")
    assert "3 of 10 seats taken" in card
    assert company.platform.attempts.count("update") == 1  # three answers, one edit


async def test_undo_takes_the_card_out_of_the_room(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say(ADMIN, "dinner post now", room="#web")
    await company.deliver_due()
    await company.say(ADMIN, "dinner unpost", room="#web")
    await company.deliver_due()
    again = await company.say(ADMIN, "dinner unpost", room="#web")

    assert company.card_texts("#web") == []
    assert again.exit == 1


async def test_a_poll_that_closed_says_so_where_it_stands(company: DinnerCompany) -> None:
    await company.plan("Q1")
    await company.simulate_until(2026, 11, 4)
    await company.say(guest_email(1), "dinner vote 2")
    await company.simulate_until(2026, 11, 12)
    standing = company.card_texts(f"@{guest_email(3)}")

    assert [card.splitlines()[0] for card in standing] == [
        "Dinner 2027-Q1: the poll is closed",
        "Dinner 2027-Q1: Wednesday, 10 Feb 2027",
    ]


async def test_a_dinner_that_moves_tells_its_guests(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(1)
    moved = await company.plan("Q1 --time 20:00")
    await company.deliver_due()

    assert moved.facts["sequence"] == 1
    assert titles(company, 1) == ["The dinner of 2027-Q1 has moved"]
    assert titles(company, 2) == []


async def test_an_offer_that_is_made_at_night_is_held_from_the_morning_on(company: DinnerCompany) -> None:
    await company.add_person("kim@x.test", "web", timezone="Asia/Tokyo")
    await company.plan("Q1 --cap 4 --date 2027-02-09")
    await company.say_yes(*range(4))
    await company.say("kim@x.test", "dinner rsvp yes")
    company.set_time(2026, 11, 2, 14)  # 23:00 in Tokyo
    await company.say(guest_email(2), "dinner rsvp no")

    until = (await company.say("kim@x.test", "dinner")).facts["mine"]["offered_until"]
    assert datetime.fromisoformat(until) == datetime(2026, 11, 3, 23, tzinfo=UTC)  # a day after 8:00 there


async def test_on_the_day_everybody_reads_whom_they_will_meet_and_what_they_shipped_together(
    company: DinnerCompany,
) -> None:
    await company.add_campaign("spring", "Spring Launch")
    await company.plan("Q1 --date 2027-02-09")
    await company.simulate_until(2026, 11, 4)
    await company.say_yes(*range(6))
    company.set_time(2027, 1, 20, 9)
    await company.publish(
        item("WEB-1", "Checkout", "web", campaigns=("spring",), owner="p_g0", status=Status.DONE),
        item("SEO-1", "Landing page", "seo", campaigns=("spring",), owner="p_g1", status=Status.DONE),
        item("WEB-9", "Secret", "web", campaigns=("spring",), owner="p_g0", status=Status.DONE, visible_to=("web",)),
    )
    await company.simulate_until(2027, 2, 9, 14)

    card = company.card_texts(f"@{guest_email(3)}")[-1]
    assert card.startswith("Dinner 2027-Q1: table 1")
    assert "You will meet" in card
    assert "Spring Launch" in card
    assert "WEB-1" in card
    assert "SEO-1" in card
    assert "WEB-9" not in card


@pytest.mark.proof
async def test_a_cancellation_on_the_day_puts_the_table_right_and_tells_those_concerned(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 8 --date 2027-02-09 --tables 4")
    await company.simulate_until(2026, 11, 4)
    await company.say_yes(*range(9))
    await company.simulate_until(2027, 2, 9, 12)
    before = {number: len(titles(company, number)) for number in range(9)}
    await company.say(guest_email(3), "dinner rsvp no")
    await company.deliver_due()
    told_again = [number for number in range(9) if len(titles(company, number)) > before[number]]

    assert await company.state() == "announced"
    assert 8 in told_again
    assert len(told_again) <= 3
    assert titles(company, 8)[-2:] == ["A seat came free at the dinner of 2027-Q1", titles(company, 8)[-1]]
    assert titles(company, 8)[-1].startswith("Dinner 2027-Q1: table")


async def test_the_pulse_is_anonymous_and_shown_from_five_replies_on(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.simulate_until(2026, 11, 4)
    await company.say_yes(*range(8))
    await company.simulate_until(2027, 2, 10, 12)
    for number in range(4):
        await company.say(guest_email(number), "dinner pulse 5 yes")
    few = await company.say(guest_email(1), "dinner results")
    again = await company.say(guest_email(1), "dinner pulse 1 no")
    await company.submit(guest_email(4), "dinner pulse", {"evening": "3", "met": "no"}, value="2027-Q1")
    five = await company.say(guest_email(1), "dinner results")
    stranger = await company.say(guest_email(11), "dinner pulse 5 yes")

    assert (few.facts["replies"], few.facts["sums"]) == (4, {})
    assert not again.facts["counted"]
    assert five.facts["sums"] == {"evening": {"5": 4, "3": 1}, "met": {"yes": 4, "no": 1}}
    assert "4.6 of 5" in text_of(five)
    assert stranger.exit == 1


async def test_whoever_is_forgotten_leaves_nothing_of_a_dinner(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.say_yes(1, 2, 3, 4)
    await company.seats()
    exported = (await company.say(guest_email(1), "me export")).facts["dinners"]
    await company.say(guest_email(1), "me forget --yes")
    stored = await dump_text(company.store)

    assert [(entry["dinner"], entry["answer"], entry["seat"], entry["table"]) for entry in exported] == [
        ("2027-Q1", "yes", "seat", 1)
    ]
    assert "g1@x.test" not in stored
    assert sum(len(table["people"]) for table in (await company.seats())["tables"]) == 3
