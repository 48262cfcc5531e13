"""Everything that a store holds, for tests that nothing was written or that something is nowhere to be found."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import SQLModel

from handlers.feature import load_lazy_modules
from storage.store import Store


async def dump_tables(store: Store, *without: str) -> dict[str, list[str]]:
    """Table -> its rows as text, sorted; tables named in *without* are left out."""
    load_lazy_modules()  # SQLModel knows a table once its module is loaded
    tables = {table.name: table for table in SQLModel.metadata.sorted_tables}
    assert tables.keys() >= set(without), f"no such table: {set(without) - tables.keys()}"
    async with store.reading() as session:
        return {
            name: sorted(repr(dict(row._mapping)) for row in await session.execute(select(table)))
            for name, table in tables.items()
            if name not in without
        }


async def dump_text(store: Store) -> str:
    """All rows of all tables, one a line."""
    return "\n".join(row for rows in (await dump_tables(store)).values() for row in rows)
