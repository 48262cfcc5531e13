"""Group commit: writes that arrive while a commit runs share the next one.

Twenty deliveries are in flight at a time and each writes twice. A commit for each write would take longer than the
platform's answer; a shared one takes about as long as a single one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from storage.store import Session, Store

T = TypeVar("T")
Write = Callable[[Session], Awaitable[T]]


class GroupCommit:
    """Batches writes into shared transactions; each write is committed when `write` returns."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Write[Any], asyncio.Future[Any]]] = []
        self._running: asyncio.Task[None] | None = None

    async def write(self, work: Write[T]) -> T:
        """Run *work* in a transaction and return its result once committed. Its exception rolls it back and is raised."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(), name="ledger")
        return await done

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            if not await self._commit(batch):
                # One write failed and rolled back the others: repeat each alone, so that only that one fails.
                for entry in batch:
                    await self._commit([entry], last=True)

    async def _commit(self, batch: list[tuple[Write[Any], asyncio.Future[Any]]], *, last: bool = False) -> bool:
        try:
            async with self._store.transaction() as session:
                results = [await work(session) for work, _ in batch]
        except BaseException as error:  # passed on to the callers
            if isinstance(error, Exception) and len(batch) > 1 and not last:
                return False
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return True
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():  # the caller may have been cancelled
                done.set_result(result)
        return True
