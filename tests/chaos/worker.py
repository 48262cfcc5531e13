"""A delivery process to be killed: a store, a worker, and the platform in another process. Nothing else.

python -m tests.chaos.worker STORE PORT [--until-quiet] [--blind]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from random import Random

from bot.delivery.deliverer import Deliverer
from bot.delivery.factory import make_worker
from bot.delivery.postgres_worker import PostgresWorker
from bot.delivery.retry_policy import RetryPolicy
from bot.delivery.sqlite_worker import SqliteWorker
from storage import deliveries
from storage.store import Store
from tests.fakes.remote_platform import RemotePlatform

# As in production, except that no call takes ten seconds here.
SHORT_RETRY_POLICY = RetryPolicy(
    call_timeout=timedelta(seconds=1),
    settle_time=timedelta(milliseconds=200),
    second_find_delay=timedelta(milliseconds=100),
)
AT_ONCE = 8  # so that a single life cannot bring out everything
POLL_S = 0.02


def with_short_timeouts(post: SqliteWorker | PostgresWorker) -> SqliteWorker | PostgresWorker:
    """The worker, which takes a replica for dead after three seconds, so that a test of a minute covers many kills."""
    if isinstance(post, PostgresWorker):
        post.sweep_interval, post.dead_after = timedelta(seconds=1), timedelta(seconds=3)
    return post


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def stop_when_empty(store: Store, stop: asyncio.Event) -> None:
    """Stop once no delivery is left to send."""
    while True:
        async with store.reading() as db:
            if await deliveries.oldest_waiting(db) is None:
                return stop.set()
        await asyncio.sleep(POLL_S)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("port", type=int)
    parser.add_argument("--until-quiet", action="store_true")
    parser.add_argument("--blind", action="store_true", help="the platform cannot look messages up")
    options = parser.parse_args()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store, clock = Store(options.store), WallClock()
    platform = RemotePlatform(options.port, can_find=not options.blind)
    deliverer = Deliverer(
        store, {platform.name: platform}, {}, clock=clock, random=Random(os.getpid()), retry_policy=SHORT_RETRY_POLICY
    )
    async with (
        with_short_timeouts(make_worker(store, deliverer.deliver, clock=clock, concurrency=AT_ONCE)),
        asyncio.TaskGroup() as group,
    ):
        if options.until_quiet:
            group.create_task(stop_when_empty(store, stop))
        await stop.wait()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main())
