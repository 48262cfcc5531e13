"""Renders spans as elements of an Adaptive Card, and reads what people typed in Teams. Pure. User text is escaped in `escape` and nowhere else.

A RichTextBlock does not parse Markdown, so text that could be misread goes there. Mentions and dates only work in a
TextBlock: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, assert_never

from integrations.plain.notation import link_text, readable_links, without_notation
from integrations.plain.text import (
    clean,
    format_moment,
    mention_text,
    one_line,
    safe_url,
    span_text,
    split_lines,
    to_utc,
)
from integrations.ports.cards import (
    Block,
    Bold,
    Buttons,
    Context,
    Divider,
    Fields,
    Image,
    Link,
    Mention,
    Menu,
    Span,
    Spans,
    Table,
    Text,
    When,
)

Json = dict[str, Any]

# `{` is escaped so that Teams does not evaluate `{{DATE(…)}}` in user text.
_MARKUP = re.compile(r"([\\`*_\[\]{}~|])")
# Bounded: with unbounded white space the search would be quadratic.
_LINE_START = re.compile(r"^([^\S\n]{0,20}\d{0,9})([#+=.)-])", re.MULTILINE)

# Teams rejects the whole message if it mentions an unknown account, such as another platform's id.
_ACCOUNT = re.compile(r"(?:8|28|29):\S{1,300}|[0-9a-fA-F-]{36}|[^\s@<>]+@[^\s@<>]+")
_IN_ADDRESS = str.maketrans({"(": "%28", ")": "%29", "*": "%2A", "_": "%5F", "[": "%5B", "]": "%5D", "~": "%7E"})


def escape(text: str) -> str:
    """Escape user text for Teams' Markdown; `<at>` in it mentions nobody."""
    escaped = _MARKUP.sub(r"\\\1", clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    return _LINE_START.sub(r"\1\\\2", escaped)


Labels = Mapping[str, str]
"""The name of each mentioned account in this card. Teams matches mentions by name, so names must be unique."""


def labels(blocks: Iterable[Block]) -> dict[str, str]:
    names: dict[str, str] = {}
    for block in blocks:
        for span in _spans(block):
            if isinstance(span, Mention) and _ACCOUNT.fullmatch(span.account) and span.account not in names:
                names[span.account] = _unique(_safe_name(span.name), set(names.values()))
    return names


def _safe_name(name: str) -> str:
    """*name* without the characters that have a meaning inside `<at>`, where escaping is not possible."""
    return one_line(re.sub(r"[<>&\\`*_\[\]{}~|]", " ", name)).lstrip("@") or "someone"


def _unique(name: str, taken: set[str]) -> str:
    candidates = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)


