"""How a table of questions says what it means: conditions over items, in words, and what else may come of a question.

A question stands beside the conditions that its items must all meet. The items are found by these conditions alone,
never by the program, so that a table proves something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.questions.rules.plan import understand
from handlers.questions.rules.understanding import NotUnderstood, Unclear, Understanding, Understood, UnknownName
from storage.values.company import Directory, Person
from storage.values.questions import AnswerType, ItemTitle
from storage.values.roadmap import OPEN_STATUSES, Item, Kind, Status
from tests.features.questions.reference_executor import matching

Condition = Callable[[Item], bool]

UNKNOWN, UNCLEAR, NOT_UNDERSTOOD, UNDERSTOOD = UnknownName, Unclear, NotUnderstood, Understood


@dataclass(frozen=True)
class QuestionContext:
    """What a table of questions is about."""

    names: Directory
    items: tuple[Item, ...]
    asker: Person
    today: date


@dataclass(frozen=True)
class OnlyFirst:
    """The item, or the *n* items, that come first by due date among those that meet the conditions."""

    conditions: tuple[Condition, ...]
    key: str = "due"
    n: int = 1


@dataclass(frozen=True)
class AboutCampaign:
    """The answer is about the campaign itself."""

    aspect: str


Meaning = tuple[Condition, ...] | OnlyFirst | AboutCampaign | type[Understanding]
Question = tuple[str, Meaning]


def first(*conditions: Condition, key: str = "due", n: int = 1) -> OnlyFirst:
    return OnlyFirst(conditions, key, n)


def about_campaign(aspect: str) -> AboutCampaign:
    return AboutCampaign(aspect)


def is_open(item: Item) -> bool:
    return item.status in OPEN_STATUSES


def is_milestone(item: Item) -> bool:
    return item.kind is Kind.MILESTONE


def any_item(_item: Item) -> bool:
    return True


def of_team(*keys: str) -> Condition:
    return lambda item: item.team in keys


def for_campaign(*keys: str) -> Condition:
    return lambda item: bool(set(keys) & set(item.campaigns))


def with_status(*statuses: Status) -> Condition:
    return lambda item: item.status in statuses


def owned_by(*people: str) -> Condition:
    return lambda item: item.owner in people


def due(from_: date | None = None, to: date | None = None) -> Condition:
    return lambda item: _lies(item.due, from_, to)


def starting(from_: date | None = None, to: date | None = None) -> Condition:
    return lambda item: _lies(item.start, from_, to)


def _lies(day: date | None, from_: date | None, to: date | None) -> bool:
    return day is not None and (from_ is None or from_ <= day) and (to is None or day <= to)


def key_is(*keys: str) -> Condition:
    return lambda item: item.key in keys


def title_words(*beginnings: str) -> Condition:
    return lambda item: all(any(word.startswith(b) for word in item.title.lower().split()) for b in beginnings)


def not_(condition: Condition) -> Condition:
    return lambda item: not condition(item)


def finished_until(today: date) -> Callable[..., Condition]:
    """`finished(from, to)`: done, with a finishing day in that period and not after *today*."""

    def finished(from_: date | None = None, to: date | None = None) -> Condition:
        return lambda item: item.status is Status.DONE and _lies(item.finished_on, from_, to or today)

    return finished


def overdue_on(today: date) -> Condition:
    return lambda item: is_open(item) and item.due is not None and item.due < today


def slipping_on(today: date) -> Condition:
    late = overdue_on(today)
    return lambda item: is_open(item) and (late(item) or item.status in {Status.AT_RISK, Status.BLOCKED})


def expected_keys(meaning: tuple[Condition, ...] | OnlyFirst, items: Sequence[Item]) -> set[str]:
    """The keys of the items that a table means."""
    if isinstance(meaning, OnlyFirst):
        dated = [item for item in items if item.due and all(fits(item) for fits in meaning.conditions)]
        sign = -1 if meaning.key == "-due" else 1
        ranked = sorted(dated, key=lambda item: (sign * item.due.toordinal() if item.due else 0, item.key))
        return {item.key for item in ranked[: meaning.n]}
    return {item.key for item in items if all(fits(item) for fits in meaning)}


def titles_of(items: Sequence[Item]) -> tuple[ItemTitle, ...]:
    """All titles, as if the asker might see everything and the store had looked for every one of them."""
    return tuple(ItemTitle(item.title, item.key) for item in items)


def check_question(company: QuestionContext, words: str, meaning: Meaning) -> None:
    """Hold what the program understands to what the table means."""
    understood = understand(
        words, company.names, asker=company.asker, today=company.today, titles=titles_of(company.items)
    )
    match meaning:
        case AboutCampaign(aspect):
            assert isinstance(understood, Understood), understood
            assert understood.plan.wanted is AnswerType.CAMPAIGN
            assert aspect in ("", understood.aspect)
        case type():
            assert isinstance(understood, meaning), understood
        case _:
            assert isinstance(understood, Understood), understood
            found = {item.key for item in matching(understood.plan, company.items)}
            assert found == expected_keys(meaning, company.items), understood.said
