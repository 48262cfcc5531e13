"""Diet and access: shown to the host only, stored encrypted, deleted two weeks after the dinner."""

from __future__ import annotations

import pytest

from storage import dinners
from storage.store import Store
from tests.app import text_of
from tests.features.dinners.dinner_company import ADMIN, DinnerCompany, dinner_company, guest_email
from tests.store_dump import dump_text

SECRET = "peanut-marker"


@pytest.fixture
async def company(store: Store) -> DinnerCompany:
    """Twelve people; the plan is of Monday, 2 November 2026."""
    return await dinner_company(store, 12)


async def add_dietary_needs(company: DinnerCompany) -> None:
    await company.plan(f"Q1 --date 2027-02-09 --host {guest_email(2)}")
    await company.say(guest_email(1), f'dinner rsvp yes --diet "{SECRET}" --access "ramp-marker"')
    await company.say_yes(0, 2, 3)


async def test_a_diet_is_kept_closed_and_stands_in_no_answer(company: DinnerCompany) -> None:
    await add_dietary_needs(company)
    replies = [
        await company.say(ADMIN, words)
        for words in ("dinner", "dinner seats", "dinner diets", "me export", f"ask what does {guest_email(1)} eat")
    ]
    mine = await company.say(guest_email(1), "me export")
    stored = await dump_text(company.store)

    assert SECRET not in stored
    assert "ramp-marker" not in stored
    for reply in (*replies, mine):
        assert SECRET not in text_of(reply) + str(reply.facts) + str(reply.file)
    assert replies[2].exit == 1  # an admin is not the host


@pytest.mark.proof
async def test_the_host_alone_reads_it_and_it_is_gone_after_two_weeks(company: DinnerCompany) -> None:
    await add_dietary_needs(company)
    asked = await company.say(guest_email(2), "dinner diets")
    await company.deliver_due()
    read = "\n".join(company.card_texts(f"@{guest_email(2)}"))
    await company.simulate_until(2027, 2, 20)
    kept = "\n".join(company.card_texts(f"@{guest_email(2)}"))
    await company.simulate_until(2027, 2, 25)

    assert asked.facts["guests"] == 1
    assert SECRET not in text_of(asked)
    assert f"diet: {SECRET}; access: ramp-marker" in read
    assert SECRET in kept
    assert SECRET not in "\n".join(company.card_texts(f"@{guest_email(2)}"))
    others = [
        message.card
        for room in company.platform.rooms
        if room != f"@{guest_email(2)}"
        for message in company.platform.messages_in(room)
    ]
    assert SECRET not in str(others)
    async with company.store.reading() as session:
        assert await dinners.encrypted_needs(session, 1) == {}


async def test_whoever_drops_out_needs_nothing_any_more(company: DinnerCompany) -> None:
    await add_dietary_needs(company)
    await company.say(guest_email(1), "dinner rsvp no")
    asked = await company.say(guest_email(2), "dinner diets")

    assert asked.facts["guests"] == 0


async def test_the_diet_of_somebody_s_row_reaches_the_host_too(company: DinnerCompany) -> None:
    await company.add_person("v@x.test", "web", diet=company.ctx.cipher.encrypt("row-marker"))
    await company.plan(f"Q1 --date 2027-02-09 --host {guest_email(2)}")
    await company.say("v@x.test", "dinner rsvp yes")
    await company.say(guest_email(2), "dinner diets")
    await company.deliver_due()

    assert "diet: row-marker" in company.card_texts(f"@{guest_email(2)}")[-1]


async def test_needs_are_told_by_a_form_and_taken_back_by_an_empty_one(company: DinnerCompany) -> None:
    await company.plan("Q1 --date 2027-02-09")
    asked = await company.press(guest_email(1), "dinner needs", "2027-Q1")
    reply = await company.submit(guest_email(1), "dinner needs", {"diet": SECRET, "access": ""}, value="2027-Q1")
    back = await company.submit(guest_email(1), "dinner needs", {"diet": " ", "access": ""}, value="2027-Q1")
    loose = await company.say(guest_email(1), "dinner needs vegan")

    assert asked.form is not None
    assert (reply.facts["needs"], back.facts["needs"]) == (True, False)
    assert SECRET not in text_of(reply)
    assert loose.exit == 2
