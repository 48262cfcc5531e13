"""What the earlier versions of items say: former owners and postponed due dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from storage import item_renames
from storage.roadmap import ITEM, ITEM_COLUMNS, as_of, item_from_row, visible_to
from storage.store import Session
from storage.values.company import Audience
from storage.values.roadmap import OPEN_STATUSES, Item


async def owners_of(session: Session, key: str) -> tuple[str, ...]:
    """The ids of everybody who owned the item in a published version, the first owner first."""
    query = (
        select(ITEM.c.owner)
        .where(ITEM.c.key.in_([key, *await item_renames.other_keys(session, [key])]), ITEM.c.owner != "")
        .group_by(ITEM.c.owner)
        .order_by(func.min(ITEM.c.from_revision), ITEM.c.owner)
    )
    return tuple((await session.execute(query)).scalars())


async def names_hidden_from(session: Session, revision: int, audience: Audience) -> frozenset[str]:
    """Keys and titles that *audience* may not read, of the items changed by that revision."""
    touched = or_(ITEM.c.from_revision == revision, ITEM.c.to_revision == revision)
    hidden = select(ITEM.c.key, ITEM.c.title).where(ITEM.c.visible_to != "", touched, ~visible_to(audience))
    return frozenset(name for row in await session.execute(hidden) for name in row)


@dataclass(frozen=True, slots=True)
class PostponedItem:
    """An item as it is now, and its earlier due date."""

    item: Item
    due_before: date


async def moved_later(session: Session, since: int, audience: Audience, *, limit: int) -> tuple[PostponedItem, ...]:
    """The open items that are due later than they were at revision *since*, by key, at most *limit*.

    *audience* must have been allowed to see the item at that revision too; otherwise its earlier date stays hidden.
    """
    then = ITEM.alias("then")
    query = (
        select(*ITEM_COLUMNS, then.c.due.label("due_before"))
        .join(then, then.c.key == ITEM.c.key)
        .where(as_of(ITEM, None), as_of(then, since), ITEM.c.due > then.c.due)
        .where(ITEM.c.status.in_(sorted(OPEN_STATUSES)), visible_to(audience), visible_to(audience, then))
        .order_by(ITEM.c.key)
        .limit(limit)
    )
    return tuple(PostponedItem(item_from_row(row), row.due_before) for row in await session.execute(query))
