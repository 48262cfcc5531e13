"""Whether an item is on the roadmap already, under another spelling or another key."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from storage.roadmap import ITEM, ITEM_COLUMNS, as_of, item_from_row, split_list, visible_to
from storage.store import Session, batches
from storage.values.company import Audience
from storage.values.roadmap import OPEN_STATUSES, Item


async def stored_keys(session: Session, keys: Sequence[str]) -> dict[str, str]:
    """The spelling that the roadmap has of each of *keys* which it holds in another case only: given -> stored.

    Without checking visibility, like `items_with`.
    """
    spellings: dict[str, list[str]] = {}
    for batch in batches([key.casefold() for key in keys]):
        query = (
            select(ITEM.c.folded, ITEM.c.key).where(as_of(ITEM, None), ITEM.c.folded.in_(batch)).order_by(ITEM.c.key)
        )
        for row in await session.execute(query):
            spellings.setdefault(row.folded, []).append(row.key)
    spelled = {key: spellings.get(key.casefold(), []) for key in keys}
    return {key: stored[0] for key, stored in spelled.items() if stored and key not in stored}


async def open_items_titled(session: Session, titles: Sequence[str], audience: Audience) -> tuple[Item, ...]:
    """The open items with exactly one of *titles* that *audience* may see, by key."""
    items: list[Item] = []
    for batch in batches(titles):
        conditions = (as_of(ITEM, None), visible_to(audience), ITEM.c.status.in_(sorted(OPEN_STATUSES)))
        rows = await session.execute(select(*ITEM_COLUMNS).where(*conditions, ITEM.c.title.in_(batch)))
        items += map(item_from_row, rows)
    return tuple(sorted(items, key=lambda item: item.key))


async def current(session: Session) -> list[tuple[str, str, tuple[str, ...]]]:
    """(key, team, teams that may see it) of every item on the roadmap, without checking visibility."""
    query = select(ITEM.c.key, ITEM.c.team, ITEM.c.visible_to).where(as_of(ITEM, None))
    return [(row.key, row.team, split_list(row.visible_to)) for row in await session.execute(query)]
