"""The language model's two jobs: fill in a plan for a question, and word an answer. Both results are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


class ModelFailure(Exception):
    """The model was slow, failed, refused or gave unusable output. The answer is made without it."""


class UnusableOutput(ModelFailure):
    """The model answered in time, but not as asked. It may do so when it is told what was wrong: the text says it."""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens read and written by a call."""

    tokens_in: int = 0
    tokens_out: int = 0

    def __add__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(self.tokens_in + other.tokens_in, self.tokens_out + other.tokens_out)


@dataclass(frozen=True, slots=True)
class QueryPrompt:
    """A question, and all that the model is told beside it. Names of people and of restricted items are never in it.

    `schema` is the JSON schema of the tool's arguments. `problem` says what was wrong with the answer before, "" the
    first time.
    """

    question: str
    today: date
    schema: Mapping[str, object] = field(default_factory=dict)
    teams: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    asker_team: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ExtractedQuery:
    """The model's reading of a question: the unchecked arguments of its one tool."""

    arguments: Mapping[str, object]
    usage: TokenUsage = TokenUsage()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the keys of the items that it cites."""

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComposedAnswer:
    """An answer in the model's words, unchecked."""

    sentences: tuple[Sentence, ...]
    usage: TokenUsage = TokenUsage()


class LanguageModel(Protocol):
    """A remote model. Both calls raise ModelFailure, and nothing else, when anything goes wrong."""

    @property
    def name(self) -> str:
        """The model's name, as recorded with its token usage."""

    @property
    def paused_until(self) -> datetime | None:
        """Until when the model is not called, because it failed several times in a row; None while it is."""

    async def extract_query(self, prompt: QueryPrompt) -> ExtractedQuery:
        """Read the question as the arguments of a typed tool call."""

    async def compose_answer(self, question: str, lines: Sequence[Mapping[str, str]]) -> ComposedAnswer:
        """Answer *question* from *lines* (one item each), in sentences that cite their items."""
