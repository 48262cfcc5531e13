"""The worker of many replicas: what arrives, in which order, and that nothing is lost with a queue job or a database connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from bot.app import SystemClock
from bot.delivery.postgres_worker import PostgresWorker
from handlers.shared import notify
from integrations.ports.cards import Card
from integrations.ports.chat import Address
from integrations.ports.errors import Paused
from integrations.ports.inbound import Attachment
from storage import paused_accounts
from storage.store import Store
from tests.delivery.harness import DeliveryHarness
from tests.fakes.platform import FakePlatform

SOON = timedelta(milliseconds=200)
PATIENCE_S = 60  # before a test gives up


@pytest.fixture
async def harness(postgres_address: str) -> AsyncIterator[DeliveryHarness]:
    store = Store(postgres_address)
    yield DeliveryHarness(store, clock=SystemClock())  # type: ignore[arg-type]
    await store.close()


def replica(harness: DeliveryHarness, *, sweep_every: timedelta = timedelta(minutes=1)) -> PostgresWorker:
    return PostgresWorker(
        harness.store,
        harness.deliverer().deliver,
        clock=harness.clock,
        sweep_interval=sweep_every,
        drain_s=lambda: PATIENCE_S,
    )


async def test_two_replicas_post_everything_once_and_in_order(harness: DeliveryHarness) -> None:
    rooms = [await harness.add_place(f"#{number}") for number in range(12)]
    for number in range(4):
        await harness.queue_card(f"R{number}", *rooms)

    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(replica(harness))
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_messages(48)

    titles = [harness.platform.titles_in(room.conversation) for room in rooms]
    assert titles == [["R0", "R1", "R2", "R3"]] * 12


async def test_a_notice_queued_while_a_replica_is_idle_is_delivered_at_once(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    async with replica(harness, sweep_every=timedelta(hours=1)):  # only the wake-up delivers it in time
        await harness.queue_card("R1", hall)
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_messages(1)
        await harness.queue_card("R2", hall)
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_messages(2)

    assert harness.platform.titles_in("#hall") == ["R1", "R2"]


async def test_a_deferred_delivery_keeps_its_place_in_the_queue(harness: DeliveryHarness) -> None:
    """A room that is rate-limited gets the first notice before the second one."""
    hall = await harness.add_place("#hall")
    moment = timedelta(milliseconds=50)
    harness.retry_policy = replace(harness.retry_policy, min_delay=moment)
    harness.platform.faults.pauses_s = [moment.total_seconds()]
    await harness.queue_card("R1", hall)
    await harness.queue_card("R2", hall)

    async with replica(harness):
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_messages(2)

    assert harness.platform.titles_in("#hall") == ["R1", "R2"]


async def test_a_delivery_without_a_queue_job_is_found(harness: DeliveryHarness, postgres_address: str) -> None:
    """The queue may be lost; the ledger is the truth."""
    hall = await harness.add_place("#hall")
    await harness.queue_card("R1", hall)
    async with await psycopg.AsyncConnection.connect(postgres_address, autocommit=True) as connection:
        await connection.execute("DELETE FROM procrastinate_jobs")

    async with replica(harness, sweep_every=SOON):
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_messages(1)

    assert harness.platform.titles_in("#hall") == ["R1"]


async def test_the_queue_job_of_a_dead_replica_is_released(harness: DeliveryHarness, postgres_address: str) -> None:
    """It died while it held the job, and its last heartbeat is long ago."""
    hall = await harness.add_place("#hall")
    await harness.queue_card("R1", hall)
    async with await psycopg.AsyncConnection.connect(postgres_address, autocommit=True) as connection:
        await connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '40 seconds')"
        )
        await connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )

    async with replica(harness, sweep_every=SOON):
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_messages(1)

    assert harness.platform.titles_in("#hall") == ["R1"]


async def test_a_database_that_cuts_every_session_is_found_again(
    harness: DeliveryHarness, postgres_address: str
) -> None:
    hall = await harness.add_place("#hall")
    async with replica(harness):
        await harness.queue_card("R1", hall)
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_messages(1)
            await _nothing_under_way(postgres_address)
        await _cut_all_sessions(postgres_address)
        await harness.queue_card("R2", hall)
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_messages(2)

    assert harness.platform.titles_in("#hall") == ["R1", "R2"]


async def test_stopping_finishes_what_is_under_way(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R1", hall)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(replica(harness))
        with harness.platform.hold():
            async with asyncio.timeout(PATIENCE_S):
                await harness.platform.wait_for_attempts(1)
            leaving = asyncio.create_task(stack.aclose())
            await asyncio.sleep(0)
        await leaving

    assert (await harness.delivery(notice)).state == "sent"


async def test_a_rolled_back_notice_leaves_no_queue_job(harness: DeliveryHarness, postgres_address: str) -> None:
    hall = await harness.add_place("#hall")
    with pytest.raises(ZeroDivisionError):
        async with harness.store.transaction() as db:
            await notify.queue_card(db, [hall.id], Card("never"), key="never", at=harness.clock.now())
            raise ZeroDivisionError

    async with await psycopg.AsyncConnection.connect(postgres_address) as connection:
        count = await (await connection.execute("SELECT count(*) FROM procrastinate_jobs")).fetchone()
    assert count == (0,)


async def _nothing_under_way(address: str) -> None:
    """A delivery that is cut off while it is recorded counts as uncertain, and is tried again only when it has settled."""
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        while await (await connection.execute("SELECT 1 FROM procrastinate_jobs")).fetchone():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _cut_all_sessions(address: str) -> None:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_what_waited_for_a_paused_account_is_delivered_when_the_account_is_used_again(
    harness: DeliveryHarness,
) -> None:
    """The queue's job was postponed too."""
    harness.platform = PausedPlatform()
    hall = await harness.add_place("#hall")
    async with replica(harness, sweep_every=timedelta(hours=1)):
        await harness.queue_card("R1", hall)
        async with asyncio.timeout(PATIENCE_S):
            await harness.platform.wait_for_attempts(1)
            await wait_for_postponed_job(harness)
            async with harness.store.transaction() as db:
                await paused_accounts.resume(db, "fake", "", harness.clock.now())
            await harness.platform.wait_for_messages(1)


class PausedPlatform(FakePlatform):
    """A platform whose account works from the second post on."""

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        if not self.attempts:
            self.attempts.append("post")
            self._changed.set()
            raise Paused("fake", "token_revoked", retry_after=timedelta(minutes=10))
        return await super().post(to, card, tag, file)


async def wait_for_postponed_job(harness: DeliveryHarness) -> None:
    waits = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at > now()")
    while True:
        async with harness.store.reading() as db:
            if (await db.execute(waits)).scalar_one():
                return
        await asyncio.sleep(0.02)
