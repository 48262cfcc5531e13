"""Renders cards as Adaptive Cards for Teams. Pure.

A card is first truncated to the 28 kB that work everywhere (`plain.truncate`), then every block becomes elements of
the body. What Teams cannot display or press becomes text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from integrations.plain import render as plain
from integrations.plain import truncate
from integrations.plain.text import clip, is_id, omitted, one_line, safe_url, spans_text, units
from integrations.ports.cards import (
    Block,
    Bold,
    Button,
    Buttons,
    Card,
    Context,
    Divider,
    Fields,
    Image,
    LinkButton,
    Menu,
    Spans,
    Table,
    Text,
)
from integrations.teams import limits
from integrations.teams.forms import form as form
from integrations.teams.forms import read_submission as read_submission
from integrations.teams.markup import Json, Labels, entities, escape, labels, markdown, paragraphs

ROOT = "@Handshake"

# Column widths in characters, from which Teams computes each column's share: minimum, maximum, and padding.
MIN_WIDTH, MAX_WIDTH, EDGES = 4, 20, 3
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


@dataclass(frozen=True, slots=True)
class _RenderContext:
    """What rendering each block of a card needs."""

    tag: str
    root: str
    names: Labels
    dialog: bool = False


def card(card: Card, tag: str = "", root: str = ROOT, *, dialog: bool = False) -> Json:
    """*card* as an Adaptive Card 1.5. Every button carries *tag*, so a duplicated card acts on the same delivery.

    *root* is what a typed command starts with where the card is shown: "" in a 1:1 conversation. In a *dialog* every
    button submits the dialog, because Action.Execute does nothing there:
    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
    """
    fallback = _fallback(card, root)

    def rendered(candidate: Card) -> Json:
        return _rendered(candidate, _RenderContext(tag, root, labels(candidate.blocks), dialog), fallback)

    return truncate.render_within(card, limits.CARD, rendered, lambda body: limits.weight(body) <= limits.MAX_BYTES)


def summary(card: Card) -> str:
    """One line for the notification and the chat list, sent with the card."""
    first = next((spans_text(block.spans) for block in card.blocks if isinstance(block, Text)), "")
    return clip(": ".join(filter(None, (plain.card_title(card), one_line(first)))), limits.MAX_SUMMARY)


def read_action(data: Mapping[str, object]) -> tuple[str, str]:
    """The action and its value, from the `data` that Teams sends back for a button or a menu."""
    chosen = data.get(str(data.get("pick")), "") if "pick" in data else data.get("value", "")
    action = data.get("action", "")
    return action if isinstance(action, str) else "", chosen if isinstance(chosen, str) else ""


def _rendered(card: Card, page: _RenderContext, fallback: str) -> Json:
    microsoft: Json = {"width": "Full"} | ({"entities": entities(page.names)} if page.names else {})
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": limits.VERSION,
        "fallbackText": fallback,
        "body": [_heading(plain.card_title(card)), *_body(card.blocks, page)],
        "msteams": microsoft,
    }


def _fallback(card: Card, root: str) -> str:
    """The text for clients that cannot render the card, and for screen readers."""
    limit = limits.MAX_FALLBACK_TEXT
    shown = truncate.truncate_card(card, limits.CARD, lambda cut: units(plain.card_text(cut, root)) <= limit)
    return plain.card_text(shown, root)


def _heading(title: str) -> Json:
    return {
        "type": "TextBlock",
        "text": escape(title),
        "wrap": True,
        "style": "heading",
        "size": "Large",
        "weight": "Bolder",
    }


def _body(blocks: Iterable[Block], page: _RenderContext) -> list[Json]:
    """The elements of all *blocks*; a divider becomes a separator above the next element."""
    body: list[Json] = []
    divided = False
    for index, block in enumerate(blocks):
        elements = _elements(block, page, index)
        if elements and divided:
            elements[0] |= {"separator": True, "spacing": "Large"}
        divided = isinstance(block, Divider) or (divided and not elements)
        body += elements
    return body


def _elements(block: Block, page: _RenderContext, index: int) -> list[Json]:
    match block:
        case Text(spans):
            return paragraphs(spans, page.names)
        case Fields(pairs):
            return _facts(pairs, page.names)
        case Table():
            return _table(block, page.names)
        case Image(url, alt):
            return _image(safe_url(url), one_line(alt))
        case Divider():
            return []
        case Buttons(buttons):
            return _buttons(buttons, page)
        case Menu():
            return _menu(block, page, f"pick{index}")
        case Context(spans):
            return _small(spans, page.names)
        case _:
            assert_never(block)


def _small(spans: Spans, names: Labels) -> list[Json]:
    return paragraphs(spans, names, size="Small", isSubtle=True)


def _facts(pairs: Iterable[tuple[str, Spans]], names: Labels) -> list[Json]:
    facts = [
        {
            "title": escape(one_line(label)),
            "value": markdown(value, names).strip().replace("\n", "\n\n") or plain.EMPTY,
        }
        for label, value in pairs
    ]
    return [{"type": "FactSet", "facts": facts}] if facts else []


def _table(table: Table, names: Labels) -> list[Json]:
    columns = max([len(table.header), *map(len, table.rows)])
    header = [(Bold(name),) if (name := one_line(label)) else () for label in table.header]
    rows = [_row(row, columns, names) for row in (header, *table.rows)] if columns else []
    grid: Json = {
        "type": "Table",
        "columns": [{"width": width} for width in _widths(table, columns)],
        "rows": rows if table.header else rows[1:],
        "firstRowAsHeader": bool(table.header),
    }
    rest = omitted(table.more, "row") if table.more > 0 else "" if table.rows else "(no rows)"
    return [*([grid] if grid["rows"] else []), *_small((rest,), names)]


def _widths(table: Table, columns: int) -> list[int]:
    """The relative width of each column: enough for its longest word, and more for longer text.

    In a narrow card, columns of equal width break words (seen in a client).
    """
    rows = (tuple((name,) for name in table.header), *table.rows)
    texts = [[one_line(spans_text(row[at])) for row in rows if at < len(row)] for at in range(columns)]
    return [max([MIN_WIDTH, *(_width(cell) for cell in column)]) + EDGES for column in texts]


def _width(text: str) -> int:
    longest = max((units(word) for word in text.split()), default=0)
    return min(max(longest, units(text) // 2), MAX_WIDTH)


def _row(cells: Sequence[Spans], columns: int, names: Labels) -> Json:
    filled = [*cells, *([()] * (columns - len(cells)))]
    return {
        "type": "TableRow",
        "cells": [{"type": "TableCell", "items": paragraphs(cell, names) or _blank(names)} for cell in filled],
    }


def _blank(names: Labels) -> list[Json]:
    return paragraphs((plain.EMPTY,), names)


def _image(url: str, alt: str) -> list[Json]:
    if not url:
        return paragraphs((f"Picture: {alt or 'without a description'}",), {})
    return [{"type": "Image", "url": url, "altText": alt or "Picture"}]


def _buttons(buttons: Sequence[Button | LinkButton], page: _RenderContext) -> list[Json]:
    """Rows of actions, then in small text the commands to type instead and the buttons that do not work here."""
    actions = [action for button in buttons if (action := _action(button, page))]
    step = limits.MAX_ACTIONS
    rows = [{"type": "ActionSet", "actions": actions[at : at + step]} for at in range(0, len(actions), step)]
    return [*rows, *_typed_instead(buttons, page), *(line for b in buttons for line in _unsupported(b, page))]


def _action(button: Button | LinkButton, page: _RenderContext) -> Json | None:
    """The action for Teams, or None if it would not work: a truncated id would name something else."""
    title = clip(plain.button_label(button), limits.MAX_LABEL)
    match button:
        case Button(action=action, value=value, style=style, asks=asks):
            if not is_id(action + value, limits.MAX_ID):
                return None
            data = {"action": action, "value": value, "delivery": page.tag}
            made = _dialog_action(title, data) if asks and not page.dialog else _send_action(title, data, page)
            return made | _STYLES[style] | {"associatedInputs": "none"}
        case LinkButton(url=url):
            address = safe_url(url)
            return {"type": "Action.OpenUrl", "title": title, "url": address} if address else None
        case _:
            assert_never(button)


_STYLES: dict[str, Json] = {"default": {}, "primary": {"style": "positive"}, "danger": {"style": "destructive"}}


def _send_action(title: str, data: Json, page: _RenderContext) -> Json:
    if page.dialog:
        return {"type": "Action.Submit", "title": title, "data": data}
    return {"type": "Action.Execute", "title": title, "verb": data["action"], "data": data}


def _dialog_action(title: str, data: Json) -> Json:
    """A button that opens a dialog, which the response to Action.Execute cannot do."""
    return {"type": "Action.Submit", "title": title, "data": data | {"msteams": {"type": "task/fetch"}}}


def _typed_instead(buttons: Iterable[Button | LinkButton], page: _RenderContext) -> list[Json]:
    typed = [b for b in buttons if isinstance(b, Button) and one_line(b.words)]
    if len(typed) == 1:
        return _small(("or type: ", _typed(typed[0].words, page)), page.names)
    lines = [f"{clip(plain.button_label(b), limits.MAX_LABEL)} – {_typed(b.words, page)}" for b in typed]
    return _small(("or type: " + " · ".join(lines),), page.names) if lines else []


def _typed(words: str, page: _RenderContext) -> str:
    return clip(plain.typed_command(words, page.root), limits.MAX_PRINTED_WORDS)


def _unsupported(button: Button | LinkButton, page: _RenderContext) -> list[Json]:
    if _action(button, page):
        return []
    label = plain.button_label(button)
    match button:
        case Button():
            return _small((f"{label}: cannot be pressed in Teams.",), page.names)
        case LinkButton(url=url):
            return _small((f"{label}: {url}" if one_line(url) else f"{label}: leads nowhere.",), page.names)
        case _:
            assert_never(button)


def _menu(menu: Menu, page: _RenderContext, pick: str) -> list[Json]:
    """A choice and the button that sends it. `read_action` reads the chosen value under the name in `pick`."""
    label = one_line(menu.label) or "Choose one"
    offered = [option for option in menu.options if is_id(menu.action + option.value, limits.MAX_ID)]
    left = [plain.option_label(option) for option in menu.options if option not in offered]
    rest = _small((f"{label}: cannot be picked in Teams: {', '.join(left)}",), page.names) if left else []
    if not offered:
        return rest or paragraphs((f"{label}: nothing to choose from.",), page.names)
    choices = [{"title": plain.option_label(option), "value": option.value} for option in offered]
    data = {"action": menu.action, "pick": pick, "delivery": page.tag}
    words = _small(("or type: ", _typed(menu.words, page)), page.names) if one_line(menu.words) else []
    return [
        {"type": "Input.ChoiceSet", "id": pick, "label": label, "choices": choices, "style": "compact"},
        {"type": "ActionSet", "actions": [_send_action("Choose", data, page)]},
        *words,
        *rest,
    ]
