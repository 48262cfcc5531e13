"""Posted cards stay true: opt-outs, departures, reopened items, withdrawn thanks, changed audiences."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.store import Store
from storage.values.company import Permission
from tests.app import item, text_of
from tests.features.celebrations.banner_company import (
    ANA,
    BANNER,
    BO,
    CY,
    DEE,
    DONE,
    HIDDEN_DONE,
    banner_company,
    pending_celebration,
    post_celebration,
    post_thanks,
    ship,
)
from tests.simulated_company import SimulatedCompany

TICK, RECAP, DIGEST = "celebrations.tick", "celebrations.recap", "subscriptions.digest"


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    return await banner_company(store)


async def tick(company: SimulatedCompany) -> None:
    company.advance(timedelta(minutes=30))
    await company.run_job(TICK)
    await company.deliver_due()


async def test_a_thank_you_that_stands_no_longer_names_who_opted_out(company: SimulatedCompany) -> None:
    await post_thanks(company)
    await company.say(BO, "me hide")
    await tick(company)

    [card] = company.card_texts("#spring")
    assert "Bo" not in card
    assert "a colleague" in card


async def test_a_recap_that_stands_no_longer_names_who_opted_out(company: SimulatedCompany) -> None:
    await post_thanks(company)
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    await company.run_job(RECAP)
    await company.simulate(timedelta(days=8), RECAP, every=timedelta(hours=3))
    before = company.card_texts("#spring")[-1]
    await company.say(BO, "me hide")
    await tick(company)

    assert "Ana to Bo: the night shift" in before
    assert "Bo" not in company.card_texts("#spring")[-1]


async def test_a_thank_you_taken_back_leaves_the_recaps_too(company: SimulatedCompany) -> None:
    number = await post_thanks(company)
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    await company.run_job(RECAP)
    await company.simulate(timedelta(days=8), RECAP, every=timedelta(hours=3))
    await company.press(ANA, "kudos undo", str(number))
    await tick(company)

    assert "night shift" not in "\n".join(company.card_texts("#spring"))


async def test_what_names_somebody_who_is_forgotten_is_removed(company: SimulatedCompany) -> None:
    """Their thanks are removed from every room, and so is what others wrote about them."""
    await post_thanks(company)
    await company.say(CY, "kudos @dee for showing Bo how the gate works", room="#spring")
    await company.press(DEE, "kudos show", "2")
    number = await post_celebration(company)
    await company.say(CY, f'celebrations edit {number} text="Bo did it in a week"')
    await company.say(BO, "me forget --yes")
    await tick(company)

    assert "Bo" not in "\n".join(company.card_texts("#spring"))


async def test_a_draft_whose_owner_is_gone_goes_to_the_lead(company: SimulatedCompany) -> None:
    await ship(company)
    await company.say(BO, "me forget --yes")

    await company.simulate(timedelta(days=8), TICK, every=timedelta(hours=6))

    # Cy led nobody but Bo, so nobody is known as Web's lead any more: the campaign's partner on that side is asked.
    assert company.posted_titles(f"@{DEE}") == ["Consent banner is done. Say so?"]
    assert company.posted_titles(f"@{ANA}") == []


async def test_a_day_of_somebody_who_opted_out_is_not_told(company: SimulatedCompany) -> None:
    await company.say(BO, "anniversary 10 November since=2016")
    await company.say(BO, "me hide")
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    await company.run_job(RECAP)

    await company.simulate(timedelta(days=8), RECAP, every=timedelta(hours=3))

    assert company.card_texts("#spring") == []


async def test_a_lead_of_another_team_hears_nothing_of_what_they_may_not_see(company: SimulatedCompany) -> None:
    await company.add_person("vp@example.com", "brand")
    await company.add_person("w1@example.com", "web", manager_email="vp@example.com")
    await company.add_person("w2@example.com", "web", manager_email="vp@example.com")
    await ship(company, HIDDEN_DONE)

    await company.simulate(timedelta(days=12), TICK, every=timedelta(hours=6))

    assert "Hidden page" not in "\n".join(company.card_texts("@vp@example.com"))


async def test_a_draft_of_what_was_reopened_is_no_longer_asked_about(company: SimulatedCompany) -> None:
    await ship(company)
    await ship(company, BANNER)
    asked = (await company.say(BO, "celebrations")).facts["celebrations"]

    await company.simulate(timedelta(days=8), TICK, every=timedelta(hours=6))

    assert asked == []
    assert len(company.posted_titles(f"@{BO}")) == 1
    assert company.posted_titles(f"@{CY}") == []


async def test_a_card_about_what_was_reopened_says_so_where_it_stands(company: SimulatedCompany) -> None:
    await post_celebration(company)
    await ship(company, BANNER)

    [card] = company.card_texts("#spring")
    assert "open again" in card
    assert "was finished" not in card


async def test_what_is_finished_a_second_time_is_asked_about_again(company: SimulatedCompany) -> None:
    await post_celebration(company)
    await ship(company, BANNER)
    await ship(company, DONE)

    number = await pending_celebration(company, BO)
    await company.press(BO, "celebrations post", str(number))
    await company.deliver_due()

    assert company.card_texts("#spring")[-1].startswith("Done: Consent banner")


@pytest.mark.parametrize("first", ["skip", "undo"])
async def test_what_was_skipped_or_taken_back_can_still_be_posted(company: SimulatedCompany, first: str) -> None:
    """A mistaken press can be reverted."""
    number = await post_celebration(company) if first == "undo" else None
    if number is None:
        await ship(company)
        number = await pending_celebration(company, BO)
    await company.press(BO, f"celebrations {first}", str(number))
    await company.deliver_due()
    gone = company.card_texts("#spring")

    reply = await company.press(BO, "celebrations post", str(number))
    await company.deliver_due()

    assert gone == []
    assert reply.exit == 0, text_of(reply)
    assert len(company.card_texts("#spring")) == 1


async def test_a_card_that_nothing_happened_to_is_not_worded_anew(company: SimulatedCompany) -> None:
    await post_celebration(company)
    asked = company.platform.attempts.count("update")
    await tick(company)
    await tick(company)

    assert company.platform.attempts.count("update") == asked


async def test_undoing_over_and_over_is_no_way_around_the_limits(company: SimulatedCompany) -> None:
    for number in range(1, 4):
        await company.say(ANA, f"kudos @bo for the help with number {number}")
        await company.press(ANA, "kudos undo", str(number))

    reply = await company.say(ANA, "kudos @bo for the help with number four")

    assert reply.exit == 1


async def test_only_whoever_decides_changes_whom_a_posted_card_thanks(company: SimulatedCompany) -> None:
    await company.add_person("web2@example.com", "web", Permission.CONTRIBUTOR)
    await post_celebration(company)
    reply = await company.say("web2@example.com", "milestone done WEB-12 --thanks @cy")
    await tick(company)

    assert reply.exit == 1
    assert "Cy" not in company.card_texts("#spring")[0]


async def test_a_recap_that_was_held_up_overnight_is_the_only_digest_of_its_day(company: SimulatedCompany) -> None:
    """The rule applies when the card is read, not when it was due: the platform was down on Monday evening."""
    await company.add_room("#spring", ANA, BO, DEE, zone="Europe/London")
    await company.say(ANA, "unsubscribe", room="#spring")
    await company.say(ANA, "subscribe roadmap digest", room="#spring")
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    for name in (RECAP, DIGEST):
        await company.run_job(name)
    await ship(company)
    company.set_time(2026, 11, 9, 16)
    company.platform.faults.down = True
    await company.simulate(timedelta(hours=3, minutes=30), RECAP, DIGEST)
    company.platform.faults.down = False
    await company.publish(item("WEB-40"))
    await company.simulate(timedelta(days=3), RECAP, DIGEST)

    days = [at.date() for at, room, title in company.log if room == "#spring" and not title.startswith("Done")]
    assert len(days) >= 2, company.log
    assert len(days) == len(set(days)), company.log


@pytest.mark.proof
async def test_a_room_that_closes_before_nine_looks_back_when_it_opens(company: SimulatedCompany) -> None:
    await company.say(ANA, "hours zone=Europe/London quiet=08:30-05:00", room="#spring")
    await company.say(ANA, "celebrations schedule weekly", room="#spring")
    await company.run_job(RECAP)
    await ship(company)

    await company.simulate(timedelta(days=8), RECAP, every=timedelta(hours=1))

    [(at, title)] = [(at, title) for at, room, title in company.log if room == "#spring"]
    assert title == "Shipped together in the week of 2 Nov 2026"
    assert (at.weekday(), at.hour) == (0, 5)
