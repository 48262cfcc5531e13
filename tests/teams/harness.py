"""Handshake as `handshake run` serves it, with a Teams simulator: activities by HTTP, cards from the simulator's log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from bot.app import App, build_app, store_of
from bot.serve import Timing, serving
from bot.settings import load
from handlers.catalogue import FEATURES
from integrations.ports.inbound import Dispatch
from storage import deliveries, places
from storage.values.company import Permission
from storage.values.places import Place
from tests.app import MONDAY, ChatApp, item
from tests.fakes.clock import RunningClock
from tests.fakes.teams_process import TeamsSimulator

Json = dict[str, Any]


@dataclass(repr=False)
class TeamsHarness:
    """A running Handshake. Its people are mia (Marketing, admin) and bo (IT); eve is unknown."""

    app: App
    simulator: TeamsSimulator
    address: str
    http: httpx.AsyncClient
    chat_app: ChatApp

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(
            "<TeamsHarness>"
        )  # Hypothesis prints the arguments of a failing test; this one holds the whole app

    async def send(self, activity: Mapping[str, object], *, header: str | None = "") -> httpx.Response:
        """Send *activity* as Teams would; *header* in place of a good token, None for none at all."""
        if header == "":
            header = f"Bearer {await self.mint()}"
        headers = {} if header is None else {"Authorization": header}
        return await self.http.post(self.address, json=activity, headers=headers)

    async def mint(self, **claims: object) -> str:
        return await asyncio.to_thread(self.simulator.mint, **claims)

    async def invoke(self, activity: Mapping[str, object]) -> Json:
        """Send an invoke and return the body of its answer."""
        answer = await self.send(activity)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    async def send_and_wait(self, activity: Mapping[str, object], room: str) -> Json:
        """Send *activity* and return the next message in *room*."""
        before = len(self.simulator.entries(room=room))
        answer = await self.send(activity)
        assert answer.status_code == 202, answer.text
        return (await self.wait_for(before + 1, room=room))[before]

    async def wait_for(self, times: int, *, did: str = "post", room: str = "") -> Sequence[Json]:
        """The log entries there, once there are so many."""
        await asyncio.to_thread(self.simulator.wait_for, times, did=did, room=room)
        return self.simulator.entries(did, room)

    async def place(self, conversation: str) -> Place:
        async with self.app.store.reading() as session:
            found = await places.find(session, "teams", "", conversation)
        assert found is not None
        return found

    async def wait_for_name(self, conversation: str, name: str) -> None:
        """Wait until the conversation has that name."""
        while True:
            if (await self.place(conversation)).name == name:
                return
            await asyncio.sleep(0.02)

    async def wait_for_deliveries(self, state: str, deliveries_: int) -> None:
        """Wait until at least *deliveries_* deliveries are in *state*."""
        while True:
            async with self.app.store.reading() as session:
                if (await deliveries.counts(session)).get(state, 0) >= deliveries_:
                    return
            await asyncio.sleep(0.02)


def card_words(card: object) -> str:
    """The text in *card*: a log entry, an invoke's response, or a part of one."""
    if isinstance(card, dict):
        return card_words([value for key, value in card.items() if key in _READ])
    if isinstance(card, list):
        return "\n".join(filter(None, map(card_words, card)))
    return card if isinstance(card, str) else ""


_READ = frozenset(
    [
        "text",
        "title",
        "value",
        "body",
        "inlines",
        "items",
        "columns",
        "rows",
        "cells",
        "facts",
        "actions",
        "attachments",
        "content",
        "card",
        "task",
        "label",
        "errorMessage",
        "choices",
        "activity",
    ]
)


def buttons(card: object) -> list[Json]:
    """Every action in *card*."""
    found: list[Json] = []
    if isinstance(card, dict):
        if str(card.get("type", "")).startswith("Action."):
            found.append(card)
        for value in card.values():
            found += buttons(value)
    elif isinstance(card, list):
        for value in card:
            found += buttons(value)
    return found


@asynccontextmanager
async def teams_harness(
    simulator: TeamsSimulator, store: str, dispatch: Dispatch | None = None, **more: object
) -> AsyncIterator[TeamsHarness]:
    """Handshake over the store at that URL, with this process's environment; *dispatch* replaces its own.

    It is Monday morning, waiting for rate limits takes no time, and people may send any number of commands.
    """
    settings = load(**{"database_url": store, "port": 0, "rate_limit": 0, **more})
    opened = store_of(settings)
    await opened.open()
    try:
        clock = RunningClock(MONDAY)
        timing = Timing(
            clock.sleep, poll_interval=timedelta(milliseconds=50), stretch=30
        )  # a test publishes without waking the worker
        app = build_app(settings, opened, clock)
        app = app.with_dispatch(dispatch) if dispatch else app
        chat_app = ChatApp(opened, FEATURES)
        await _company(chat_app)
        async with serving(app, timing) as port, httpx.AsyncClient(timeout=60, trust_env=False) as http:
            yield TeamsHarness(app, simulator, f"http://127.0.0.1:{port}/api/messages", http, chat_app)
    finally:
        await opened.close()


async def _company(chat_app: ChatApp) -> None:
    await chat_app.add_teams()
    await chat_app.add_person("mia@example.com", "seo", Permission.ADMIN)
    await chat_app.add_person("bo@example.com", "web", Permission.PUBLISHER)
    await chat_app.add_campaign("spring", "Spring Launch")
    await chat_app.publish(item("WEB-12", "Consent banner", campaigns=("spring",)))
    await chat_app.publish(item("WEB-13", "Hidden work", visible_to=("web",)))
