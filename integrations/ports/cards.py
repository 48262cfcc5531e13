"""The closed card model for every platform. Pure values; each vendor has its renderer.

    Card = title + blocks      Text | Fields | Table | Image | Divider | Buttons | Menu | Context
    Span = str | Bold | Link | Mention | When      user text is always a `str`, escaped by each renderer in one place
    Form = title + fields      a Slack modal, a Teams dialog, questions in a terminal

A renderer is a `match` over these unions that ends in `assert_never`, so a forgotten element is a type error.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal, get_args


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Linked text. `url` is http(s); with any other scheme only the text is shown."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person. `account` is the platform's own id where known; `name` is the fallback text."""

    name: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A time or a date. Times are shown in the reader's time zone where the platform can."""

    at: datetime | date


Span = str | Bold | Link | Mention | When
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Fields:
    """Short label/value pairs, shown side by side where the platform can."""

    pairs: tuple[tuple[str, Spans], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header. `more` counts the rows left out; renderers mention it."""

    header: tuple[str, ...]
    rows: tuple[tuple[Spans, ...], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with its alternative text."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Divider:
    """A line between two parts."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `value` is an id, never state; `words` is the equivalent command to type.

    `style` "primary" is what most people do next; "danger" is hard to undo.
    `asks` says that a form will open: some platforms must know that when the button is rendered.
    """

    label: str
    action: str
    value: str = ""
    words: str = ""
    style: Literal["default", "primary", "danger"] = "default"
    asks: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that only opens a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button | LinkButton, ...]


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Pick one option; picking it triggers `action` with the option's value."""

    label: str
    action: str
    options: tuple[Option, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Small print: source, freshness, how to mute."""

    spans: Spans


Block = Text | Fields | Table | Image | Divider | Buttons | Menu | Context


@dataclass(frozen=True, slots=True)
class Card:
    """One message: a title and its blocks."""

    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class TextField:
    """Free text. `max_length` counts characters."""

    id: str
    label: str
    initial: str = ""
    hint: str = ""
    multiline: bool = False
    optional: bool = False
    max_length: int = 3000


@dataclass(frozen=True, slots=True)
class DateField:
    """A date."""

    id: str
    label: str
    initial: date | None = None
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of several options, or any number when `many`. `initial` holds the preselected values."""

    id: str
    label: str
    options: tuple[Option, ...]
    initial: tuple[str, ...] = ()
    hint: str = ""
    many: bool = False
    optional: bool = False


Field = TextField | DateField | ChoiceField


@dataclass(frozen=True, slots=True)
class Form:
    """Fields to fill in. `value` is returned unchanged with the answers; `words` is the equivalent command to type.

    `errors` maps a field's id to what is wrong with its answer, for showing the form again.
    """

    id: str
    title: str
    fields: tuple[Field, ...]
    value: str = ""
    submit: str = "Send"
    intro: Spans = ()
    words: str = ""
    errors: tuple[tuple[str, str], ...] = ()


def text(*spans: Span) -> Text:
    return Text(spans)


def context(*spans: Span) -> Context:
    return Context(spans)


# Cards are stored as JSON in the delivery ledger until they are sent.
_TYPES = {
    kind.__name__: kind
    for kind in (*get_args(Span), *get_args(Block), *get_args(Field), Button, LinkButton, Option, Card, Form)
    if kind is not str
}


def to_json(value: object) -> Any:
    """*value* (a Card, a Form or a part of one) as plain JSON data; every element carries its `type`."""
    match value:
        case None | str() | bool() | int():
            return value
        case datetime():
            return {"type": "datetime", "iso": value.isoformat()}
        case date():
            return {"type": "date", "iso": value.isoformat()}
        case tuple():
            return [to_json(part) for part in value]
        case _:
            members = fields(value)  # type: ignore[arg-type]  # a dataclass of this module, or a TypeError naming it
            return {"type": type(value).__name__} | {f.name: to_json(getattr(value, f.name)) for f in members}


def from_json(data: Any) -> Any:
    """The inverse of `to_json`. Raises KeyError for a type that this version does not know."""
    match data:
        case list():
            return tuple(from_json(part) for part in data)
        case {"type": "datetime", "iso": str(iso)}:
            return datetime.fromisoformat(iso)
        case {"type": "date", "iso": str(iso)}:
            return date.fromisoformat(iso)
        case {"type": str(name)}:
            return _TYPES[name](**{str(key): from_json(value) for key, value in data.items() if key != "type"})
        case _:
            return data


def card_from_json(data: object) -> Card:
    """The card that *data* holds, as `to_json` wrote it."""
    card = from_json(data)
    if not isinstance(card, Card):
        raise TypeError(f"not a card: {type(card).__name__}")
    return card
