"""Everything a store holds, so that a test can say: nothing was written."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import SQLModel

from handlers.feature import load_lazy_modules
from storage.store import Store


async def dump_tables(store: Store, *without: str) -> dict[str, list[str]]:
    """Every row of every table as text, in one order; tables named in *without* are left out."""
    load_lazy_modules()  # a table is known once its module is loaded
    tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in without]
    async with store.reading() as session:
        return {
            table.name: sorted(repr(dict(row._mapping)) for row in await session.execute(select(table)))
            for table in tables
        }


async def dump_text(store: Store) -> str:
    """All values of all tables, for a search that no forgotten column escapes."""
    load_lazy_modules()  # a table is known once its module is loaded
    rows: list[Sequence[object]] = []
    async with store.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            rows += [tuple(row) for row in await session.execute(select(table))]
    return "\n".join(map(str, rows))
