"""Which carrier a store needs: one process on SQLite, any number of replicas on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from bot.post.distributed import DistributedPost
from bot.post.local import Deliver, LocalPost
from integrations.ports.clock import Clock
from storage.store import Store

AT_ONCE_HERE = 20
# More than one process of its own would take on: each place's slot is waited for here, and 200 places are as many waits.
AT_ONCE_A_REPLICA = 60


EVERY = timedelta(seconds=1)


def carrier(
    store: Store, deliver: Deliver, *, clock: Clock, at_once: int | None = None, every: timedelta = EVERY
) -> LocalPost | DistributedPost:
    """The post of this process, not started yet. It carries *at_once* deliveries at a time, or as many as it finds good."""
    if store.is_sqlite:
        return LocalPost(store, deliver, clock=clock, at_once=at_once or AT_ONCE_HERE, every=every)
    return DistributedPost(store, deliver, clock=clock, at_once=at_once or AT_ONCE_A_REPLICA)
