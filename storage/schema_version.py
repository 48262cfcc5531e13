"""Which version of the tables a store has, told without loading the migration tool."""

from __future__ import annotations

from enum import Enum, auto

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession

# Every released step, oldest first. A test holds this list to the files in `migrations/versions`.
MIGRATIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
)
LATEST_MIGRATION = MIGRATIONS[-1]


class SchemaState(Enum):
    """What `found` makes of a database."""

    EMPTY = auto()
    CURRENT = auto()
    OLDER = auto()
    NEWER = auto()
    FOREIGN = auto()


async def schema_state(session: AsyncSession) -> SchemaState:
    """Compare the store's version mark with the one this program needs."""
    connection = await session.connection()
    tables = await connection.run_sync(_tables)
    if not tables:
        return SchemaState.EMPTY
    if "alembic_version" not in tables:
        return SchemaState.FOREIGN
    mark = (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    if mark == LATEST_MIGRATION:
        return SchemaState.CURRENT
    return SchemaState.OLDER if mark is None or mark in MIGRATIONS else SchemaState.NEWER


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()
