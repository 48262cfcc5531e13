"""Text functions that all renderers share: cleaning, dates, safe URLs, clipping. Pure.

Lengths are counted in UTF-16 units, as the chat platforms do: an emoji may be two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import assert_never
from urllib.parse import quote, urlsplit

from integrations.ports.cards import Bold, Link, Mention, Span, Spans, When

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# No real name is longer, and a hostile one must not fill a message.
MAX_NAME = 200

# Control characters break JSON readers and terminals; direction overrides can disguise what a line says.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")

# Below this, "… and 9999 more characters" would leave hardly any of the text itself.
_TOO_SHORT_TO_COUNT = 60
_ROOM_FOR_COUNT = 32


def clean(text: str) -> str:
    """*text* without characters that break screens, JSON readers or encoders; line breaks become newlines."""
    if text.isprintable():
        return text
    lines = _LINE_BREAK.sub("\n", text)
    return _HARMFUL.sub("", _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", lines)).replace("\t", " ")


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def units(text: str) -> int:
    """The length of *text* in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def head(text: str, limit: int) -> str:
    """The first whole characters of *text* in at most *limit* units, without splitting an accent or emoji."""
    end = min(limit, len(text))
    while end > 0 and units(text[:end]) > limit:
        end -= max(1, (units(text[:end]) - limit) // 2)
    back = end
    while 0 < back < len(text) and _continues(text[back - 1], text[back]):
        back -= 1
    return text[: back or end]


def head_words(text: str, limit: int) -> str:
    """Like `head`, but stops at the end of a word if one ends soon enough."""
    start = head(text, limit)
    if start == text or text[len(start)].isspace():
        return start
    words, space, torn = start[-20:].rpartition(" ")
    return start[: -len(torn) - 1] if words and space and torn else start


def _continues(before: str, after: str) -> bool:
    joined = "\N{ZERO WIDTH JOINER}" in (before, after)
    skin_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    return joined or skin_tone or unicodedata.category(after) in ("Mn", "Me")


def clip(text: str, limit: int) -> str:
    """*text* in at most *limit* units, ending in how much is missing, or in "…" if there is no room for that."""
    if units(text) <= limit:
        return text
    if limit < _TOO_SHORT_TO_COUNT:
        return head(text, limit - 1).rstrip() + "…"
    kept = head_words(text, limit - _ROOM_FOR_COUNT)
    return f"{kept.rstrip()} {omitted(len(text) - len(kept), 'character')}"


def omitted(count: int, thing: str) -> str:
    """The text shown for omitted parts: `… and 214 more characters`."""
    return f"… and {count} more {thing}{'' if count == 1 else 's'}"


def is_id(value: str, limit: int) -> bool:
    """Whether *value* survives a round trip through a platform. Never clip an id: it would name another thing."""
    return units(value) <= limit and clean(value) == value


def format_moment(at: datetime | date) -> str:
    """`9 Oct 2026` for a date, `9 Oct 2026, 14:05 UTC` for a time."""
    if not isinstance(at, datetime):
        return format_day(at)
    at = to_utc(at)
    return f"{format_day(at)}, {at.hour:02}:{at.minute:02} UTC"


def format_day(at: date) -> str:
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def to_utc(at: datetime) -> datetime:
    """*at* in UTC. A naive time is taken as UTC, like everything stored."""
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    try:
        return at.astimezone(UTC)
    except OverflowError:  # the first and last hours of the calendar cannot be converted
        return at.replace(tzinfo=UTC)


def safe_url(url: str) -> str:
    """*url*, quoted so that it is safe to embed, or "" if it is not an http(s) URL."""
    if any(char.isspace() for char in url) or clean(url) != url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return ""
    return quote(url, safe="%/:=&?~#+!$,;@[]-._'()*")


def span_text(span: Span) -> str:
    """One span as plain text."""
    match span:
        case str():
            return clean(span)
        case Bold(text):
            return clean(text)
        case Link(text, url):
            return _link_text(clean(text), clean(url))
        case Mention(name):
            return mention_text(name)
        case When(at):
            return format_moment(at)
        case _:
            assert_never(span)


def _link_text(words: str, url: str) -> str:
    if not words.strip() or words == url:
        return url
    return f"{words} ({url})" if url else words


def mention_text(name: str) -> str:
    """A mention as text: `@Ana`, with exactly one leading @."""
    return "@" + (clip(one_line(name).lstrip("@"), MAX_NAME) or "someone")


def spans_text(spans: Spans) -> str:
    return "".join(span_text(span) for span in spans)


def split_lines(spans: Spans) -> Iterator[Spans]:
    """*spans* line by line, without blank lines."""
    line: list[Span] = []
    for span in spans:
        first, *rest = clean(span).split("\n") if isinstance(span, str) else [span]
        line.append(first)
        for start in rest:
            yield from _unless_blank(line)
            line = [start]
    yield from _unless_blank(line)


def _unless_blank(line: list[Span]) -> Iterator[Spans]:
    spans = tuple(span for span in line if span != "")
    if spans_text(spans).strip():
        yield spans
