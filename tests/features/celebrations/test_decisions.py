"""Decisions about drafts: post, schedule, edit, skip, undo; and rewording thanks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from integrations.ports.cards import Buttons, DateField
from storage import celebrations, people, places
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from tests.app import item, text_of
from tests.features.celebrations.banner_company import (
    ANA,
    BANNER,
    BO,
    BOSS,
    CY,
    DEE,
    DONE,
    banner_company,
    pending_celebration,
    post_celebration,
    post_thanks,
    ship,
)
from tests.simulated_company import SimulatedCompany

TICK, RECAP, HINT = "celebrations.tick", "celebrations.recap", "celebrations.hint"


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    return await banner_company(store)


# ── the draft ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_draft_says_how_many_rooms_would_read_it_and_offers_four_ways(company: SimulatedCompany) -> None:
    await ship(company)

    [message] = company.platform.messages_in(f"@{BO}")
    [offers] = [block for block in message.card.blocks if isinstance(block, Buttons)]
    assert [button.label for button in offers.buttons] == ["Post now", "Schedule", "Edit", "Skip"]
    assert "1 room would read it" in company.card_texts(f"@{BO}")[0]


async def test_a_draft_that_no_room_would_read_says_so(company: SimulatedCompany) -> None:
    await company.say(ANA, "unsubscribe", room="#spring")
    await ship(company)
    reply = await company.say(BO, f"celebrations post {await pending_celebration(company, BO)}")

    assert "No room follows it yet" in company.card_texts(f"@{BO}")[0]
    assert reply.exit == 1


async def test_the_draft_changes_where_it_stands_once_it_is_decided(company: SimulatedCompany) -> None:
    """Nobody keeps an open "Say so?" card about something that was posted long ago."""
    number = await post_celebration(company)
    after_post = company.card_texts(f"@{BO}")
    await company.press(BO, "celebrations undo", str(number))
    await company.deliver_due()
    after_undo = company.card_texts(f"@{BO}")

    assert len(after_post) == len(after_undo) == 1
    assert after_post[0].startswith("Consent banner: posted")
    assert "celebrations undo 1" in after_post[0]
    assert after_undo[0].startswith("Consent banner: undone")


async def test_whoever_owned_it_before_is_thanked_as_well(company: SimulatedCompany) -> None:
    await company.publish(item("WEB-20", "Gate", owner="p_cy", campaigns=("spring",)))
    await company.publish(item("WEB-20", "Gate", owner="p_bo", campaigns=("spring",)))
    await ship(company, item("WEB-20", "Gate", owner="p_bo", campaigns=("spring",), status=Status.DONE))

    assert "Bo (owned it), Cy (worked on it), Ana (runs Spring Launch)" in company.card_texts(f"@{BO}")[0]


async def test_a_card_names_who_it_was_when_it_shipped(company: SimulatedCompany) -> None:
    """A person who takes over a campaign in March did not deliver what shipped in November."""
    number = await post_celebration(company)
    await company.say(BOSS, "campaign edit spring owner=boss@example.com")
    await company.say(BOSS, "publish --now")
    await company.say(BO, f'celebrations edit {number} text="At last."')
    await company.run_job(TICK)
    await company.deliver_due()

    [card] = company.card_texts("#spring")
    assert "At last." in card
    assert "Ana (runs Spring Launch)" in card
    assert "Boss" not in card


async def test_a_file_that_finishes_what_nobody_owns_asks_the_lead(company: SimulatedCompany) -> None:
    await company.publish(item("WEB-21", "Orphan", campaigns=("spring",)))
    await ship(company, item("WEB-21", "Orphan", campaigns=("spring",), status=Status.DONE))

    assert company.posted_titles(f"@{CY}") == ["Orphan is done. Say so?"]


# ── another day ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_scheduling_opens_a_form_with_the_next_working_day(company: SimulatedCompany) -> None:
    company.set_time(2026, 11, 6, 15)  # a Friday
    await ship(company)
    number = await pending_celebration(company, BO)

    reply = await company.press(BO, "celebrations later", str(number))

    assert reply.form is not None
    [field] = reply.form.fields
    assert isinstance(field, DateField)
    assert field.initial == date(2026, 11, 9)


async def test_what_is_scheduled_is_said_back_with_day_hour_and_zone_and_comes_then(company: SimulatedCompany) -> None:
    await company.add_person("jo@example.com", "web", Permission.CONTRIBUTOR, timezone="Asia/Tokyo")
    await company.publish(item("WEB-30", "Wall", owner="p_jo", campaigns=("spring",)))
    await ship(company, item("WEB-30", "Wall", owner="p_jo", campaigns=("spring",), status=Status.DONE))
    number = await pending_celebration(company, "jo@example.com")

    reply = await company.submit("jo@example.com", "celebrations later", {"day": "2026-11-05"}, value=str(number))
    past = await company.submit("jo@example.com", "celebrations later", {"day": "2026-11-01"}, value=str(number))
    await company.simulate(timedelta(days=3), TICK)

    assert reply.card.title == "On Thursday, 5 Nov 2026, 09:00 Asia/Tokyo"
    assert past.exit == 2
    [at] = [at for at, room, _ in company.log if room == "#spring"]
    assert timedelta(0) <= at - datetime(2026, 11, 5, tzinfo=UTC) < timedelta(hours=1)  # nine in Tokyo


async def test_what_is_scheduled_for_rooms_that_left_meanwhile_becomes_a_draft_again(company: SimulatedCompany) -> None:
    await ship(company)
    number = await pending_celebration(company, BO)
    await company.say(BO, f"celebrations later {number} 2026-11-04")
    await company.say(ANA, "unsubscribe", room="#spring")

    await company.simulate(timedelta(days=3), TICK, every=timedelta(hours=2))

    [waiting] = (await company.say(BO, "celebrations")).facts["celebrations"]
    assert waiting["state"] == "draft"
    assert company.posted_titles("#spring") == []


# ── posted, taken back, posted again ─────────────────────────────────────────────────────────────────────────────────


async def test_taking_back_and_posting_again_before_the_room_opens_says_it_once(company: SimulatedCompany) -> None:
    await company.add_room("#spring", ANA, BO, DEE, zone="Europe/Berlin")
    company.set_time(2026, 11, 7, 12)  # a Saturday
    await company.publish(DONE)
    await company.deliver_due()
    number = await pending_celebration(company, BO)
    for words in ("post", "undo", "post"):
        assert (await company.say(BO, f"celebrations {words} {number}")).exit == 0

    await company.simulate(timedelta(days=2), TICK)

    assert [title for _, room, title in company.log if room == "#spring"] == ["Done: Consent banner"]
    assert len(company.card_texts("#spring")) == 1


async def test_a_room_that_follows_later_can_be_told_without_telling_the_others_twice(
    company: SimulatedCompany,
) -> None:
    number = await post_celebration(company)
    await company.add_room("#late", ANA, BO)
    await company.say(ANA, "subscribe roadmap campaign:spring", room="#late")

    reply = await company.say(BO, f"celebrations post {number}")
    again = await company.say(BO, f"celebrations post {number}")
    await company.deliver_due()

    assert reply.facts["rooms"] == 1
    assert again.exit == 1
    assert len(company.card_texts("#late")) == len(company.card_texts("#spring")) == 1


async def test_where_one_room_is_automatic_the_owner_is_asked_about_the_others(company: SimulatedCompany) -> None:
    await company.add_room("#late", ANA, BO)
    await company.say(ANA, "subscribe roadmap campaign:spring", room="#late")
    await company.say(BOSS, "celebrations auto on", room="#spring")
    await ship(company)
    asked = company.card_texts(f"@{BO}")

    await company.press(BO, "celebrations post", "1")
    await company.deliver_due()

    assert "Post in 1 more room" in asked[0]
    assert len(company.card_texts("#spring")) == 1
    assert sum(card.startswith("Done:") for card in company.card_texts("#late")) == 1


# ── thanks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_thanks_can_be_shown_kept_and_shown_again(company: SimulatedCompany) -> None:
    number = await post_thanks(company)
    await company.press(BO, "kudos keep", str(number))
    await company.deliver_due()
    kept = company.card_texts("#spring")
    await company.press(BO, "kudos show", str(number))
    await company.deliver_due()

    assert kept == []
    assert len(company.card_texts("#spring")) == 1


async def test_the_private_card_says_what_was_decided_and_offers_the_other_way(company: SimulatedCompany) -> None:
    await post_thanks(company)

    [card] = company.card_texts(f"@{BO}")
    assert "because you said so" in card
    assert "kudos keep 1" in card
    assert "kudos show 1" not in card


async def test_other_words_are_read_everywhere_and_need_another_yes(company: SimulatedCompany) -> None:
    number = await post_thanks(company)
    reply = await company.submit(ANA, "kudos edit", {"reason": "the night shift and the day after"}, value=str(number))
    await company.deliver_due()
    public, private = company.card_texts("#spring"), company.card_texts(f"@{BO}")
    await company.press(BO, "kudos show", str(number))
    await company.deliver_due()

    assert reply.facts["asked_again"] == [BO]
    assert public == []
    assert all("the day after" in card for card in private)
    assert "The words are new" in private[-1]
    assert "the day after" in company.card_texts("#spring")[0]


async def test_only_whoever_gave_it_chooses_the_words(company: SimulatedCompany) -> None:
    number = await post_thanks(company)
    form = await company.press(ANA, "kudos edit", str(number))

    assert form.form is not None
    assert (await company.say(BO, f'kudos edit {number} reason="something much better"')).exit == 1
    assert (await company.say(ANA, f'kudos edit {number} reason="x"')).exit == 2


@pytest.mark.parametrize("tag", ["#spring", "<#C0SPRING|spring>", "<#C0SPRING>"])
async def test_a_campaign_is_understood_as_slack_sends_it(company: SimulatedCompany, tag: str) -> None:
    """Slack turns a channel's name into a link, with or without the name in it."""
    async with company.store.transaction() as session:
        await places.ensure(session, "console", "", "C0SPRING", name="#spring")

    reply = await company.say(ANA, f"kudos @bo for the night shift {tag}")

    assert reply.facts.get("campaign") == "spring", text_of(reply)


