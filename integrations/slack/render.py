"""Renders cards as Block Kit messages. Pure.

A card is first truncated to Slack's limits (`plain.truncate`), then every block becomes one or more of Slack's.
What Slack cannot display or press becomes text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from integrations.plain import render as plain
from integrations.plain import truncate
from integrations.plain.text import clip, head, is_id, omitted, one_line, safe_url, spans_text, units
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
)
from integrations.slack import limits
from integrations.slack.forms import errors_by_field as errors_by_field
from integrations.slack.forms import modal as modal
from integrations.slack.markup import (
    Json,
    escape,
    marked_text,
    mrkdwn_all,
    options,
    paragraphs,
    plain_text,
    sections,
    text_length,
)

ROOT = "/handshake"
METADATA = "handshake_delivery"

# Slack also reports presses of link buttons; the page is already open, so these are ignored.
LINK_OPENED = "link-opened"
_INDEX = "#"


def message(card: Card, tag: str = "", root: str = ROOT) -> Json:
    """*card* as arguments of `chat.postMessage`: blocks, and the same as plain text for screen readers.

    *tag* is the delivery's, put into the metadata so that the message can be found again.
    *root* is what a typed command starts with in this workspace.
    """
    arguments: Json = {"text": _fallback(card, root), "blocks": _fitting(card, root)}
    if tag:
        arguments["metadata"] = {"event_type": METADATA, "event_payload": {"delivery": tag}}
    return arguments


def action_of(action_id: str) -> str:
    """The card's action in an `action_id`.

    Slack requires unique ids within a block, so `message` appends `#` and a number to the action.
    """
    action, mark, index = action_id.rpartition(_INDEX)
    return action if mark and index.isdigit() else action_id


def _fitting(card: Card, root: str) -> list[Json]:
    """The card's blocks, truncated to Slack's limits."""
    return truncate.render_within(card, limits.CARD, lambda candidate: _blocks(candidate, root), _fits)


def _fits(blocks: list[Json]) -> bool:
    return len(blocks) <= limits.MAX_BLOCKS and text_length(blocks) <= limits.MAX_MESSAGE_TEXT


def _fallback(card: Card, root: str) -> str:
    return truncate.render_within(
        card,
        limits.CARD,
        lambda candidate: escape(plain.card_text(candidate, root)),
        lambda words: units(words) <= limits.MAX_FALLBACK_TEXT,
    )


def _blocks(card: Card, root: str) -> list[Json]:
    blocks = _header(plain.card_title(card))
    for block in card.blocks:
        blocks += _rendered(block, root)
    return blocks


def _header(title: str) -> list[Json]:
    """The title; a long one continues in a section below."""
    if units(title) <= limits.MAX_HEADER:
        return [{"type": "header", "text": plain_text(title, limits.MAX_HEADER)}]
    start = head(title, limits.MAX_HEADER - 1)
    rest = "…" + title[len(start) :]
    return [
        {"type": "header", "text": plain_text(start + "…", limits.MAX_HEADER)},
        {"type": "section", "text": plain_text(rest, limits.MAX_SECTION)},
    ]


def _rendered(block: Block, root: str) -> list[Json]:
    match block:
        case Text(spans):
            return paragraphs(spans)
        case Fields(pairs):
            return _fields(pairs)
        case Table():
            return [{"type": "section", "text": marked_text(part)} for part in sections(_rows(block))]
        case Image(url, alt):
            return _image(safe_url(url), one_line(alt))
        case Divider():
            return [{"type": "divider"}]
        case Buttons(buttons):
            return _buttons(buttons, root)
        case Menu():
            return _menu(block, root)
        case Context(spans):
            return _context([spans])
        case _:
            assert_never(block)


def _fields(pairs: Iterable[tuple[str, Spans]]) -> list[Json]:
    """Pairs in two columns, up to `MAX_FIELDS` per section. One that is too long gets its own section."""
    blocks: list[Json] = []
    for label, value in pairs:
        content = value if spans_text(value).strip() else (plain.EMPTY,)
        spans: Spans = (Bold(one_line(label)), "\n", *content) if one_line(label) else content
        field = mrkdwn_all(spans).strip()
        if units(field) > limits.MAX_FIELD:
            blocks += paragraphs(spans)
        elif blocks and "fields" in blocks[-1] and len(blocks[-1]["fields"]) < limits.MAX_FIELDS:
            blocks[-1]["fields"].append(marked_text(field))
        else:
            blocks.append({"type": "section", "fields": [marked_text(field)]})
    return blocks


def _rows(table: Table) -> Iterator[Spans]:
    """A table as lines that are also readable on a phone: the column names once, then one line per row."""
    names = [one_line(name) for name in table.header]
    if any(names):
        yield (Bold(" · ".join(name or plain.EMPTY for name in names)),)
    columns = max([len(names), *map(len, table.rows)])
    for row in table.rows:
        yield _row((*row, *([()] * (columns - len(row)))))
    if table.more > 0:
        yield (omitted(table.more, "row"),)
    elif not table.rows:
        yield ("(no rows)",)


def _row(cells: Sequence[Spans]) -> Spans:
    line: list[Span] = []
    for index, spans in enumerate(cells):
        line.append(" · " if index else "• ")
        flat = tuple(" ".join(span.split("\n")) if isinstance(span, str) else span for span in spans)
        strong = tuple(Bold(span) if index == 0 and isinstance(span, str) else span for span in flat)
        line += strong if spans_text(spans).strip() else [plain.EMPTY]
    return tuple(line)


def _image(url: str, alt: str) -> list[Json]:
    if not url or units(url) > limits.MAX_URL:
        return paragraphs((f"Picture: {alt or 'without a description'}",))
    return [{"type": "image", "image_url": url, "alt_text": clip(alt or "Picture", limits.MAX_ALT)}]


def _context(lines: Iterable[Spans]) -> list[Json]:
    parts = [marked_text(part) for part in sections(lines)]
    step = limits.MAX_CONTEXT_ELEMENTS
    return [{"type": "context", "elements": parts[at : at + step]} for at in range(0, len(parts), step)]


def _buttons(buttons: Sequence[Button | LinkButton], root: str) -> list[Json]:
    """The buttons, then in small text the commands to type instead and the buttons that do not work here."""
    elements = [element for index, button in enumerate(buttons) if (element := _element(button, index))]
    step = limits.MAX_ACTIONS
    rows = [{"type": "actions", "elements": elements[at : at + step]} for at in range(0, len(elements), step)]
    return [*rows, *_context(_typed_instead(buttons, root))]


def _element(button: Button | LinkButton, index: int) -> Json | None:
    """The button for Slack, or None if it would be rejected: a truncated id would name something else."""
    label = plain_text(plain.button_label(button), limits.MAX_BUTTON_LABEL)
    match button:
        case Button(action=action, value=value, style=style):
            action_id = f"{action}{_INDEX}{index}"
            if not action or not is_id(action_id, limits.MAX_ID) or not is_id(value, limits.MAX_BUTTON_VALUE):
                return None
            colour = {} if style == "default" else {"style": style}
            return {"type": "button", "text": label, "action_id": action_id} | _present(value=value) | colour
        case LinkButton(url=url):
            address = safe_url(url)
            if not address or units(address) > limits.MAX_URL:
                return None
            return {"type": "button", "text": label, "action_id": f"{LINK_OPENED}{_INDEX}{index}", "url": address}
        case _:
            assert_never(button)


def _present(**values: str) -> Json:
    """*values* without empty ones, which Slack rejects for optional fields."""
    return {key: value for key, value in values.items() if value}


def _typed_instead(buttons: Sequence[Button | LinkButton], root: str) -> Iterator[Spans]:
    typed = [(plain.button_label(b), b.words) for b in buttons if isinstance(b, Button) and one_line(b.words)]
    if len(typed) == 1:
        yield ("or type: ", _code(typed[0][1], root))
    elif typed:
        lines = [f"{clip(label, limits.MAX_BUTTON_LABEL)} {_code(words, root)}" for label, words in typed]
        yield ("or type: " + " · ".join(lines),)
    yield from (_unsupported(button) for index, button in enumerate(buttons) if _element(button, index) is None)


def _unsupported(button: Button | LinkButton) -> Spans:
    label = plain.button_label(button)
    match button:
        case Button():
            return (f"{label}: cannot be pressed in Slack.",)
        case LinkButton(url=url):
            return (f"{label}: {url}" if one_line(url) else f"{label}: leads nowhere.",)
        case _:
            assert_never(button)


def _code(words: str, root: str) -> str:
    return f"`{clip(plain.typed_command(words, root), limits.MAX_PRINTED_WORDS).replace('`', chr(39))}`"


def _menu(menu: Menu, root: str) -> list[Json]:
    action_id = f"{menu.action}{_INDEX}0"
    offered = options(menu.options)
    label = one_line(menu.label) or "Choose one"
    if not offered or not menu.action or not is_id(action_id, limits.MAX_ID):
        return _context(_menu_in_words(menu, root))
    select = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain_text("Choose one", limits.MAX_PLACEHOLDER),
        "options": offered,
    }
    left = [option for option in menu.options if option.value not in {item["value"] for item in offered}]
    typed: list[Spans] = [("or type: ", _code(menu.words, root))] if one_line(menu.words) else []
    section = {"type": "section", "text": plain_text(label, limits.MAX_SECTION), "accessory": select}
    return [section, *_context([*typed, *_not_offered(left)])]


def _menu_in_words(menu: Menu, root: str) -> Iterator[Spans]:
    yield (one_line(menu.label) or "Choose one", ":")
    if one_line(menu.words):
        yield ("type: ", _code(menu.words, root))
    yield from _not_offered(menu.options)
    if not menu.options:
        yield ("(nothing to choose from)",)


def _not_offered(left: Iterable[Option]) -> Iterator[Spans]:
    yield from (("• ", plain.option_label(option)) for option in left)
