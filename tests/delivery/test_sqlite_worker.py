"""The worker inside the process: what it starts, what it finishes, and that there is only one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.delivery.process_lock import FileLock, ProcessLock
from bot.delivery.sqlite_worker import Deliver, SqliteWorker
from storage.store import Store, StoreProblem
from tests.delivery.harness import DeliveryHarness

AT_ONCE = timedelta(0)
SOON = timedelta(milliseconds=20)
NEVER = timedelta(hours=1)


def make_sqlite_worker(
    harness: DeliveryHarness,
    deliver: Deliver | None = None,
    *,
    every: timedelta = SOON,
    at_once: int = 20,
    drain: timedelta = timedelta(seconds=20),
    guard: ProcessLock | None = None,
) -> SqliteWorker:
    return SqliteWorker(
        harness.store,
        deliver or harness.deliverer().deliver,
        clock=harness.clock,
        poll_interval=every,
        concurrency=at_once,
        drain_timeout=drain,
        max_backoff=SOON,
        lock_timeout=AT_ONCE,
        lock=guard,
    )


def _path(store: Store) -> Path:
    assert store.path
    return store.path


@pytest.fixture
def harness(sqlite_store: Store) -> DeliveryHarness:
    """This worker serves SQLite only."""
    return DeliveryHarness(sqlite_store)


@pytest.fixture
async def same_store(sqlite_store: Store) -> AsyncIterator[Store]:
    """The same store, as another process would open it."""
    opened = Store(sqlite_store.url.render_as_string(hide_password=False))
    yield opened
    await opened.close()


@dataclass
class FlakyLock:
    """A lock that is not ours for the next *refusals* checks."""

    refusals: int = 0
    released: bool = False

    async def acquire(self, grace: timedelta = AT_ONCE) -> None:
        """Ours at once."""

    async def check_held(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise StoreProblem("The database cannot be reached.")

    async def release(self) -> None:
        self.released = True


# What it delivers.


async def test_everything_that_is_due_is_delivered(harness: DeliveryHarness) -> None:
    rooms = [await harness.add_place(f"#{number}") for number in range(60)]
    await harness.queue_card("R42", *rooms)

    async with make_sqlite_worker(harness):
        await harness.platform.wait_for_messages(60)

    assert [harness.platform.titles_in(room.conversation) for room in rooms] == [["R42"]] * 60


async def test_a_delivery_queued_by_another_process_is_found_without_a_wake_up(harness: DeliveryHarness) -> None:
    """`handshake import` in another process only writes rows."""
    hall = await harness.add_place("#hall")

    async with make_sqlite_worker(harness):
        await harness.queue_card("R42", hall)
        await harness.platform.wait_for_messages(1)

    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_a_wake_up_does_not_wait_for_the_next_poll(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")

    async with make_sqlite_worker(harness, every=NEVER) as running:
        await harness.queue_card("R42", hall)
        running.wake()
        await harness.platform.wait_for_messages(1)

    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_the_order_of_a_room_is_kept_while_rooms_go_on_side_by_side(harness: DeliveryHarness) -> None:
    rooms = [await harness.add_place(name) for name in ("#hall", "#kitchen", "#attic")]
    titles = [f"R{number}" for number in range(10)]
    for title in titles:
        await harness.queue_card(title, *rooms)

    # It polls once by itself: every further delivery must start because the one before it is done.
    async with make_sqlite_worker(harness, every=NEVER):
        await harness.platform.wait_for_messages(30)

    assert [harness.platform.titles_in(room.conversation) for room in rooms] == [titles] * 3


async def test_no_more_than_agreed_are_under_way_at_once(harness: DeliveryHarness) -> None:
    rooms = [await harness.add_place(f"#{number}") for number in range(30)]
    await harness.queue_card("R42", *rooms)
    deliverer, under_way, most = harness.deliverer(), 0, 0

    async def deliver(delivery_id: int) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await deliverer.deliver(delivery_id)
        under_way -= 1

    async with make_sqlite_worker(harness, deliver, at_once=5):
        await harness.platform.wait_for_messages(30)

    assert most == 5


# What it outlives.


async def test_a_store_that_was_away_is_asked_again(harness: DeliveryHarness) -> None:
    guard = FlakyLock(refusals=3)
    hall = await harness.add_place("#hall")
    await harness.queue_card("R42", hall)

    with capture_logs() as lines:
        async with make_sqlite_worker(harness, guard=guard):
            await harness.platform.wait_for_messages(1)

    assert [line["action"] for line in lines].count("post.store_problem") == 3
    assert guard.released


async def test_a_store_that_fails_amid_a_delivery_does_not_lose_it(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    await harness.queue_card("R42", hall)
    deliverer, failures = harness.deliverer(), [StoreProblem("The disk is full."), RuntimeError("a mistake of ours")]

    async def deliver(delivery_id: int) -> None:
        if failures:
            raise failures.pop()
        await deliverer.deliver(delivery_id)

    with capture_logs() as lines:
        async with make_sqlite_worker(harness, deliver):
            await harness.platform.wait_for_messages(1)

    assert harness.platform.titles_in("#hall") == ["R42"]
    assert {"post.stumbled", "post.store_problem"} <= {line["action"] for line in lines}


# How it stops.


async def test_stopping_finishes_what_is_under_way_and_leaves_the_rest(harness: DeliveryHarness) -> None:
    rooms = [await harness.add_place(f"#{number}") for number in range(5)]
    notices = await harness.queue_card("R42", *rooms)

    async with make_sqlite_worker(harness, at_once=3) as running:
        with harness.platform.hold():
            await harness.platform.wait_for_attempts(3)
            running.stop_claiming()

    assert sorted(await harness.states(notices)) == ["new", "new", "sent", "sent", "sent"]
    assert sum(len(room) for room in harness.platform.rooms.values()) == 3


async def test_stopping_does_not_wait_for_ever(harness: DeliveryHarness) -> None:
    """What is cut off is uncertain, and the next start looks for it."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)

    with capture_logs() as lines, harness.platform.hold():
        async with make_sqlite_worker(harness, drain=SOON):
            await harness.platform.wait_for_attempts(1)

    assert (await harness.delivery(notice)).state == "sending"
    assert [line["deliveries"] for line in lines if line["action"] == "post.cut"] == [[notice]]
    assert (await harness.deliver_until_quiet(notice)).state == "sent"
    assert harness.platform.titles_in("#hall") == ["R42"]


