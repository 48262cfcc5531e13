"""`handshake demo`: the whole product in one process, with a sample company and no accounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from bot.app import App, open_app
from bot.delivery.factory import build_delivery
from bot.delivery.process_lock import FileLock
from bot.delivery.sqlite_worker import SqliteWorker
from bot.demo import terminal, web
from bot.demo.build import build_sample
from bot.demo.clock import DemoClock
from bot.demo.company import SampleCompany, sample_company
from bot.demo.hours import first_start, next_start, with_sample_hours
from bot.output import progress, write_text
from bot.preloading import preloading
from bot.settings import Settings
from integrations.ports.clock import FixedClock
from storage import activity
from storage.store import Store

# A separate store, so that the demo never touches a real roadmap.
PATH = Path("var/demo.db")
DATABASE_URL = f"sqlite:///{PATH}"
_BUILD_PATH = PATH.with_name("demo-building.db")


async def run(settings: Settings, *, now: datetime, fresh: bool, page: web.PageOptions | None, lines: IO[str]) -> int:
    """Build the sample company if it is missing, then serve the *page*, or answer *lines* in the terminal.

    *now* is the real time; only its date matters.
    """
    await _ensure_built(settings, now, fresh=fresh)
    # Nobody else waits for a terminal, and its lines may come from a file.
    async with open_demo(settings if page else without_rate_limit(settings), now) as app, preloading():
        if page:
            return await web.serve(app, page)
        console, deliverer = build_delivery(app)
        with console.subscribe() as listener:
            async with SqliteWorker(app.store, deliverer.deliver, clock=app.ctx.clock) as worker:
                return await terminal.TerminalSession(app, worker, listener).run(lines)


@asynccontextmanager
async def open_demo(settings: Settings, now: datetime) -> AsyncIterator[App]:
    """The app over a demo store, with the sample company's working hours and its own clock.

    The clock starts when everyone is at work, and after the last activity in the store.
    """
    clock = DemoClock(first_start(now))
    async with open_app(with_sample_hours(settings), clock) as app:
        async with app.store.reading() as session:
            latest = await activity.latest(session)
        if latest is not None:
            clock.advance_to(next_start(now, latest))
        yield app


def without_rate_limit(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_limit": 0})


async def build_store(settings: Settings, sample: SampleCompany, at: datetime) -> None:
    """Fill the empty store of *settings* with *sample*, whose history ends before *at*."""
    async with open_app(without_rate_limit(with_sample_hours(settings)), FixedClock(at)) as app:
        await build_sample(app, sample)


async def _ensure_built(settings: Settings, now: datetime, *, fresh: bool) -> None:
    """Build the sample company at PATH if needed. It is built beside it and moved, so it is never half built."""
    store = Store(settings.database_url)
    lock = FileLock(PATH)
    await lock.acquire()  # fails while another demo uses the store
    try:
        if fresh or not await asyncio.to_thread(PATH.exists):
            await asyncio.to_thread(_remove, _BUILD_PATH)
            at = first_start(now)
            sample = sample_company(at.date())
            write_text(f"Building {sample.name}: two sides, eight teams, sixty people and a year of revisions …")
            with progress("A year goes by …"):
                await build_store(settings.model_copy(update={"database_url": f"sqlite:///{_BUILD_PATH}"}), sample, at)
            await asyncio.to_thread(_move)
    finally:
        await lock.release()
        await store.close()


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm", ".key"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _move() -> None:
    _remove(PATH)
    _BUILD_PATH.with_name(f"{_BUILD_PATH.name}.key").replace(PATH.with_name(f"{PATH.name}.key"))
    _BUILD_PATH.replace(PATH)
