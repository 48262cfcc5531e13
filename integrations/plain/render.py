"""Render a card as complete plain text for screen readers, notifications and terminals. Pure.

Nothing depends on colour, picture or position alone, and nothing is truncated here (see `truncate`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import assert_never

from integrations.plain.text import clean, format_moment, omitted, one_line, spans_text
from integrations.ports.cards import (
    Block,
    Button,
    Buttons,
    Card,
    ChoiceField,
    Context,
    DateField,
    Divider,
    Field,
    Fields,
    Form,
    Image,
    LinkButton,
    Menu,
    Option,
    Spans,
    Table,
    Text,
    TextField,
)
from integrations.ports.inbound import Reply

# A wider table would wrap in a terminal and read out of order, so its rows become short lists.
MAX_TABLE_WIDTH = 100
DEFAULT_TITLE = "Handshake"
EMPTY = "–"


def card_text(card: Card, command: str = "") -> str:
    """*card* as text. *command* is the prefix of typed commands here, such as `/handshake`."""
    parts = [card_title(card), *("\n".join(_lines(block, command)) for block in card.blocks)]
    return "\n\n".join(part for part in parts if part.strip())


def card_title(card: Card) -> str:
    return one_line(card.title) or DEFAULT_TITLE


def typed_command(words: str, command: str) -> str:
    """The command to type: `ack R42`, prefixed with *command* if there is one."""
    return " ".join(part for part in (command, one_line(words)) if part)


def option_label(option: Option) -> str:
    return one_line(option.label) or one_line(option.value) or EMPTY


def button_label(button: Button | LinkButton) -> str:
    """The button's label; never empty."""
    match button:
        case Button(label, action):
            return one_line(label) or one_line(action) or EMPTY
        case LinkButton(label, url):
            return one_line(label) or one_line(url) or EMPTY
        case _:
            assert_never(button)


def cell_text(spans: Spans) -> str:
    return " ".join(spans_text(spans).split()) or EMPTY


def _lines(block: Block, root: str) -> list[str]:
    match block:
        case Text(spans) | Context(spans):
            return [spans_text(spans).strip()]
        case Fields(pairs):
            return [_pair(label, value) for label, value in pairs]
        case Table():
            return _table(block)
        case Image(url, alt):
            return [f"Picture: {' '.join(part for part in (one_line(alt), f'({clean(url)})' if url else '') if part)}"]
        case Divider():
            return ["---"]
        case Buttons(buttons):
            return [_button(button, root) for button in buttons]
        case Menu():
            return _menu(block, root)
        case _:
            assert_never(block)


def _pair(label: str, value: Spans) -> str:
    words = spans_text(value).strip() or EMPTY
    return f"{one_line(label)}: {words}" if one_line(label) else words


def _button(button: Button | LinkButton, root: str) -> str:
    label = f"[{button_label(button)}]"
    match button:
        case Button(words=words):
            return f"{label} — type: {typed_command(words, root)}" if one_line(words) else label
        case LinkButton(url=url):
            return f"{label} — {clean(url)}"
        case _:
            assert_never(button)


def _menu(menu: Menu, root: str) -> list[str]:
    how = f" — type: {typed_command(menu.words, root)}" if one_line(menu.words) else ""
    options = [f"  - {option_label(option)}" for option in menu.options]
    return [f"[{one_line(menu.label) or EMPTY}]{how}", *(options or ["  (nothing to choose from)"])]


def _table(table: Table) -> list[str]:
    rows = [[cell_text(spans) for spans in row] for row in table.rows]
    header = [one_line(name) for name in table.header]
    columns = max([len(header), *map(len, rows)])
    header += [""] * (columns - len(header))
    rows = [row + [EMPTY] * (columns - len(row)) for row in rows]
    widths = [max(map(_width, column)) for column in zip(header, *rows, strict=True)]
    narrow = sum(widths) + 2 * len(widths) <= MAX_TABLE_WIDTH
    body = _aligned([header, *rows], widths) if narrow else _listed(header, rows)
    rest = [omitted(table.more, "row")] if table.more > 0 else []
    return [*body, *([] if rows or rest else ["(no rows)"]), *rest]


def _aligned(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> list[str]:
    padded = ([cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows)
    return ["  ".join(row).rstrip() for row in padded]


def _listed(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines: list[str] = []
    for row in rows:
        first, *rest = [f"{name}: {cell}" if name else cell for name, cell in zip(header, row, strict=True)]
        lines += [f"- {first}", *(f"  {cell}" for cell in rest)]
    return lines or [", ".join(header)]


def _width(words: str) -> int:
    """The terminal columns that *words* take: ideographs and most emoji two, accents and joiners none."""
    if words.isascii() or len(words) > 2 * MAX_TABLE_WIDTH:
        return len(words)
    return sum(
        0
        if unicodedata.category(char) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in words
    )


def form_text(form: Form, command: str = "") -> str:
    """*form* as text: its questions, what is wrong with earlier answers, and the command to type instead."""
    wrong = {field: one_line(message) for field, message in form.errors}
    questions = [
        "\n".join(_question(number, field, wrong.pop(field.id, "")))
        for number, field in enumerate(form.fields, start=1)
    ]
    elsewhere = "\n".join(f"Please check: {message}" for message in wrong.values())
    how = f"To answer, type: {typed_command(form.words, command)}" if one_line(form.words) else ""
    parts = [one_line(form.title) or DEFAULT_TITLE, spans_text(form.intro).strip(), elsewhere, *questions, how]
    return "\n\n".join(part for part in parts if part)


def field_label(field: Field) -> str:
    return one_line(field.label) or one_line(field.id) or EMPTY


def _question(number: int, field: Field, wrong: str) -> list[str]:
    need = " (optional)" if field.optional else ""
    asked = [f"{number}. {field_label(field)}{need}", f"   Please check: {wrong}" if wrong else ""]
    hint = f"   {one_line(field.hint)}" if one_line(field.hint) else ""
    return [line for line in (*asked, hint, *(f"   {line}" for line in _answers(field))) if line.strip()]


def _answers(field: Field) -> list[str]:
    match field:
        case TextField(initial=initial):
            return [f"Now: {one_line(initial)}"] if one_line(initial) else []
        case DateField(initial=day):
            return ["A date, such as 2026-10-09.", *([f"Now: {format_moment(day)}"] if day else [])]
        case ChoiceField(options=options, initial=chosen, many=many):
            marked = [f"- {option_label(option)}{' (chosen)' if option.value in chosen else ''}" for option in options]
            return ["Any number of:" if many else "One of:", *(marked or ["(nothing to choose from)"])]
        case _:
            assert_never(field)


def error_text(reply: Reply) -> str:
    """What is wrong with a submitted form, in one line, with the words to try instead."""
    message = str(reply.facts.get("error") or reply.card.title)
    suggestions = reply.facts.get("try")
    if isinstance(suggestions, list) and suggestions:
        return f"{message} Try: {' or '.join(map(str, suggestions))}"
    return message
