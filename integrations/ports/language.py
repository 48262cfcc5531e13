"""A language model, as far as Handshake lets it: it may fill in what was asked, and word what was found. It decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class ModelFailure(Exception):
    """The model was slow, broken, refused, or said something unusable. The answer does without it."""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """What a call took: tokens read and written."""

    tokens_in: int = 0
    tokens_out: int = 0

    def __add__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(self.tokens_in + other.tokens_in, self.tokens_out + other.tokens_out)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may be named in a question, by the names that everybody knows. People are not among it."""

    campaigns: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractedQuery:
    """What the model took the question for: the arguments of its one tool, unchecked; None when it saw no question."""

    arguments: Mapping[str, object] | None
    usage: TokenUsage = TokenUsage()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the keys of the items that it claims to rest on."""

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComposedAnswer:
    """An answer in the model's words, unchecked."""

    sentences: tuple[Sentence, ...]
    usage: TokenUsage = TokenUsage()


class LanguageModel(Protocol):
    """A model behind a wire. Both calls raise NoWords, and nothing else, for whatever goes wrong there."""

    @property
    def name(self) -> str:
        """The model, as it is written down beside what it took."""

    async def extract_query(self, question: str, vocabulary: Vocabulary, today: date) -> ExtractedQuery:
        """What *question* asks for, as the arguments of a typed tool call."""

    async def compose_answer(self, question: str, lines: Sequence[Mapping[str, str]]) -> ComposedAnswer:
        """The answer to *question* from *lines*, one item each, in sentences that name their items."""
