"""How a campaign is doing: one rule, computed from what the asker may see."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.shared.rules.health import HealthState, health_of
from storage.store import Store
from storage.values.company import Campaign, Permission
from storage.values.questions import AnswerType, Plan
from storage.values.roadmap import Kind, OpenItemCounts, Status
from tests.app import item
from tests.features.questions.answered_plans import answer_to, words_of
from tests.simulated_company import SimulatedCompany

ANA, BO = "ana@example.com", "bo@example.com"
LATE, SOON = date(2026, 10, 28), date(2026, 12, 1)
OF_SPRING = Plan(wanted=AnswerType.HEALTH, campaigns=("spring",))
OF_ALL = Plan(wanted=AnswerType.HEALTH)


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    made = SimulatedCompany(store)
    await made.add_teams()
    await made.add_person(ANA, "seo", Permission.CONTRIBUTOR)
    await made.add_person(BO, "web", Permission.CONTRIBUTOR)
    await made.add_campaign("spring", "Spring Launch", start=date(2026, 12, 1), end=date(2026, 12, 31))
    await made.add_campaign("autumn", "Autumn Sale", end=date(2026, 12, 10))
    await made.add_campaign("old", "Old Fair", end=date(2026, 10, 1))
    await made.publish(
        item("WEB-1", campaigns=("spring",), due=LATE),
        item("WEB-2", campaigns=("spring",), status=Status.BLOCKED, due=SOON),
        item("WEB-3", campaigns=("spring", "autumn"), due=SOON),
        item("SEO-4", team="seo", campaigns=("autumn",), status=Status.BLOCKED, due=SOON, visible_to=("seo",)),
        item("WEB-5", campaigns=("spring", "old"), status=Status.DONE, due=LATE),
    )
    return made


CAMPAIGN = Campaign("spring", "Spring Launch", end=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("counts", "today", "state"),
    [
        (OpenItemCounts(open=20, late=1, late_or_blocked=1, milestones_late_or_blocked=1), SOON, HealthState.OFF_TRACK),
        (OpenItemCounts(open=13, late=2, late_or_blocked=2), SOON, HealthState.OFF_TRACK),
        (OpenItemCounts(open=14, late=2, late_or_blocked=2), SOON, HealthState.AT_RISK),
        (OpenItemCounts(open=2, blocked=1, late_or_blocked=1), SOON, HealthState.AT_RISK),
        (OpenItemCounts(open=9, at_risk=1), SOON, HealthState.AT_RISK),
        (OpenItemCounts(open=9, after_end=1), SOON, HealthState.AT_RISK),
        (OpenItemCounts(open=9), SOON, HealthState.ON_TRACK),
        (OpenItemCounts(), SOON, HealthState.ON_TRACK),
        (OpenItemCounts(), date(2027, 1, 1), HealthState.FINISHED),
        (OpenItemCounts(open=1), date(2027, 1, 1), HealthState.ON_TRACK),
    ],
)
def test_the_rule_of_health(counts: OpenItemCounts, today: date, state: HealthState) -> None:
    assert health_of(CAMPAIGN, counts, today).state is state


async def test_the_headline_says_the_health_and_the_open_items_stand_below(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, OF_SPRING)

    assert answer.card.title == "Spring Launch is off track: 1 late, 1 blocked of 3 open."
    assert answer.facts["outcome"] == "answered"
    assert answer.facts["items"] == ["WEB-1", "WEB-2", "WEB-3"]
    assert answer.facts["health"] == {
        "campaign": "spring", "state": "off_track", "late": 1, "blocked": 1, "at_risk": 0, "open": 3, "conflicts": 0,
    }  # fmt: skip
    assert "5 days late" in words_of(answer)


async def test_whether_a_campaign_is_on_track_is_answered_with_yes_or_no(company: SimulatedCompany) -> None:
    no = await answer_to(company, ANA, OF_SPRING, is_yes_no=True)
    yes = await answer_to(company, BO, Plan(wanted=AnswerType.HEALTH, campaigns=("autumn",)), is_yes_no=True)

    assert no.card.title.startswith("No. Spring Launch is off track: ")
    assert yes.card.title == "Yes. Autumn Sale is on track: 1 open item, none late, blocked or at risk."


async def test_items_that_the_asker_may_not_see_do_not_count(company: SimulatedCompany) -> None:
    of_autumn = Plan(wanted=AnswerType.HEALTH, campaigns=("autumn",))

    assert (await answer_to(company, ANA, of_autumn)).facts["health"]["state"] == "at_risk"
    assert (await answer_to(company, BO, of_autumn)).facts["health"]["state"] == "on_track"
    assert (await answer_to(company, ANA, of_autumn, private=False)).facts["health"]["blocked"] == 1


async def test_a_campaign_with_nothing_open_is_answered_too(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, Plan(wanted=AnswerType.HEALTH, campaigns=("old",)))

    assert answer.card.title == "Old Fair is finished: nothing is open."
    assert answer.facts["outcome"] == "answered"
    assert answer.facts["items"] == []


async def test_without_a_campaign_all_that_are_not_on_track_are_listed(company: SimulatedCompany) -> None:
    answer = await answer_to(company, ANA, OF_ALL)

    assert answer.card.title == "Spring Launch is off track; Autumn Sale is at risk, of 2 campaigns."
    assert "Off track (1)" in words_of(answer)
    assert "Old Fair" not in words_of(answer)


async def test_a_late_milestone_puts_its_campaign_off_track(company: SimulatedCompany) -> None:
    await company.publish(item("WEB-6", campaigns=("autumn",), kind=Kind.MILESTONE, due=LATE))

    answer = await answer_to(company, BO, Plan(wanted=AnswerType.HEALTH, campaigns=("autumn",)))

    assert answer.card.title == "Autumn Sale is off track: 1 late of 2 open."


async def test_dates_that_conflict_with_the_campaign_are_counted(company: SimulatedCompany) -> None:
    await company.publish(item("WEB-7", campaigns=("autumn", "spring"), due=date(2026, 12, 15)))

    autumn = await answer_to(company, BO, Plan(wanted=AnswerType.HEALTH, campaigns=("autumn",)))
    spring = await answer_to(company, BO, OF_SPRING)

    assert autumn.card.title == "Autumn Sale is at risk: 1 due after it ends of 2 open."
    assert autumn.facts["health"]["conflicts"] == 1
    assert spring.facts["health"]["conflicts"] == 1
