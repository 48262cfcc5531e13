"""SQLite with one thread switch per statement.

aiosqlite runs each call on the connection's own thread, and SQLAlchemy makes four calls per statement (open a cursor,
execute, fetch, close). A thread switch costs more than most statements, so this connection opens and closes cursors
without the thread and returns the first rows together with the execution.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
from aiosqlite.context import Result
from aiosqlite.core import _STOP_RUNNING_SENTINEL

from storage.private_files import create_private

# Rows fetched together with the execution. More rows are fetched on demand, so that a long result can be streamed.
FIRST_ROWS = 500


class _Cursor(aiosqlite.Cursor):
    """A cursor whose `execute` also fetches the first rows."""

    def __init__(self, connection: aiosqlite.Connection, cursor: sqlite3.Cursor) -> None:
        super().__init__(connection, cursor)
        self._rows: list[Any] = []
        self._is_complete = True
        self._is_running = False

    async def __aenter__(self) -> _Cursor:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> _Cursor:
        self._is_running = True
        values = () if parameters is None else parameters
        await self._execute(self._run, sql, values)  # type: ignore[no-untyped-call]
        return self

    def _run(self, sql: str, parameters: Any) -> None:
        try:
            self._cursor.execute(sql, parameters)
            self._rows = self._cursor.fetchmany(FIRST_ROWS) if self._cursor.description else []
            self._is_complete = len(self._rows) < FIRST_ROWS
        finally:
            self._is_running = False

    async def fetchall(self) -> Iterable[sqlite3.Row]:
        rows = self._take()
        return rows if self._is_complete else [*rows, *await super().fetchall()]

    async def fetchmany(self, size: int | None = None) -> Iterable[sqlite3.Row]:
        if self._rows or self._is_complete:
            return self._take(size or self.arraysize)
        return await super().fetchmany(size)

    async def fetchone(self) -> sqlite3.Row | None:
        if self._rows or self._is_complete:
            return next(iter(self._take(1)), None)
        return await super().fetchone()

    def _take(self, size: int | None = None) -> list[Any]:
        taken, self._rows = (self._rows, []) if size is None else (self._rows[:size], self._rows[size:])
        return taken

    async def close(self) -> None:
        # A cancelled task may leave its statement running on the thread; then closing waits for it there.
        if self._is_running:
            await super().close()
        else:
            self._cursor.close()


class _Connection(aiosqlite.Connection):
    def cursor(self) -> Result[aiosqlite.Cursor]:  # the cursor is its own context manager
        return _Cursor(self, self._conn.cursor())  # type: ignore[return-value]

    def stop(self) -> None:
        """Close the connection on its thread and end the thread, without waiting: the event loop may be closed by then."""
        self._running = False

        def close_and_stop() -> object:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            return _STOP_RUNNING_SENTINEL

        self._tx.put_nowait((None, close_and_stop))


async def connect(database: str, **options: Any) -> aiosqlite.Connection:
    """An open connection to the file *database*; the `async_creator` of an engine."""
    create_private(Path(database))
    # Other threads than the one that opened the connection use it too; SQLite serialises the calls.
    connector = partial(sqlite3.connect, database, **options | {"check_same_thread": False})
    connection = _Connection(connector, iter_chunk_size=64)
    connection._thread.daemon = True  # the process can end without waiting for this thread
    return await connection
