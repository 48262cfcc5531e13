"""A small company behind the real page, and a browser that uses it."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bot.app import App, open_app
from bot.demo.web import RunningDemo, running_demo
from bot.settings import Settings
from handlers.importing.rules.report import FileKind, Importer, ImportOptions
from handlers.importing.workflow.files import import_file
from integrations.ports.cards import Card
from integrations.ports.chat import Address
from integrations.ports.clock import Clock, FixedClock
from storage import console, places
from tests.app import MONDAY

ADDRESS = "http://localhost:8080"
ADA, BO, GRETA = "ada@example.com", "bo@example.com", "greta@example.com"
FILES: Mapping[FileKind, str] = {
    "teams": "key,name,side\nseo,SEO,marketing\nweb,Web Platform,it\n",
    "people": "email,name,team,permission,role\n"
    f"{ADA},Ada <b>Lovelace</b>,seo,publisher,<script>alert(1)</script>\n"
    f"{BO},Bo Chen,web,publisher,\n{GRETA},Greta,web,admin,\n",
    "campaigns": "key,name,start,end\nspring,Spring Launch,2027-03-01,2027-04-30\n",
    "roadmap": "key,title,team,campaigns,status,due\n"
    'WEB-1,"<script>alert(2)</script> banner",web,spring,in_progress,2027-02-10\n',
}


@dataclass(repr=False)
class Visitor:
    """A person at a browser, and access to the running demo behind the page."""

    demo: RunningDemo
    browser: httpx.AsyncClient

    async def act(
        self, do: str, /, *, as_: str = ADA, room: str = "me", look: str = "", **more: object
    ) -> dict[str, Any]:
        body = {"do": do, "as": as_, "in": room, "look": look, **more}
        answer = await self.browser.post("/act", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def say(self, words: str, *, as_: str = ADA, room: str = "me", look: str = "") -> dict[str, Any]:
        return await self.act("say", as_=as_, room=room, look=look, words=words)

    async def get_page(self, room: str = "me", *, as_: str = ADA, **more: str) -> str:
        answer = await self.browser.get("/", params={"as": as_, "in": room, **more})
        assert answer.status_code == 200
        return answer.text

    async def cards_in(self, room: str) -> list[Any]:
        async with self.demo.page_context.reads._store.reading() as session:  # type: ignore[attr-defined]
            return [json.loads(json.dumps(message.card)) for message in await console.in_room(session, room)]

    async def post_card(self, room: str, card: Card, tag: str) -> str:
        return await self.demo.page_context.rooms.post(Address("console", "", room), card, tag)

    async def wait_until_delivered(self) -> None:
        """Wait until no delivery is due."""
        await self.demo.worker.wait_until_idle()


@asynccontextmanager
async def open_visitor(address: str, *, expose: bool = False, clock: Clock | None = None) -> AsyncIterator[Visitor]:
    async with open_app(Settings(_env_file=None, database_url=address), clock or FixedClock(MONDAY)) as app:
        for what, text in FILES.items():
            publish = what == "roadmap"
            options = ImportOptions(publish=publish, reason="First")
            report = await import_file(app.ctx, what, text.encode(), options, Importer())
            assert not report.errors, report.errors
        async with app.store.transaction() as session:
            room = await places.ensure(session, "console", "", "#spring", name="#spring")
            await places.subscribe(session, room.id, campaigns=(), teams=(), level="all", by="", at=app.ctx.clock.now())
        async with visitor_of(app, expose=expose) as visitor:
            yield visitor


@asynccontextmanager
async def visitor_of(app: App, *, expose: bool = False) -> AsyncIterator[Visitor]:
    """A browser on the page of *app*."""
    async with running_demo(app, expose=expose) as demo:
        transport = httpx.ASGITransport(demo.page)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"origin": ADDRESS}) as browser:
            yield Visitor(demo, browser)


def button_actions(html: str) -> list[tuple[str, str]]:
    """(action, value) of the buttons in *html*, in order."""
    return re.findall(r'<button[^>]* data-action="([^"]*)" data-value="([^"]*)"', html)
