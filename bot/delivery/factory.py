"""Build the delivery machinery of a process: the deliverer for its platforms, and the worker its store needs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from random import Random

from bot.app import App
from bot.delivery.calls import Composer
from bot.delivery.deliverer import Deliverer
from bot.delivery.postgres_worker import PostgresWorker
from bot.delivery.retry_policy import RetryPolicy
from bot.delivery.sqlite_worker import DRAIN_S, POLL_INTERVAL, Deliver, SqliteWorker, WakeSignal
from bot.stored_state import StoredMessageLog
from handlers.catalogue import FEATURES
from handlers.operations.notices import notify_subscribers
from handlers.shared.sending_hours import next_sending_time
from integrations.ports.clock import Clock
from integrations.ports.platform import PlatformAdapter
from integrations.web.send import WebChat
from storage.store import Store

SQLITE_CONCURRENCY = 20
# Higher, because a worker waits here for the rate limit of each place: 200 places are as many waits.
POSTGRES_CONCURRENCY = 60


def notice_composers(app: App) -> dict[str, Composer]:
    """Notice kind -> the feature's function that composes its card at the time of sending."""
    return {kind: partial(compose, app.ctx) for feature in FEATURES for kind, compose in feature.notices().items()}


def build_delivery(
    app: App,
    adapters: Sequence[PlatformAdapter] = (),
    *,
    retry_policy: RetryPolicy | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> tuple[WebChat, Deliverer]:
    """The web console's chat, and the deliverer for the console and *adapters*.

    Notices to an adapter's channels wait until it is `ready`, because their audience depends on the members.
    """
    console = WebChat(StoredMessageLog(app.store, app.ctx.clock))
    ready = {adapter.name: adapter.ready for adapter in adapters}
    deliverer = Deliverer(
        app.store,
        {platform.name: platform for platform in (console, *(adapter.platform for adapter in adapters))},
        notice_composers(app),
        clock=app.ctx.clock,
        random=Random(),  # noqa: S311  (jitter)
        retry_policy=retry_policy,
        sleep=sleep,
        on_unreachable=partial(notify_subscribers, app.ctx.policy),
        next_sending_time=lambda db, place, at: next_sending_time(db, app.ctx.policy, place, at),
        is_platform_ready=lambda platform: platform not in ready or ready[platform].is_set(),
    )
    return console, deliverer


def make_worker(
    store: Store,
    deliver: Deliver,
    *,
    clock: Clock,
    wake_signal: WakeSignal | None = None,
    concurrency: int | None = None,
    poll_interval: timedelta = POLL_INTERVAL,
    drain_s: Callable[[], float] = lambda: DRAIN_S,
) -> SqliteWorker | PostgresWorker:
    """The delivery worker for *store*, not started yet: one process on SQLite, any number of replicas on PostgreSQL."""
    if store.is_sqlite:
        return SqliteWorker(
            store,
            deliver,
            clock=clock,
            wake_signal=wake_signal,
            concurrency=concurrency or SQLITE_CONCURRENCY,
            poll_interval=poll_interval,
            drain_s=drain_s,
        )
    return PostgresWorker(store, deliver, clock=clock, concurrency=concurrency or POSTGRES_CONCURRENCY, drain_s=drain_s)
