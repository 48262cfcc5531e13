"""The scheduler: APScheduler wakes it, the store decides what is due, and each due time runs once across replicas.

wake ──> database time, watermark ──> due times ──> job run (unique) ──> the job's own work ──> watermark advanced
                               all in one transaction: a crash in the middle leaves nothing half done
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from types import TracebackType
from typing import Self

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from structlog.contextvars import bound_contextvars

from handlers.context import AppContext
from handlers.feature import Job
from handlers.shared.rules.schedule import MAX_CATCH_UP, due_between, last_between
from storage import job_runs
from storage.store import Session, Store, StoreProblem, database_now

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

POLL_INTERVAL = timedelta(seconds=10)
STALE_AFTER = timedelta(days=1)  # older runs of jobs without catch-up are skipped
SYNC_EVERY_S = 30.0
CANCEL_TIMEOUT_S = 5.0


class DatabaseClock:
    """The database's time, so that replicas agree; between two syncs it advances by the machine's monotonic clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._at, self._synced_at = datetime.now(UTC), monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=self._monotonic() - self._synced_at)

    async def sync(self, store: Store) -> None:
        """Read the database's clock. Raises StoreProblem."""
        async with store.reading() as db:
            self._at, self._synced_at = await database_now(db), self._monotonic()

    async def sync_forever(self, store: Store) -> None:
        """Sync every 30 seconds until cancelled."""
        while True:
            await asyncio.sleep(SYNC_EVERY_S)
            try:
                await self.sync(store)
            except StoreProblem as problem:
                log.warning(
                    "the clock could not be synchronised", action="scheduler.store_problem", problem=str(problem)
                )


class Scheduler:
    """Runs jobs when they are due. Enter to start, leave to stop; every replica has one."""

    def __init__(
        self,
        ctx: AppContext,
        jobs: Iterable[Job],
        *,
        on_run: Callable[[], None] = lambda: None,
        now: Callable[[Session], Awaitable[datetime]] = database_now,
        poll_interval: timedelta = POLL_INTERVAL,
    ) -> None:
        self.poll_interval = poll_interval
        self.ctx = ctx
        self.jobs = tuple(jobs)
        self.on_run = on_run
        self._now = now
        self.last_polled_at: datetime | None = None  # last complete round of `run_due`
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._polls: set[asyncio.Task[None]] = set()  # in progress
        self._is_stopped = False

    async def __aenter__(self) -> Self:
        self._scheduler.add_job(
            self._poll,
            IntervalTrigger(seconds=self.poll_interval.total_seconds(), timezone=UTC),
            next_run_time=datetime.now(UTC),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        self._scheduler.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Cancel a poll in progress and wait until it has released the store, which is closed next."""
        self._is_stopped = True  # APScheduler may still fire once after shutdown
        self._scheduler.shutdown(wait=False)
        for poll in self._polls:
            poll.cancel()
        if self._polls:
            await asyncio.wait(set(self._polls), timeout=CANCEL_TIMEOUT_S)

    async def _poll(self) -> None:
        if self._is_stopped:
            return
        task = asyncio.create_task(self.run_due(), name="scheduler poll")
        self._polls.add(task)
        task.add_done_callback(self._polls.discard)
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()

    async def run_due(self) -> None:
        """Run whatever is due. A job that fails is logged, rolled back, and run again at the next poll."""
        for job in self.jobs:
            try:
                while await self.run_job(job):
                    self.on_run()
            except StoreProblem as problem:
                log.warning(
                    "the scheduler cannot use the store", action="scheduler.store_problem", problem=str(problem)
                )
                return
            except Exception:
                log.exception("job failed", action="scheduler.failed", job=job.name)
        self.last_polled_at = self.ctx.clock.now()

    async def run_job(self, job: Job) -> int:
        """Run *job* for its due times up to now, and return how many there were."""
        async with self.ctx.store.transaction() as db:
            now = await self._now(db)
            mark = await job_runs.watermark(db, job.name, now)
            due = _due(job, mark, now)
            if not due:
                return 0
            run_count = 0
            for at in _runs_to_make(job, due, now):
                if await job_runs.claim(db, job.name, at, now):
                    with bound_contextvars(job=job.name):
                        await job.run(self.ctx, db, at)
                    run_count += 1
            await job_runs.advance_watermark(db, job.name, due[-1])
        log.info("job ran", action="scheduler.ran", job=job.name, due=due[-1].isoformat(), times=run_count)
        return len(due)


def _due(job: Job, mark: datetime, now: datetime) -> list[datetime]:
    """The due times since *mark*, at most MAX_CATCH_UP; only the latest, unless the job catches up on all."""
    if job.catch_up == "all":
        return list(islice(due_between(job.schedule, mark, now), MAX_CATCH_UP))
    latest = last_between(job.schedule, mark, now)
    return [latest] if latest else []


def _runs_to_make(job: Job, due: list[datetime], now: datetime) -> list[datetime]:
    if job.catch_up == "none":
        return [at for at in due if now - at <= STALE_AFTER]
    return due
