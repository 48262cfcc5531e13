"""The closed card model: what Handshake can say, on every platform. Pure values; renderers live with their vendor.

    Card = title + blocks      Text | Fields | Table | Image | Divider | Buttons | Menu | Context
    Span = str | Bold | Link | Mention | When      user text is always a `str`, escaped by each renderer in one place
    Form = title + fields      anything typed: a Slack modal, a Teams dialog, questions in a terminal

A renderer is a `match` over these closed unions that ends in `assert_never`: a forgotten element is a type error.
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
    """Words that lead somewhere. `url` is http(s); anything else is shown as words only."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person. `account` is the platform's own id where known; `name` is what everybody else reads."""

    name: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A moment, or a day. Moments are shown in the reader's zone where the platform can."""

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
    """Rows under a header. `more` counts rows that were left out on purpose and is said in words."""

    header: tuple[str, ...]
    rows: tuple[tuple[Spans, ...], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with the words that stand for it."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Divider:
    """A pause between two parts."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. `value` is an id, never state; `words` is what can be typed instead.

    `style` "primary" is the one thing most people do next; "danger" is hard to take back.
    `asks` says that a form will open: some platforms can only do that when the button knew beforehand.
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
    """A choice of one. Picking an option is an action with that option's value."""

    label: str
    action: str
    options: tuple[Option, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Small print: where it comes from, how fresh it is, how to stop it."""

    spans: Spans


Block = Text | Fields | Table | Image | Divider | Buttons | Menu | Context


@dataclass(frozen=True, slots=True)
class Card:
    """One thing Handshake says."""

    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class TextField:
    """Something to type. `max_length` counts characters."""

    id: str
    label: str
    initial: str = ""
    hint: str = ""
    multiline: bool = False
    optional: bool = False
    max_length: int = 3000


@dataclass(frozen=True, slots=True)
class DateField:
    """A day to pick."""

    id: str
    label: str
    initial: date | None = None
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of several, or any number of them when `many`. `initial` holds the values chosen beforehand."""

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
    """Questions to fill in. `value` comes back untouched with the answers; `words` is the typed equivalent.

    `errors` maps a field's id to what is wrong with the answer given, for showing the form again.
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


# A card waits in the ledger as JSON between the decision to say it and the moment it is sent.
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
            return [to_json(each) for each in value]
        case _:
            known = fields(value)  # type: ignore[arg-type]  # a dataclass of this module, or a TypeError naming it
            return {"type": type(value).__name__} | {f.name: to_json(getattr(value, f.name)) for f in known}


def from_json(data: Any) -> Any:
    """The inverse of `to_json`. Raises KeyError for a type that this version does not know."""
    match data:
        case list():
            return tuple(from_json(each) for each in data)
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
