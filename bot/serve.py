"""`handshake run`: the post of this process, until it is told to stop."""

from __future__ import annotations

import asyncio
import secrets
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random

import structlog

from bot.app import App, open_app
from bot.calendar_feed import CalendarFeed
from bot.delivery.calls import Composer
from bot.delivery.deliverer import Deliverer
from bot.delivery.factory import make_worker
from bot.delivery.retry_policy import RetryPolicy
from bot.delivery.unreachable import make_unreachable_notifier
from bot.encryption import FernetCipher
from bot.health import Health, Metrics
from bot.inbox import Inbox
from bot.platforms import build_adapters
from bot.preloading import preload
from bot.scheduler import DatabaseClock, Scheduler
from bot.server import build_http_app, listen
from bot.settings import Settings, WrongSettings, check_platforms
from bot.stored_state import StoredMessageLog
from handlers.catalogue import FEATURES
from handlers.dispatch import Dispatcher
from handlers.errors import Refusal
from handlers.feature import jobs_of
from handlers.shared.sending_hours import next_sending_time
from integrations.ports.chat import ChatPlatform
from integrations.ports.platform import PlatformAdapter
from integrations.web.send import WebChat
from storage.store import Store

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


# When each part is cut off, counted from the word to stop: whoever stops us kills us soon after 20 s.
HTTP_DEADLINE_S, INBOX_DEADLINE_S, ADAPTERS_DEADLINE_S, DELIVERY_DEADLINE_S = 6.0, 12.0, 14.0, 19.0


@dataclass(frozen=True)
class Pace:
    """How a running process waits. `sleep` waits for a place's turn and before another try; `every` is how often the
    ledger is looked into when nobody says that something is in it; `stretch` multiplies the doors' own timeouts.
    """

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    patience: RetryPolicy = field(default_factory=RetryPolicy)
    every: timedelta = timedelta(seconds=1)
    stretch: float = 1.0


class ShutdownDeadline:
    """One clock for all that has to end: what one part leaves, the next ones have."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started_at: float | None = None

    def start(self) -> None:
        self._started_at = self._clock()

    def remaining_s(self, until_s: float) -> float:
        """Seconds that a part may still take which is cut off *until_s* after the beginning."""
        gone = 0.0 if self._started_at is None else self._clock() - self._started_at
        return max(0.0, until_s - gone)


@asynccontextmanager
async def _with_deadline(
    context_manager: AbstractAsyncContextManager[None], remaining_s: Callable[[], float]
) -> AsyncIterator[None]:
    """*context_manager*, which may take so long to be left and no longer."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(context_manager)
        try:
            yield
        finally:
            try:
                async with asyncio.timeout(remaining_s()):
                    await stack.aclose()
            except TimeoutError:
                log.warning("a door was closed amid work", action="run.cut")


def notice_composers(app: App) -> dict[str, Composer]:
    """Who words which kind of notice when it is sent: every feature its own."""
    return {kind: partial(compose, app.ctx) for feature in FEATURES for kind, compose in feature.notices().items()}


def make_deliverer(
    app: App, platforms: Mapping[str, ChatPlatform], adapters: Sequence[PlatformAdapter] = (), pace: Pace | None = None
) -> Deliverer:
    """The one that brings this house's deliveries to *platforms*; notices wait until their door has looked around."""
    ready, pace = {adapter.name: adapter.ready for adapter in adapters}, pace or Pace()
    return Deliverer(
        app.store,
        platforms,
        notice_composers(app),
        clock=app.ctx.clock,
        random=Random(),  # noqa: S311  (jitter)
        retry_policy=pace.patience,
        sleep=pace.sleep,
        on_unreachable=make_unreachable_notifier(app.ctx.policy),
        next_sending_time=lambda db, place, at: next_sending_time(db, app.ctx.policy, place, at),
        is_platform_ready=lambda platform: platform not in ready or ready[platform].is_set(),
    )


