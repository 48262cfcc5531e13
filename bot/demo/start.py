"""`handshake demo`: the whole product in one process, with a company of its own and no accounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from bot.app import App, open_app
from bot.delivery.process_lock import FileLock
from bot.delivery.sqlite_worker import SqliteWorker
from bot.demo import terminal, web
from bot.demo.build import build_sample
from bot.demo.clock import DemoClock
from bot.demo.company import SampleCompany, sample_company
from bot.demo.hours import first_start, next_start, with_sample_hours
from bot.output import progress, write_text
from bot.preloading import preloading
from bot.serve import make_deliverer
from bot.settings import Settings
from bot.stored_state import StoredMessageLog
from integrations.ports.clock import FixedClock
from integrations.web.send import WebChat
from storage import activity
from storage.store import Store

# Its own store: whatever is done here, nobody's real roadmap is touched.
PATH = Path("var/demo.db")
DATABASE_URL = f"sqlite:///{PATH}"
_BUILD_PATH = PATH.with_name("demo-building.db")


async def run(settings: Settings, *, now: datetime, fresh: bool, page: web.PageOptions | None, lines: IO[str]) -> int:
    """Build the sample company where it is missing, then open the *page* over it, or answer *lines* in the terminal.

    *now* is the real time; only its day counts.
    """
    await _ensure_built(settings, now, fresh=fresh)
    async with open_demo(settings, now) as app, preloading():
        if page:
            return await web.serve(app, page)
        rooms = WebChat(StoredMessageLog(app.store, app.ctx.clock))
        deliverer = make_deliverer(app, {rooms.name: rooms})
        with rooms.subscribe() as news:
            async with SqliteWorker(app.store, deliverer.deliver, clock=app.ctx.clock) as worker:
                return await terminal.TerminalSession(app, worker, news).run(lines)


@asynccontextmanager
async def open_demo(settings: Settings, now: datetime) -> AsyncIterator[App]:
    """Handshake over a demo store, in the hours of the sample company and on a clock of its own.

    The clock starts while everybody is at work, and after whatever happened in the store before.
    """
    clock = DemoClock(first_start(now))
    async with open_app(with_sample_hours(settings), clock) as app:
        async with app.store.reading() as session:
            latest = await activity.latest(session)
        if latest is not None:
            clock.advance_to(next_start(now, latest))
        yield app


async def build_store(settings: Settings, sample: SampleCompany, at: datetime) -> None:
    """Fill the empty store of *settings* with *sample*, all of whose past lies before *at*."""
    async with open_app(with_sample_hours(settings), FixedClock(at)) as app:
        await build_sample(app, sample)


async def _ensure_built(settings: Settings, now: datetime, *, fresh: bool) -> None:
    """Have a whole company at ADDRESS. It is built beside and moved there, so that a half-built one is never met."""
    store = Store(settings.database_url)
    lock = FileLock(PATH)
    await lock.acquire()  # a demo that is running keeps its store
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
