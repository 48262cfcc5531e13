"""Truncate a card to a platform's limits: shorten the longest parts first, and say what is missing. Pure.

Buttons, menus and small print are kept longest; texts and tables are shortened first, and omissions are counted in
words. Truncating the card model, not the markup, makes all platforms agree and never breaks markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar, assert_never

from integrations.plain.text import clip, head_words, omitted, one_line, span_text, spans_text, units
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
    Option,
    Span,
    Spans,
    Table,
    Text,
    context,
    text,
)

# No part is shortened below this many units while another one is longer.
MIN_PART_UNITS = 200
MIN_ACTION_UNITS = 1_500
MIN_CELL_UNITS = 80
_ROOM_FOR_COUNT = 32

_Part = TypeVar("_Part")
_Rendered = TypeVar("_Rendered")


@dataclass(frozen=True, slots=True)
class CardLimits:
    """A platform's hard limits: title length, and how many buttons and menu options a block may have."""

    title: int
    buttons: int
    options: int


def truncate_card(card: Card, limits: CardLimits, fits: Callable[[Card], bool]) -> Card:
    """*card* truncated as little as needed for *fits* to accept it.

    First find how many parts fit at their shortest, the important ones first; then lengthen them equally, which
    shortens the longest and leaves the short ones whole. *fits* must accept a bare title.
    """
    whole = _whole(card, limits)
    if fits(whole):
        return whole
    card = replace(card, title=whole.title)
    blocks = card.blocks
    parts = _largest(0, len(blocks), lambda n: fits(_truncated(card, limits, units_each=MIN_PART_UNITS, parts=n)))
    units_each = _largest(
        MIN_PART_UNITS, _longest(blocks), lambda n: fits(_truncated(card, limits, units_each=n, parts=parts))
    )
    return _truncated(card, limits, units_each=units_each, parts=parts)


def render_within(
    card: Card, limits: CardLimits, render: Callable[[Card], _Rendered], fits: Callable[[_Rendered], bool]
) -> _Rendered:
    """*card* rendered, truncated as little as needed for *fits* to accept the result.

    Nearly every card fits as it is and is rendered once.
    """
    whole = render(_whole(card, limits))
    return whole if fits(whole) else render(truncate_card(card, limits, lambda candidate: fits(render(candidate))))


def _whole(card: Card, limits: CardLimits) -> Card:
    """*card* within the hard limits, otherwise complete."""
    card = replace(card, title=clip(one_line(card.title), limits.title))
    if all(_is_within(block, limits) for block in card.blocks):
        return card
    return _truncated(card, limits, units_each=_longest(card.blocks), parts=len(card.blocks))


def _is_within(block: Block, limits: CardLimits) -> bool:
    match block:
        case Buttons(buttons):
            return len(buttons) <= limits.buttons
        case Menu(options=options):
            return len(options) <= limits.options
        case _:
            return True


