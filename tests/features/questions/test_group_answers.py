"""Which team, campaign, owner or status has how many of the matching items."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from storage.store import Store
from storage.values.company import Permission
from storage.values.questions import GroupBy, Plan
from storage.values.roadmap import Status
from tests.app import item
from tests.features.questions.answered_plans import answer_to, words_of
from tests.simulated_company import SimulatedCompany

ANA = "ana@example.com"
BLOCKED = frozenset({Status.BLOCKED})


@pytest.fixture
async def company(sqlite_store: Store) -> SimulatedCompany:
    made = SimulatedCompany(sqlite_store)
    await made.add_teams()
    await made.add_person(ANA, "seo", Permission.CONTRIBUTOR)
    await made.add_campaign("spring", "Spring Launch")
    await made.add_campaign("autumn", "Autumn Sale")
    blocked: dict[str, Any] = {"status": Status.BLOCKED, "due": date(2026, 12, 1)}
    await made.publish(
        item("WEB-1", campaigns=("spring", "autumn"), **blocked),
        item("WEB-2", campaigns=("spring",), owner="p_ana", **blocked),
        item("SEO-1", team="seo", **blocked),
        item("SEO-2", team="seo"),
        item("WEB-9", visible_to=("web",), **blocked),
    )
    return made


def blocked_by(group_by: GroupBy, most: int = 0) -> Plan:
    return Plan(statuses=BLOCKED, group_by=group_by, most=most)


async def test_the_headline_names_the_largest_group(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, blocked_by(GroupBy.TEAM, most=1))

    assert answer.card.title == "Web Platform has the most blocked items: 2 of 3."
    assert answer.facts["items"] == ["SEO-1", "WEB-1", "WEB-2"]
    assert answer.facts["groups"] == [
        {"by": "team", "key": "web", "name": "Web Platform", "count": 2, "items": ["WEB-1", "WEB-2"]},
        {"by": "team", "key": "seo", "name": "SEO", "count": 1, "items": ["SEO-1"]},
    ]


async def test_the_smallest_group_comes_first_when_asked_for(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, blocked_by(GroupBy.TEAM, most=-1))

    assert answer.card.title == "SEO has the fewest blocked items: 1 of 3."
    assert [group["key"] for group in answer.facts["groups"]] == ["seo", "web"]


async def test_an_item_of_two_campaigns_counts_in_both_and_one_of_none_is_a_group(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, blocked_by(GroupBy.CAMPAIGN))

    assert answer.card.title == "3 blocked items, in 2 campaigns."
    assert [(group["name"], group["items"]) for group in answer.facts["groups"]] == [
        ("Spring Launch", ["WEB-1", "WEB-2"]),
        ("Autumn Sale", ["WEB-1"]),
        ("No campaign", ["SEO-1"]),
    ]


async def test_items_without_an_owner_are_a_group_that_no_headline_names(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, blocked_by(GroupBy.OWNER, most=1))

    assert answer.card.title == "Ana has the most blocked items: 1 of 3."
    assert [group["name"] for group in answer.facts["groups"]] == ["No owner", "Ana"]
    assert "No owner" in words_of(answer)


async def test_groups_that_are_equally_large_are_named_together(company: SimulatedCompany) -> None:
    plan = Plan(statuses=frozenset({Status.BLOCKED, Status.IN_PROGRESS}), group_by=GroupBy.TEAM, most=1)

    answer = await answer_to(company, ANA, plan)

    assert answer.card.title == "SEO and Web Platform have the most in progress or blocked items: 2 each, of 4."


async def test_a_question_about_one_campaign_is_not_grouped_by_others(company: SimulatedCompany) -> None:
    plan = Plan(campaigns=("spring",), group_by=GroupBy.CAMPAIGN)

    answer = await answer_to(company, ANA, plan)

    assert [group["key"] for group in answer.facts["groups"]] == ["spring"]


async def test_groups_of_nothing_are_no_answer(company: SimulatedCompany) -> None:
    plan = Plan(statuses=frozenset({Status.ON_HOLD}), group_by=GroupBy.TEAM, most=1)

    answer = await answer_to(company, ANA, plan)

    assert answer.card.title == "No on hold items."
    assert answer.facts["outcome"] == "none"
