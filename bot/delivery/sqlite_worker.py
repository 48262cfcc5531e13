"""The carrier inside the process: it asks the ledger what is due, and hands it to the postman.

It wakes when told to and at least every second, carries at most 20 deliveries at once, keeps the order of each
place, and outlives a store that is away for a while.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from bot.delivery.process_lock import GRACE, FileLock, ProcessLock
from integrations.ports.clock import Clock
from storage import deliveries
from storage.store import Store, StoreProblem

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

LOOKAHEAD = 200  # deliveries seen at one look: as many as are begun in about a second

Deliver = Callable[[int], Awaitable[None]]


async def deliver_due(store: Store, deliver: Deliver, clock: Clock, *, limit: int = 1000) -> int:
    """Carry out, one after the other, whatever is due, and return how many deliveries that were.

    For a command that says something and ends: nothing is tried twice, what fails is left to the post.
    """
    tried: set[int] = set()
    while True:
        async with store.reading() as db:
            due = [each for each in await deliveries.due(db, clock.now(), limit + len(tried)) if each not in tried]
        if not due:
            return len(tried)
        for each in due:
            tried.add(each)
            await deliver(each)


def _file_of(store: Store) -> Path:
    """The file of an SQLite store; this carrier serves no other."""
    if store.path is None:
        raise StoreProblem(
            "This carrier posts from an SQLite store alone; PostgreSQL has one for any number of replicas."
        )
    return store.path


class SqliteWorker:
    """The post while it runs: enter it to start, leave it to stop. Entering raises StoreProblem if another one runs."""

    def __init__(
        self,
        store: Store,
        deliver: Deliver,
        *,
        clock: Clock,
        concurrency: int = 20,
        poll_interval: timedelta = timedelta(seconds=1),
        drain_timeout: timedelta = timedelta(seconds=20),
        max_backoff: timedelta = timedelta(seconds=15),
        lock_timeout: timedelta = GRACE,
        lock: ProcessLock | None = None,
    ) -> None:
        self.store = store
        self.deliver = deliver
        self.clock = clock
        self.concurrency = concurrency
        self.poll_interval = poll_interval
        self.drain_timeout = drain_timeout
        self.max_backoff = max_backoff
        self.lock_timeout = lock_timeout
        self.lock = lock or FileLock(_file_of(store))
        self._in_flight: set[int] = set()
        self._awake = asyncio.Event()
        self._queue: deque[int] = deque()  # due, and not begun
        self._is_woken = False  # since the last look into the ledger
        self._stopping = False
        self._has_failed = False  # since the last look into the ledger
        self._failures = 0  # such looks in a row
        self._work: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.lock.acquire(self.lock_timeout)
        self._stopping = False
        self._work = asyncio.create_task(self._run(), name="post")
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Claim nothing any more, finish what is under way, and leave the rest to the next start."""
        try:
            await self.stop()
        finally:
            await self.lock.release()

    def wake(self) -> None:
        """Look into the ledger now: something was written to it."""
        self._is_woken = True
        self._awake.set()

    async def wait_until_idle(self) -> None:
        """Wait until nothing that may be tried now is left to carry."""
        while True:
            async with self.store.reading() as db:
                due = await deliveries.due(db, self.clock.now(), 1)
            if not due and not self._in_flight:
                return
            self.wake()
            await asyncio.sleep(0.02)

    def stop_claiming(self) -> None:
        """Start nothing any more; what is under way goes on."""
        self._stopping = True
        self.wake()

    async def stop(self) -> None:
        """Start nothing any more, and wait for what is under way, but not for ever."""
        self.stop_claiming()
        if self._work is None:
            return
        _, unfinished = await asyncio.wait({self._work}, timeout=self.drain_timeout.total_seconds())
        if unfinished:
            log.warning("the post stops amid deliveries", action="post.cut", deliveries=sorted(self._in_flight))
            self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)
        self._work = None

    async def _run(self) -> None:
        # Leaving the group waits for the deliveries under way: that is the drain.
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                self._awake.clear()
                self._has_failed = False
                try:
                    await self._start_due(group)
                except StoreProblem as problem:
                    self._note_failure(problem)
                except Exception:
                    self._has_failed = True
                    log.exception("the post stumbled", action="post.stumbled")
                await self._wait()
                self._failures = self._failures + 1 if self._has_failed else 0

    async def _start_due(self, group: asyncio.TaskGroup) -> None:
        if len(self._in_flight) >= self.concurrency:
            return
        if self._is_woken or not self._queue:
            await self._load_due()
        while self._queue and len(self._in_flight) < self.concurrency and not self._stopping:
            each = self._queue.popleft()
            self._in_flight.add(each)
            group.create_task(self._deliver_one(each), name=f"delivery {each}")

    async def _load_due(self) -> None:
        """See what is due. No two of them are of one place, so each stays the next of its place until it was carried."""
        self._is_woken = False
        await self.lock.check_held()
        busy = set(self._in_flight)  # as it was before the look: one that ends meanwhile is still seen as waiting
        async with self.store.reading() as db:
            due = await deliveries.due(db, self.clock.now(), LOOKAHEAD + len(busy))
        self._queue = deque(each for each in due if each not in busy)

    async def _deliver_one(self, delivery_id: int) -> None:
        try:
            await self.deliver(delivery_id)
        except StoreProblem as problem:
            self._note_failure(problem)
        except Exception:
            self._has_failed = True
            log.exception("a delivery stumbled", action="post.stumbled", delivery=delivery_id)
        else:
            self._awake.set()  # its place is free for the next one
        finally:
            self._in_flight.discard(delivery_id)

    def _note_failure(self, problem: StoreProblem) -> None:
        self._has_failed = True
        log.warning("the store cannot be used", action="post.store_problem", problem=str(problem))

    async def _wait(self) -> None:
        """Wait to be woken, or for the next look; longer and longer while the store is away."""
        rest = (
            min(self.poll_interval * 2 ** min(self._failures, 8), self.max_backoff)
            if self._failures
            else self.poll_interval
        )
        try:
            async with asyncio.timeout(rest.total_seconds()):
                await self._awake.wait()
        except TimeoutError:
            pass