def _largest(low: int, high: int, good: Callable[[int], bool]) -> int:
    """The largest number up to *high* that is good, by bisection. *low* is assumed to be good."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if good(middle) else (low, middle - 1)
    return low


def _truncated(card: Card, limits: CardLimits, *, units_each: int, parts: int) -> Card:
    kept = set(sorted(range(len(card.blocks)), key=lambda index: _rank(card.blocks, index))[:parts])
    blocks: list[Block] = []
    noted = False
    for index, block in enumerate(card.blocks):
        if index in kept:
            blocks += _truncate_block(block, limits, units_each)
        elif not noted:
            blocks.append(text(omitted(len(card.blocks) - len(kept), "part")))
            noted = True
    return replace(card, blocks=tuple(blocks))


def _rank(blocks: tuple[Block, ...], index: int) -> tuple[int, int]:
    """Priority for keeping a block: the footer, then buttons and menus, other small print, then top to bottom."""
    match blocks[index]:
        case Context() if index == len(blocks) - 1:
            return (0, index)
        case Buttons() | Menu():
            return (1, index)
        case Context():
            return (2, index)
        case Text() | Fields() | Table() | Image() | Divider():
            return (3, index)


def _longest(blocks: Iterable[Block]) -> int:
    return max(MIN_PART_UNITS, *(_length(block) for block in blocks)) if blocks else MIN_PART_UNITS


def _length(block: Block) -> int:
    match block:
        case Text(spans) | Context(spans):
            return _spans_length(spans)
        case Fields(pairs):
            return sum(_pair_length(pair) for pair in pairs)
        case Table(header, rows):
            # A cell gets an equal share of the table, so one long cell needs that many times its length.
            cells = [*map(units, header), *(_spans_length(spans) for row in rows for spans in row)]
            return max(sum(cells) + 8 * len(cells), max(cells, default=0) * max(1, len(header)))
        case Buttons(buttons):
            return sum(_button_length(button) for button in buttons)
        case Menu(options=options):
            return sum(_option_length(option) for option in options)
        case Image(alt=alt):
            return units(alt)
        case Divider():
            return 0
        case _:
            assert_never(block)


def _truncate_block(block: Block, limits: CardLimits, room: int) -> Iterator[Block]:
    """*block* in about *room* units, followed by a note about what was left out."""
    acting = max(room, MIN_ACTION_UNITS)
    match block:
        case Text(spans):
            yield Text(truncate_spans(spans, room))
        case Context(spans):
            yield Context(truncate_spans(spans, acting))
        case Fields(pairs):
            cut = [(clip(one_line(label), room), truncate_spans(value, room)) for label, value in pairs]
            shown = _first_fitting(cut, room, _pair_length)
            yield Fields(shown)
            yield from _omission_note(len(pairs) - len(shown), "line")
        case Table():
            yield _truncate_table(block, room)
        case Buttons(buttons):
            pressed = _first_fitting(buttons[: limits.buttons], acting, _button_length)
            yield Buttons(pressed)
            yield from _omission_note(len(buttons) - len(pressed), "button")
        case Menu(options=options):
            offered = _first_fitting(options[: limits.options], acting, _option_length)
            yield replace(block, options=offered)
            yield from _omission_note(len(options) - len(offered), "choice")
        case Image(alt=alt):
            yield replace(block, alt=clip(alt, room))
        case Divider():
            yield block
        case _:
            assert_never(block)


def truncate_spans(spans: Spans, room: int) -> Spans:
    """*spans* in at most *room* units, ending in how many characters are missing."""
    if _spans_length(spans) <= room:
        return spans
    kept: list[Span] = []
    left = max(0, room - _ROOM_FOR_COUNT)
    for index, span in enumerate(spans):
        part = _first_part(span, left)
        if part != span:
            unsaid = spans_text(spans[index:])
            shown = "" if part is None else span_text(part)
            return (*kept, *([] if part is None else [part]), f" {omitted(len(unsaid) - len(shown), 'character')}")
        kept.append(span)
        left -= units(span_text(span))
    return spans


def _first_part(span: Span, room: int) -> Span | None:
    """As much of *span* as fits, or None. Links, mentions and times are kept whole or dropped."""
    words = span_text(span)
    if units(words) <= room:
        return span
    start = head_words(words, room).rstrip()
    match span:
        case str():
            return start or None
        case Bold():
            return Bold(start) if start else None
        case _:
            return None


def _truncate_table(table: Table, room: int) -> Table:
    share = max(MIN_CELL_UNITS, room // max(1, len(table.header)))
    header = tuple(clip(one_line(name), share) for name in table.header)
    rows = (tuple(truncate_spans(spans, share) for spans in row) for row in table.rows)
    shown = _first_fitting(rows, room, _row_length)
    return Table(header, shown, max(0, table.more) + len(table.rows) - len(shown))


def _first_fitting(parts: Iterable[_Part], room: int, length: Callable[[_Part], int]) -> tuple[_Part, ...]:
    """The first *parts* that fit into *room*; at least one, if there are any."""
    fitting: list[_Part] = []
    for part in parts:
        room -= length(part)
        if fitting and room < 0:
            break
        fitting.append(part)
    return tuple(fitting)


def _omission_note(count: int, thing: str) -> Iterator[Context]:
    if count > 0:
        yield context(omitted(count, thing))


def _spans_length(spans: Spans) -> int:
    return units(spans_text(spans))


def _pair_length(pair: tuple[str, Spans]) -> int:
    return units(pair[0]) + _spans_length(pair[1])


def _row_length(row: tuple[Spans, ...]) -> int:
    return sum(_spans_length(spans) + 8 for spans in row)


def _option_length(option: Option) -> int:
    return units(option.label) + units(option.value)


def _button_length(button: Button | LinkButton) -> int:
    match button:
        case Button(label, action, value, words):
            return units(label) + units(action) + units(value) + units(words)
        case LinkButton(label, url):
            return units(label) + units(url)
        case _:
            assert_never(button)
