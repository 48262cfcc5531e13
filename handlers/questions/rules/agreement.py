"""Decide between our reading of a question and a language model's. Pure.

both the same                      ours
one of them a request for a change the form, never an answer
ours not understood                the model's
different                          the model's, ours as a button
ours unsure, the model unclear     the person is asked
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers.questions.rules.model_plan import ModelReading
from handlers.questions.rules.model_schema import ModelAnswer
from handlers.questions.rules.tokens import words_of
from handlers.questions.rules.understanding import (
    NotUnderstood,
    Requested,
    Understanding,
    Understood,
    UnknownName,
)
from storage.values.plan_json import canonical_plan
from storage.values.questions import AnswerType, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Kind

NOT_HELD = "the roadmap does not hold that, or I cannot search for it"


SURE = 0.6  # our confidence from which a model that has no reading of its own does not overrule ours
_ABOUT_SAME_ITEMS = frozenset(
    {AnswerType.LIST, AnswerType.COUNT, AnswerType.WHO, AnswerType.WHEN, AnswerType.STATUS, AnswerType.HOW_LATE}
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a question is answered. `others` are the readings that are offered as buttons.

    With `asks_back` nothing is answered: the asker chooses between `understanding` and `others`.
    """

    understanding: Understanding
    others: tuple[Understood, ...] = ()
    asks_back: bool = False


def agree(ours: Understanding, model: ModelReading | None, words: str) -> Agreement:
    """Decide between *ours* and the *model*'s reading of *words*."""
    if model is None or isinstance(ours, Requested):
        return Agreement(ours)
    if model.answer is ModelAnswer.CHANGE:
        return Agreement(Requested(words))
    theirs = _understanding_of(model)
    match ours, theirs:
        case Understood(), Understood():
            return _between(ours, theirs)
        case Understood(), _:
            return _without_theirs(ours, theirs, model.answer)
        case UnknownName(), Understood():
            # A word that is written like a name is never just left out; another word may be no name at all.
            left_out = ours.name[:1].isupper() and not _holds_words(theirs.plan, ours.name)
            return Agreement(ours if left_out else theirs)
        case NotUnderstood(), Understood() | UnknownName() | NotUnderstood():
            return Agreement(theirs)
        case _:
            return Agreement(ours)


def mean_the_same(one: Understood, other: Understood) -> bool:
    """Whether both readings find the same items of the same version."""
    return one.as_of == other.as_of and _comparable(one.plan) == _comparable(other.plan)


def _understanding_of(model: ModelReading) -> Understood | UnknownName | NotUnderstood | None:
    return NotUnderstood(NOT_HELD) if model.answer is ModelAnswer.CANNOT_EXPRESS else model.result


def _between(ours: Understood, theirs: Understood) -> Agreement:
    """The model's reading where they differ: where one of the two was right, it was the model's in 80 of 100."""
    return Agreement(ours) if mean_the_same(ours, theirs) else Agreement(theirs, (ours,))


def _without_theirs(ours: Understood, theirs: Understanding | None, answer: ModelAnswer) -> Agreement:
    """Our reading against a model that found nothing to search for."""
    if isinstance(theirs, UnknownName) or (theirs is not None and ours.confidence < SURE):
        return Agreement(theirs, (ours,))
    return Agreement(ours, asks_back=answer is ModelAnswer.UNCLEAR and ours.confidence < SURE)


def _holds_words(plan: Plan, name: str) -> bool:
    """Whether *plan* searches for all words of *name*, so that an unknown name is not just left out."""
    searched = {word for text in (*plan.words, *plan.keys, *plan.tags) for word in words_of(text)}
    return bool(words_of(name)) and set(words_of(name)) <= searched


def _comparable(plan: Plan) -> tuple[object, ...]:
    """What decides which items *plan* finds, in one form for all ways of saying it."""
    says_open = plan.overdue or plan.slipping or plan.on_track
    is_open = says_open and not plan.or_overdue and plan.statuses == OPEN_STATUSES
    sorted_fields: dict[str, Any] = {
        name: tuple(sorted(getattr(plan, name)))
        for name in ("teams", "not_teams", "campaigns", "not_campaigns", "owners", "not_owners", "tags", "not_tags")
    }
    same = replace(
        plan,
        wanted=AnswerType.LIST if plan.wanted in _ABOUT_SAME_ITEMS else plan.wanted,
        keys=tuple(sorted(key.upper() for key in plan.keys)),
        not_keys=tuple(sorted(key.upper() for key in plan.not_keys)),
        words=tuple(sorted({word for text in plan.words for word in words_of(text)})),
        statuses=frozenset() if is_open else plan.statuses,
        kinds=frozenset() if plan.kinds == frozenset(Kind) else plan.kinds,
        today=date.min,
        as_of=None,
        **sorted_fields,
    )
    order = plan.order if plan.limit is not None else SortOrder.DUE
    return canonical_plan(same), plan.limit, order