# That there is only one.


async def test_a_second_process_is_refused_and_told_who_holds_it(harness: DeliveryHarness, same_store: Store) -> None:
    async with make_sqlite_worker(harness):
        with pytest.raises(StoreProblem, match=rf"already posts .* process {os.getpid()} on "):
            await FileLock(_path(same_store)).acquire(AT_ONCE)


async def test_on_sqlite_the_error_of_the_second_process_says_how_to_run_several(sqlite_store: Store) -> None:
    first, second = FileLock(_path(sqlite_store)), FileLock(_path(sqlite_store))
    await first.acquire()

    with pytest.raises(StoreProblem, match="move to PostgreSQL"):
        await second.acquire(AT_ONCE)

    await first.release()


async def test_when_the_first_one_is_gone_the_next_may_start(harness: DeliveryHarness, same_store: Store) -> None:
    async with make_sqlite_worker(harness):
        pass

    next_one = FileLock(_path(same_store))
    await next_one.acquire(AT_ONCE)
    await next_one.release()


async def test_one_that_is_just_ending_is_waited_for(harness: DeliveryHarness, same_store: Store) -> None:
    """A restart overlaps with the end of its predecessor for a moment."""
    first, second = FileLock(_path(harness.store)), FileLock(_path(same_store))
    await first.acquire()

    waiting = asyncio.create_task(second.acquire(timedelta(minutes=1)))
    await first.release()
    await waiting

    await second.release()
