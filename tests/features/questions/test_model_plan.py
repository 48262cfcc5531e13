"""The schema of the model's tool follows `Plan`, and what the model fills in is resolved here."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from handlers.questions.rules import model_schema
from handlers.questions.rules.model_plan import BadPlan, Company, ModelReading, reading_from_model
from handlers.questions.rules.model_schema import ModelAnswer, plan_schema
from handlers.questions.rules.understanding import Understood, UnknownName
from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.questions import AnswerType, DateRange, GroupBy, Plan
from storage.values.roadmap import OPEN_STATUSES, Status

TODAY = date(2026, 11, 16)
ANA = Person("p_ana", "ana@x.com", "Ana Lima", "web")
NAMES = Directory(
    (Team("web", "Web Platform", Side.IT), Team("data", "Data", Side.IT), Team("seo", "SEO", Side.MARKETING)),
    (Campaign("spring", "Spring Launch"), Campaign("autumn", "Autumn Sale")),
    (ANA, Person("p_bo", "bo@x.com", "Bo Chen", "seo"), Person("p_bo2", "bo2@x.com", "Bo Lima", "seo")),
)
COMPANY = Company(NAMES, ("Legal", "gdpr"), ANA, TODAY)


def read(ours: Plan | None = None, **arguments: object) -> ModelReading:
    return reading_from_model(arguments, COMPANY, ours)


def plan(ours: Plan | None = None, **arguments: object) -> Plan:
    result = read(ours, **arguments).result
    assert isinstance(result, Understood)
    return result.plan


def test_every_field_of_a_plan_is_in_the_schema() -> None:
    """A field that `Plan` gets shows up by itself; only the day is ours alone."""
    properties = set(plan_schema()["properties"])

    assert properties == {field.name for field in fields(Plan)} - {"today"} | {"answer", "aspect"}
    assert plan_schema()["required"] == list(plan_schema()["properties"])


def test_a_field_of_a_type_without_schema_is_noticed() -> None:
    with pytest.raises(TypeError, match="weight"):
        model_schema._schema_of("weight", complex)


def test_fields_that_are_not_known_here_are_described_too() -> None:
    assert set(model_schema._DESCRIPTIONS) <= set(plan_schema()["properties"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"teams": ["web platform"]}, {"teams": ("web",), "statuses": OPEN_STATUSES}),
        ({"teams": ["IT"]}, {"teams": ("web", "data"), "statuses": OPEN_STATUSES}),
        ({"not_teams": ["seo"], "statuses": ["any"]}, {"not_teams": ("seo",)}),
        ({"teams": ["my team"], "statuses": ["done"]}, {"teams": ("web",), "statuses": frozenset({Status.DONE})}),
        ({"campaigns": ["spring"], "statuses": ["any"]}, {"campaigns": ("spring",)}),
        ({"owners": ["me"], "overdue": True}, {"owners": ("p_ana",), "overdue": True}),
        ({"not_owners": ["Bo Chen"], "statuses": ["any"]}, {"not_owners": ("p_bo",)}),
        ({"tags": ["legal"], "statuses": ["any"]}, {"tags": ("Legal",)}),
        ({"statuses": ["open"]}, {"statuses": OPEN_STATUSES}),
        ({"statuses": ["open", "done"]}, {"statuses": OPEN_STATUSES | {Status.DONE}}),
        ({"keys": ["WEB-12"]}, {"keys": ("WEB-12",)}),
        ({"keys": ["Merger page"]}, {"words": ("Merger", "page"), "statuses": OPEN_STATUSES}),
        ({"wanted": "who", "words": ["banner"]}, {"wanted": AnswerType.WHO, "words": ("banner",)}),
        ({"without": ["owner"], "statuses": ["any"]}, {"without": frozenset({"owner"})}),
        ({"finished": {"first": "2026-11-01", "last": None}}, {"finished": DateRange(date(2026, 11, 1))}),
        ({"group_by": "team", "most": 1, "statuses": ["any"]}, {"group_by": GroupBy.TEAM, "most": 1}),
        ({"teams": ["seo"], "statuses": ["any"], "limit": 0}, {"teams": ("seo",)}),
    ],
)  # fmt: skip
def test_what_is_filled_in_is_a_plan_with_keys_of_ours(arguments: dict[str, Any], expected: dict[str, Any]) -> None:
    assert plan(**arguments) == Plan(**expected, today=TODAY)


def test_nulls_and_empty_lists_set_nothing() -> None:
    blank: dict[str, Any] = {
        name: [] if schema.get("type") == "array" else None for name, schema in plan_schema()["properties"].items()
    }

    filled = blank | {"answer": "search", "teams": ["SEO"], "statuses": ["any"], "wanted": "list", "order": "due"}
    assert plan(**filled) == Plan(teams=("seo",), today=TODAY)


@pytest.mark.parametrize(("said", "as_of"), [("R41", 41), ("2026-10-01", date(2026, 10, 1)), (None, None), ("", None)])
def test_a_version_or_a_day_of_the_past_is_kept(said: str | None, as_of: object) -> None:
    result = read(teams=["seo"], as_of=said).result

    assert isinstance(result, Understood)
    assert result.as_of == as_of


@pytest.mark.parametrize(
    ("arguments", "unknown"),
    [
        ({"campaigns": ["Winter Gala"]}, UnknownName("Winter Gala", "campaign")),
        ({"teams": ["seo", "Space Lab"]}, UnknownName("Space Lab", "team")),
        ({"owners": ["Mallory"]}, UnknownName("Mallory", "person")),
        ({"not_tags": ["secret"]}, UnknownName("secret", "tag")),
    ],
)
def test_a_name_that_nobody_has_is_unknown(arguments: dict[str, Any], unknown: UnknownName) -> None:
    assert read(**arguments).result == unknown


def test_where_a_name_is_not_clear_our_own_reading_of_that_field_is_kept() -> None:
    ours = Plan(owners=("p_bo",))

    assert plan(ours, owners=["Lima"], teams=["seo"]).owners == ("p_bo",)
    assert read(ours, owners=["Mallory"]).result == UnknownName("Mallory", "person")
    assert read(ours, teams=["Space Lab"]).result == UnknownName("Space Lab", "team")


def test_a_name_that_the_question_does_not_say_is_no_plan() -> None:
    arguments = {"campaigns": ["Autumn Sale"]}

    assert reading_from_model(arguments, COMPANY, words="what is late for the autumn sales?").result
    with pytest.raises(BadPlan, match="campaigns"):
        reading_from_model(arguments, COMPANY, words="what is late for Spring Launch?")


@pytest.mark.parametrize("said", ["spring", "Sprnig Launch", "the Spring Launch campaign"])
def test_names_are_read_as_in_a_question(said: str) -> None:
    assert plan(campaigns=[said]).campaigns == ("spring",)


def test_a_name_that_several_have_is_no_plan() -> None:
    with pytest.raises(BadPlan):
        read(owners=["Lima"])


@pytest.mark.parametrize("answer", [answer for answer in ModelAnswer if answer is not ModelAnswer.SEARCH])
def test_the_other_answers_search_for_nothing(answer: ModelAnswer) -> None:
    assert read(answer=str(answer), teams=["seo"]) == ModelReading(answer)


@pytest.mark.parametrize("arguments", [{"wanted": "count"}, {"limit": 3, "order": "due"}, {"wanted": "campaign"}])
def test_without_a_condition_there_is_no_plan(arguments: dict[str, Any]) -> None:
    with pytest.raises(BadPlan):
        read(**arguments)


def test_a_problem_is_told_without_what_the_field_held() -> None:
    with pytest.raises(BadPlan) as problem:
        read(teams=["x" * 500])

    assert "teams" in str(problem.value)
    assert "xx" not in str(problem.value)


def test_nobody_is_me_for_an_account_without_a_person() -> None:
    nobody = replace(COMPANY, asker=Person("", "", ""))

    assert reading_from_model({"owners": ["me"]}, nobody).result == UnknownName("me", "person")
