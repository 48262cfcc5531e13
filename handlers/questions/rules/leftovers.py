"""Words that no role accounts for: in a place where they may restrict the answer, they stop it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from handlers.questions.rules.conditions import Part
from handlers.questions.rules.english import is_english
from handlers.questions.rules.roles import NOTHING, stem
from handlers.questions.rules.stop_words import FUNCTION_WORDS, STOP_WORDS

HARMLESS_FILE = Path(__file__).with_name("harmless_words.txt")
SURE = 0.8  # a new word is taken for filler only if the model is this sure that it restricts nothing


def unread_words(parts: Sequence[Part], sure: float = SURE) -> list[Part]:
    """The words that may restrict the answer and were not understood."""
    return [
        part
        for sentence in sentences(parts)
        if any(part.role != NOTHING for part in sentence)
        for place, part in enumerate(sentence)
        if part.role == NOTHING
        and (is_new(part) or part.word == "nothing")
        and _may_restrict(part, [other.word for other in sentence[:place]], sure)
    ]


_HAS = frozenset(["has", "have", "had", "got", "with"])


def _may_restrict(part: Part, before: Sequence[str], sure: float) -> bool:
    """Whether the word may stand for a condition: the model doubts it, it is no English, or it stands where a name does."""
    last = before[-1] if before else ""
    if part.word == "nothing" and last in _HAS:
        return True
    in_slot = last == "for" or list(before[-2:]) == ["for", "the"]
    return part.nothing < sure or in_slot or not is_english(part.word) or _is_name(part, last)


_BEFORE_NAME = frozenset(
    ["for", "of", "by", "with", "team", "campaign", "does", "do", "did", "is", "has", "have", "was", "are"]
)


def _is_name(part: Part, before: str) -> bool:
    """Whether the word is written like a name, in the place of one: "does Priya have …"."""
    token = part.chunk.tokens[0]
    named = token.capital and not token.opens and not token.raw.isupper()
    return named and (token.possessive or before in _BEFORE_NAME)


def is_new(part: Part) -> bool:
    word = part.word
    return (
        word.isalpha() and len(word) > 2 and word not in FUNCTION_WORDS | STOP_WORDS and stem(word) not in _harmless()
    )


def sentences(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """The parts of each sentence of the message."""
    sentence: list[Part] = []
    for part in parts:
        if sentence and part.chunk.tokens and part.chunk.tokens[0].opens:
            yield sentence
            sentence = []
        sentence.append(part)
    yield sentence


@lru_cache(maxsize=1)
def _harmless() -> frozenset[str]:
    """Stems of words that restrict nothing wherever the corpus has them."""
    return frozenset(HARMLESS_FILE.read_text(encoding="utf-8").split())
