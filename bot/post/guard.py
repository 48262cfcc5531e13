"""One posting process at a time: the lock that says so, for as long as the process lives.

On SQLite it is a lock on a file beside the store, on PostgreSQL an advisory lock of a session of its own. Both end
with the process, however it ends.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import IO, Protocol

import psycopg
from sqlalchemy.engine import URL

from storage.store import Store, StoreProblem

# The number is arbitrary and only has to stay the same; advisory locks are separate in each database.
POSTING_LOCK = 724_502
# A killed predecessor's session takes PostgreSQL some milliseconds to notice.
GRACE = timedelta(seconds=2)
CONNECT_S = 5
MOMENT_S = 0.05


class Guard(Protocol):
    async def take(self, grace: timedelta = GRACE) -> None:
        """Become the one that posts. Raises StoreProblem, naming the holder, when another one stays it."""

    async def confirm(self) -> None:
        """Make sure that it is still us. Raises StoreProblem while it is not."""

    async def release(self) -> None:
        """Let another one post."""


def guard_of(store: Store) -> Guard:
    if store.path is not None:
        return FileGuard(store.path)
    return SessionGuard(store.url)


def us() -> str:
    """This process, as the refused one's operator will look for it."""
    return f"process {os.getpid()} on {socket.gethostname()[:30]}"


async def _within(grace: timedelta, attempt: Callable[[], Awaitable[None]]) -> None:
    """Repeat *attempt* until it succeeds; after *grace* its StoreProblem is final."""
    loop = asyncio.get_running_loop()
    end = loop.time() + grace.total_seconds()
    while True:
        try:
            return await attempt()
        except Held:
            if loop.time() >= end:
                raise
        await asyncio.sleep(MOMENT_S)


class Held(StoreProblem):
    """Another process posts from this store; the text says which one, and what to do."""


class FileGuard:
    """A lock on `<store>.lock`. The file stays behind; only the lock on it counts."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f"{path.name}.lock")
        self._file: IO[str] | None = None

    async def take(self, grace: timedelta = GRACE) -> None:
        await _within(grace, self._lock)

    async def _lock(self) -> None:
        self._file = await asyncio.to_thread(self._locked)

    def _locked(self) -> IO[str]:
        try:
            file = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise StoreProblem(f"The lock file {self.path} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise Held(
                f"Another Handshake already posts from this store: {holder or 'a process that did not say its name'}. "
                "An SQLite store serves one; stop that one first, or, to run several, move to PostgreSQL: "
                "set HANDSHAKE_DATABASE_URL=postgresql://user@host/name and import the roadmap there. "
                f"(lock: {self.path})"
            ) from None
        except OSError as error:
            file.close()
            raise StoreProblem(
                f"The file system of {self.path} cannot lock files: {error.strerror}. Put the store on a local disk."
            ) from error
        file.seek(0)
        file.truncate()
        file.write(us())
        file.flush()
        return file

    async def confirm(self) -> None:
        """A file stays locked until its process ends."""

    async def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class SessionGuard:
    """An advisory lock held by a connection of its own; lost with it, and then taken again or left to another."""

    def __init__(self, url: URL, every: timedelta = timedelta(seconds=1)) -> None:
        self.address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.every = every
        self._connection: psycopg.AsyncConnection | None = None
        self._confirmed_at = 0.0

    async def take(self, grace: timedelta = GRACE) -> None:
        await _within(grace, self._lock)

    async def _lock(self) -> None:
        connection = await self._connected()
        try:
            if not await _one(connection, "SELECT pg_try_advisory_lock(%(key)s)"):
                holder = await _one(connection, _HOLDER)
                raise Held(
                    f"Another Handshake already posts from this store: {holder or 'a session that is just ending'}. "
                    "Stop that one first; this one sends nothing meanwhile."
                )
        except BaseException as error:
            await connection.close()
            if isinstance(error, psycopg.Error | TimeoutError):
                raise _out_of_reach() from error
            raise
        self._connection = connection
        self._confirmed_at = asyncio.get_running_loop().time()

    async def _connected(self) -> psycopg.AsyncConnection:
        try:
            return await psycopg.AsyncConnection.connect(
                self.address, autocommit=True, connect_timeout=CONNECT_S, application_name=us()
            )
        except psycopg.Error as error:
            raise _out_of_reach() from error

    async def confirm(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._connection is not None and now - self._confirmed_at < self.every.total_seconds():
            return
        if self._connection is not None:
            try:
                await _one(self._connection, "SELECT 1")
            except (psycopg.Error, TimeoutError):
                await self.release()
        if self._connection is None:
            await self._lock()
        self._confirmed_at = now

    async def release(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


# A key below 2^32 stands in `objid`; `classid` holds its upper half.
_HOLDER = """
    SELECT activity.application_name
    FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted AND held.classid = 0 AND held.objid = %(key)s
      AND activity.datname = current_database()
"""


async def _one(connection: psycopg.AsyncConnection, question: str) -> object:
    async with asyncio.timeout(CONNECT_S):
        cursor = await connection.execute(question.encode(), {"key": POSTING_LOCK})
        row = await cursor.fetchone()
    return row[0] if row else None


def _out_of_reach() -> StoreProblem:
    return StoreProblem("The database cannot be reached. Check that it runs, then try again.")
