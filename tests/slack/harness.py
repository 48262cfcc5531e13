"""Handshake with the Slack adapter: a real store, the real HTTP server, and a fake Slack."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.app import App, open_app
from bot.serve import Timing, serving
from bot.settings import Settings, SlackSettings, TeamsSettings
from handlers.catalogue import FEATURES
from integrations.ports.inbound import Dispatch
from storage.store import Store
from storage.values.company import Permission
from tests.app import MONDAY, ChatApp, item
from tests.fakes.clock import RunningClock
from tests.fakes.slack import BOT, TEAM, TOKEN, FakeChannel, FakeSlack, Json, slack_user
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_server import serve_slack as slack_serving

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ADA, BO, CY = "U0ADA", "U0BO", "U0CY"
ROADMAP = "C0ROADMAP"
STRETCH = 30  # so that no test hits the adapter's timeouts
TIMEOUT_S = 60  # for a test that waits for something that never happens


def slack_settings(address: str, slack: FakeSlack, **more: str) -> Settings:
    """Settings for one workspace over HTTP, unless *more* changes them. The environment is not read."""
    settings = Settings(
        _env_file=None,
        database_url=address,
        secret_keys="only-for-tests-only-for-tests-only",
        host="127.0.0.1",
        port=0,
        public_url=more.pop("public_url", ""),
        rate_limit=int(more.pop("rate_limit", "0")),
    )
    given = {"bot_token": TOKEN, "signing_secret": SECRET, "api_url": f"{slack.address}/api/"} | more
    settings._slack = SlackSettings(_env_file=None, **given)  # type: ignore[arg-type]
    settings._teams = TeamsSettings(_env_file=None)
    return settings


@dataclass(repr=False)
class SlackHarness:
    """What a test uses."""

    app: App
    slack: FakeSlack
    server: SlackServer
    client: httpx.AsyncClient
    clock: RunningClock
    secret: str = SECRET
    triggers: Any = field(default_factory=lambda: count(1))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(
            "<SlackHarness>"
        )  # Hypothesis prints the arguments of a failing test; this one holds the whole app

    async def send_signed(
        self, body: str, content_type: str, *, secret: str = "", age_s: float = 0, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """A signed request to `/slack/events`."""
        stamp = str(int(self.clock.seconds() - age_s))
        digest = hmac.new((secret or self.secret).encode(), f"v0:{stamp}:{body}".encode(), sha256).hexdigest()
        signed = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}", "content-type": content_type}
        return await self.client.post("/slack/events", content=body.encode(), headers=signed | (headers or {}))

    async def command(self, words: str, user: str = ADA, channel: str = ROADMAP, **more: Any) -> httpx.Response:
        return await self.send_signed(self.command_body(words, user, channel), FORM, **more)

    def command_body(self, words: str, user: str = ADA, channel: str = ROADMAP, team: str = TEAM) -> str:
        return urlencode(
            {
                "command": "/handshake",
                "text": words,
                "user_id": user,
                "team_id": team,
                "channel_id": channel,
                "channel_name": "directmessage" if channel.startswith("D") else "roadmap",
                "trigger_id": self.trigger_id(),
                "response_url": self.response_url(),
            }
        )

    async def interact(self, payload: Json, **more: Any) -> httpx.Response:
        return await self.send_signed(urlencode({"payload": json.dumps(payload)}), FORM, **more)

    async def press(self, action: str, value: str = "", user: str = ADA, channel: str = ROADMAP) -> httpx.Response:
        return await self.interact(self.press_body(action, value, user, channel))

    def press_body(self, action: str, value: str = "", user: str = ADA, channel: str = ROADMAP) -> Json:
        button = {"type": "button", "action_id": f"{action}#0", "value": value, "block_id": "b"}
        return self._interaction("block_actions", user) | {
            "actions": [button],
            "container": {"type": "message", "channel_id": channel},
            "channel": {"id": channel},
            "message": {"ts": "1.1"},
            "response_url": self.response_url(),
        }

    async def submit(self, view: Json, answers: dict[str, str], user: str = ADA) -> httpx.Response:
        values = {name: {name: {"type": "plain_text_input", "value": words}} for name, words in answers.items()}
        return await self.interact(
            self._interaction("view_submission", user) | {"view": view | {"id": "V1", "state": {"values": values}}}
        )

    async def shortcut(
        self, callback: str, text: str, user: str = ADA, channel: str = ROADMAP, thread: str = ""
    ) -> httpx.Response:
        in_thread = {"thread_ts": thread} if thread else {}
        return await self.interact(
            self._interaction("message_action", user)
            | {
                "callback_id": callback,
                "channel": {"id": channel},
                "message": {"ts": "1790000000.000100", "text": text, **in_thread},
                "response_url": self.response_url(),
            }
        )

    def _interaction(self, kind: str, user: str) -> Json:
        who = {"id": user, "team_id": TEAM}
        return {"type": kind, "team": {"id": TEAM}, "user": who, "trigger_id": self.trigger_id()}

    async def event(self, event: Json, **more: Any) -> httpx.Response:
        return await self.send_signed(json.dumps(self.event_body(event)), "application/json", **more)

    def event_body(self, event: Json, team: str = TEAM, event_id: str = "") -> Json:
        number = next(self.triggers)
        return {
            "type": "event_callback",
            "team_id": team,
            "event_id": event_id or f"Ev{number}",
            "event": event,
            "authorizations": [{"team_id": team, "enterprise_id": None, "is_bot": True, "user_id": BOT}],
        }

    def mention_event(self, words: str, user: str = ADA, channel: str = ROADMAP) -> Json:
        text = f"<@{BOT}> {words}"
        return {"type": "app_mention", "user": user, "text": text, "ts": "1790000000.000200", "channel": channel}

    def direct_event(self, words: str, user: str = ADA, **more: Any) -> Json:
        where = {"channel": f"D{user[1:]}", "channel_type": "im"}
        return {"type": "message", "user": user, "text": words, "ts": "1790000000.000300", **where, **more}

    def trigger_id(self) -> str:
        return f"trigger.{next(self.triggers)}"

    def response_url(self) -> str:
        return f"{self.slack.address}/respond/way{next(self.triggers)}"

    async def wait_for(self, did: str, times: int = 1) -> list[Json]:
        """The fake Slack's log entries of that kind, once there are so many."""
        async with asyncio.timeout(TIMEOUT_S):
            await self.server.wait_until(lambda: len(self.slack.entries(did)) >= times)
        return self.slack.entries(did)

    async def opened_view(self) -> Json:
        """The last modal that was opened."""
        return dict((await self.wait_for("view"))[-1]["view"])


