"""What may come of reading a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.values.questions import Plan
from storage.values.roadmap import Status

Noun = Literal["campaign", "team", "person", "side"]
Aspect = Literal["", "owner", "partner", "start", "end", "dates", "status"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several readings. `words` is the question with the full name in it."""

    noun: Noun
    key: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """What a yes-or-no question about one item asks: is it in one of these statuses, or late. `negated`: is it not."""

    statuses: frozenset[Status] = frozenset()
    late: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as a plan. `description` spells it out; `as_of` is a day or the number of a revision.

    `aspect` says what of the campaign is asked when the plan wants the campaign itself. `is_yes_no` marks a question
    that "yes" or "no" answers; `whether` is what it asks of one item.
    """

    plan: Plan
    description: str
    as_of: date | int | None = None
    aspect: Aspect = ""
    is_yes_no: bool = False
    whether: StatusCheck | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Several readings fit. `about` is the part that was said."""

    candidates: tuple[Candidate, ...]
    about: str


@dataclass(frozen=True, slots=True)
class UnknownName:
    """Something was named that the store does not know; `near` are names that look alike."""

    name: str
    noun: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No question about the roadmap: a change, small talk, or something the store cannot hold."""

    reason: str


Understanding = Understood | Unclear | UnknownName | NotUnderstood
