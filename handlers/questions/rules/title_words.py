"""The words of an item's title in a question."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from handlers.questions.rules.stop_words import FUNCTION_WORDS, STOP_WORDS
from handlers.questions.rules.tagged_text import Chunk
from handlers.questions.rules.tokens import words_of


def topic_words(chunk: Chunk) -> list[str]:
    """The beginnings of words that have to stand in the title, key or summary of an item."""
    return [title_stem(token.text) for token in chunk.tokens if token.text not in FUNCTION_WORDS]


def title_stem(word: str) -> str:
    """The beginning that the singular and the plural of *word* have in common."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


_SAYS_NOTHING = frozenset(
    [
        "learn",
        "learned",
        "learnt",
        "learning",
        "people",
        "say",
        "said",
        "write",
        "wrote",
        "take",
        "took",
        "home",
        "tell",
        "told",
        "share",
        "shared",
        "know",
    ]
)


def content_words(words: str) -> tuple[str, ...]:
    """The words of a text that carry meaning, as stems."""
    stems = (title_stem(piece) for piece in words_of(words) if piece not in FUNCTION_WORDS | STOP_WORDS | _SAYS_NOTHING)
    return tuple(dict.fromkeys(beginning for beginning in stems if len(beginning) > 2))


def content_stems(text: str) -> frozenset[str]:
    """The words of *text* that may stand in a title, as `title_stem` shortens them."""
    return frozenset(
        title_stem(word) for word in words_of(text) if len(word) > 2 and word.isalpha() and word not in FUNCTION_WORDS
    )


def content_pairs(text: str, known: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The words of *text* that follow one another, small words aside, and are both in *known*, as `content_stems`."""
    stems = [title_stem(word) for word in words_of(text) if word not in FUNCTION_WORDS]
    return tuple(dict.fromkeys((one, two) for one, two in pairwise(stems) if one in known and two in known))
