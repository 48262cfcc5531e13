"""The database engine and its transactions. Most differences between SQLite and PostgreSQL are handled here.

reading()       a consistent, read-only snapshot; many at once
transaction()   the only way to write; on SQLite it takes the write lock at BEGIN, so nothing can fail halfway
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from aiosqlite import Connection
from sqlalchemy import (
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Function,
    Insert,
    Row,
    Select,
    Table,
    Update,
    event,
    func,
    insert,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from storage.private_files import make_private_folder
from storage.sqlite_driver import connect

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Session = AsyncSession
T = TypeVar("T")

# One lock for everything that assigns a revision number; the value is arbitrary but must stay the same.
PUBLISHING_LOCK = 724_501
# Items in one IN (...) list: well below the limit of bound variables of both databases.
BATCH = 500
# Rows written or read at once. That blocks the event loop: 10 ms for so many, half a second for a large import.
ROW_BATCH = 1_000

_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)


class StoreProblem(Exception):
    """The store cannot be used. The text says what is wrong with it and what to do; the exit status is 3."""


class StoreOutdated(StoreProblem):
    """The store was made by an older version; `handshake migrate` brings it up to date."""


def inside_transaction() -> bool:
    """True while a writing transaction is open; the fakes refuse to be called then."""
    return _inside.get()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. A value without a time zone raises ValueError; SQLite stores naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def parse_url(address: str) -> URL:
    """The address for the driver, from the value of HANDSHAKE_DATABASE_URL. Raises StoreProblem."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreProblem(
            "HANDSHAKE_DATABASE_URL is not an address. Write sqlite:///var/handshake.db or postgresql://user@host/name."
        ) from None
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:":
            return url.set(drivername="sqlite+aiosqlite")
        case "sqlite":
            raise StoreProblem("An SQLite store needs a file: write HANDSHAKE_DATABASE_URL=sqlite:///var/handshake.db.")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise StoreProblem(f"Handshake keeps its store in SQLite or PostgreSQL; {other} is neither.")


def set_up_sqlite(connection: Any, _record: object = None) -> None:
    """The pragmas of every SQLite connection; a listener for the pool's `connect` event."""
    connection.isolation_level = (
        None  # this module sends BEGIN: a deferred transaction that upgrades to a write lock may fail at once
    )
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # NORMAL may lose the last commits at a power failure
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


