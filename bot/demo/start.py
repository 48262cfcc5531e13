"""`handshake demo`: the whole product in one process, with a company of its own and no accounts."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.app import opened
from bot.demo import build, terminal, web
from bot.demo.company import Company, company
from bot.keeping import StoredRooms
from bot.post.guard import FileGuard
from bot.post.local import LocalPost
from bot.preloading import preloading
from bot.running import postman_of
from bot.screen import say, working
from bot.settings import Settings
from integrations.console.rooms import ConsoleRooms
from storage.store import Store

# Its own store: whatever is done here, nobody's real roadmap is touched.
PATH = Path("var/demo.db")
ADDRESS = f"sqlite:///{PATH}"
_BUILDING = PATH.with_name("demo-building.db")


async def run(settings: Settings, *, fresh: bool, page: web.Choices | None) -> int:
    """Build the sample company where it is missing, then open the *page* over it, or talk in the terminal."""
    settings = _awake(settings)
    await _make_ready(settings, fresh=fresh)
    async with opened(settings) as app, preloading():
        if page:
            return await web.serve(app, page)
        rooms = ConsoleRooms(StoredRooms(app.store, app.box.clock))
        postman = postman_of(app, {rooms.name: rooms})
        with rooms.subscribe() as news:
            async with LocalPost(app.store, postman.deliver, clock=app.box.clock) as post:
                return await terminal.Conversation(app, post, news).run(sys.stdin)


async def _make_ready(settings: Settings, *, fresh: bool) -> None:
    """Have a whole company at ADDRESS. It is built beside and moved there, so that a half-built one is never met."""
    store = Store(settings.database_url)
    guard = FileGuard(PATH)
    await guard.take()  # a demo that is running keeps its store
    try:
        if fresh or not await asyncio.to_thread(PATH.exists):
            await asyncio.to_thread(_remove, _BUILDING)
            sample = company(build.today())
            say(f"Building {sample.name}: two sides, eight teams, sixty people and a year of revisions …")
            with working("A year goes by …"):
                await _build(settings, sample)
            await asyncio.to_thread(_move)
    finally:
        await guard.release()
        await store.close()


def _awake(settings: Settings) -> Settings:
    """The sample company has no nights and no weekends: whoever tries it at midnight sees notices arrive."""
    return settings.model_copy(update={"quiet_hours": "", "working_days": "", "holidays": ""})


async def _build(settings: Settings, sample: Company) -> None:
    async with opened(settings.model_copy(update={"database_url": f"sqlite:///{_BUILDING}"})) as app:
        await build.build(app, sample)


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm", ".key"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _move() -> None:
    _remove(PATH)
    _BUILDING.with_name(f"{_BUILDING.name}.key").replace(PATH.with_name(f"{PATH.name}.key"))
    _BUILDING.replace(PATH)
