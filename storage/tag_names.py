"""The tags in use that everybody may see."""

from __future__ import annotations

from sqlalchemy import select

from storage.roadmap import ITEM, as_of, split_list
from storage.store import Session


async def open_tags(session: Session) -> tuple[str, ...]:
    """The tags of current items without restrictions, by name, each once whatever its case."""
    query = select(ITEM.c.tags).where(as_of(ITEM, None), ITEM.c.visible_to == "", ITEM.c.tags != "").distinct()
    tags = {tag.casefold(): tag for row in await session.execute(query) for tag in split_list(row.tags)}
    return tuple(tags[folded] for folded in sorted(tags))
