"""Dinner cards that are posted stay true: no button that does nothing, no offer that has lapsed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from integrations.ports.cards import Button, Buttons
from storage.store import Store
from tests.features.dinners.dinner_company import ADMIN, TICK, DinnerCompany, dinner_company, guest_email

YES = "dinner rsvp"


@pytest.fixture
async def company(store: Store) -> DinnerCompany:
    """Twelve people; the plan is of Monday, 2 November 2026."""
    return await dinner_company(store, 12)


def buttons_in(company: DinnerCompany, room: str) -> list[Button]:
    blocks = [block for message in company.messages_in(room) for block in message.card.blocks]
    buttons = [button for block in blocks if isinstance(block, Buttons) for button in block.buttons]
    return [button for button in buttons if isinstance(button, Button)]


def titles_now(company: DinnerCompany, number: int) -> list[str]:
    return [message.card.title for message in company.messages_in(f"@{guest_email(number)}")]


async def test_a_dinner_that_is_called_off_leaves_no_button_to_answer(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 4 --date 2027-02-09")
    await company.say(ADMIN, "dinner post now", room="#web")
    await company.say(ADMIN, "dinner open")
    await company.say_yes(*range(6))
    await company.say(guest_email(2), "dinner rsvp no")
    await company.deliver_due()
    before = {room: buttons_in(company, room) for room in ("#web", f"@{guest_email(4)}")}
    await company.say(ADMIN, "dinner cancel Q1")
    company.advance(timedelta(minutes=1))
    await company.deliver_due()

    assert all(YES in [button.action for button in buttons] for buttons in before.values())
    assert buttons_in(company, "#web") == []
    assert {button.action for button in buttons_in(company, f"@{guest_email(4)}")} == {"dinner ics"}


@pytest.mark.proof
async def test_after_the_evening_no_card_asks_for_an_answer(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    await company.simulate_until(2026, 11, 4)
    await company.say_yes(*range(8))
    await company.simulate_until(2027, 2, 10, 12)
    asked = {button.action for number in (1, 10) for button in buttons_in(company, f"@{guest_email(number)}")}
    await company.simulate_until(2027, 2, 25)

    assert asked == {"dinner pulse"}
    assert buttons_in(company, f"@{guest_email(1)}") == []
    assert "Thank you for coming to dinner 2027-Q1" in titles_now(company, 1)


async def test_an_offer_says_what_became_of_it(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 4 --date 2027-02-09")
    await company.say_yes(*range(6))
    await company.say(guest_email(2), "dinner rsvp no")
    await company.deliver_due()
    company.advance(timedelta(hours=25))
    await company.run_job(TICK)
    await company.say(guest_email(5), "dinner rsvp yes")
    await company.deliver_due()

    assert titles_now(company, 4)[0] == "Dinner 2027-Q1: the seat was passed on"


async def test_a_card_that_is_posted_again_after_it_was_taken_out_is_kept_up_to_date(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 10 --date 2027-02-09")
    for words in ("dinner post now", "dinner post now", "dinner unpost", "dinner post now"):
        await company.say(ADMIN, words, room="#web")
        await company.deliver_due()
    await company.say_yes(1)
    company.advance(timedelta(minutes=1))
    await company.deliver_due()

    [card] = company.card_texts("#web")
    assert "1 of 10 seats taken" in card


async def test_the_card_of_a_dinner_that_was_called_off_is_not_that_of_the_next_one(company: DinnerCompany) -> None:
    await company.plan("Q1 --cap 10 --date 2027-02-09")
    await company.say(ADMIN, "dinner post now", room="#web")
    await company.say(ADMIN, "dinner cancel Q1")
    company.advance(timedelta(minutes=1))
    await company.deliver_due()
    await company.plan("Q1 --cap 10 --date 2027-02-16")
    await company.say(ADMIN, "dinner post now", room="#web")
    company.advance(timedelta(minutes=1))
    await company.deliver_due()

    assert [message.card.title for message in company.messages_in("#web")] == [
        "Dinner 2027-Q1: called off",
        "Dinner 2027-Q1: Tuesday, 16 Feb 2027",
    ]
