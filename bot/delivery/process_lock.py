"""A lock file beside an SQLite store, so that one process delivers from it. The lock ends with the process.

On PostgreSQL any number of processes deliver.
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

from storage.private_files import open_private
from storage.store import StoreProblem

GRACE = timedelta(seconds=2)  # for a predecessor that is shutting down
RETRY_EVERY_S = 0.05


class ProcessLock(Protocol):
    async def acquire(self, grace: timedelta = GRACE) -> None:
        """Take the lock. Raises StoreProblem, naming the holder, if another process keeps it longer than *grace*."""

    async def check_held(self) -> None:
        """Raises StoreProblem if this process no longer holds the lock."""

    async def release(self) -> None:
        """Release the lock."""


def this_process() -> str:
    """This process's id and host, for the message to an operator whose process is refused."""
    return f"process {os.getpid()} on {socket.gethostname()[:30]}"


async def _retry_within(grace: timedelta, attempt: Callable[[], Awaitable[None]]) -> None:
    """Repeat *attempt* until it succeeds; after *grace* its LockHeld is raised."""
    loop = asyncio.get_running_loop()
    end = loop.time() + grace.total_seconds()
    while True:
        try:
            return await attempt()
        except LockHeld:
            if loop.time() >= end:
                raise
        await asyncio.sleep(RETRY_EVERY_S)


class LockHeld(StoreProblem):
    """Another process delivers from this store; the text says which one, and what to do."""


class FileLock:
    """An flock on `<store>.lock`. The file is never deleted; only the lock on it counts."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f"{path.name}.lock")
        self._file: IO[str] | None = None

    async def acquire(self, grace: timedelta = GRACE) -> None:
        await _retry_within(grace, self._lock)

    async def _lock(self) -> None:
        self._file = await asyncio.to_thread(self._locked)

    def _locked(self) -> IO[str]:
        try:
            file = open(self.path, "a+", encoding="utf-8", opener=open_private)  # noqa: SIM115  (it stays open)
        except OSError as error:
            raise StoreProblem(f"The lock file {self.path} cannot be opened: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise LockHeld(
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
        file.write(this_process())
        file.flush()
        return file

    async def check_held(self) -> None:
        """No-op: a file stays locked until its process ends."""

    async def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
