"""Which carrier a store needs: one process on SQLite, any number of replicas on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from bot.delivery.postgres_worker import PostgresWorker
from bot.delivery.sqlite_worker import Deliver, SqliteWorker
from integrations.ports.clock import Clock
from storage.store import Store

SQLITE_CONCURRENCY = 20
# More than one process of its own would take on: each place's slot is waited for here, and 200 places are as many waits.
POSTGRES_CONCURRENCY = 60


EVERY = timedelta(seconds=1)


def make_worker(
    store: Store, deliver: Deliver, *, clock: Clock, concurrency: int | None = None, every: timedelta = EVERY
) -> SqliteWorker | PostgresWorker:
    """The post of this process, not started yet. It carries *concurrency* deliveries at a time, or as many as it finds good."""
    if store.is_sqlite:
        return SqliteWorker(
            store, deliver, clock=clock, concurrency=concurrency or SQLITE_CONCURRENCY, poll_interval=every
        )
    return PostgresWorker(store, deliver, clock=clock, concurrency=concurrency or POSTGRES_CONCURRENCY)
