"""What changed, and why: answered from the published versions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.store import Store
from storage.values.company import Permission
from storage.values.questions import AnswerType, ChangeFilter, DateRange, Plan
from storage.values.roadmap import Status
from tests.app import item
from tests.features.questions.answered_plans import answer_to, words_of
from tests.simulated_company import SimulatedCompany

ANA, BO = "ana@example.com", "bo@example.com"
FIRST, LATER = date(2026, 12, 3), date(2026, 12, 12)


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    """The roadmap was imported on 2 November; the changes are from 17 November on."""
    made = SimulatedCompany(store)
    await made.add_teams()
    await made.add_person(ANA, "seo", Permission.CONTRIBUTOR)
    await made.add_person(BO, "web", Permission.CONTRIBUTOR)
    await made.add_campaign("spring", "Spring Launch")
    await made.publish(
        item("WEB-12", "Consent banner", campaigns=("spring",), due=FIRST),
        item("WEB-13", campaigns=("spring",), due=LATER),
        item("SEO-9", team="seo", due=FIRST, visible_to=("seo",)),
    )
    made.advance(timedelta(days=15))
    await made.publish(item("WEB-12", "Consent banner", campaigns=("spring",), due=LATER), reason="Vendor is late")
    made.advance(timedelta(days=1))
    await made.publish(
        item("WEB-13", campaigns=("spring",), due=FIRST),
        item("SEO-9", team="seo", due=LATER, visible_to=("seo",)),
        reason="SEO-9 needs a week",
    )
    return made


def changes(change: ChangeFilter = ChangeFilter.ANY, **more: object) -> Plan:
    return Plan(wanted=AnswerType.CHANGES, change=change, **more)  # type: ignore[arg-type]


async def test_what_slipped_is_listed_with_days_reason_and_version(company: SimulatedCompany) -> None:
    answer = await answer_to(company, BO, changes(ChangeFilter.SLIPPED, campaigns=("spring",)))

    assert answer.card.title == "1 item for Spring Launch slipped from 11 Nov to 18 Nov 2026."
    assert answer.facts["items"] == ["WEB-12"]
    assert (
        "WEB-12 Consent banner – due 3 Dec 2026 → 12 Dec 2026 (9 days later), reason: Vendor is late, R2"
        in words_of(answer)
    )


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (ChangeFilter.ANY, ["WEB-13", "SEO-9", "WEB-12"]),
        (ChangeFilter.MOVED, ["WEB-13", "SEO-9", "WEB-12"]),
        (ChangeFilter.SLIPPED, ["SEO-9", "WEB-12"]),
        (ChangeFilter.ADDED, []),
        (ChangeFilter.DROPPED, []),
    ],
)
async def test_each_filter_selects_its_changes(
    company: SimulatedCompany, change: ChangeFilter, keys: list[str]
) -> None:
    answer = await answer_to(company, ANA, changes(change))

    assert sorted(answer.facts["items"]) == sorted(keys)
    assert answer.facts["outcome"] == ("answered" if keys else "none")


async def test_the_days_that_are_asked_for_decide_which_versions_count(company: SimulatedCompany) -> None:
    first_day = DateRange(date(2026, 11, 2), date(2026, 11, 2))
    since_yesterday = DateRange(date(2026, 11, 18), None)

    imported = await answer_to(company, BO, changes(ChangeFilter.ADDED, changed=first_day))
    recent = await answer_to(company, BO, changes(changed=since_yesterday))

    assert sorted(imported.facts["items"]) == ["WEB-12", "WEB-13"]
    assert recent.facts["items"] == ["WEB-13"]


async def test_dropped_items_are_found_although_they_are_no_longer_open(company: SimulatedCompany) -> None:
    await company.publish(item("WEB-13", campaigns=("spring",), status=Status.DROPPED, due=FIRST), reason="No budget")

    answer = await answer_to(company, BO, changes(ChangeFilter.DROPPED))

    assert answer.card.title == "1 item was dropped from 11 Nov to 18 Nov 2026."
    assert answer.facts["items"] == ["WEB-13"]


async def test_a_hidden_item_is_in_no_change_and_in_no_reason(company: SimulatedCompany) -> None:
    answer = await answer_to(company, BO, changes())

    assert sorted(answer.facts["items"]) == ["WEB-12", "WEB-13"]
    assert "SEO-9" not in words_of(answer)


async def test_a_question_without_changes_says_so_in_its_own_words(company: SimulatedCompany) -> None:
    answer = await answer_to(company, BO, changes(ChangeFilter.ADDED, campaigns=("spring",)), is_yes_no=True)

    assert answer.card.title == "No. No items for Spring Launch were added from 11 Nov to 18 Nov 2026."
    assert answer.facts["outcome"] == "none"


async def test_why_an_item_slipped_is_answered_with_the_reason_its_author_and_version(
    company: SimulatedCompany,
) -> None:
    plan = Plan(wanted=AnswerType.REASONS, change=ChangeFilter.SLIPPED, keys=("WEB-12",))

    answer = await answer_to(company, BO, plan)

    assert answer.card.title.startswith("WEB-12 moved 9 days later: Vendor is late (")
    assert "R2, 17 Nov 2026" in answer.card.title
    assert answer.facts["items"] == ["WEB-12"]


async def test_a_change_without_a_reason_is_said_to_have_none(company: SimulatedCompany) -> None:
    await company.publish(item("WEB-13", campaigns=("spring",), due=LATER), reason="")
    plan = Plan(wanted=AnswerType.REASONS, change=ChangeFilter.SLIPPED, keys=("WEB-13",))

    answer = await answer_to(company, BO, plan)

    assert answer.card.title == "No reason was given for the 1 change to WEB-13."
    assert answer.facts["items"] == ["WEB-13"]


async def test_why_a_hidden_item_slipped_is_answered_like_an_item_that_never_did(company: SimulatedCompany) -> None:
    slipped = Plan(wanted=AnswerType.REASONS, change=ChangeFilter.SLIPPED, keys=("SEO-9",))

    answer = await answer_to(company, BO, slipped)

    assert answer.facts["outcome"] == "none"
    assert answer.card.title == "SEO-9: no later due dates to explain."
