"""Where free text names somebody who asked to be forgotten. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from storage.values.text import fold


def mentions_any(text: str, words: Iterable[str]) -> bool:
    """True when *text* holds one of *words* (names, e-mails, account ids) as a whole, whatever its case and accents."""
    said = _plain(text)
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) for word in map(_plain, words) if word)


def is_mentioned_in(value: object, words: Collection[str]) -> bool:
    """True when any string in *value*, which is JSON data, names them."""
    match value:
        case str():
            return mentions_any(value, words)
        case list():
            return any(is_mentioned_in(each, words) for each in value)
        case dict():
            return any(is_mentioned_in(each, words) for each in value.values())
        case _:
            return False


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
