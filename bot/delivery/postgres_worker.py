"""The delivery worker for PostgreSQL: procrastinate brings each queued "deliver 42" job to one of many replicas.

A job is written in the transaction of its delivery (storage/delivery_queue.py), only for the first delivery of each place:
that keeps a place's order, and the queue short. A postponed delivery keeps its job. The ledger is the truth: the
sweep creates missing jobs and requeues those of dead replicas.
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

from bot.delivery.sqlite_worker import DRAIN_S, Deliver
from integrations.ports.clock import Clock
from storage import deliveries, delivery_queue, fan_out
from storage.store import Store, StoreProblem
from storage.values.deliveries import FINAL_STATES, DeliveryKind

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

POLL_S = 0.5  # with one job a place, the default of 5 s made every second card of a place 5 s late
DEAD_AFTER = timedelta(seconds=30)  # without a heartbeat; one is sent three times as often
CONNECT_TIMEOUT_S = 5
MIN_BACKOFF_S, MAX_BACKOFF_S = 1.0, 15.0


class DeliveryPending(Exception):
    """The delivery is neither sent nor dead: run its job again at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class _RetryStrategy(BaseRetryStrategy):
    """Repeat a job when its delivery is pending or the ledger could not be read, and never otherwise."""

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
    """Enter to start, leave to stop. Any number of workers share one store."""

    def __init__(
        self,
        store: Store,
        deliver: Deliver,
        *,
        clock: Clock,
        concurrency: int = 60,
        sweep_interval: timedelta = timedelta(seconds=5),
        dead_after: timedelta = DEAD_AFTER,
        drain_s: Callable[[], float] = lambda: DRAIN_S,
    ) -> None:
        self.store = store
        self.deliver = deliver
        self.clock = clock
        self.concurrency = concurrency
        self.sweep_interval = sweep_interval
        self.dead_after = dead_after
        self.drain_s = drain_s
        self.is_running = False
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._supervise("delivery.worker", self._run_worker), name="deliveries"),
            asyncio.create_task(self._supervise("delivery.sweep", self._sweep), name="delivery sweep"),
        ]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop fetching jobs, finish the deliveries in flight, and leave the rest to the other replicas."""
        for task in self._tasks:
            task.cancel()
        _, unfinished = await asyncio.wait(self._tasks, timeout=self.drain_s() + 1)
        if unfinished:
            log.warning("stopped with deliveries in flight", action="delivery.cut_off")

    def wake(self) -> None:
        """No-op: PostgreSQL notifies the workers of a new job."""

    def _app(self) -> App:
        """A new procrastinate app for each run: one that lost its database may not recover."""
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
        """Restart *work* with backoff whenever it ends, for example because the database is unavailable."""
        backoff_s = MIN_BACKOFF_S
        while True:
            began = asyncio.get_running_loop().time()
            try:
                async with self._app().open_async() as app:
                    await work(app)
            except (ConnectorException, psycopg.Error, OSError, StoreProblem) as problem:
                log.warning("the delivery worker lost its database", action=action, problem=type(problem).__name__)
            except Exception:
                log.exception("the delivery worker failed", action=action)
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
                shutdown_graceful_timeout=self.drain_s(),
                install_signal_handlers=False,
                update_heartbeat_interval=self.dead_after.total_seconds() / 3,
                stalled_worker_timeout=self.dead_after.total_seconds(),
                delete_jobs="always",  # the ledger keeps the history
            )
        finally:
            self.is_running = False

    async def _deliver_one(self, delivery_id: int) -> None:
        """Deliver, then queue the next delivery of the place. Raises DeliveryPending if it is neither sent nor dead."""
        await self.deliver(delivery_id)
        async with self.store.transaction() as db:
            row = await deliveries.load(db, delivery_id)
            if row is None:
                return
            if row.state not in FINAL_STATES:
                raise DeliveryPending(row.due_at)
            is_answer = row.kind is DeliveryKind.REPLY
            await delivery_queue.enqueue_next(db, row.place.id, self.clock.now(), is_reply=is_answer)

    async def _sweep(self, app: App) -> None:
        """Add the deliveries of notices for many people, requeue the jobs of dead replicas, and create missing ones."""
        while True:
            await fan_out.write_waiting(self.store)
            for job in await app.job_manager.get_stalled_jobs(
                queue=delivery_queue.QUEUE, seconds_since_heartbeat=self.dead_after.total_seconds()
            ):
                with contextlib.suppress(ConnectorException):  # another replica requeued it a moment ago
                    await app.job_manager.retry_job(job)
                log.info("stalled job requeued", action="delivery.requeued", job=job.id)
            async with self.store.transaction() as db:
                count = await delivery_queue.enqueue_missing(db, self.clock.now())
            if count:
                log.info("missing jobs created", action="delivery.swept", count=count)
            await asyncio.sleep(self.sweep_interval.total_seconds())
