"""A plan as JSON, so that a question can be answered again: with more lines, for other readers, in another room."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from storage.values.questions import AnswerType, ChangeFilter, DateRange, GroupBy, Plan, SortOrder
from storage.values.roadmap import Kind, Status


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON data, without the fields that have their default."""
    blank = Plan()
    values = {f.name: getattr(plan, f.name) for f in fields(plan) if getattr(plan, f.name) != getattr(blank, f.name)}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> Any:
    match value:
        case DateRange(first=first, last=last):
            return {"first": first and first.isoformat(), "last": last and last.isoformat()}
        case frozenset():
            return sorted(str(item) for item in value)
        case tuple():
            return [str(item) for item in value]
        case date():
            return value.isoformat()
        case StrEnum():
            return str(value)
        case _:
            return value


def _days(given: Mapping[str, str | None]) -> DateRange:
    return DateRange(_day(given["first"]), _day(given["last"]))


def _day(given: str | None) -> date | None:
    return date.fromisoformat(given) if given else None


_READ: Mapping[str, Any] = {
    "wanted": AnswerType,
    "statuses": lambda given: frozenset(Status(name) for name in given),
    "kinds": lambda given: frozenset(Kind(name) for name in given),
    "without": frozenset,
    "having": frozenset,
    "order": SortOrder,
    "group_by": GroupBy,
    "change": ChangeFilter,
    "due": _days,
    "start": _days,
    "finished": _days,
    "changed": _days,
    "today": date.fromisoformat,
}


def plan_from_json(data: Mapping[str, Any]) -> Plan:
    """The inverse of `plan_to_json`. Raises ValueError, KeyError or TypeError for invalid data."""
    read: dict[str, Any] = {
        name: _READ[name](value) if name in _READ else _value(value) for name, value in data.items()
    }
    return Plan(**read)


def _value(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def canonical_plan(plan: Plan, matching_keys: Sequence[str] = ()) -> str:
    """The part of a plan that is the same for two questions with the same meaning: all but its day, order and limit.

    A plan that depends on the day ("overdue") means the same as long as it finds the same items: *matching_keys*.
    """
    moves = plan.overdue or plan.slipping or plan.or_overdue or plan.not_overdue or plan.on_track
    moves = moves or plan.wanted in {AnswerType.HOW_LATE, AnswerType.HEALTH, AnswerType.CHANGES, AnswerType.REASONS}
    bare = plan_to_json(replace(plan, order=SortOrder.DUE, limit=None, today=date.min))
    return json.dumps(bare | ({"items": _digest(matching_keys)} if moves else {}), sort_keys=True)


def _digest(keys: Sequence[str]) -> str:
    return sha256(" ".join(sorted(keys)).encode()).hexdigest()[:16]
