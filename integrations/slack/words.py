"""What somebody typed in Slack, as everybody else reads it. Pure.

Slack writes people, rooms and links as `<@U123>`, `<#C1|general>`, `<https://…|…>` and escapes `&`, `<` and `>`.
https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_MARKED = re.compile(r"<([^<>]+)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def mentioned_users(text: str) -> tuple[str, ...]:
    """The ids of the people that *text* mentions, each once."""
    return tuple(dict.fromkeys(_PERSON.findall(text)))


def readable_text(text: str, names: Mapping[str, str], ourselves: str = "") -> str:
    """*text* as it was typed. *names* says what the people in it are called; *ourselves* is left out."""
    shown = _MARKED.sub(lambda found: _readable_mark(found[1], names, ourselves), text)
    for entity, sign in _ENTITIES:
        shown = shown.replace(entity, sign)
    return " ".join(shown.split(" ")).strip()


def _readable_mark(inside: str, names: Mapping[str, str], ourselves: str) -> str:
    what, _, label = inside.partition("|")
    match what[:1]:
        case "@":
            account = what[1:]
            if account == ourselves:
                return ""
            return names.get(account) or (f"@{label}" if label else f"<{inside}>")
        case "#":
            return f"#{label}" if label else f"#{what[1:]}"
        case "!":
            # Groups, dates and @here: the words beside them are what was seen.
            return label or f"@{what[1:].partition('^')[0]}"
        case _:
            address = what.removeprefix("mailto:")
            # Slack makes links of what only looks like one; then the label is what was typed.
            return label if label and address.rstrip("/").endswith(label.rstrip("/")) else address or label
