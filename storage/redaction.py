"""Find free text that mentions a person who asked to be forgotten. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from storage.values.text import fold


def mentions_any(text: str, words: Iterable[str]) -> bool:
    """True when *text* contains one of *words* (names, e-mails, account ids) as a whole word, ignoring case and accents."""
    plain_text = _plain(text)
    return any(_stands_in(plain_text, word) for word in map(_plain, words) if word)


def _stands_in(text: str, word: str) -> bool:
    # Most texts do not contain the word at all, and looking for it is much faster than the pattern.
    return word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def is_mentioned_in(value: object, words: Collection[str]) -> bool:
    """True when any string in the JSON data *value* mentions one of *words*."""
    match value:
        case str():
            return mentions_any(value, words)
        case list():
            return any(is_mentioned_in(item, words) for item in value)
        case dict():
            return any(is_mentioned_in(item, words) for item in value.values())
        case _:
            return False


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
