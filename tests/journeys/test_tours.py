"""Tours from end to end: twelve people of Marketing in Slack, eleven of IT in Teams, several rounds."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from handlers.context import Policy
from storage.store import Store
from storage.values.company import Permission
from tests.app import text_of
from tests.simulated_company import SimulatedCompany

ROOT = Path(__file__).parent.parent.parent
BOSS = "boss@example.com"
MARKETING = [f"m{number:02}@example.com" for number in range(12)]
IT = [f"i{number:02}@example.com" for number in range(11)]


def titles_read_by(company: SimulatedCompany, email: str) -> list[str]:
    """What is posted in that person's direct conversation, on their own platform."""
    return [message.card.title for message in company.messages_in(f"@U-{email}")]


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    policy = Policy(platforms=frozenset({"slack", "teams", "console"}))
    company = SimulatedCompany(store, policy, platforms=("slack", "teams"))
    await company.add_teams()
    await company.add_person(BOSS, "brand", Permission.ADMIN)
    for number, email in enumerate([*MARKETING, *IT]):
        team = ["seo", "brand"][number % 2] if email in MARKETING else ["web", "data"][number % 2]
        await company.add_person(
            email,
            team,
            skills_offered=["copy", "sql", "seo"][number % 3],
            skills_wanted=["sql", "seo", "copy"][number % 3],
        )
        await company.link(
            email, "slack" if email in MARKETING else "teams", f"U-{email}", "T1" if email in MARKETING else ""
        )
        await company.say(email, "tours join")
    return company


async def run_round(company: SimulatedCompany, words: str = "tours plan --max-group 2") -> dict[str, Any]:
    planned = await company.say(BOSS, words)
    published = await company.say(BOSS, "tours publish")
    assert published.exit == 0, text_of(published)
    return dict(planned.facts)


def run_checker(proof: dict[str, Any]) -> str:
    spec = importlib.util.spec_from_file_location("check_tours", ROOT / "docs" / "check_tours.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    verdict: str = module.check(proof)
    return verdict


async def test_four_rounds_are_all_across_without_a_repeat_and_the_odd_one_comes_first_next_time(
    company: SimulatedCompany,
) -> None:
    rounds = [await run_round(company) for _ in range(4)]

    met = [frozenset(pair) for one in rounds for pair in one["pairs"]]
    assert len(met) == len(set(met)) == 44
    assert all(len(pair & set(MARKETING)) == len(pair & set(IT)) == 1 for pair in met)
    assert [one["repeats"] for one in rounds] == [0, 0, 0, 0]
    assert all(one["score"] == one["bound"] for one in rounds)
    odd = [entry["email"] for one in rounds for entry in one["left_out"]]
    assert len(odd) == len(set(odd)) == 4
    assert all("come first next time" in entry["reason"] for one in rounds for entry in one["left_out"])


async def test_with_trios_nobody_is_left_out(company: SimulatedCompany) -> None:
    facts = await run_round(company, "tours plan")

    assert facts["left_out"] == []
    assert sorted(map(len, facts["pairs"])) == [2] * 10 + [3]


async def test_the_proof_is_checked_by_a_program_that_knows_nothing_of_handshake(company: SimulatedCompany) -> None:
    for _ in range(3):
        await run_round(company)
    await company.say(BOSS, "tours plan")

    reply = await company.say(BOSS, "tours proof")

    assert reply.file is not None
    assert "nothing costs less" in run_checker(json.loads(reply.file.content))


async def test_both_of_a_pair_are_notified_on_their_platform_and_the_odd_one_reads_why(
    company: SimulatedCompany,
) -> None:
    facts = await run_round(company)
    await company.deliver_due()

    for marketing, it in facts["pairs"]:
        assert len(titles_read_by(company, marketing)) == 1
        assert titles_read_by(company, marketing)[0].startswith("A tour of duty with I")
        assert titles_read_by(company, it)[0].startswith("A tour of duty with M")
    [odd] = [entry["email"] for entry in facts["left_out"]]
    assert titles_read_by(company, odd) == ["No partner for you in round 1"]


async def test_a_pair_across_both_platforms_gets_cards_and_entries_where_each_of_them_is(
    company: SimulatedCompany,
) -> None:
    facts = await run_round(company)
    marketing, it = facts["pairs"][0]
    number = (await company.say(marketing, "tours")).facts["tours"][0]["id"]

    await company.say(marketing, f"tours approve {number}")
    await company.say(it, f"tours approve {number}")
    await company.deliver_due()

    for platform, email in (("slack", marketing), ("teams", it)):
        message = company.platforms[platform].messages_in(f"@U-{email}")[-1]
        assert message.card.title.endswith("is on")
        assert message.file is not None
        assert email in message.file.content.decode().replace("\r\n ", "")
