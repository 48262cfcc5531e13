"""Reads JSON that came from outside: what can be stored and searched remains, and odd values raise nothing. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

MAX_DEPTH = 60  # levels; Slack's and Teams' deepest messages have about twenty
MAX_ID = 500  # characters; the longest id that a platform gives has about 200

# JSON may contain these; UTF-8 cannot hold the first, and PostgreSQL not the second.
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")

# The type that a value must have, a test of it, alternatives, a list of such values, or an object by its fields.
# A field whose name ends with "?" may be missing; "*" stands for every field.
Shape: TypeAlias = type | Callable[[Any], bool] | tuple["Shape", ...] | list["Shape"] | Mapping[str, "Shape"]


def read_json(text: str | bytes) -> object:
    """The value of *text*, with `storable` texts. None if it is not JSON, or nested too deeply."""
    try:
        return storable(json.loads(text))
    except (ValueError, RecursionError):
        return None


def storable(value: object, depth: int = MAX_DEPTH) -> object:
    """*value* with U+FFFD in place of every character that a database refuses, and without fields that are null.

    Raises ValueError if it is nested too deeply.
    """
    match value:
        case str():
            return _UNSTORABLE.sub("\ufffd", value)
        case dict() | list() if depth == 0:
            raise ValueError("nested too deeply")
        case dict():
            present = [(name, part) for name, part in value.items() if part is not None]
            return {_UNSTORABLE.sub("\ufffd", name): storable(part, depth - 1) for name, part in present}
        case list():
            return [storable(part, depth - 1) for part in value]
        case _:
            return value


def is_identifier(value: object) -> bool:
    """True for a text that can be an id. A longer one would not fit into an index."""
    return isinstance(value, str) and len(value) <= MAX_ID


def fits(value: object, shape: Shape) -> bool:
    """True if *value* has that shape. Fields that the shape does not name may hold anything."""
    match shape:
        case type():
            return isinstance(value, shape)
        case tuple():
            return any(fits(value, alternative) for alternative in shape)
        case [part]:
            return isinstance(value, list) and all(fits(item, part) for item in value)
        case Mapping():
            return isinstance(value, dict) and all(_field_fits(value, name, part) for name, part in shape.items())
        case _:
            assert callable(shape)  # noqa: S101  (for the type checker)
            return bool(shape(value))


def _field_fits(value: Mapping[str, object], name: str, part: Shape) -> bool:
    if name == "*":
        return all(fits(item, part) for item in value.values())
    required = name.removesuffix("?")
    return fits(value[required], part) if required in value else name.endswith("?")
