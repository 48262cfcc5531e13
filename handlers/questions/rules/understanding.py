"""The possible results of parsing a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.values.questions import Aspect as Aspect
from storage.values.questions import Plan
from storage.values.roadmap import Status

Noun = Literal["campaign", "team", "person", "side"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several readings. `words` is the question rewritten with the full name."""

    noun: Noun
    key: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """What a yes-or-no question asks about one item: whether it has one of these statuses or is late, or (`negated`) not."""

    statuses: frozenset[Status] = frozenset()
    late: bool = False
    negated: bool = False


UNSURE = 0.5  # an answer to a question that was read with less confidence says so


@dataclass(frozen=True, slots=True)
class Understood:
    """The question as a plan. `description` is the plan in words; `as_of` is a day or the number of a revision.

    `aspect` is what a question about a campaign itself asks for. `is_yes_no`: the question can be answered with yes or
    no; `whether` is what it asks about a single item. `set_aside` are names in the question that are not in the plan.
    `confidence` is how sure our reading is, 1.0 at most.
    """

    plan: Plan
    description: str
    as_of: date | int | None = None
    aspect: Aspect = ""
    is_yes_no: bool = False
    whether: StatusCheck | None = None
    set_aside: tuple[str, ...] = ()
    confidence: float = 1.0

    @property
    def is_unsure(self) -> bool:
        """Whether the reading may well be wrong: of such answers 40 % were, of the others 17 % (docs/questions.md)."""
        return self.confidence < UNSURE


@dataclass(frozen=True, slots=True)
class Unclear:
    """Several readings fit. `about` is the ambiguous part of the question."""

    candidates: tuple[Candidate, ...]
    about: str


@dataclass(frozen=True, slots=True)
class UnknownName:
    """The question contains a name that is not in the store. `near` are similar names."""

    name: str
    noun: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Not a question about the roadmap: a change, small talk, or something that the store does not contain."""

    reason: str


Topic = Literal["dinner", "tour", "reading", "thanks", "questions"]


@dataclass(frozen=True, slots=True)
class OtherFeature:
    """A question that another feature answers: the next dinner, who has read a version."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class Requested:
    """Not a question but a request for a change, a reminder or new work. Nothing is written; a form is offered."""

    words: str


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting, thanks, or "what can you do?"."""


Understanding = Understood | Unclear | UnknownName | NotUnderstood | OtherFeature | Requested | SmallTalk
