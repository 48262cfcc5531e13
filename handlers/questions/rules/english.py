"""Which words are English: a correct word is never taken for a misspelt name or keyword."""

from __future__ import annotations

from functools import lru_cache

from spellchecker import SpellChecker


def is_english(word: str) -> bool:
    """Whether a dictionary of common English holds *word* (lower case)."""
    return word in _dictionary()


@lru_cache(maxsize=1)
def _dictionary() -> SpellChecker:
    return SpellChecker(language="en")  # read at the first word that may be misspelt: about 0.1 s