class Store:
    """The database of one organisation. Open it once, close it at the end."""

    def __init__(self, address: str) -> None:
        self.url = parse_url(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            make_private_folder(Path(cast(str, self.url.database)).parent)
            self._writer, self._reader = self._sqlite_engine("BEGIN IMMEDIATE", 1), self._sqlite_engine("BEGIN", 8)
        else:
            self._writer = create_async_engine(self.url, pool_size=10, pool_pre_ping=True)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._write = async_sessionmaker(self._writer, expire_on_commit=False, autoflush=False)
        self._read = async_sessionmaker(self._reader, expire_on_commit=False, autoflush=False)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite store; None on PostgreSQL."""
        return Path(cast(str, self.url.database)) if self.is_sqlite else None

    def _sqlite_engine(self, begin: str, size: int) -> AsyncEngine:
        # One writing connection: writers queue here, in order, and not in SQLite's busy loop.
        engine = create_async_engine(self.url, pool_size=size, max_overflow=0, async_creator=self._connect_sqlite)
        event.listen(engine.sync_engine, "connect", set_up_sqlite)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    async def _connect_sqlite(self) -> Connection:
        arguments, options = self.url.get_dialect()().create_connect_args(self.url)
        return await connect(*arguments, **options)

    async def open(self) -> None:
        """Create the tables of a new store, or check that this version can read an existing one. Raises StoreProblem."""
        from storage import schema_version

        async with self.reading() as session:
            state = await schema_version.schema_state(session)
        match state:
            case schema_version.SchemaState.EMPTY:
                await self.migrate()
            case schema_version.SchemaState.OLDER:
                raise StoreOutdated("This store was made by an older Handshake. Run: handshake migrate")
            case schema_version.SchemaState.NEWER:
                raise StoreProblem(
                    f"The store {self} was made by a newer Handshake than this one. Install that version, "
                    "or point HANDSHAKE_DATABASE_URL at another store. Nothing was changed."
                )
            case schema_version.SchemaState.UNRELEASED:
                raise StoreProblem(self._unreleased())
            case schema_version.SchemaState.FOREIGN:
                raise StoreProblem(
                    f"{self} holds tables of another program. Point HANDSHAKE_DATABASE_URL at an empty database."
                )
            case schema_version.SchemaState.CURRENT:
                pass

    async def migrate(self) -> None:
        """Upgrade the tables to this version, in one transaction. Safe to repeat and to run in two processes at once."""
        from storage import schema_version

        async with self.reading() as session:
            state = await schema_version.schema_state(session)
        if state is schema_version.SchemaState.CURRENT:
            return
        if state is schema_version.SchemaState.UNRELEASED:
            raise StoreProblem(self._unreleased())
        from storage.upgrade import upgrade  # alembic takes long to import, and a current store does not need it

        with _translated_errors(self):
            await asyncio.to_thread(upgrade, self.url)

    def _unreleased(self) -> str:
        return (
            f"The store {self} was made by a build before the first release, which this version cannot read. "
            "Import your files into a new store; for the demo, type: handshake demo --fresh. Nothing was changed."
        )

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """A consistent snapshot of the store. What was read may be outdated when a later transaction writes."""
        with _translated_errors(self):
            async with self._read() as session, session.begin():
                yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """The only way to write: everything is committed, or nothing. Do not call an outside service while it is open."""
        if _inside.get():
            raise RuntimeError("a transaction inside a transaction would wait for itself")
        token = _inside.set(True)
        try:
            with _translated_errors(self):
                async with self._write() as session, session.begin():
                    yield session
        finally:
            _inside.reset(token)

    def __str__(self) -> str:
        return str(self.path) if self.is_sqlite else self.url.render_as_string(hide_password=True)


class _translated_errors:  # noqa: N801  (reads as a phrase where it is used)
    """Turn errors of the database into a StoreProblem with an explanation; other errors pass."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DBAPIError | sqlite3.Error | OSError | TimeoutError) and (words := _explanation(error)):
            raise StoreProblem(f"{words} (store: {self.store})") from error
        if isinstance(error, SQLAlchemyError) and "QueuePool limit" in str(error):
            raise StoreProblem(f"The store is busy; try again in a moment. (store: {self.store})") from error


_EXPLANATIONS = {
    "file is not a database": "The store file is not a database. Point HANDSHAKE_DATABASE_URL at another file, or restore a backup.",
    "database disk image is malformed": "The store file is damaged. Restore the newest backup.",
    "database or disk is full": "The disk is full: nothing was written. Free some space and try again.",
    "disk i/o error": "The disk reports an error: nothing was written. Check the disk, then try again.",
    "database is locked": "Another process is writing to the store. Try again in a moment.",
    "unable to open database file": "The store file cannot be opened. Check that its folder exists and may be written to.",
    "readonly database": "The store file may not be written to. Check its permissions.",
    "permission denied": "The store may not be used by this account. Check its permissions.",
    "does not exist": "That database does not exist. Create it, or correct HANDSHAKE_DATABASE_URL.",
    "password authentication failed": "PostgreSQL refused the password in HANDSHAKE_DATABASE_URL.",
}


def _explanation(error: BaseException) -> str:
    message = str(getattr(error, "orig", None) or error).lower()
    for sign, words in _EXPLANATIONS.items():
        if sign in message:
            return words
    lost = getattr(error, "connection_invalidated", False) or "connection" in message
    return "The database cannot be reached. Check that it runs, then try again." if lost else ""


def is_postgresql(session: Session) -> bool:
    """Whether several processes may share this database; otherwise it is the SQLite file of one process."""
    return session.get_bind().dialect.name == "postgresql"


def insert_into(session: Session, table: type[SQLModel]) -> postgresql.Insert | sqlite.Insert:
    """The INSERT of this database's dialect, which has ON CONFLICT."""
    if not is_postgresql(session):
        return sqlite.insert(table_of(table))
    from sqlalchemy.dialects import postgresql  # imports the types of another driver, which SQLite does not need

    return postgresql.insert(table_of(table))


def greatest(session: Session, *values: object) -> Function[Any]:
    """The greatest of some values of one row."""
    return (func.greatest if is_postgresql(session) else func.max)(*values)


async def lock_publishing(session: Session) -> None:
    """Wait until no other process is assigning a revision number; held until the transaction ends.

    On SQLite the transaction already holds the write lock.
    """
    if is_postgresql(session):
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISHING_LOCK})


async def database_now(session: Session) -> datetime:
    """The time of the database's clock, which all replicas share."""
    if is_postgresql(session):
        return cast(datetime, (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()).astimezone(UTC)
    # `unixepoch('subsec')` needs SQLite 3.42; Python 3.11 comes with 3.40.
    seconds = (await session.execute(text("SELECT (julianday('now') - 2440587.5) * 86400.0"))).scalar_one()
    return datetime.fromtimestamp(seconds, UTC)


async def insert_new(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the *rows* that violate no unique constraint and skip the others; return how many were inserted."""
    if not rows:
        return 0
    # One short statement, run for each row: a long statement with many rows would be compiled every time.
    return await affected(session, insert_into(session, table).on_conflict_do_nothing(), rows)


async def affected(
    session: Session, statement: Insert | Update | Delete, rows: Sequence[Mapping[str, Any]] | None = None
) -> int:
    """Run a writing statement, once or for each of *rows*, and return how many rows it changed."""
    # Without this option, the row count of an INSERT is lost with its cursor.
    result = await session.execute(statement, rows and list(rows), execution_options={"preserve_rowcount": True})
    return cast(CursorResult[Any], result).rowcount


async def insert_all(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert every one of *rows*, which all have the same columns."""
    for batch in batches(rows, ROW_BATCH):
        await session.execute(insert(table_of(table)), list(batch))


async def rows_of(session: Session, query: Select[Any]) -> list[Row[Any]]:
    """All rows of a result that may be long: the event loop gets its turn between two batches of them."""
    rows: list[Row[Any]] = []
    for batch in (await session.execute(query)).partitions(ROW_BATCH):
        rows += batch
        await asyncio.sleep(0)
    return rows


async def streamed(session: Session, query: Select[Any]) -> AsyncGenerator[Row[Any], None]:
    """The rows of a long result as they arrive, without keeping all of them in memory. Always closes the cursor."""
    result = await session.stream(query.execution_options(yield_per=1000))
    try:
        async for row in result:
            yield row
    finally:
        await result.close()


def table_of(model: type[SQLModel]) -> Table:
    """The SQL table of a model."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


def batches(things: Sequence[T], size: int = BATCH) -> Iterable[Sequence[T]]:
    """Split *things* into batches of at most *size*."""
    return (things[start : start + size] for start in range(0, len(things), size))
