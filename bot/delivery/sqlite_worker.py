"""The delivery worker for SQLite: a loop in this process that claims due deliveries from the ledger.

It runs when woken and at least every second, sends at most 20 deliveries at once, keeps each place's order, and
survives a store that is unavailable for a while.
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
from storage import deliveries, fan_out
from storage.store import Store, StoreProblem

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

LOOKAHEAD = 200  # deliveries loaded at a time: about as many as are started in a second
POLL_INTERVAL = timedelta(seconds=1)
DRAIN_S = 20.0

Deliver = Callable[[int], Awaitable[None]]


class WakeSignal:
    """Wakes the worker when a delivery was queued. Created first, so that what queues can be built before the worker."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.has_new = False  # since the ledger was last read

    def wake(self) -> None:
        """Read the ledger now: a delivery was queued."""
        self.has_new = True
        self.event.set()


async def deliver_due(store: Store, deliver: Deliver, clock: Clock, *, limit: int = 1000) -> int:
    """Send everything that is due, one delivery at a time, and return how many there were.

    For one-shot commands: every delivery is tried once, and retries are left to a running worker.
    """
    tried: set[int] = set()
    while True:
        await fan_out.write_waiting(store)
        async with store.reading() as db:
            due = await deliveries.due(db, clock.now(), limit + len(tried))
        untried = [delivery_id for delivery_id in due if delivery_id not in tried]
        if not untried:
            return len(tried)
        for delivery_id in untried:
            tried.add(delivery_id)
            await deliver(delivery_id)


def _file_of(store: Store) -> Path:
    """The file of an SQLite store. Raises StoreProblem for PostgreSQL."""
    if store.path is None:
        raise StoreProblem(
            "This carrier posts from an SQLite store alone; PostgreSQL has one for any number of replicas."
        )
    return store.path


class SqliteWorker:
    """Enter to start, leave to stop. Entering raises StoreProblem if another process delivers from this store."""

    def __init__(
        self,
        store: Store,
        deliver: Deliver,
        *,
        clock: Clock,
        wake_signal: WakeSignal | None = None,
        concurrency: int = 20,
        poll_interval: timedelta = POLL_INTERVAL,
        drain_s: Callable[[], float] = lambda: DRAIN_S,
        max_backoff: timedelta = timedelta(seconds=15),
        lock_timeout: timedelta = GRACE,
        lock: ProcessLock | None = None,
    ) -> None:
        self.store = store
        self.deliver = deliver
        self.clock = clock
        self.concurrency = concurrency
        self.poll_interval = poll_interval
        self.drain_s = drain_s
        self.max_backoff = max_backoff
        self.lock_timeout = lock_timeout
        self.lock = lock or FileLock(_file_of(store))
        self._in_flight: set[int] = set()
        self._signal = wake_signal or WakeSignal()
        self._queue: deque[int] = deque()  # due, and not started
        self._stopping = False
        self._has_failed = False  # since the ledger was last read
        self._failures = 0  # failed rounds in a row
        self._work: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.lock.acquire(self.lock_timeout)
        self._stopping = False
        self._work = asyncio.create_task(self._run(), name="deliveries")
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop claiming, finish the deliveries in flight, and leave the rest to the next start."""
        try:
            await self.stop()
        finally:
            await self.lock.release()

    def wake(self) -> None:
        """Read the ledger now: a delivery was queued."""
        self._signal.wake()

    async def wait_until_idle(self) -> None:
        """Wait until no delivery is due or in flight."""
        while True:
            await fan_out.write_waiting(self.store)
            async with self.store.reading() as db:
                due = await deliveries.due(db, self.clock.now(), 1)
            if not due and not self._in_flight:
                return
            self.wake()
            await asyncio.sleep(0.02)

    def stop_claiming(self) -> None:
        """Start no new delivery; those in flight continue."""
        self._stopping = True
        self.wake()

    async def stop(self) -> None:
        """Start no new delivery, and wait up to `drain_s()` for those in flight."""
        self.stop_claiming()
        if self._work is None:
            return
        _, unfinished = await asyncio.wait({self._work}, timeout=self.drain_s())
        if unfinished:
            log.warning(
                "stopped with deliveries in flight", action="delivery.cut_off", deliveries=sorted(self._in_flight)
            )
            self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)
        self._work = None

    async def _run(self) -> None:
        # Leaving the group waits for the deliveries in flight: that is the drain.
        async with asyncio.TaskGroup() as group:
            fan_outs = group.create_task(self._write_fan_outs(), name="fan-outs")
            while not self._stopping:
                self._signal.event.clear()
                self._has_failed = False
                try:
                    await self._start_due(group)
                except StoreProblem as problem:
                    self._note_failure(problem)
                except Exception:
                    self._has_failed = True
                    log.exception("reading due deliveries failed", action="delivery.failed")
                await self._wait()
                self._failures = self._failures + 1 if self._has_failed else 0
            fan_outs.cancel()

    async def _write_fan_outs(self) -> None:
        """Add the deliveries of notices for many people, while others are being sent."""
        while True:
            try:
                if await fan_out.write_waiting(self.store):
                    self.wake()
            except StoreProblem as problem:
                self._note_failure(problem)
            except Exception:
                log.exception("a notice for many people could not be addressed", action="fan_out.failed")
            await asyncio.sleep(self.poll_interval.total_seconds())

    async def _start_due(self, group: asyncio.TaskGroup) -> None:
        if len(self._in_flight) >= self.concurrency:
            return
        if self._signal.has_new or not self._queue:
            await self._load_due()
        while self._queue and len(self._in_flight) < self.concurrency and not self._stopping:
            delivery_id = self._queue.popleft()
            self._in_flight.add(delivery_id)
            group.create_task(self._deliver_one(delivery_id), name=f"delivery {delivery_id}")

    async def _load_due(self) -> None:
        """Load what is due: at most one delivery a place, which stays that place's next one until it is done."""
        self._signal.has_new = False
        await self.lock.check_held()
        busy = set(self._in_flight)  # copied before reading: one that ends meanwhile may still be read as due
        async with self.store.reading() as db:
            due = await deliveries.due(db, self.clock.now(), LOOKAHEAD + len(busy))
        self._queue = deque(delivery_id for delivery_id in due if delivery_id not in busy)

    async def _deliver_one(self, delivery_id: int) -> None:
        try:
            await self.deliver(delivery_id)
        except StoreProblem as problem:
            self._note_failure(problem)
        except Exception:
            self._has_failed = True
            log.exception("a delivery failed unexpectedly", action="delivery.failed", delivery=delivery_id)
        else:
            self._signal.event.set()  # its place is free for the next one
        finally:
            self._in_flight.discard(delivery_id)

    def _note_failure(self, problem: StoreProblem) -> None:
        self._has_failed = True
        log.warning("the store cannot be used", action="delivery.store_problem", problem=str(problem))

    async def _wait(self) -> None:
        """Wait for a wake-up or the poll interval, with exponential backoff while the store is unavailable."""
        timeout = (
            min(self.poll_interval * 2 ** min(self._failures, 8), self.max_backoff)
            if self._failures
            else self.poll_interval
        )
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                await self._signal.event.wait()
        except TimeoutError:
            pass
