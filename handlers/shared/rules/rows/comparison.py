"""Compare the stored roadmap with the items of a file, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

from storage.values.roadmap import ITEM_FIELDS, Change, ChangeKind, Item, as_text, field_values

# The order within these lists has no meaning.
UNORDERED = frozenset({"campaigns", "visible_to", "tags"})

Value = str | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a file changes: new items, changed items, and the count of unchanged ones."""

    added: tuple[Item, ...] = ()
    changed: tuple[Change, ...] = ()
    unchanged: int = 0

    def changes(self) -> tuple[Change, ...]:
        """The changes as a revision records them: first the additions."""
        return (*map(addition, self.added), *self.changed)


def merged(item: Item, before: Item | None, present: Set[str]) -> Item:
    """The stored item with the fields that the file has (*present*) taken from its row.

    A list that was only reordered keeps its stored order, and an item in which nothing differs is
    returned as stored, so that exactly what `compare` reports is written.
    """
    if before is None:
        return item
    names = tuple(name for name in ITEM_FIELDS if name in present)
    told = {name: getattr(item, name) for name in names if _differ(name, getattr(before, name), getattr(item, name))}
    return replace(before, **told) if told else before


def compare(before: Mapping[str, Item], after: Sequence[Item]) -> Comparison:
    """What *after* changes. Items that it does not contain are not changed."""
    added, changed, unchanged = [], [], 0
    for item in after:
        stored = before.get(item.key)
        if stored is None:
            added.append(item)
        elif stored is not item and (fields := _differences(stored, item)):
            changed.append(Change("item", item.key, ChangeKind.CHANGED, fields))
        else:
            unchanged += 1
    return Comparison(tuple(added), tuple(changed), unchanged)


def addition(item: Item) -> Change:
    """A new item as a revision records it: every field, the old value always ""."""
    fields = {name: ("", new) for name, new in field_values(item).items()}
    return Change("item", item.key, ChangeKind.ADDED, fields)


def _differences(stored: Item, item: Item) -> dict[str, tuple[str, str]]:
    """Old and new of every field that differs, as text, in the order of the contract's columns."""
    pairs = zip(ITEM_FIELDS, _fields(stored), _fields(item), strict=True)
    return {name: (as_text(old), as_text(new)) for name, old, new in pairs if _differ(name, old, new)}


_fields = attrgetter(*ITEM_FIELDS)


def _differ(name: str, old: Value, new: Value) -> bool:
    if old == new:
        return False
    return not (name in UNORDERED and isinstance(old, tuple) and isinstance(new, tuple) and set(old) == set(new))
