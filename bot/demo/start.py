"""`handshake demo`: the whole product in one process, with a company of its own and no accounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from bot.app import App, opened
from bot.demo import terminal, web
from bot.demo.build import build
from bot.demo.clock import DemoClock
from bot.demo.company import Company, company
from bot.demo.hours import first_start, next_start, with_sample_hours
from bot.keeping import StoredRooms
from bot.post.guard import FileGuard
from bot.post.local import LocalPost
from bot.preloading import preloading
from bot.running import postman_of
from bot.screen import say, working
from bot.settings import Settings
from integrations.console.rooms import ConsoleRooms
from integrations.ports.clock import FixedClock
from storage import activity
from storage.store import Store

# Its own store: whatever is done here, nobody's real roadmap is touched.
PATH = Path("var/demo.db")
ADDRESS = f"sqlite:///{PATH}"
_BUILDING = PATH.with_name("demo-building.db")


async def run(settings: Settings, *, now: datetime, fresh: bool, page: web.Choices | None, lines: IO[str]) -> int:
    """Build the sample company where it is missing, then open the *page* over it, or answer *lines* in the terminal.

    *now* is the real time; only its day counts.
    """
    await _make_ready(settings, now, fresh=fresh)
    async with opened_demo(settings, now) as app, preloading():
        if page:
            return await web.serve(app, page)
        rooms = ConsoleRooms(StoredRooms(app.store, app.box.clock))
        postman = postman_of(app, {rooms.name: rooms})
        with rooms.subscribe() as news:
            async with LocalPost(app.store, postman.deliver, clock=app.box.clock) as post:
                return await terminal.Conversation(app, post, news).run(lines)


@asynccontextmanager
async def opened_demo(settings: Settings, now: datetime) -> AsyncIterator[App]:
    """Handshake over a demo store, in the hours of the sample company and on a clock of its own.

    The clock starts while everybody is at work, and after whatever happened in the store before.
    """
    clock = DemoClock(first_start(now))
    async with opened(with_sample_hours(settings), clock) as app:
        async with app.store.reading() as session:
            latest = await activity.latest(session)
        if latest is not None:
            clock.move_to(next_start(now, latest))
        yield app


async def build_store(settings: Settings, sample: Company, at: datetime) -> None:
    """Fill the empty store of *settings* with *sample*, all of whose past lies before *at*."""
    async with opened(with_sample_hours(settings), FixedClock(at)) as app:
        await build(app, sample)


async def _make_ready(settings: Settings, now: datetime, *, fresh: bool) -> None:
    """Have a whole company at ADDRESS. It is built beside and moved there, so that a half-built one is never met."""
    store = Store(settings.database_url)
    guard = FileGuard(PATH)
    await guard.take()  # a demo that is running keeps its store
    try:
        if fresh or not await asyncio.to_thread(PATH.exists):
            await asyncio.to_thread(_remove, _BUILDING)
            at = first_start(now)
            sample = company(at.date())
            say(f"Building {sample.name}: two sides, eight teams, sixty people and a year of revisions …")
            with working("A year goes by …"):
                await build_store(settings.model_copy(update={"database_url": f"sqlite:///{_BUILDING}"}), sample, at)
            await asyncio.to_thread(_move)
    finally:
        await guard.release()
        await store.close()


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm", ".key"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _move() -> None:
    _remove(PATH)
    _BUILDING.with_name(f"{_BUILDING.name}.key").replace(PATH.with_name(f"{PATH.name}.key"))
    _BUILDING.replace(PATH)