FORM = "application/x-www-form-urlencoded"


def fill_acme(slack: FakeSlack) -> None:
    """Ada (Marketing) and Bo (IT), the guest Cy, and one channel with Ada, Bo and the bot."""
    people = [
        slack_user(ADA, "ada@example.com", real_name="Ada Lovelace"),
        slack_user(BO, "bo@example.com"),
        slack_user(CY, "cy@elsewhere.example", is_restricted=True),
    ]
    slack.acme.users = {user["id"]: user for user in people}
    slack.acme.rooms = {ROADMAP: FakeChannel(ROADMAP, "roadmap", members=[ADA, BO])}


async def write_company(store: Store) -> None:
    """Two people, four teams, and two items, one of them visible only to IT."""
    app = ChatApp(store, FEATURES)
    await app.add_teams()
    await app.add_person("ada@example.com", "seo", Permission.ADMIN)
    await app.add_person("bo@example.com", "web", Permission.CONTRIBUTOR)
    await app.publish(item("WEB-1", "Faster search"), item("WEB-2", "Secret engine", visible_to=("web",)))


@asynccontextmanager
async def slack_harness(
    address: str,
    dispatch: Dispatch | None = None,
    *,
    populate: Callable[[FakeSlack], None] = fill_acme,
    timing: Timing | None = None,
    **more: str,
) -> AsyncIterator[SlackHarness]:
    """Handshake serving Slack; *dispatch* replaces its own, and *populate* fills the fake Slack.

    Waiting for rate limits takes no time, unless *timing* changes that.
    """
    clock = RunningClock(MONDAY)
    front = SlackServer(FakeSlack(now=clock.seconds))
    populate(front.slack)
    async with slack_serving(front), open_app(slack_settings(address, front.slack, **more), clock) as app:
        if dispatch:
            app = app.with_dispatch(dispatch)
        async with (
            serving(app, timing or Timing(clock.sleep, stretch=STRETCH)) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=TIMEOUT_S) as client,
        ):
            yield SlackHarness(app, front.slack, front, client, clock)
        assert front.slack.violations() == []
