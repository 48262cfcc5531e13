"""Pins and bans: who can be pinned, what replaces what, and what a pin without effect says."""

from __future__ import annotations

import pytest

from storage.store import Store
from storage.values.company import Permission
from tests.app import text_of
from tests.simulated_company import SimulatedCompany

BOSS, ANA, BO, BEA = (f"{name}@example.com" for name in ("boss", "ana", "bo", "bea"))


@pytest.fixture
async def company(sqlite_store: Store) -> SimulatedCompany:
    """Ana of SEO and Bo of Web joined the tours; Bea of Web did not."""
    made = SimulatedCompany(sqlite_store)
    await made.add_teams()
    await made.add_person(BOSS, "brand", Permission.ADMIN)
    await made.add_person(ANA, "seo")
    await made.add_person(BO, "web")
    await made.add_person(BEA, "web")
    for email in (ANA, BO):
        await made.say(email, "tours join")
    return made


async def test_nobody_is_pinned_who_has_not_joined(company: SimulatedCompany) -> None:
    refused = await company.say(BOSS, "tours pin @ana @bea")

    assert refused.exit == 1
    assert "Bea has not joined" in text_of(refused)
    assert "What pins cost" not in text_of(await company.say(BOSS, "tours plan"))


async def test_a_ban_says_that_it_replaces_a_pin_and_a_pin_that_it_replaces_a_ban(company: SimulatedCompany) -> None:
    first = await company.say(BOSS, "tours pin @ana @bo")
    banned = await company.say(BOSS, "tours forbid @ana @bo")
    pinned = await company.say(BOSS, "tours pin @bo @ana")

    assert first.facts["replaced"] == ""
    assert banned.facts["replaced"] == "pin"
    assert "they were pinned together" in text_of(banned)
    assert pinned.facts["replaced"] == "forbid"
    assert "never put together" in text_of(pinned)


async def test_a_pin_of_somebody_who_left_the_tours_is_said_to_have_no_effect(company: SimulatedCompany) -> None:
    await company.say(BEA, "tours join")
    await company.say(BOSS, "tours pin @ana @bea")
    await company.say(BEA, "tours leave")

    plan = text_of(await company.say(BOSS, "tours plan"))

    assert "no effect, because not both take part" in plan


async def test_figures_count_a_tour_only_when_everybody_agreed(company: SimulatedCompany) -> None:
    await company.say(BOSS, "tours plan")
    await company.say(BOSS, "tours publish")
    proposed = (await company.say(BOSS, "tours figures")).facts

    for email in (ANA, BO):
        await company.say(email, "tours approve")
    agreed = (await company.say(BOSS, "tours figures")).facts

    assert (proposed["tours"], proposed["people"]) == (0, 0)
    assert (agreed["tours"], agreed["people"]) == (1, 2)
