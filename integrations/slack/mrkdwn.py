"""Spans as Slack's mrkdwn. Pure. User text is escaped in `escape` and nowhere else.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import assert_never

from integrations.plain.words import (
    clean,
    clip,
    format_moment,
    mention_text,
    one_line,
    safe_url,
    span_text,
    to_utc,
    units,
)
from integrations.ports.cards import Bold, Link, Mention, Span, Spans, When
from integrations.slack.limits import MAX_SECTION, MAX_URL

# Escaping makes a character five units long at most, so a chunk always fits into a section.
_CHUNK = re.compile(r"\s{1,500}|\S{1,500}")
# Anything else would be another platform's id, or an attempt at something.
_ACCOUNT = re.compile(r"[UW][A-Z0-9]{1,50}")
_LINK_MARKUP = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C"})


def escape(text: str) -> str:
    """User text as Slack shows it literally: `<!channel>` in a title notifies nobody."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(span: Span) -> str:
    match span:
        case str():
            return escape(span)
        case Bold(text):
            return _bold(text)
        case Link(text, url):
            return _link(text, url)
        case Mention(name, account):
            return f"<@{account}>" if _ACCOUNT.fullmatch(account) else escape(mention_text(name))
        case When(at):
            return _when(at)
        case _:
            assert_never(span)


def mrkdwn_all(spans: Spans) -> str:
    return "".join(map(mrkdwn, spans))


def _bold(text: str) -> str:
    """Stars hold only when they touch the words and stay on one line."""
    words = one_line(text)
    if not words:
        return escape(text)
    before, after = text[:1].isspace(), text[-1:].isspace()
    return f"{' ' * before}*{escape(words)}*{' ' * after}"


def _link(text: str, url: str) -> str:
    address = safe_url(url).translate(_LINK_MARKUP)
    if not address or units(address) > MAX_URL // 2:
        return escape(text or url)
    # A bar would end the words early; a newline would end the link.
    words = escape(one_line(text).replace("|", "¦")) or escape(url)
    return f"<{escape(address)}|{words}>"


def _when(at: datetime | date) -> str:
    words = escape(format_moment(at))
    if not isinstance(at, datetime) or to_utc(at) < datetime(1970, 1, 1, tzinfo=UTC):
        return words
    return f"<!date^{int(to_utc(at).timestamp())}^{{date_short_pretty}} at {{time}}|{words}>"


def sections(lines: Iterable[Spans]) -> list[str]:
    """*lines* as texts that fit into a section each, broken between lines, else between words."""
    found, current = [], ""
    for piece in _pieces(lines):
        if units(current) + units(piece) > MAX_SECTION:
            found.append(current)
            current = ""
        current += piece
    return [each.strip() for each in (*found, current) if each.strip()]


def _pieces(lines: Iterable[Spans]) -> Iterator[str]:
    for line in lines:
        whole = mrkdwn_all(line) + "\n"
        if units(whole) <= MAX_SECTION:
            yield whole
        else:
            for span in line:
                yield from _unbreakable(span)
            yield "\n"


def _unbreakable(span: Span) -> Iterator[str]:
    """What may not be torn: words, links, people, moments."""
    whole = mrkdwn(span)
    match span:
        case str():
            yield from map(escape, _CHUNK.findall(clean(span)))
        case Bold(text) if units(whole) > MAX_SECTION:
            yield from (mrkdwn(Bold(part)) for part in _CHUNK.findall(clean(text)))
        case Link() if units(whole) > MAX_SECTION:
            yield from map(escape, _CHUNK.findall(clip(span_text(span), MAX_SECTION)))
        case Bold() | Link() | Mention() | When():
            yield whole
        case _:
            assert_never(span)
