"""Renders spans as Slack's mrkdwn, and reads mrkdwn back as typed text. Pure. User text is escaped in `escape` and nowhere else.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, assert_never

from integrations.plain import render as plain
from integrations.plain.notation import link_text, set_apart, without_notation
from integrations.plain.text import (
    clean,
    clip,
    format_day,
    format_moment,
    is_id,
    mention_text,
    one_line,
    safe_url,
    span_text,
    spans_text,
    to_utc,
    units,
)
from integrations.ports.cards import Bold, Link, Mention, Option, Span, Spans, When
from integrations.slack import limits
from integrations.slack.limits import MAX_SECTION, MAX_URL

# Escaping makes a character at most five units long, so a chunk always fits into a section.
_CHUNK = re.compile(r"\s{1,500}|\S{1,500}")
# Anything else would be another platform's id, or an injection attempt.
_ACCOUNT = re.compile(r"[UW][A-Z0-9]{1,50}")
MAX_STAMP_DIGITS = 12  # of a moment; more are no date
_LINK_MARKUP = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C"})


def permalink(site: str, channel: str, message: str, thread: str = "") -> str:
    """The address of a message, by the `ts` of it and of its thread's first message; "" if the site is not known.

    Without its thread, a reply is not found: https://docs.slack.dev/reference/methods/chat.getPermalink
    """
    if not (site.startswith("https://") and channel and message):
        return ""
    in_thread = f"?thread_ts={thread}&cid={channel}" if thread and thread != message else ""
    return f"{site.rstrip('/')}/archives/{channel}/p{message.replace('.', '')}{in_thread}"


def escape(text: str) -> str:
    """Escape user text for Slack: `<!channel>` in a title notifies nobody."""
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
    """Bold text. Slack needs the asterisks next to the words and on one line."""
    words = one_line(text)
    if not words:
        return escape(text)
    before, after = text[:1].isspace(), text[-1:].isspace()
    return f"{' ' * before}*{escape(words)}*{' ' * after}"


def _link(text: str, url: str) -> str:
    address = safe_url(url).translate(_LINK_MARKUP)
    if not address or units(address) > MAX_URL // 2:
        return escape(text or url)
    # A vertical bar would end the label; a newline would end the link.
    words = escape(one_line(text).replace("|", "¦")) or escape(url)
    return f"<{escape(address)}|{words}>"


def _when(at: datetime | date) -> str:
    words = escape(format_moment(at))
    if not isinstance(at, datetime) or to_utc(at) < datetime(1970, 1, 1, tzinfo=UTC):
        return words
    return f"<!date^{int(to_utc(at).timestamp())}^{{date_short_pretty}} at {{time}}|{words}>"


def sections(lines: Iterable[Spans]) -> list[str]:
    """*lines* as texts that each fit into a section, split between lines, otherwise between words."""
    texts, current = [], ""
    for piece in _pieces(lines):
        if units(current) + units(piece) > MAX_SECTION:
            texts.append(current)
            current = ""
        current += piece
    return [text.strip() for text in (*texts, current) if text.strip()]


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
    """The parts that must not be split: words, links, mentions, dates."""
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


Json = dict[str, Any]


def text_length(value: object) -> int:
    """The length of all texts in *value*, a block or a list of blocks, as Slack seems to count it."""
    match value:
        case dict():
            own = sum(units(value[key]) for key in ("text", "alt_text") if isinstance(value.get(key), str))
            return own + sum(text_length(item) for item in value.values())
        case list():
            return sum(text_length(item) for item in value)
        case _:
            return 0


def plain_text(words: str, limit: int) -> Json:
    """Text that Slack shows literally, without markup or mentions."""
    return {"type": "plain_text", "text": clip(words, limit)}


def marked_text(text: str) -> Json:
    """Text in mrkdwn. `verbatim` stops Slack from linking names and channels in user text."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def paragraphs(spans: Spans) -> list[Json]:
    """*spans* as sections. A single string becomes plain text, in which asterisks and underscores have no meaning."""
    if len(spans) == 1 and isinstance(spans[0], str) and units(plain_words := spans_text(spans)) <= limits.MAX_SECTION:
        return [{"type": "section", "text": plain_text(plain_words, limits.MAX_SECTION)}] if plain_words.strip() else []
    return [{"type": "section", "text": marked_text(part)} for part in sections([spans])]


def options(offered: Iterable[Option]) -> list[Json]:
    """The options that Slack accepts: each value once, none empty or too long."""
    usable = {
        option.value: option
        for option in reversed(tuple(offered))
        if option.value and is_id(option.value, limits.MAX_OPTION_VALUE)
    }
    listed = [
        {"text": plain_text(plain.option_label(option), limits.MAX_OPTION_LABEL), "value": option.value}
        for option in reversed(usable.values())
    ]
    return listed[: limits.MAX_OPTIONS]


_MARKED = re.compile(r"<([^<>]+)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_UNNAMED_CHANNEL = re.compile(r"<#([CGD][A-Z0-9]+)\|?>")
# What may hold signs that mean nothing there.
_LITERAL = re.compile(r"<[^<>]+>|https?://[^\s<>]+")
# ":rocket:", ":+1::skin-tone-2:", but no time of day and no "campaign:spring".
_EMOJI = re.compile(r"(?<!\w):([\w+'-]{1,100}):(?!\w)")
_NUMBER_EMOJI = frozenset({"+1", "-1", "100", "1234"})
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_SPACES = re.compile(r" {2,}")


def mentioned_users(text: str) -> tuple[str, ...]:
    """The ids of the users mentioned in *text*, each once."""
    return tuple(dict.fromkeys(_PERSON.findall(text)))


def unnamed_channels(text: str) -> tuple[str, ...]:
    """The ids of the channels in *text* that Slack sent without their names, each once."""
    return tuple(dict.fromkeys(_UNNAMED_CHANNEL.findall(text)))


def readable_text(text: str, names: Mapping[str, str], ourselves: str = "") -> str:
    """*text* as its author saw it. *names* replace the ids of users and channels; mentions of *ourselves* are removed."""
    readable = without_notation(text, _LITERAL)
    readable = _MARKED.sub(lambda mark: set_apart(mark, _readable_mark(mark[1], names, ourselves)), readable)
    readable = _EMOJI.sub(lambda emoji: " " if _names_emoji(emoji[1]) else emoji[0], readable)
    for entity, character in _ENTITIES:
        readable = readable.replace(entity, character)
    return _SPACES.sub(" ", readable).strip()


def _names_emoji(name: str) -> bool:
    return name in _NUMBER_EMOJI or name.islower()


def _readable_mark(inside: str, names: Mapping[str, str], ourselves: str) -> str:
    what, _, label = inside.partition("|")
    match what[:1]:
        case "@":
            account = what[1:]
            if account == ourselves:
                return " "
            return names.get(account) or (f"@{label}" if label else f"<{inside}>")
        case "#":
            name = label or names.get(what[1:], "")
            return f"#{name.removeprefix('#')}" if name else " "
        case "!":
            return _readable_command(what[1:], label)
        case _:
            return link_text(what.removeprefix("mailto:"), label)


def _readable_command(what: str, label: str) -> str:
    """A group, a date or @here: the label is what the author saw."""
    kind, _, rest = what.partition("^")
    if label:
        return label
    if kind == "subteam":
        return "@user-group"
    stamp = rest.partition("^")[0]
    if kind == "date" and stamp.isdecimal() and len(stamp) < MAX_STAMP_DIGITS:
        return format_day(datetime.fromtimestamp(int(stamp), UTC))
    return f"@{kind}"
