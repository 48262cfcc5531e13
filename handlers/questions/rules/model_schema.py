"""The arguments of the tool by which a language model fills in a plan: their JSON schema, made from `Plan`. Pure.

A field that `Plan` gets is in the schema by itself; `_SAID_OTHERWISE` names the few that a model gives in another way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from handlers.questions.rules.understanding import Aspect
from storage.values.questions import DateRange, Plan
from storage.values.roadmap import Status


class ModelAnswer(StrEnum):
    """What the model makes of a question."""

    SEARCH = "search"
    CANNOT_EXPRESS = "cannot_express"
    UNCLEAR = "unclear"
    CHANGE = "change"
    OTHER = "other"


OPEN, ANY_STATUS = "open", "any"
EMPTYABLE = ("campaigns", "owner", "due", "start", "tags")  # the fields of items that `without` and `having` name
_OURS = frozenset({"today"})  # never asked for
_SAID_OTHERWISE: Mapping[str, Mapping[str, Any]] = {
    "as_of": {
        "type": ["string", "null"],
        "description": "the past day (YYYY-MM-DD) or the version (R41) whose roadmap is asked about; null for now",
    },
    "most": {
        "type": "integer",
        "enum": [-1, 0, 1],
        "description": "with group_by: 1 for the largest group, -1 smallest",
    },
}
_DESCRIPTIONS = {
    "answer": "search; cannot_express when the roadmap does not hold it or no field says a condition; unclear when it "
    "has several meanings; change when it asks to change, add or remove something; other for small talk and the rest",
    "aspect": "with wanted=campaign: what is asked about the campaign itself",
    "wanted": "what the answer is: the items, their number, owner, due date, status, how late, or what changed and why",
    "keys": "keys of items such as WEB-12, as they stand in the question",
    "words": "words of an item's title or subject, without names of teams, people and campaigns",
    "teams": "names of teams as said; IT and Marketing are sides with several teams",
    "campaigns": "names of campaigns as said",
    "all_campaigns": "the item has to serve each of the campaigns",
    "owners": "names of the owners as said; me for the asker",
    "tags": "tags from the list",
    "statuses": "open: neither done nor dropped; any: also done and dropped ones; empty when nothing is said",
    "due": "days of the due date, both included; null is open",
    "start": "days of the start date",
    "finished": "days on which it was finished",
    "without": "fields that have to be empty",
    "having": "fields that must not be empty",
    "limit": "1 for the first or last one; null for all",
    "changed": "days of the changes, for what changed",
    "or_overdue": "with statuses and overdue: either is enough",
}


@lru_cache(maxsize=1)
def type_hints() -> Mapping[str, Any]:
    """The types of the fields of a plan that a model fills in."""
    hints = get_type_hints(Plan)
    return {field.name: hints[field.name] for field in fields(Plan) if field.name not in _OURS}


@lru_cache(maxsize=1)
def plan_schema() -> Mapping[str, Any]:
    """The JSON schema of the arguments. Raises TypeError for a field of `Plan` whose type has none."""
    properties: dict[str, Any] = {
        "answer": _one_of([str(answer) for answer in ModelAnswer]),
        "aspect": _one_of(list(get_args(Aspect))),
    }
    for name, hint in type_hints().items():
        properties[name] = dict(_SAID_OTHERWISE[name]) if name in _SAID_OTHERWISE else _schema_of(name, hint)
    for name, description in _DESCRIPTIONS.items():
        properties[name]["description"] = description
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def optional(hint: Any) -> Any:
    """X for `X | None`; None for another type."""
    options = get_args(hint) if isinstance(hint, UnionType) else ()
    return options[0] if len(options) == 2 and options[1] is NoneType else None


def values_of(name: str, of: Any) -> list[str] | None:
    """The closed list of texts that a set of *of* in the field *name* may hold."""
    if of is Status:
        return [*map(str, Status), OPEN, ANY_STATUS]
    if isinstance(of, type) and issubclass(of, StrEnum):
        return [str(value) for value in of]
    return list(EMPTYABLE) if of is str and name in ("without", "having") else None


def _schema_of(name: str, hint: Any) -> dict[str, Any]:
    if inner := optional(hint):
        schema = _schema_of(name, inner)
        return {"anyOf": [schema, {"type": "null"}]}
    if hint == tuple[str, ...]:
        return {"type": "array", "items": {"type": "string"}}
    if get_origin(hint) is frozenset:
        values = values_of(name, get_args(hint)[0])
        return {"type": "array", "items": _one_of(values) if values else {"type": "string"}}
    if hint is DateRange:
        day = {"type": ["string", "null"], "description": "YYYY-MM-DD"}
        properties = {"first": day, "last": day}
        return {
            "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
        }  # fmt: skip
    return _simple(name, hint)


def _simple(name: str, hint: Any) -> dict[str, Any]:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _one_of([str(value) for value in hint])
    types = {bool: {"type": "boolean"}, int: {"type": "integer"}, str: {"type": "string"}}
    if hint in types:
        return dict(types[hint])
    if hint is date:
        return {"type": "string", "description": "YYYY-MM-DD"}
    raise TypeError(f"the field {name} of a plan has the type {hint}, which no schema is known for")


def _one_of(values: list[str]) -> dict[str, Any]:
    return {"type": "string", "enum": values}
