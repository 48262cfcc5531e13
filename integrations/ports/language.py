"""The language model's two jobs: extract a query from a question, and word an answer. Both results are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class ModelFailure(Exception):
    """The model was slow, failed, refused or gave unusable output. The answer is made without it."""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens read and written by a call."""

    tokens_in: int = 0
    tokens_out: int = 0

    def __add__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(self.tokens_in + other.tokens_in, self.tokens_out + other.tokens_out)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names that a question may contain and that everybody may see. It never includes people."""

    campaigns: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractedQuery:
    """The model's reading of a question: the unchecked arguments of its one tool; None when it saw no question."""

    arguments: Mapping[str, object] | None
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

    async def extract_query(self, question: str, vocabulary: Vocabulary, today: date) -> ExtractedQuery:
        """Read *question* as the arguments of a typed tool call."""

    async def compose_answer(self, question: str, lines: Sequence[Mapping[str, str]]) -> ComposedAnswer:
        """Answer *question* from *lines* (one item each), in sentences that cite their items."""
