"""The carrier of many replicas: procrastinate brings "look at delivery 42" to one of them, over PostgreSQL.

The errand is written in the transaction of the delivery (storage/errands.py), for the first of each line alone: one line a
place keeps its order, and the queue stays short however much waits. A delivery that has to wait keeps its errand. Whatever happens to an
errand, the ledger is the truth: the sweep finds what waits without one, and what a dead replica left behind.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import psycopg
import structlog
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from integrations.ports.clock import Clock
from storage import deliveries, delivery_queue
from storage.store import Store, StoreProblem
from storage.values.deliveries import DeliveryKind, DeliveryState

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

Deliver = Callable[[int], Awaitable[None]]

POLL_S = 0.5  # with one line a place, the default of 5 s made every second card of a place 5 s late
DEAD_AFTER = timedelta(seconds=30)  # without a sign of life; one is given three times as often
CONNECT_TIMEOUT_S = 5
MIN_BACKOFF_S, MAX_BACKOFF_S = 1.0, 15.0


class DeliveryPending(Exception):
    """The delivery could not be brought to its end: the same errand comes again at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class _RetryStrategy(BaseRetryStrategy):
    """An errand comes again when its delivery says so, or when the ledger could not be read; nothing else repeats."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        match exception:
            case DeliveryPending(until=until):
                return RetryDecision(retry_at=until)
            case StoreProblem():
                return RetryDecision(retry_at=self.clock.now() + timedelta(seconds=min(2**job.attempts, 60)))
            case _:
                return None


class PostgresWorker:
    """The post while it runs: enter it to start, leave it to stop. Any number of them share one store."""

    def __init__(
        self,
        store: Store,
        deliver: Deliver,
        *,
        clock: Clock,
        concurrency: int = 60,
        sweep_interval: timedelta = timedelta(seconds=5),
        dead_after: timedelta = DEAD_AFTER,
        drain_timeout: timedelta = timedelta(seconds=20),
    ) -> None:
        self.store = store
        self.deliver = deliver
        self.clock = clock
        self.concurrency = concurrency
        self.sweep_interval = sweep_interval
        self.dead_after = dead_after
        self.drain_timeout = drain_timeout
        self.is_running = False
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._supervise("post.worker", self._run_worker), name="post"),
            asyncio.create_task(self._supervise("post.sweep", self._sweep), name="post sweep"),
        ]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Fetch nothing any more, finish what is under way, and leave the rest to the others."""
        for each in self._tasks:
            each.cancel()
        _, unfinished = await asyncio.wait(self._tasks, timeout=self.drain_timeout.total_seconds() + 1)
        if unfinished:
            log.warning("the post stops amid deliveries", action="post.cut")

    def wake(self) -> None:
        """Nothing to do: PostgreSQL itself tells the workers of a new errand."""

    def _app(self) -> App:
        """A fresh one for each life of the worker: one that lost its database is not to be trusted again."""
        address = self.store.url.set(drivername="postgresql").render_as_string(hide_password=False)
        app = App(
            connector=PsycopgConnector(
                conninfo=address,
                kwargs={"connect_timeout": CONNECT_TIMEOUT_S},
                min_size=1,
                max_size=8,
                timeout=CONNECT_TIMEOUT_S,
            )
        )
        app.task(
            name=delivery_queue.DELIVER,
            queue=delivery_queue.QUEUE,
            retry=_RetryStrategy(self.clock),
            pass_context=False,
        )(self._deliver_one)
        return app

    async def _supervise(self, action: str, work: Callable[[App], Awaitable[None]]) -> None:
        """Keep *work* going: it ends whenever the database goes away, and begins again when it is back."""
        backoff_s = MIN_BACKOFF_S
        while True:
            began = asyncio.get_running_loop().time()
            try:
                async with self._app().open_async() as app:
                    await work(app)
            except (ConnectorException, psycopg.Error, OSError, StoreProblem) as problem:
                log.warning("the post lost its database", action=action, problem=type(problem).__name__)
            except Exception:
                log.exception("the post stumbled", action=action)
            lasted = asyncio.get_running_loop().time() - began
            backoff_s = MIN_BACKOFF_S if lasted > MAX_BACKOFF_S else min(backoff_s * 2, MAX_BACKOFF_S)
            await asyncio.sleep(backoff_s)

    async def _run_worker(self, app: App) -> None:
        self.is_running = True
        try:
            await app.run_worker_async(
                queues=[delivery_queue.QUEUE],
                concurrency=self.concurrency,
                fetch_job_polling_interval=POLL_S,
                shutdown_graceful_timeout=self.drain_timeout.total_seconds(),
                install_signal_handlers=False,
                update_heartbeat_interval=self.dead_after.total_seconds() / 3,
                stalled_worker_timeout=self.dead_after.total_seconds(),
                delete_jobs="always",  # the ledger remembers; a finished errand is of no use to anybody
            )
        finally:
            self.is_running = False

    async def _deliver_one(self, delivery_id: int) -> None:
        """Carry one delivery, and send for the next of its line.

        Raises StillWaits, so that its errand comes again, unless it came to its end.
        """
        await self.deliver(delivery_id)
        async with self.store.transaction() as db:
            row = await deliveries.load(db, delivery_id)
            if row is None:
                return
            if row.state not in {DeliveryState.SENT, DeliveryState.DEAD}:
                raise DeliveryPending(row.due_at)
            is_answer = row.kind is DeliveryKind.REPLY
            await delivery_queue.enqueue_next(db, row.place.id, self.clock.now(), is_reply=is_answer)

    async def _sweep(self, app: App) -> None:
        """Bring back the errands of dead replicas, and write those that are missing."""
        while True:
            for job in await app.job_manager.get_stalled_jobs(
                queue=delivery_queue.QUEUE, seconds_since_heartbeat=self.dead_after.total_seconds()
            ):
                with contextlib.suppress(ConnectorException):  # another replica brought it back a moment ago
                    await app.job_manager.retry_job(job)
                log.info("an errand was brought back", action="post.stalled", job=job.id)
            async with self.store.transaction() as db:
                count = await delivery_queue.enqueue_missing(db, self.clock.now())
            if count:
                log.info("missing errands were written", action="post.swept", count=count)
            await asyncio.sleep(self.sweep_interval.total_seconds())