def _check_keys(settings: Settings) -> None:
    """With PostgreSQL several machines share the store, so the keys cannot lie in a file beside it. Raises WrongSettings."""
    if not settings.keys and not settings.database_url.startswith("sqlite"):
        raise WrongSettings(
            "HANDSHAKE_SECRET_KEYS is missing, and PostgreSQL needs it: diets and access needs are kept encrypted.\n"
            f"Set it, for example to: {secrets.token_urlsafe(32)}"
        )
    if settings.keys:
        try:
            FernetCipher(settings.keys, None).encrypt("probe")
        except Refusal as refusal:  # said now, and not to the first person who asks something
            raise WrongSettings(refusal.text) from None


async def run(settings: Settings) -> int:
    """Carry the post until SIGTERM or Ctrl-C, then finish what is under way. Raises StoreProblem, WrongSettings."""
    _check_keys(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    check_platforms(settings)
    clock = DatabaseClock()
    async with open_app(settings, clock) as app:
        await clock.sync(app.store)
        await asyncio.to_thread(preload)  # the first asker should not wait for it
        async with serving(app) as port, _clock_syncing(clock, app.store):
            log.info("running", action="run.started", store=str(app.store), port=port)
            await stop.wait()
            log.info("stopping", action="run.stopping")
    return 0


@asynccontextmanager
async def _clock_syncing(clock: DatabaseClock, store: Store) -> AsyncIterator[None]:
    """Set the clock by the database again and again, for as long as the block lasts."""
    syncing = asyncio.create_task(clock.sync_forever(store), name="clock")
    try:
        yield
    finally:
        syncing.cancel()
        await asyncio.gather(syncing, return_exceptions=True)  # it has let go of the store


def _metrics_of(app: App) -> Metrics:
    """The figures of this process, which hear of every command from now on."""
    figures = Metrics()
    if isinstance(app.dispatch, Dispatcher):
        app.dispatch.on_command = figures.record_command
    return figures


@asynccontextmanager
async def serving(app: App, pace: Pace | None = None) -> AsyncIterator[int]:
    """Doors, desk, clock and post, for as long as the block lasts. Gives the port.

    Left in the order in which work flows: nobody comes in any more, what came in is answered, what was answered is sent.
    """
    rooms = WebChat(StoredMessageLog(app.store, app.ctx.clock))
    inbox, deadline = Inbox(app.ctx, app.dispatch), ShutdownDeadline()
    pace = pace or Pace()
    found = build_adapters(app, inbox, pace.sleep, pace.stretch)
    deliverer = make_deliverer(
        app, {each.name: each for each in (rooms, *(adapter.platform for adapter in found))}, found, pace
    )
    async with AsyncExitStack() as stack:
        for adapter in found:
            await stack.enter_async_context(adapter.connected())
        worker = make_worker(app.store, deliverer.deliver, clock=app.ctx.clock, every=pace.every)
        await stack.enter_async_context(worker)
        clock = Scheduler(app.ctx, jobs_of(FEATURES), on_run=worker.wake)
        await stack.enter_async_context(clock)
        stack.callback(
            lambda: setattr(worker, "drain_timeout", timedelta(seconds=deadline.remaining_s(DELIVERY_DEADLINE_S)))
        )
        inbox.wake = worker.wake
        for adapter in found:
            await stack.enter_async_context(
                _with_deadline(adapter.serving(), partial(deadline.remaining_s, ADAPTERS_DEADLINE_S))
            )
        await stack.enter_async_context(inbox.running(partial(deadline.remaining_s, INBOX_DEADLINE_S)))
        health = Health(app, clock, _metrics_of(app), is_open=app.settings.metrics_open)
        routes = [*health.routes, *CalendarFeed(app).routes, *(route for adapter in found for route in adapter.routes)]
        answers = listen(app.settings, build_http_app(routes), partial(deadline.remaining_s, HTTP_DEADLINE_S))
        port = await stack.enter_async_context(answers)
        stack.callback(deadline.start)
        yield port
