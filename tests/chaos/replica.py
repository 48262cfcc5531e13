"""One replica to be killed, stopped and cut off: a store, the carrier, Slack in another process, and if wanted the clock.

    python -m tests.chaos.replica STORE API_URL [--ticking] [--in-earnest]

*ticking* rings a job every second that posts into #ticks. *in earnest* waits as long as `handshake run` does before it takes
a request for over or a replica for dead; otherwise both are short, so that a minute holds many deaths.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.delivery.deliverer import Deliverer
from bot.delivery.postgres_worker import PostgresWorker
from bot.delivery.retry_policy import RetryPolicy
from bot.delivery.sqlite_worker import SqliteWorker
from bot.scheduler import DatabaseClock, Scheduler
from handlers.context import AppContext
from handlers.feature import Job
from handlers.shared import notify
from integrations.files.sheets import CsvSheets
from integrations.ports.cards import Card
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig
from integrations.slack.installations import Installations
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import SlackChat
from storage import places
from storage.store import Session, Store, StoreProblem
from tests.app import CountingIds, ReversingCipher
from tests.chaos.worker import SHORT_RETRY_POLICY
from tests.fakes.slack import TEAM, TOKEN
from tests.fakes.state import MemorySecretStore

TICKS = "CTICKS"
SWEEP_EVERY, DEAD_AFTER = timedelta(seconds=1), timedelta(seconds=3)


@dataclass(frozen=True)
class EverySecond:
    """A schedule that no person would want."""

    words: str = "every second"

    def next_after(self, moment: datetime) -> datetime:
        return moment.replace(microsecond=0) + timedelta(seconds=1)


async def tick(_box: AppContext, db: Session, due: datetime) -> None:
    """Say the second that was due; its key holds nothing of it, so that only the clock keeps it from coming twice."""
    place = await places.ensure(db, "slack", TEAM, f"{TICKS}{due.second % 10}")
    key = f"tick:{os.getpid()}:{os.urandom(6).hex()}"
    await notify.queue_card(db, [place.id], Card(due.isoformat()), key=key, at=due)


async def opened(address: str) -> Store:
    """The store, once its database is there."""
    while True:
        store = Store(address)
        try:
            async with store.reading():
                return store
        except StoreProblem:
            await store.close()
            await asyncio.sleep(0.2)


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("api_url")
    parser.add_argument("--ticking", action="store_true")
    parser.add_argument("--in-earnest", action="store_true")
    options = parser.parse_args()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store, clock = await opened(options.store), DatabaseClock()
    await clock.sync(store)
    config = SlackConfig(bot_token=TOKEN, api_url=options.api_url)
    web = SlackClient(config)
    installs = Installations(config, web, MemorySecretStore(), clock)
    slack = SlackChat(web, installs, ResponseUrls(ReversingCipher(), clock), command="/handshake")
    patience = RetryPolicy() if options.in_earnest else SHORT_RETRY_POLICY
    deliverer = Deliverer(
        store, {slack.name: slack}, {}, clock=clock, random=Random(os.getpid()), retry_policy=patience
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(web.open())
        if store.is_sqlite:
            await stack.enter_async_context(SqliteWorker(store, deliverer.deliver, clock=clock))
        else:
            post = PostgresWorker(store, deliverer.deliver, clock=clock)
            if not options.in_earnest:
                post.sweep_interval, post.dead_after = SWEEP_EVERY, DEAD_AFTER
            await stack.enter_async_context(post)
        if options.ticking:
            box = AppContext(store, clock, CountingIds(), CsvSheets(), ReversingCipher())
            job = Job(name="tick", does="Ticks.", schedule=EverySecond(), catch_up="all", run=tick)
            alarm = Scheduler(box, [job], poll_interval=timedelta(seconds=0.5))
            await stack.enter_async_context(alarm)
        await stop.wait()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main())
