"""Renders cards and forms as semantic HTML that is readable without styles or scripts. Pure.

Every attribute and text is escaped. The page's script finds buttons by `data-action`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import assert_never

from integrations.plain import render as plain
from integrations.plain.text import format_moment, mention_text, omitted, one_line, safe_url, spans_text, to_utc
from integrations.ports.cards import (
    Block,
    Bold,
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
    Link,
    LinkButton,
    Mention,
    Menu,
    Option,
    Span,
    Spans,
    Table,
    Text,
    TextField,
    When,
)
from integrations.web.html import escape as escape
from integrations.web.html import tag, void_tag


def card_html(card: Card, root: str = "") -> str:
    """*card* as an `article`. *root* is what a typed command starts with on the page."""
    blocks = "".join(_block(block, root) for block in card.blocks)
    return tag("article", tag("h3", escape(plain.card_title(card)), dir="auto") + blocks, class_="card")


def _block(block: Block, root: str) -> str:
    match block:
        case Text(spans):
            return _paragraph(spans)
        case Fields(pairs):
            return _pairs(pairs)
        case Table():
            return _table(block)
        case Image(url, alt):
            return _image(safe_url(url), one_line(alt))
        case Divider():
            return "<hr>"
        case Buttons(buttons):
            return _buttons(buttons, root)
        case Menu():
            return _menu(block, root)
        case Context(spans):
            return _paragraph(spans, "context")
        case _:
            assert_never(block)


def _paragraph(spans: Spans, class_: str | None = None) -> str:
    return tag("p", _inline(spans), class_=class_, dir="auto") if spans_text(spans).strip() else ""


def _inline(spans: Spans) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    match span:
        case str():
            return escape(span).replace("\n", "<br>")
        case Bold(text):
            return tag("strong", escape(text))
        case Link(text, url):
            address = safe_url(url)
            words = escape(text if text.strip() else url)
            return tag("a", words, href=address, rel="noopener noreferrer") if address else words
        case Mention(name):
            return tag("span", escape(mention_text(name)), class_="mention")
        case When(at):
            return tag("time", escape(format_moment(at)), datetime=_exact(at))
        case _:
            assert_never(span)


def _exact(at: datetime | date) -> str:
    return to_utc(at).isoformat() if isinstance(at, datetime) else at.isoformat()


def _pairs(pairs: Iterable[tuple[str, Spans]]) -> str:
    rows = "".join(
        tag("dt", escape(one_line(label)) or plain.EMPTY, dir="auto") + tag("dd", _cell(value), dir="auto")
        for label, value in pairs
    )
    return tag("dl", rows) if rows else ""


def _cell(spans: Spans) -> str:
    return _inline(spans) if spans_text(spans).strip() else plain.EMPTY


def _table(table: Table) -> str:
    columns = max([len(table.header), *map(len, table.rows)])
    names = "".join(tag("th", escape(one_line(name)), scope="col", dir="auto") for name in table.header)
    names += "<td></td>" * (columns - len(table.header))
    head = tag("thead", tag("tr", names)) if table.header else ""
    rows = "".join(_row(row, columns) for row in table.rows)
    rest = omitted(table.more, "row") if table.more > 0 else "" if table.rows else "(no rows)"
    return tag("table", head + tag("tbody", rows)) + (tag("p", rest, class_="context") if rest else "")


def _row(cells: Sequence[Spans], columns: int) -> str:
    """A row whose first cell is its header."""
    filled = [*cells, *([()] * (columns - len(cells)))]
    first = tag("th", _cell(filled[0]), scope="row", dir="auto") if filled else ""
    return tag("tr", first + "".join(tag("td", _cell(spans), dir="auto") for spans in filled[1:]))


def _image(url: str, alt: str) -> str:
    words = alt or "without a description"
    return void_tag("img", src=url, alt=words) if url else tag("p", escape(f"Picture: {words}"))


def _buttons(buttons: Sequence[Button | LinkButton], root: str) -> str:
    items = "".join(_button(button, root) for button in buttons)
    return tag("ul", items, class_="actions") if items else ""


def _button(button: Button | LinkButton, root: str) -> str:
    label = escape(plain.button_label(button))
    match button:
        case Button(action=action, value=value, words=words, style=style):
            element = tag("button", label, type="button", data_action=action, data_value=value, class_=style)
            return tag("li", element + _typed(words, root))
        case LinkButton(url=url):
            address = safe_url(url)
            link = tag("a", label, href=address, rel="noopener noreferrer", class_="button")
            return tag("li", link if address else f"{label}: {escape(url) or 'leads nowhere.'}")
        case _:
            assert_never(button)


def _typed(words: str, root: str) -> str:
    return tag("small", " or type: " + tag("code", escape(plain.typed_command(words, root)))) if one_line(words) else ""


def _menu(menu: Menu, root: str) -> str:
    label = escape(one_line(menu.label) or "Choose one")
    if not menu.options:
        return tag("p", f"{label}: nothing to choose from.")
    select = tag("select", _options(menu.options, ()), data_menu=menu.action)
    choose = tag("button", "Choose", type="button", data_action=menu.action, data_from="menu")
    return tag("div", tag("label", f"{label} {select}") + choose + _typed(menu.words, root), class_="menu")


def _options(options: Iterable[Option], chosen: Sequence[str]) -> str:
    return "".join(
        tag("option", escape(plain.option_label(option)), value=option.value, selected=option.value in chosen)
        for option in options
    )


def form_html(form: Form, key: str = "form") -> str:
    """*form* as an HTML form. *key* prefixes its ids, so that two forms on a page do not share any."""
    wrong = {field: one_line(message) for field, message in form.errors}
    fields = "".join(
        _question(field, wrong.pop(field.id, ""), f"{key}-{number}")
        for number, field in enumerate(form.fields, start=1)
    )
    other_errors = "".join(_complaint(message, None) for message in wrong.values())
    send = tag("button", escape(one_line(form.submit) or "Send"), type="submit", class_="primary")
    title = tag("h3", escape(one_line(form.title) or plain.DEFAULT_TITLE), dir="auto")
    inside = title + _paragraph(form.intro) + other_errors + fields + send + _typed(form.words, "")
    return tag("form", inside, class_="card", data_form=form.id, data_value=form.value)


def _complaint(message: str, key: str | None) -> str:
    return tag("p", escape(f"Please check: {message}"), class_="error", id=key) if message else ""


def _question(field: Field, wrong: str, key: str) -> str:
    """A field with its hint and error, both linked to the input for screen readers."""
    hint = tag("p", escape(one_line(field.hint)), class_="hint", id=f"{key}-hint") if one_line(field.hint) else ""
    notes = hint + _complaint(wrong, f"{key}-error")
    described_by = " ".join([*([f"{key}-hint"] if hint else []), *([f"{key}-error"] if wrong else [])]) or None
    label = escape(plain.field_label(field)) + (" (optional)" if field.optional else "")
    if isinstance(field, ChoiceField) and field.many:
        boxes = tag("legend", label) + notes + _checkboxes(field)
        return tag("fieldset", boxes, aria_describedby=described_by, aria_invalid="true" if wrong else None)
    return tag("div", tag("label", label, for_=key) + notes + _input(field, key, described_by, wrong), class_="field")


def _input(field: Field, key: str, described_by: str | None, wrong: str) -> str:
    common: dict[str, str | bool | None] = {
        "id": key,
        "name": field.id,
        "required": not field.optional,
        "aria_describedby": described_by,
        "aria_invalid": "true" if wrong else None,
    }
    match field:
        case TextField(initial=initial, multiline=True, max_length=longest):
            # Browsers drop the first line break in a textarea.
            return tag("textarea", "\n" + escape(initial), maxlength=str(max(1, longest)), dir="auto", **common)
        case TextField(initial=initial, max_length=longest):
            value, longest_typed = one_line(initial), str(max(1, longest))
            return void_tag("input", type="text", value=value, maxlength=longest_typed, dir="auto", **common)
        case DateField(initial=day):
            return void_tag("input", type="date", value=day.isoformat() if day else None, **common)
        case ChoiceField(options=options, initial=chosen, optional=optional):
            nothing = tag("option", plain.EMPTY, value="") if optional or not chosen else ""
            return tag("select", nothing + _options(options, chosen[:1]), **common)
        case _:
            assert_never(field)


def _checkboxes(field: ChoiceField) -> str:
    return "".join(
        tag(
            "label",
            void_tag("input", type="checkbox", name=field.id, value=option.value, checked=option.value in field.initial)
            + escape(plain.option_label(option)),
        )
        for option in field.options
    )
