"""Through whose hands an item went: everybody who ever owned it."""

from __future__ import annotations

from sqlalchemy import func, select

from storage.roadmap import ITEM
from storage.store import Session


async def owners_of(session: Session, key: str) -> tuple[str, ...]:
    """The ids of those who owned it in any published version, the first owner first."""
    wanted = (
        select(ITEM.c.owner)
        .where(ITEM.c.key == key, ITEM.c.owner != "")
        .group_by(ITEM.c.owner)
        .order_by(func.min(ITEM.c.from_revision), ITEM.c.owner)
    )
    return tuple((await session.execute(wanted)).scalars())
