"""Former keys of items. A revision that renames an item ends it under its old key and adds it under the new one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlmodel import Field, SQLModel

from storage.store import Session, insert_all, table_of
from storage.values.roadmap import Change


class ItemRenameRow(SQLModel, table=True):
    __tablename__ = "item_rename"

    revision: int = Field(primary_key=True)
    old: str = Field(primary_key=True)
    new: str
    old_folded: str = Field(index=True)  # the keys without case, because people type them
    new_folded: str = Field(index=True)


RENAME = table_of(ItemRenameRow)
_MOST_RENAMES = 20  # of one item that are followed


async def record(session: Session, revision: int, changes: Sequence[Change]) -> None:
    """Remember the former keys of the items that *changes* rename."""
    rows = [
        {
            "revision": revision,
            "old": change.formerly,
            "new": change.key,
            "old_folded": change.formerly.casefold(),
            "new_folded": change.key.casefold(),
        }
        for change in changes
        if change.formerly
    ]
    await insert_all(session, ItemRenameRow, rows)


async def other_keys(session: Session, keys: Sequence[str]) -> tuple[str, ...]:
    """Every other key that the items with *keys*, in any case, have or had; none if they were never renamed."""
    folded, others = {key.casefold() for key in keys}, dict[str, None]()
    for _ in range(_MOST_RENAMES):
        touching = or_(RENAME.c.old_folded.in_(sorted(folded)), RENAME.c.new_folded.in_(sorted(folded)))
        rows = (await session.execute(select(RENAME).where(touching).order_by(RENAME.c.revision))).all()
        others |= {key: None for row in rows for key in (row.old, row.new) if key not in keys}
        wider = folded | {key.casefold() for key in others}
        if wider == folded:
            break
        folded = wider
    return tuple(others)


async def former_keys(session: Session) -> dict[str, str]:
    """Former key -> the key that its item has now, of every renamed item."""
    rows = (await session.execute(select(RENAME.c.old, RENAME.c.new).order_by(RENAME.c.revision))).all()
    now: dict[str, str] = {}
    for row in rows:
        now = {old: row.new if new == row.old else new for old, new in now.items()} | {row.old: row.new}
    return {old: new for old, new in now.items() if old != new}
