"""The small parts of Block Kit that messages and modals share: texts, sections, options. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from integrations.plain import render as plain
from integrations.plain.words import clip, is_id, spans_text, units
from integrations.ports.cards import Option, Spans
from integrations.slack import limits
from integrations.slack.mrkdwn import sections

Json = dict[str, Any]


def text_length(value: object) -> int:
    """The units of all texts in *value*, a block or a list of blocks, as Slack seems to add them up."""
    match value:
        case dict():
            own = sum(units(value[key]) for key in ("text", "alt_text") if isinstance(value.get(key), str))
            return own + sum(text_length(each) for each in value.values())
        case list():
            return sum(text_length(each) for each in value)
        case _:
            return 0


def plain_text(words: str, limit: int) -> Json:
    """Text that Slack shows as it stands: no markup, no mention."""
    return {"type": "plain_text", "text": clip(words, limit)}


def marked_text(text: str) -> Json:
    """Our own mrkdwn. `verbatim` keeps Slack from guessing names and channels in user text."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def paragraphs(spans: Spans) -> list[Json]:
    """*spans* as sections; bare words go as plain text, where stars and underscores mean nothing."""
    if len(spans) == 1 and isinstance(spans[0], str) and units(plain_words := spans_text(spans)) <= limits.MAX_SECTION:
        return [{"type": "section", "text": plain_text(plain_words, limits.MAX_SECTION)}] if plain_words.strip() else []
    return [{"type": "section", "text": marked_text(part)} for part in sections([spans])]


def options(offered: Iterable[Option]) -> list[Json]:
    """What Slack can offer of *offered*: each value once, none empty or too long."""
    usable = {
        each.value: each
        for each in reversed(tuple(offered))
        if each.value and is_id(each.value, limits.MAX_OPTION_VALUE)
    }
    listed = [
        {"text": plain_text(plain.option_label(each), limits.MAX_OPTION_LABEL), "value": each.value}
        for each in reversed(usable.values())
    ]
    return listed[: limits.MAX_OPTIONS]
