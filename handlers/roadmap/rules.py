"""Briefs, and JSON facts about items and campaigns. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storage.values.roadmap import Change, Item, Status, as_text

COLUMNS = (
    "key", "title", "team", "campaigns", "status", "start", "due", "owner_email", "summary", "url", "kind",
    "visible_to", "tags",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brief:
    """One page about a campaign or a team."""

    next_due: tuple[Item, ...]
    overdue: tuple[Item, ...]
    blocked: tuple[Item, ...]
    shipped: tuple[Item, ...]
    open_count: int


def dated_last(items: Sequence[Item]) -> tuple[Item, ...]:
    """Items by due date; items without one are last."""
    return tuple(sorted(items, key=lambda i: (i.due is None, i.due or date.max, i.key)))


def brief(items: Sequence[Item], today: date, *, recent: timedelta = timedelta(days=30)) -> Brief:
    """The brief about *items*; *recent* are those that shipped lately."""
    open_items = [item for item in items if item.is_open]
    dated = sorted((i for i in open_items if i.due is not None), key=lambda i: (i.due, i.key))
    shipped = [i for i in items if i.status is Status.DONE and i.finished_on and i.finished_on >= today - recent]
    return Brief(
        next_due=tuple(i for i in dated if i.due and i.due >= today)[:5],
        overdue=tuple(i for i in dated if i.due and i.due < today),
        blocked=tuple(i for i in dated_last(open_items) if i.status in {Status.BLOCKED, Status.AT_RISK}),
        shipped=tuple(sorted(shipped, key=lambda i: (i.finished_on or today, i.key), reverse=True)),
        open_count=len(open_items),
    )


def campaign_entries(change: Change, email_of: Callable[[str], str]) -> list[dict[str, str]]:
    """The machine-readable form of a campaign's change, values as its CSV would show them."""
    entries = []
    for name, (old, new) in change.fields.items():
        if name in {"owner", "it_partner"}:
            entries.append({"key": change.key, "field": f"{name}_email", "old": email_of(old), "new": email_of(new)})
        else:
            entries.append({"key": change.key, "field": name, "old": old, "new": new})
    return entries


def csv_row(item: Item, email_of: Mapping[str, str]) -> tuple[str, ...]:
    """An item as the contract's roadmap.csv shows it."""
    return (
        item.key,
        item.title,
        item.team,
        as_text(item.campaigns),
        str(item.status),
        as_text(item.start),
        as_text(item.due),
        email_of.get(item.owner, ""),
        item.summary,
        item.url,
        str(item.kind),
        as_text(item.visible_to),
        as_text(item.tags),
    )
