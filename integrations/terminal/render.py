"""Render a card with rich: tables, bold text, and links without a printed URL."""

from __future__ import annotations

from typing import assert_never

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text as Words

from integrations.plain.text import clean, format_moment, safe_url
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
    Link,
    LinkButton,
    Mention,
    Menu,
    Span,
    Spans,
    Table,
    Text,
    When,
)


def render_card(card: Card) -> Group:
    """The whole card. User text is never parsed as markup: rich gets `Text` objects, not strings."""
    parts: list[RenderableType] = [Words(clean(card.title), style="bold")]
    for block in card.blocks:
        parts += [Words(""), *_block(block)]
    return Group(*parts)


def _block(block: Block) -> list[RenderableType]:
    match block:
        case Text(spans):
            return [_line(spans)]
        case Fields(pairs):
            return [_pairs(pairs)]
        case Table():
            return _table(block)
        case Image(url, alt):
            return [_line((f"Picture: {alt} ", Link("open it", url)))]
        case Divider():
            return [Rule(style="dim")]
        case Buttons(buttons):
            return [_button(button) for button in buttons]
        case Menu(label, _, options, words):
            names = ", ".join(clean(option.label) for option in options)
            return [Words(clean(f"{label}: {names}{f' – type: {words}' if words else ''}"))]
        case Context(spans):
            return [_line(spans, "dim")]
        case _:
            assert_never(block)


def _line(spans: Spans, style: str = "") -> Words:
    line = Words(style=style)
    for span in spans:
        _add(line, span)
    return line


def _add(line: Words, span: Span) -> None:
    match span:
        case str():
            line.append(clean(span))
        case Bold(words):
            line.append(clean(words), style="bold")
        case Link(words, url):
            address = safe_url(url)
            line.append(clean(words), style=Style(link=address, underline=True) if address else "")
        case Mention(name):
            line.append(f"@{clean(name)}", style="bold")
        case When(at):
            line.append(format_moment(at))
        case _:
            assert_never(span)


def _pairs(pairs: tuple[tuple[str, Spans], ...]) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    for label, spans in pairs:
        grid.add_row(Words(clean(label), style="dim"), _line(spans))
    return grid


def _table(table: Table) -> list[RenderableType]:
    grid = Grid(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in table.header:
        grid.add_column(Words(clean(name)), overflow="fold")
    for row in table.rows:
        grid.add_row(*[_line(cell) for cell in row])
    return [grid, Words(f"… and {table.more:,} more")] if table.more else [grid]


def _button(button: Button | LinkButton) -> Words:
    match button:
        case Button(label, _, _, words):
            line = Words(f"[{clean(label)}]", style="cyan")
            if words:
                line.append(f"  type: {clean(words)}", style="dim")
            return line
        case LinkButton(label, url):
            return _line((Link(label, url),))
        case _:
            assert_never(button)
