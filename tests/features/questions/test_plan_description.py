"""What is executed is what is said: the sentence about a plan changes with every field of it."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.questions.rules.plan_description import describe
from storage.values.plan_json import plan_from_json, plan_to_json
from storage.values.questions import AnswerType, ChangeFilter, DateRange, GroupBy, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Status
from tests.features.questions.plan_samples import NAMES, FieldSample, samples

UNSAID = "today"  # the day of the question, which its reader knows


@pytest.mark.parametrize("sample", samples(UNSAID), ids=lambda sample: sample.name)
def test_every_field_of_a_plan_is_said(sample: FieldSample) -> None:
    """A field that the sentence leaves out is a condition that nobody can notice."""
    assert describe(sample.with_it, NAMES) != describe(sample.without, NAMES)


@pytest.mark.parametrize("sample", samples(UNSAID), ids=lambda sample: sample.name)
def test_every_field_of_a_plan_is_stored(sample: FieldSample) -> None:
    assert plan_from_json(plan_to_json(sample.with_it)) == sample.with_it


@pytest.mark.parametrize("kind", AnswerType)
def test_every_kind_of_question_is_described_in_its_own_words(kind: AnswerType) -> None:
    others = [describe(Plan(wanted=other), NAMES) for other in AnswerType if other is not kind]

    assert describe(Plan(wanted=kind), NAMES) not in others


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (
            Plan(statuses=OPEN_STATUSES, teams=("web", "data"), campaigns=("spring",)),
            "open items of IT for Spring Launch",
        ),
        (Plan(statuses=OPEN_STATUSES, not_overdue=True), "open, not overdue items"),
        (
            Plan(statuses=frozenset({Status.BLOCKED}), overdue=True, or_overdue=True),
            "blocked or overdue items",
        ),
        (Plan(keys=("WEB-1",), words=("banner",)), "items, with the key WEB-1, about “banner”"),
        (Plan(order=SortOrder.START, limit=2), "items, the 2 first to start"),
        (Plan(group_by=GroupBy.TEAM, most=1, slipping=True), "slipping items, the team with the most"),
        (
            Plan(
                wanted=AnswerType.CHANGES,
                change=ChangeFilter.SLIPPED,
                changed=DateRange(date(2026, 12, 1), None),
                campaigns=("spring",),
            ),
            "later due dates of items for Spring Launch, published from 1 Dec 2026 on",
        ),
    ],
)
def test_a_plan_reads_as_a_sentence(plan: Plan, words: str) -> None:
    assert describe(plan, NAMES) == words
