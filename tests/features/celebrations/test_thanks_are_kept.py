"""Thanks reach only those who may read them, and nobody who was named is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import celebrations, places
from storage.store import Store
from tests.app import text_of
from tests.features.celebrations.banner_company import ANA, BO, BOSS, CY, banner_company, pending_celebration, ship
from tests.simulated_company import SimulatedCompany


@pytest.fixture
async def company(sqlite_store: Store) -> SimulatedCompany:
    return await banner_company(sqlite_store)


async def open_room(company: SimulatedCompany, name: str, *, known: bool, external: bool) -> None:
    """A room in which others read along: guests (their members are not all known), or another organisation."""
    async with company.store.transaction() as session:
        place = await places.ensure(session, "console", "", name, name=name)
        await places.set_members(session, place.id, ["p_ana", "p_bo"], known=known, external=external)


async def thank_bo(company: SimulatedCompany, reason: str, room: str) -> None:
    given = await company.say(ANA, f"kudos @bo for {reason}", room=room)
    await company.press(BO, "kudos show", str(given.facts["kudos"]))


@pytest.mark.parametrize(("known", "external"), [(True, True), (False, False)], ids=["other organisation", "guests"])
async def test_where_others_read_along_a_recap_holds_only_the_thanks_given_there(
    company: SimulatedCompany, known: bool, external: bool
) -> None:
    await open_room(company, "#open", known=known, external=external)
    await thank_bo(company, "the night shift before the launch", "#spring")
    await thank_bo(company, "showing the partners around", "#open")

    preview = text_of(await company.say(BOSS, "celebrations preview weekly", room="#open"))
    asked = text_of(await company.mention(ANA, "recap", room="#open"))
    at_home = text_of(await company.mention(ANA, "recap", room="#spring"))

    for text in (preview, asked):
        assert "night shift" not in text
    assert "showing the partners around" in asked
    assert "night shift" in at_home


async def test_saying_done_twice_keeps_everybody_who_was_named(company: SimulatedCompany) -> None:
    await company.say(BO, "milestone done WEB-12 --thanks @cy")
    without = await company.say(BO, "milestone done WEB-12")
    another = await company.say(BO, "milestone done WEB-12 --thanks @ana")
    await company.say(CY, "publish")
    number = await pending_celebration(company, BO)

    async with company.store.reading() as session:
        draft = await celebrations.celebration(session, number)

    assert without.facts["thanks"] == [CY]
    assert another.facts["thanks"] == [CY, ANA]
    assert draft is not None
    assert draft.thanks == ("p_cy", "p_ana")


async def test_thanks_said_after_the_publication_are_added_too(company: SimulatedCompany) -> None:
    await company.say(BO, "milestone done WEB-12 --thanks @cy")
    await company.say(CY, "publish")

    reply = await company.say(BO, "milestone done WEB-12 --thanks @ana")

    assert reply.facts["thanks"] == [CY, ANA]


async def test_a_pause_until_a_day_that_is_over_is_refused_and_the_earlier_one_stays(company: SimulatedCompany) -> None:
    ahead = (company.now + timedelta(days=30)).date()
    await company.say(ANA, f"celebrations pause until {ahead}", room="#spring")

    for day in (company.now.date(), company.now.date() - timedelta(days=40)):
        refused = await company.say(ANA, f"celebrations pause until {day}", room="#spring")
        assert refused.exit == 2
        assert "not in the future" in text_of(refused)

    async with company.store.reading() as session:
        [settings] = (await celebrations.recaps(session)).values()
    assert settings.paused_until == ahead


async def test_a_draft_that_is_not_yours_to_decide_is_not_there(company: SimulatedCompany) -> None:
    await ship(company)
    number = await pending_celebration(company, BO)

    for verb in ("post", "edit", "skip", "later", "undo"):
        theirs = await company.say(ANA, f"celebrations {verb} {number}")
        missing = await company.say(ANA, f"celebrations {verb} 999")
        assert theirs.exit == 1
        assert theirs.facts["error"] == missing.facts["error"]
