"""Which version of the tables a store has, read without importing alembic."""

from __future__ import annotations

from enum import Enum, auto

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession

# Every migration, oldest first. A test compares this with the files in `migrations/versions`.
MIGRATIONS = ("first",)
LATEST_MIGRATION = MIGRATIONS[-1]
# The versions of builds before the first release; their tables are others and cannot be upgraded.
UNRELEASED = frozenset({*(f"{number:04}" for number in range(1, 20)), "initial"})


class SchemaState(Enum):
    """What `schema_state` finds in a database."""

    EMPTY = auto()
    CURRENT = auto()
    OLDER = auto()
    NEWER = auto()
    UNRELEASED = auto()
    FOREIGN = auto()


async def schema_state(session: AsyncSession) -> SchemaState:
    """Compare the version of the store's tables with the one this program needs."""
    connection = await session.connection()
    tables = await connection.run_sync(_tables)
    if not tables:
        return SchemaState.EMPTY
    if "alembic_version" not in tables:
        return SchemaState.FOREIGN
    version = (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    if version == LATEST_MIGRATION:
        return SchemaState.CURRENT
    if version in UNRELEASED:
        return SchemaState.UNRELEASED
    return SchemaState.OLDER if version is None or version in MIGRATIONS else SchemaState.NEWER


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()