# ── hints and days ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_lead_who_wants_no_nudges_gets_no_hints(company: SimulatedCompany) -> None:
    await ship(company)
    await company.say(CY, "nudges off")
    company.advance(timedelta(days=15))
    await company.run_job(HINT)
    await company.deliver_due()

    assert company.posted_titles(f"@{CY}") == []


@pytest.mark.proof
async def test_a_room_that_looks_back_monthly_remembers_the_days_of_the_whole_month(company: SimulatedCompany) -> None:
    await company.say(BO, "anniversary 20 December since=2016")
    await company.say(ANA, "celebrations schedule monthly", room="#spring")
    await company.run_job(RECAP)

    await company.simulate(timedelta(days=35), RECAP, every=timedelta(hours=3))

    [card] = company.card_texts("#spring")
    assert card.startswith("In December 2026")
    assert "Bo, 20 Dec 2026, 10 years" in card


async def test_a_room_of_two_organisations_reads_nobody_s_day(company: SimulatedCompany) -> None:
    await company.say(BO, "anniversary 10 November")
    await company.say(BOSS, "celebrations schedule weekly", room="#spring")
    async with company.store.transaction() as session:
        place = await places.ensure(session, "console", "", "#spring")
        bo = await people.with_email(session, BO)
        assert bo
        await places.set_members(session, place.id, [bo.id], known=True, external=True)
    await company.run_job(RECAP)

    await company.simulate(timedelta(days=8), RECAP, every=timedelta(hours=3))

    assert company.card_texts("#spring") == []


# ── what is one's own ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_one_s_own_data_holds_days_and_decisions(company: SimulatedCompany) -> None:
    await company.say(BO, "anniversary 29 February since=2016")
    await post_celebration(company)

    export = (await company.say(BO, "me export")).facts

    assert export["anniversary"] == {"day": 29, "month": 2, "since": 2016, "words": ""}
    assert export["celebrations_decided"] == [{"item": "WEB-12", "state": "posted", "text": ""}]


async def test_a_thousand_things_finished_at_once_make_few_drafts_and_fewer_messages(company: SimulatedCompany) -> None:
    many = [replace(BANNER, key=f"W-{number}") for number in range(250)]
    await company.publish(*many)
    await company.publish(*(replace(celebration, status=Status.DONE) for celebration in many))
    await company.deliver_due()

    async with company.store.reading() as session:
        drafts = await celebrations.with_decider(session, "p_bo")
    assert len(drafts) == 200
    assert len(company.posted_titles(f"@{BO}")) == 25
