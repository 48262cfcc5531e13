"""Which of two readings of a question is answered, and which one is offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handlers.questions.rules.agreement import NOT_HELD, agree, mean_the_same
from handlers.questions.rules.model_plan import ModelReading
from handlers.questions.rules.model_schema import ModelAnswer
from handlers.questions.rules.understanding import NotUnderstood, Requested, Unclear, Understood, UnknownName
from storage.values.questions import AnswerType, DateRange, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Kind, Status

WORDS = "what is open for spring"
SPRING = Understood(Plan(campaigns=("spring",), statuses=OPEN_STATUSES), "open items for Spring Launch")
SEO = Understood(Plan(teams=("seo",)), "items of SEO")
STRANGE = NotUnderstood("I do not know what that means")


def found(understood: Understood | UnknownName) -> ModelReading:
    return ModelReading(ModelAnswer.SEARCH, understood)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Plan(teams=("a", "b")), Plan(teams=("b", "a"))),
        (Plan(overdue=True), Plan(overdue=True, statuses=OPEN_STATUSES)),
        (Plan(keys=("web-1",)), Plan(keys=("WEB-1",))),
        (Plan(words=("Banner",)), Plan(words=("banner",))),
        (Plan(kinds=frozenset(Kind)), Plan()),
        (Plan(order=SortOrder.URGENCY), Plan()),
        (Plan(wanted=AnswerType.COUNT), Plan()),
        (Plan(today=date(2027, 1, 1)), Plan()),
    ],
)
def test_two_plans_for_the_same_items_are_the_same(one: Plan, other: Plan) -> None:
    assert mean_the_same(Understood(one, ""), Understood(other, ""))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Plan(teams=("a",)), Plan(not_teams=("a",))),
        (Plan(due=DateRange(date(2027, 1, 1))), Plan(start=DateRange(date(2027, 1, 1)))),
        (Plan(limit=1), Plan()),
        (Plan(limit=1, order=SortOrder.LATEST_DUE), Plan(limit=1)),
        (Plan(wanted=AnswerType.CHANGES), Plan()),
        (Plan(overdue=True, or_overdue=True, statuses=OPEN_STATUSES), Plan(overdue=True, or_overdue=True)),
        (Plan(statuses=frozenset({Status.DONE})), Plan()),
    ],
)
def test_two_plans_for_different_items_differ(one: Plan, other: Plan) -> None:
    assert not mean_the_same(Understood(one, ""), Understood(other, ""))


def test_a_reading_of_another_version_differs() -> None:
    assert not mean_the_same(SPRING, replace(SPRING, as_of=3))


def test_the_same_reading_is_ours() -> None:
    decided = agree(SPRING, found(replace(SPRING, description="other words")), WORDS)

    assert decided.understanding is SPRING
    assert not decided.others


@pytest.mark.parametrize("confidence", [0.2, 1.0])
def test_where_the_two_differ_the_models_is_answered_and_ours_is_offered(confidence: float) -> None:
    ours = replace(SPRING, confidence=confidence)

    decided = agree(ours, found(SEO), WORDS)

    assert (decided.understanding, decided.others, decided.asks_back) == (SEO, (ours,), False)


def test_a_name_that_the_model_sees_and_nobody_has_is_not_left_out() -> None:
    unknown = UnknownName("Westgate Opening", "campaign")

    decided = agree(SPRING, found(unknown), WORDS)

    assert (decided.understanding, decided.others) == (unknown, (SPRING,))


def test_what_we_do_not_understand_is_read_by_the_model() -> None:
    assert agree(STRANGE, found(SEO), WORDS).understanding is SEO
    assert agree(STRANGE, found(UnknownName("Gala", "campaign")), WORDS).understanding == UnknownName(
        "Gala", "campaign"
    )
    assert agree(STRANGE, ModelReading(ModelAnswer.CANNOT_EXPRESS), WORDS).understanding == NotUnderstood(NOT_HELD)
    assert agree(STRANGE, ModelReading(ModelAnswer.OTHER), WORDS).understanding is STRANGE
    assert agree(STRANGE, ModelReading(ModelAnswer.UNCLEAR), WORDS).understanding is STRANGE


@pytest.mark.parametrize("answer", [ModelAnswer.CANNOT_EXPRESS, ModelAnswer.OTHER, ModelAnswer.UNCLEAR])
def test_a_sure_reading_of_ours_stays_whatever_the_model_cannot_do(answer: ModelAnswer) -> None:
    assert agree(SPRING, ModelReading(answer), WORDS).understanding is SPRING


def test_an_unsure_reading_gives_way_to_what_the_roadmap_does_not_hold() -> None:
    unsure = replace(SPRING, confidence=0.3)

    decided = agree(unsure, ModelReading(ModelAnswer.CANNOT_EXPRESS), WORDS)

    assert (decided.understanding, decided.others) == (NotUnderstood(NOT_HELD), (unsure,))


def test_an_unsure_reading_of_an_unclear_question_is_asked_back() -> None:
    assert agree(replace(SPRING, confidence=0.3), ModelReading(ModelAnswer.UNCLEAR), WORDS).asks_back


def test_a_change_that_either_sees_is_never_answered() -> None:
    assert agree(SPRING, ModelReading(ModelAnswer.CHANGE), WORDS).understanding == Requested(WORDS)
    assert agree(Requested(WORDS), found(SPRING), WORDS).understanding == Requested(WORDS)


def test_an_unknown_name_is_not_just_left_out() -> None:
    unknown = UnknownName("Winter Gala", "campaign")
    about_it = Understood(Plan(words=("winter", "gala")), "items about “winter gala”")

    assert agree(unknown, found(SPRING), WORDS).understanding is unknown
    assert agree(unknown, found(about_it), WORDS).understanding is about_it


def test_a_name_that_several_have_is_still_asked_for() -> None:
    unclear = Unclear((), "spring")

    assert agree(unclear, found(SPRING), WORDS).understanding is unclear


def test_without_a_model_the_reading_is_ours() -> None:
    assert agree(STRANGE, None, WORDS).understanding is STRANGE
