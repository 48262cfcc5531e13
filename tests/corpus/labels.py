"""What a label means: the items it picks, worked out from the items alone and never by the program.

`want` holds conditions that all have to be met; several values of one condition are alternatives. `first` and `last` keep
so many of the earliest or latest due.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from storage.values.roadmap import OPEN_STATUSES, Item, Status
from tests.corpus.stores import Store

Label = Mapping[str, Any]
_ANY_DATE = ("late", "slipping", "done", "finished", "due")


def gold(label: Label, store: Store) -> frozenset[str]:
    """The keys of the items that *label* means."""
    hits = [item for item in store.items if fits(item, label.get("want", {}), store)]
    number = label.get("first") or label.get("last")
    if number:
        hits = [item for item in hits if item.due]
        if label.get("first") and not any(word in str(label) for word in _ANY_DATE):
            hits = [item for item in hits if item.due and item.due >= store.today]
        hits.sort(key=lambda item: item.key)
        hits.sort(key=lambda item: item.due or date.max, reverse=bool(label.get("last")))
        hits = hits[:number]
    return frozenset(item.key for item in hits)


_SAYS_STATUS = frozenset(["open", "late", "slipping", "on_track", "status", "finished", "key", "any", "due", "start"])


def golds(label: Label, store: Store) -> tuple[frozenset[str], ...]:
    """Every set of items that is right. Where no status is named, the open ones alone are right as well.

    The conventions leave that open, and so did the authors: some meant all items by "Chloe's items", some the open ones.
    """
    strict = gold(label, store)
    want = dict(label.get("want", {}))
    if label.get("get") == "yes_no" and {"key", "title"} & set(want):  # "is the banner late?" shows the banner
        about = {name: value for name, value in want.items() if name in {"key", "title"}}
        return (strict, gold({**label, "want": about}, store))
    if want.get("not") == {"status": ["done"]}:
        del want["not"]
    if _SAYS_STATUS & set(want):
        return (strict,)
    return (strict, gold({**label, "want": {**label.get("want", {}), "open": True}}, store))


def fits(item: Item, want: Mapping[str, Any], store: Store) -> bool:
    return all(_meets(item, name, value, store) for name, value in want.items())


def _meets(item: Item, name: str, value: Any, store: Store) -> bool:
    late = item.is_open and item.due is not None and item.due < store.today
    slipping = item.is_open and (late or item.status in {Status.BLOCKED, Status.AT_RISK})
    match name:
        case "open":
            return (item.status in OPEN_STATUSES) is value
        case "late":
            return late is value
        case "slipping":
            return slipping is value
        case "on_track":
            return (item.is_open and not slipping) is value
        case "status":
            return str(item.status) in value
        case "side":
            return str(store.names.team[item.team].side) in value
        case "team":
            return item.team in value
        case "campaign":
            return not set(value).isdisjoint(item.campaigns)
        case "owner":
            return item.owner in value
        case "key":
            return item.key in value
        case "title":
            return _titled(item, value)
        case "kind":
            return str(item.kind) == str(value)
        case "tag":
            return not {tag.casefold() for tag in value}.isdisjoint(tag.casefold() for tag in item.tags)
        case "missing":
            return not any(getattr(item, column) for column in value)
        case "due":
            return _within(item.due, value)
        case "start":
            return _within(item.start, value)
        case "finished":
            last = min(value[1] or str(store.today), str(store.today))
            return item.status is Status.DONE and _within(item.due, (value[0], last))
        case "not":
            return not any(_meets(item, other, inner, store) for other, inner in value.items())
        case "any":
            return any(_meets(item, other, inner, store) for other, inner in value.items())
        case "every":
            return set(value["campaign"]) <= set(item.campaigns)
        case _:
            raise ValueError(f"{name} is not a condition of a label")


def _titled(item: Item, beginnings: Sequence[str]) -> bool:
    words = _words(f"{item.title} {item.summary} {item.key}")
    return all(any(word.startswith(part) for word in words) for text in beginnings for part in _words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _within(day: date | None, period: Sequence[str | None]) -> bool:
    first, last = (date.fromisoformat(text) if text else None for text in period)
    return day is not None and (first is None or first <= day) and (last is None or day <= last)
