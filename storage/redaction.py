"""Find and remove what mentions a person who asked to be forgotten: in text, JSON data and base64. Pure."""

from __future__ import annotations

import base64
import binascii
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
            return mentions_any(value, words) or mentions_any(_decoded(value), words)
        case list():
            return any(is_mentioned_in(item, words) for item in value)
        case dict():
            return any(is_mentioned_in(item, words) for item in (*value, *value.values()))
        case _:
            return False


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


REMOVED = "[removed]"
MIN_BASE64 = 16  # characters; shorter texts are words that happen to be valid base64


def without(value: object, words: Collection[str]) -> object:
    """The JSON data *value* with every mention of *words* replaced; a file in base64 that mentions one becomes empty."""
    match value:
        case str():
            return "" if mentions_any(_decoded(value), words) else text_without(value, words)
        case list():
            return [without(item, words) for item in value]
        case dict():
            return {text_without(str(key), words): without(item, words) for key, item in value.items()}
        case _:
            return value


def text_without(text: str, words: Iterable[str]) -> str:
    """*text* with every mention of *words* replaced; all of it where accents or spaces hide where a mention begins."""
    known = sorted((word for word in words if word.strip()), key=len, reverse=True)
    if not mentions_any(text, known):
        return text
    left = text
    for word in known:
        pattern = r"\s+".join(map(re.escape, word.split()))
        left = re.sub(rf"(?<!\w){pattern}(?!\w)", REMOVED, left, flags=re.IGNORECASE)
    return REMOVED if mentions_any(left, known) else left


def _decoded(text: str) -> str:
    """The text in *text* if it is base64, with the folded lines of calendar files joined; "" otherwise."""
    if len(text) < MIN_BASE64:
        return ""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return content.decode(errors="ignore").replace("\r\n ", "").replace("\n ", "")
