"""Correct misspelt title words ("portugese langauge") by the words that occur in titles. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.questions.rules.title_words import title_stem

SHORTEST = 5  # letters; shorter words are similar to too many others


def correct_title_words(words: Sequence[str], title_words: Iterable[str]) -> tuple[str, ...] | None:
    """*words* with unknown ones replaced by the closest title word; None if nothing changes or no word is close."""
    vocabulary = sorted({title_stem(word) for word in title_words})
    fixed = tuple(_near(word, vocabulary) for word in words)
    if fixed == tuple(words) or not all(fixed):
        return None
    return tuple(word for word in fixed if word)


def _near(word: str, vocabulary: Sequence[str]) -> str:
    """*word* itself if a title contains it, else the closest within one or two typos; "" if there is none."""
    if any(title_word.startswith(word) for title_word in vocabulary):
        return word
    if len(word) < SHORTEST:
        return ""
    match = process.extractOne(word, vocabulary, scorer=OSA.distance, score_cutoff=1 if len(word) < 7 else 2)
    return str(match[0]) if match and match[0][0] == word[0] else ""
