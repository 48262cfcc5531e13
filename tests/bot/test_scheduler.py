"""The scheduler: each due run happens once, whichever replica starts it and however often it stops; judged by what the jobs wrote."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from bot.scheduler import DatabaseClock, Scheduler
from handlers.context import AppContext
from handlers.feature import Job
from handlers.shared import notify
from handlers.shared.rules.schedule import Every, daily
from integrations.ports.cards import Card
from storage import deliveries, job_runs, places
from storage.store import Session, Store
from tests.app import ChatApp

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class LedgerJob:
    """A job that puts a card in the ledger, and the database's time as the test sets it."""

    store: Store
    catch_up: Literal["all", "last", "none"] = "all"
    now: datetime = START
    fails: int = 0
    runs: list[datetime] = field(default_factory=list)

    @property
    def job(self) -> Job:
        return Job(name="works", does="Works.", schedule=Every(5), catch_up=self.catch_up, run=self.run)

    async def run(self, _box: AppContext, db: Session, due: datetime) -> None:
        hall = await places.ensure(db, "console", "", "#hall")
        await notify.queue_card(db, [hall.id], Card(f"{due:%H:%M}"), key=f"works:{due.isoformat()}", at=due)
        if self.fails:
            self.fails -= 1
            raise ArithmeticError("a mistake of ours")
        self.runs.append(due)

    async def time(self, _db: Session) -> datetime:
        return self.now

    def clock(self) -> Scheduler:
        """A fresh one, as of another replica or after a restart."""
        return Scheduler(ChatApp(self.store, ()).ctx, [self.job], now=self.time)

    async def queued_titles(self) -> int:
        async with self.store.reading() as db:
            return (await deliveries.counts(db)).get("new", 0)


async def test_a_new_job_has_no_past_to_catch_up(store: Store) -> None:
    works = LedgerJob(store)
    await works.clock().run_due()

    assert works.runs == []


async def test_missed_runs_are_caught_up(store: Store) -> None:
    works = LedgerJob(store)
    await works.clock().run_due()
    works.now += 17 * MINUTE

    await works.clock().run_due()

    assert works.runs == [START + 5 * MINUTE, START + 10 * MINUTE, START + 15 * MINUTE]


@pytest.mark.parametrize(("catch_up", "away", "times"), [("last", 170, 1), ("none", 170, 1), ("none", 60 * 24 * 9, 1)])
async def test_a_job_that_does_not_catch_up_runs_once_at_most(
    store: Store, catch_up: Literal["last", "none"], away: int, times: int
) -> None:
    works = LedgerJob(store, catch_up)
    await works.clock().run_due()
    works.now += away * MINUTE

    await works.clock().run_due()

    assert works.runs == [works.now][: 0 if works.now.minute % 5 else times]


async def test_a_run_that_is_a_day_late_is_not_caught_up(store: Store) -> None:
    works = LedgerJob(store, "none")
    reminder = Job(name="works", does="W.", schedule=daily("09:00"), catch_up="none", run=works.run)
    await Scheduler(ChatApp(store, ()).ctx, [reminder], now=works.time).run_due()
    works.now = datetime(2026, 11, 4, 8, 59, tzinfo=UTC)
    await Scheduler(ChatApp(store, ()).ctx, [reminder], now=works.time).run_due()
    recent = works.runs.copy()
    works.now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    await Scheduler(ChatApp(store, ()).ctx, [reminder], now=works.time).run_due()

    assert recent == [datetime(2026, 11, 3, 9, tzinfo=UTC)]
    assert works.runs[1:] == [datetime(2026, 11, 20, 9, tzinfo=UTC)]


async def test_three_clocks_ring_each_time_once(store: Store) -> None:
    works = LedgerJob(store)
    await works.clock().run_due()
    clocks = [works.clock() for _ in range(3)]
    for _ in range(6):
        works.now += 5 * MINUTE
        await asyncio.gather(*(each.run_due() for each in clocks))

    assert works.runs == [START + 5 * MINUTE * each for each in range(1, 7)]
    assert await works.queued_titles() == 6


async def test_a_job_that_stumbles_leaves_nothing_and_is_rung_again(store: Store) -> None:
    """Its transaction is rolled back, the other jobs run all the same, and the next poll catches up."""
    works = LedgerJob(store, fails=1)
    await works.clock().run_due()
    works.now += 5 * MINUTE
    await works.clock().run_due()
    undone = await works.queued_titles()

    await works.clock().run_due()

    assert undone == 0
    assert works.runs == [works.now]
    assert await works.queued_titles() == 1


async def test_a_database_whose_clock_goes_back_rings_nothing_twice(store: Store) -> None:
    works = LedgerJob(store)
    await works.clock().run_due()
    works.now += 10 * MINUTE
    await works.clock().run_due()
    works.now -= timedelta(hours=1)
    await works.clock().run_due()
    works.now += timedelta(hours=1)
    await works.clock().run_due()

    assert works.runs == [START + 5 * MINUTE, START + 10 * MINUTE]


async def test_a_year_away_is_made_up_for_in_bounded_steps(store: Store) -> None:
    """A hundred due times a turn: no transaction grows without end."""
    works = LedgerJob(store)
    await works.clock().run_due()
    works.now += timedelta(days=1)

    rung = await works.clock().run_job(works.job)

    assert rung == 100
    await works.clock().run_due()
    assert len(works.runs) == 288


async def test_it_wakes_by_itself_and_tells_the_post(store: Store) -> None:
    works, rang = LedgerJob(store), asyncio.Event()
    await works.clock().run_due()
    works.now += 5 * MINUTE

    async with Scheduler(ChatApp(store, ()).ctx, [works.job], now=works.time, on_run=rang.set):
        async with asyncio.timeout(60):
            await rang.wait()

    assert works.runs == [works.now]
    async with store.reading() as db:
        assert set(await job_runs.last_runs(db)) == {"works"}


async def test_what_it_is_at_when_it_stops_has_let_go_of_the_store(store: Store) -> None:
    """Or a transaction is rolled back while the store is closed around it, and one of the two waits for ever."""
    begun, let_go = asyncio.Event(), asyncio.Event()

    async def run(_box: AppContext, _db: Session, _due: datetime) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            let_go.set()

    works = LedgerJob(store)
    await works.clock().run_due()
    works.now += 5 * MINUTE

    endless = replace(works.job, run=run)
    async with Scheduler(ChatApp(store, ()).ctx, [endless], now=works.time):
        async with asyncio.timeout(60):
            await begun.wait()

    assert let_go.is_set()
    async with store.transaction() as db:
        assert await job_runs.claim(db, "works", works.now, works.now)


async def test_the_shared_clock_says_what_the_database_says(store: Store) -> None:
    """A machine whose own clock is an hour off, or jumps, counts on from the database's."""
    steady = [100.0]
    clock = DatabaseClock(lambda: steady[0])
    await clock.sync(store)
    looked = clock.now()
    steady[0] += 90

    assert abs(looked - datetime.now(UTC)) < timedelta(seconds=30)
    assert clock.now() - looked == timedelta(seconds=90)