def entities(names: Labels) -> list[Json]:
    """The entities that make `<at>name</at>` a mention: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format"""
    return [
        {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": account, "name": name}}
        for account, name in names.items()
    ]


def _spans(block: Block) -> Iterator[Span]:
    match block:
        case Text(spans) | Context(spans):
            yield from spans
        case Fields(pairs):
            yield from (span for _, value in pairs for span in value)
        case Table(rows=rows):
            yield from (span for row in rows for value in row for span in value)
        case Image() | Divider() | Buttons() | Menu():
            return
        case _:
            assert_never(block)


def markdown(spans: Spans, names: Labels) -> str:
    return "".join(_markdown(span, names) for span in spans)


def _markdown(span: Span, names: Labels) -> str:
    match span:
        case str():
            return escape(span)
        case Bold(text):
            return f"**{escape(one_line(text))}**" if one_line(text) else escape(text)
        case Link(text, url):
            address = safe_url(url).translate(_IN_ADDRESS)
            return f"[{escape(one_line(text) or url)}]({address})" if address else escape(text or url)
        case Mention(name, account):
            return f"<at>{names[account]}</at>" if account in names else escape(mention_text(name))
        case When(at):
            return _when(at)
        case _:
            assert_never(span)


def _when(at: datetime | date) -> str:
    """A moment that Teams converts to the reader's time zone. Early years stay text, because it cannot read them."""
    if not isinstance(at, datetime) or at.year < 1900:
        return escape(format_moment(at))
    exact = to_utc(at).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{{{{DATE({exact},SHORT)}}}} {{{{TIME({exact})}}}}"


def paragraphs(spans: Spans, names: Labels, **look: object) -> list[Json]:
    """*spans* as one element per line. *look* is for both kinds of text: size, weight, isSubtle, color."""
    return [_paragraph(line, names, look) for line in split_lines(spans)]


def _paragraph(spans: Spans, names: Labels, look: Json) -> Json:
    if any(_needs_markup(span, names) for span in spans) or all(_is_literal(span) for span in spans):
        return {"type": "TextBlock", "text": markdown(spans, names), "wrap": True} | look
    return {"type": "RichTextBlock", "inlines": [run for span in spans if (run := _run(span, look))]}


def _needs_markup(span: Span, names: Labels) -> bool:
    match span:
        case Mention(account=account):
            return account in names
        case When(at):
            return isinstance(at, datetime)
        case _:
            return False


def _is_literal(span: Span) -> bool:
    return isinstance(span, str | When) and escape(span_text(span)) == span_text(span)


def _run(span: Span, look: Json) -> Json | None:
    words = _run_words(span)
    run: Json = {"type": "TextRun", "text": words} | look
    match span:
        case Bold():
            run["weight"] = "Bolder"
        case Link(url=url) if address := safe_url(url):
            run |= {"selectAction": {"type": "Action.OpenUrl", "url": address}, "underline": True, "color": "Accent"}
        case _:
            pass
    return run if words else None


def _run_words(span: Span) -> str:
    """The literal text. A word joiner keeps a typed `<at>` from becoming a mention."""
    words = (clean(span.text) or clean(span.url)) if isinstance(span, Link) else span_text(span)
    return re.sub(r"<(?=/?at\b)", "<\N{WORD JOINER}", words)


_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:[\s/][^<>]*)?)>", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s([^<>]*)>([^<>]*)</a>", re.IGNORECASE)
_QUOTED_MESSAGE = re.compile(r"<blockquote\s([^<>]*)>", re.IGNORECASE)
_HREF = re.compile(r'href="([^"]*)"', re.IGNORECASE)
_ALT = re.compile(r'alt="([^"]*)"', re.IGNORECASE)
# Teams writes "\n" as well, and a typed address can hold signs that mean nothing there.
_LITERAL = re.compile(r"https?://[^\s<>]+|<[^<>]+>")
_SPACES = re.compile(r"[ \t]{2,}")
_INLINE = frozenset("b strong i em u s strike del code span font mark sub sup".split())  # noqa: SIM905
_LINES = frozenset("p div br li ul ol tr table tbody pre blockquote h1 h2 h3 h4 h5 h6 hr codeblock".split())  # noqa: SIM905
_DROPPED = frozenset("td th img emoji attachment a readonly systemeventmessage".split())  # noqa: SIM905


def readable_text(text: str) -> str:
    """*text* as its author saw it: without Teams' HTML and Markdown, and without the message that it replies to.

    Mentions have to be replaced before.
    https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
    """
    readable = _without_quoted_messages(text.replace("\r\n", "\n"))
    readable = _TAG.sub(lambda tag: "" if tag[2].lower() in _INLINE else tag[0], readable)
    readable = _ANCHOR.sub(lambda anchor: link_text(_attribute(_HREF, anchor[1]), anchor[2].strip()), readable)
    readable = _TAG.sub(_readable_tag, readable)
    readable = readable_links(without_notation(readable, _LITERAL))
    return _SPACES.sub(" ", html.unescape(readable).replace("\u00a0", " ")).strip()


def _without_quoted_messages(text: str) -> str:
    """*text* without what Teams copies from the message that is answered. Other quotes are the author's own words."""
    kept, at = [], 0
    for start in _QUOTED_MESSAGE.finditer(text):
        end = text.find("</blockquote>", start.end()) if "schema.skype.com/Reply" in start[1] else -1
        if start.start() >= at and end >= 0:
            kept.append(text[at : start.start()])
            at = end + len("</blockquote>")
    return "".join((*kept, text[at:]))


def _readable_tag(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if name in _LINES:
        return "\n"
    if name not in _DROPPED:
        return tag[0]
    sign = _attribute(_ALT, tag[3])
    return f" {sign} " if sign and not any(character.isalnum() for character in sign) else " "


def _attribute(pattern: re.Pattern[str], attributes: str) -> str:
    value = pattern.search(attributes)
    return value[1] if value else ""
