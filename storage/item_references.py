"""Everything that names an item by its key and has to follow when the item gets another one."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from storage import drafts, following
from storage.celebrations import CELEBRATION, PlannedThanksRow
from storage.reminders import CONFLICT
from storage.store import Session, table_of

_PLANNED_THANKS = table_of(PlannedThanksRow)


async def rename_item(session: Session, old: str, new: str) -> None:
    """Follows, celebrations, planned thanks, conflicts and unpublished edits of *old* are about *new*.

    What is published stays as it was; `item_renames` leads from the old key to the new one.
    """
    await following.rename_item(session, old, new)
    await drafts.rename_item(session, old, new)
    await session.execute(update(CELEBRATION).where(CELEBRATION.c.item == old).values(item=new))
    for table in (_PLANNED_THANKS, CONFLICT):
        if (await session.execute(select(table.c.item).where(table.c.item == new))).first():
            await session.execute(delete(table).where(table.c.item == old))
        await session.execute(update(table).where(table.c.item == old).values(item=new))
