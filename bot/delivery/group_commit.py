"""Small writes of tasks that run at once, in one transaction: whoever comes while one commits shares the next.

Twenty cards are under way at a time, and each is written down twice. A commit of its own for each of those costs more
than the platform's answer; a shared one costs about as much as a single one did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from storage.store import Session, Store

T = TypeVar("T")
Write = Callable[[Session], Awaitable[T]]


class GroupCommit:
    """Every write is committed when `write` returns, as if it had been alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Write[Any], asyncio.Future[Any]]] = []
        self._running: asyncio.Task[None] | None = None

    async def write(self, work: Write[T]) -> T:
        """What *work* returns, once it is committed. Raises what it raises; then nothing of it is kept."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(), name="ledger")
        return await done

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            if not await self._commit(batch):
                # One of them failed and took the others along: each on its own, so that only that one fails.
                for each in batch:
                    await self._commit([each], last=True)

    async def _commit(self, batch: list[tuple[Write[Any], asyncio.Future[Any]]], *, last: bool = False) -> bool:
        try:
            async with self._store.transaction() as session:
                results = [await work(session) for work, _ in batch]
        except BaseException as error:  # handed to whoever waits for it
            if isinstance(error, Exception) and len(batch) > 1 and not last:
                return False
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return True
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():  # whoever waited for it may have been stopped
                done.set_result(result)
        return True
