"""`handshake run`: serve platforms, HTTP, scheduled jobs and deliveries until the process is told to stop."""

from __future__ import annotations

import asyncio
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.app import App, open_app
from bot.calendar_feed import CalendarFeed
from bot.delivery.factory import build_delivery, make_worker
from bot.delivery.retry_policy import RetryPolicy
from bot.delivery.sqlite_worker import POLL_INTERVAL, WakeSignal
from bot.encryption import FernetCipher
from bot.health import Health, Metrics
from bot.inbox import Inbox
from bot.platforms import build_adapters
from bot.preloading import preload
from bot.scheduler import DatabaseClock, Scheduler
from bot.server import build_http_app, listen
from bot.settings import Settings, WrongSettings, check_platforms
from handlers.catalogue import FEATURES
from handlers.errors import Refusal
from handlers.feature import jobs_of
from storage import dead_deliveries
from storage.store import Store

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# Seconds after the stop signal at which each part is cancelled; supervisors kill a process after about 20 s.
HTTP_DEADLINE_S, INBOX_DEADLINE_S, ADAPTERS_DEADLINE_S, DELIVERY_DEADLINE_S = 6.0, 12.0, 14.0, 19.0


@dataclass(frozen=True)
class Timing:
    """Waiting times of a running process, which tests shorten.

    `sleep` waits for rate limits and retries; `poll_interval` is how often the ledger is read without a wake-up;
    `stretch` multiplies the adapters' own timeouts.
    """

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    poll_interval: timedelta = POLL_INTERVAL
    stretch: float = 1.0


class ShutdownDeadline:
    """One deadline for all parts: time that one part does not use is left to the next."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started_at: float | None = None

    def start(self) -> None:
        self._started_at = self._clock()

    def remaining_s(self, until_s: float) -> float:
        """Seconds left to a part that is cancelled *until_s* after the start of the shutdown."""
        elapsed_s = 0.0 if self._started_at is None else self._clock() - self._started_at
        return max(0.0, until_s - elapsed_s)


@asynccontextmanager
async def _with_deadline(
    context_manager: AbstractAsyncContextManager[None], remaining_s: Callable[[], float]
) -> AsyncIterator[None]:
    """*context_manager*, whose exit is cancelled after `remaining_s()`."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(context_manager)
        try:
            yield
        finally:
            try:
                async with asyncio.timeout(remaining_s()):
                    await stack.aclose()
            except TimeoutError:
                log.warning("an adapter was stopped before its work was done", action="run.cut_off")


def _check_keys(settings: Settings) -> None:
    """PostgreSQL is shared by several machines, so the keys cannot be in a file beside it. Raises WrongSettings."""
    if not settings.keys and not settings.database_url.startswith("sqlite"):
        raise WrongSettings(
            "HANDSHAKE_SECRET_KEYS is missing, and PostgreSQL needs it: diets and access needs are kept encrypted.\n"
            f"Set it, for example to: {secrets.token_urlsafe(32)}"
        )
    if settings.keys:
        try:
            FernetCipher(settings.keys, None).encrypt("probe")
        except Refusal as refusal:  # stop now instead of failing at the first question
            raise WrongSettings(refusal.text) from None


async def run(settings: Settings) -> int:
    """Serve until SIGTERM or Ctrl-C, then finish started work. Raises StoreProblem, WrongSettings."""
    _check_keys(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    check_platforms(settings)
    clock, metrics = DatabaseClock(), Metrics()
    async with open_app(settings, clock, on_command=metrics.record_command) as app:
        await clock.sync(app.store)
        await asyncio.to_thread(preload)  # so that the first request does not wait for it
        async with serving(app, metrics=metrics) as port, _clock_syncing(clock, app.store):
            log.info("running", action="run.started", store=str(app.store), port=port)
            await stop.wait()
            log.info("stopping", action="run.stopping")
    return 0


@asynccontextmanager
async def _clock_syncing(clock: DatabaseClock, store: Store) -> AsyncIterator[None]:
    """Keep *clock* synchronised with the database inside the block."""
    syncing = asyncio.create_task(clock.sync_forever(store), name="clock")
    try:
        yield
    finally:
        syncing.cancel()
        await asyncio.gather(syncing, return_exceptions=True)  # until it has released the store


async def _release_restored(app: App) -> None:
    """After a backup was restored: what was not due yet cannot have been sent meanwhile, so it waits as before."""
    async with app.store.transaction() as session:
        count = await dead_deliveries.trust_restored_not_due(session, app.ctx.clock.now())
    if count:
        log.info("deliveries of a restored backup are not due yet", action="run.restored", count=count)


@asynccontextmanager
async def serving(app: App, timing: Timing | None = None, metrics: Metrics | None = None) -> AsyncIterator[int]:
    """Run platforms, HTTP, inbox, scheduler and deliveries inside the block. Gives the HTTP port.

    Parts stop in the order in which work flows: first accepting events, then answering them, then sending replies.
    """
    timing, deadline, wake_signal = timing or Timing(), ShutdownDeadline(), WakeSignal()
    inbox = Inbox(app.ctx, app.dispatch, wake=wake_signal.wake, refusal=app.rate_limiter.refusal)
    adapters = build_adapters(app, inbox, timing.sleep, timing.stretch)
    _, deliverer = build_delivery(app, adapters, retry_policy=timing.retry_policy, sleep=timing.sleep)
    worker = make_worker(
        app.store,
        deliverer.deliver,
        clock=app.ctx.clock,
        wake_signal=wake_signal,
        poll_interval=timing.poll_interval,
        drain_s=partial(deadline.remaining_s, DELIVERY_DEADLINE_S),
    )
    await _release_restored(app)
    scheduler = Scheduler(app.ctx, jobs_of(FEATURES), on_run=wake_signal.wake)
    health = Health(app, scheduler, metrics or Metrics(), is_open=app.settings.metrics_open)
    routes = [*health.routes, *CalendarFeed(app).routes, *(route for adapter in adapters for route in adapter.routes)]
    server = listen(app.settings, build_http_app(routes), partial(deadline.remaining_s, HTTP_DEADLINE_S))

    async with AsyncExitStack() as stack:
        for adapter in adapters:
            await stack.enter_async_context(adapter.connected())
        await stack.enter_async_context(worker)
        await stack.enter_async_context(scheduler)
        for adapter in adapters:
            await stack.enter_async_context(
                _with_deadline(adapter.serving(), partial(deadline.remaining_s, ADAPTERS_DEADLINE_S))
            )
        await stack.enter_async_context(inbox.running(partial(deadline.remaining_s, INBOX_DEADLINE_S)))
        port = await stack.enter_async_context(server)
        stack.callback(deadline.start)
        yield port
