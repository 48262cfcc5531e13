"""Find item keys as people type them: WEB-12, web12, "kep 1287"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.questions.rules.stop_words import STOP_WORDS
from handlers.questions.rules.tagged_text import Chunk, TaggedText
from storage.values.roadmap import LIST_SEPARATOR

_WHOLE = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*-\d{1,7}")
_CLOSED_UP = re.compile(r"([a-z]{2,10})(\d{1,7})")
_NO_KEY = re.compile(
    r"(?:q[1-4]|h[12]|r|rev|cw|kw|wk|week|top|sprint|phase|day|page|slide|jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)-?\d+"
)

_WEEKDAYS = frozenset(["mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun"])


def tag_keys(tagged: TaggedText, titled: Mapping[str, tuple[str, ...]]) -> None:
    """Tag the keys in *tagged*, normalised, as k_. *titled* maps masked titles to keys."""
    place = 0
    while place < len(tagged.chunks):
        key, width = _key_at(tagged, place)
        keys = titled.get(tagged.chunks[place].text, (key,) if key else ())
        if keys:
            tagged.put(place, place + width, "k", LIST_SEPARATOR.join(keys))
        place += 1
    tagged.renumber()


def _key_at(tagged: TaggedText, place: int) -> tuple[str, int]:
    chunk = tagged.chunks[place]
    if _WHOLE.fullmatch(chunk.text) and not _NO_KEY.fullmatch(chunk.text):
        return chunk.text.upper(), 1
    closed = _CLOSED_UP.fullmatch(chunk.text)
    if closed and not _NO_KEY.fullmatch(chunk.text):
        return f"{closed[1]}-{closed[2]}".upper(), 1
    following = tagged.chunks[place + 1] if place + 1 < len(tagged.chunks) else None
    if following and _spells_key(chunk, following):
        return f"{chunk.tokens[0].text}-{following.text}".upper(), 2
    return "", 1


def _spells_key(chunk: Chunk, following: Chunk) -> bool:
    """ "web 12": a word that is not a stop word, followed by a number that is not a year; "Wed 16" is a day."""
    token, number = chunk.tokens[0] if chunk.tokens else None, following.text
    if token is None or len(chunk.tokens) > 1 or not re.fullmatch(r"\d{1,6}", number) or following.tokens[0].comma:
        return False
    if (
        re.fullmatch(r"(?:19|20)\d\d", number)
        or chunk.text[:2] in {"c_", "p_", "k_"}
        or token.text in _WEEKDAYS
        or _NO_KEY.fullmatch(f"{token.text}-1")
    ):
        return False
    return (
        2 <= len(token.text) <= 10
        and token.text.isalpha()
        and (token.text not in STOP_WORDS or token.raw == "IT" or token.text == "kep")
    )
