"""The third story: twelve of Marketing, eleven of IT, three rounds behind them, some in Slack and some in Teams."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.app import App
from bot.delivery.deliverer import Deliverer
from bot.delivery.factory import notice_composers
from bot.delivery.sqlite_worker import deliver_due
from bot.settings import Settings
from handlers.catalogue import FEATURES
from handlers.context import Policy
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp, text_of
from tests.fakes.platform import FakePlatform

ROOT = Path(__file__).parent.parent.parent
BOSS = "boss@example.com"
MARKETING = [f"m{number:02}@example.com" for number in range(12)]
IT = [f"i{number:02}@example.com" for number in range(11)]


class ToursCompany:
    """Marketing in Slack, IT in Teams, one store."""

    def __init__(self, store: Store) -> None:
        self.chat_app = ChatApp(store, FEATURES, Policy(platforms=frozenset({"slack", "teams", "console"})))
        self.slack, self.teams = FakePlatform("slack"), FakePlatform("teams")
        app = App(Settings(), store, self.chat_app.ctx, self.chat_app.dispatch)
        platforms = {"slack": self.slack, "teams": self.teams}
        self.postman = Deliverer(
            store, platforms, notice_composers(app), clock=self.chat_app.ctx.clock, random=Random(1)
        )

    async def deliver(self) -> None:
        await deliver_due(self.chat_app.store, self.postman.deliver, self.chat_app.ctx.clock)

    def titles_read_by(self, email: str) -> list[str]:
        """What stands in that person's own conversation, where they are."""
        platform = self.slack if email in MARKETING else self.teams
        return [message.card.title for message in platform.messages_in(f"@U-{email}")]


@pytest.fixture
async def company(store: Store) -> ToursCompany:
    made = ToursCompany(store)
    app = made.chat_app
    await app.add_teams()
    await app.add_person(BOSS, "brand", Permission.ADMIN)
    for number, email in enumerate([*MARKETING, *IT]):
        team = ["seo", "brand"][number % 2] if email in MARKETING else ["web", "data"][number % 2]
        await app.add_person(
            email,
            team,
            skills_offered=["copy", "sql", "seo"][number % 3],
            skills_wanted=["sql", "seo", "copy"][number % 3],
        )
        await app.link(
            email, "slack" if email in MARKETING else "teams", f"U-{email}", "T1" if email in MARKETING else ""
        )
        await app.say(email, "tours join")
    return made


async def a_round(company: ToursCompany, words: str = "tours plan --max-group 2") -> dict[str, Any]:
    planned = await company.chat_app.say(BOSS, words)
    published = await company.chat_app.say(BOSS, "tours publish")
    assert published.exit == 0, text_of(published)
    return dict(planned.facts)


def check(told: dict[str, Any]) -> str:
    spec = importlib.util.spec_from_file_location("check_tours", ROOT / "docs" / "check_tours.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    said: str = module.check(told)
    return said


async def test_four_rounds_are_all_across_without_a_repeat_and_the_odd_one_comes_first_next_time(
    company: ToursCompany,
) -> None:
    rounds = [await a_round(company) for _ in range(4)]

    met = [frozenset(pair) for one in rounds for pair in one["pairs"]]
    assert len(met) == len(set(met)) == 44
    assert all(len(pair & set(MARKETING)) == len(pair & set(IT)) == 1 for pair in met)
    assert [one["repeats"] for one in rounds] == [0, 0, 0, 0]
    assert all(one["score"] == one["bound"] for one in rounds)
    odd = [entry["email"] for one in rounds for entry in one["left_out"]]
    assert len(odd) == len(set(odd)) == 4
    assert all("come first next time" in entry["reason"] for one in rounds for entry in one["left_out"])


async def test_with_trios_nobody_is_left_out(company: ToursCompany) -> None:
    facts = await a_round(company, "tours plan")

    assert facts["left_out"] == []
    assert sorted(map(len, facts["pairs"])) == [2] * 10 + [3]


async def test_the_proof_is_checked_by_a_program_that_knows_nothing_of_handshake(company: ToursCompany) -> None:
    for _ in range(3):
        await a_round(company)
    await company.chat_app.say(BOSS, "tours plan")

    reply = await company.chat_app.say(BOSS, "tours proof")

    assert reply.file is not None
    assert "nothing costs less" in check(json.loads(reply.file.content))


async def test_each_of_a_pair_hears_where_they_are_and_the_odd_one_is_told_why(company: ToursCompany) -> None:
    facts = await a_round(company)
    await company.deliver()

    for marketing, it in facts["pairs"]:
        assert len(company.titles_read_by(marketing)) == 1
        assert company.titles_read_by(marketing)[0].startswith("A tour of duty with I")
        assert company.titles_read_by(it)[0].startswith("A tour of duty with M")
    [odd] = [entry["email"] for entry in facts["left_out"]]
    assert company.titles_read_by(odd) == ["No partner for you in round 1"]


async def test_a_pair_across_both_platforms_gets_cards_and_entries_where_each_of_them_is(company: ToursCompany) -> None:
    facts = await a_round(company)
    marketing, it = facts["pairs"][0]
    number = (await company.chat_app.say(marketing, "tours")).facts["tours"][0]["id"]

    await company.chat_app.say(marketing, f"tours approve {number}")
    await company.chat_app.say(it, f"tours approve {number}")
    await company.deliver()

    for platform, email in ((company.slack, marketing), (company.teams, it)):
        message = platform.messages_in(f"@U-{email}")[-1]
        assert message.card.title.endswith("is on")
        assert message.file is not None
        assert email in message.file.content.decode().replace("\r\n ", "")
