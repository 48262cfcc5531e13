"""Slow commands, slow Slack, and an unavailable store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from integrations.plain.background import Within, within
from integrations.ports.cards import Card, text
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import Account, ConversationRef, InboundEvent, Reply
from integrations.ports.platform import AdapterContext
from integrations.slack.adapter import SlackAdapter
from integrations.slack.config import SlackConfig
from integrations.slack.payloads import SlackRequest
from integrations.slack.responses import SlackResponse
from tests.app import ReversingCipher
from tests.fakes.slack import TEAM, TOKEN, FakeSlack, Fault
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_server import serve_slack as slack_serving
from tests.fakes.state import MemorySecretStore
from tests.slack.harness import ADA, ROADMAP, TIMEOUT_S, SlackHarness, fill_acme, slack_harness

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@dataclass
class RecordingInbox:
    """An inbox that records events, unless the store is unavailable."""

    taken: list[InboundEvent] = field(default_factory=list)
    answered: list[Reply] = field(default_factory=list)
    begun: list[Awaitable[Reply] | None] = field(default_factory=list)
    away: bool = False

    async def enqueue(self, event: InboundEvent, pending_reply: Awaitable[Reply] | None = None) -> bool:
        if self.away:
            raise Unavailable("the store")
        self.taken.append(event)
        self.begun.append(pending_reply)
        return True

    async def reply(self, event: InboundEvent, reply: Reply) -> None:
        self.answered.append(reply)


class EverybodyKnown:
    """Every account is linked; membership changes are ignored."""

    async def is_linked(self, platform: str, workspace: str, external_id: str) -> bool:
        return True

    async def email_of(self, platform: str, workspace: str, external_id: str) -> str:
        return ""

    async def linked(self, platform: str, workspace: str, external_ids: object) -> frozenset[str]:
        return frozenset()

    async def sync(self, where: ConversationRef, members: object, *, external: bool) -> None:
        """Ignored."""

    async def profile_changed(self, account: Account) -> None:
        """Ignored."""

    async def deactivated(self, account: Account) -> None:
        """Ignored."""

    async def change_id(self, where: ConversationRef, new_id: str) -> None:
        """Ignored."""

    async def mark_closed(self, where: ConversationRef) -> None:
        """Ignored."""

    async def closed_conversations(self, platform: str) -> list[ConversationRef]:
        return []

    async def subscribed_conversations(self, platform: str) -> list[ConversationRef]:
        return []


@dataclass
class SlowHarness:
    """An adapter whose dispatch replies once *ready* is set."""

    adapter: SlackAdapter
    inbox: RecordingInbox
    ready: asyncio.Event
    front: SlackServer

    async def parsed_command(self, **body: object) -> SlackRequest:
        installation = await self.adapter.installations.own()
        return SlackRequest({"user_id": ADA, "channel_id": ROADMAP, "text": "current", **body}, TEAM, installation)

    async def command(self) -> SlackResponse:
        return await self.adapter.listeners.command(
            await self.parsed_command(trigger_id="t1", response_url="https://x.example/1")
        )


async def too_late(begun: asyncio.Future[object], _seconds: float) -> bool:
    """The budget is used up at once, unless the reply is ready."""
    await asyncio.sleep(0)
    return begun.done()


@asynccontextmanager
async def slow(in_time: Within = too_late) -> AsyncIterator[SlowHarness]:
    ready, inbox, everybody = asyncio.Event(), RecordingInbox(), EverybodyKnown()

    async def dispatch(_event: InboundEvent) -> Reply:
        await ready.wait()
        return Reply(Card("Current", (text("R1"),)))

    front = SlackServer(FakeSlack())
    fill_acme(front.slack)
    async with slack_serving(front):
        context = AdapterContext(
            dispatch, inbox, MemorySecretStore(), everybody, everybody, ReversingCipher(), FixedClock(NOW)
        )
        config = SlackConfig(bot_token=TOKEN, api_url=f"{front.slack.address}/api/")
        adapter = SlackAdapter(config, context, budget_s=TIMEOUT_S, in_time=in_time)
        async with adapter.connected(), adapter.serving():
            yield SlowHarness(adapter, inbox, ready, front)


async def test_a_slow_answer_is_written_down_and_told_to_come_later() -> None:
    async with slow() as harness:
        answer = await harness.command()

        harness.ready.set()
        [begun] = harness.inbox.begun
        assert begun is not None
        assert (await begun).card.title == "Current"

    assert "Working on it" in str(answer.body)
    assert [type(event).__name__ for event in harness.inbox.taken] == ["CommandText"]
    assert "x.example" not in harness.inbox.taken[0].via


async def test_an_answer_in_time_is_not_written_down() -> None:
    async with slow(within) as harness:
        harness.ready.set()
        answer = await harness.command()

    assert "R1" in str(answer.body)
    assert harness.inbox.taken == []


async def test_a_slow_button_is_written_down_too() -> None:
    async with slow() as harness:
        body = {"user": {"id": ADA}, "channel": {"id": ROADMAP}, "actions": [{"action_id": "ack#0", "value": "R1"}]}
        answer = await harness.adapter.listeners.action(await harness.parsed_command(**body))

    assert (answer.status, answer.body) == (200, "")
    assert len(harness.inbox.taken) == 1


async def test_two_doors_speak_of_the_same_account() -> None:
    """A linked account is not looked up."""
    async with slow() as harness:
        await harness.command()

    assert harness.inbox.taken[0].account == Account("slack", ADA, TEAM)


async def test_when_the_store_is_away_whoever_typed_gets_words() -> None:
    async with slow() as harness:
        harness.inbox.away = True
        answer = await harness.command()
        harness.ready.set()

    assert answer.status == 200
    assert "Not possible right now" in str(answer.body)


class FollowedRooms(EverybodyKnown):
    """Two subscribed channels; records whether the members of each are known."""

    def __init__(self) -> None:
        self.told: dict[str, bool] = {}
        self.complete = asyncio.Event()

    async def sync(self, where: ConversationRef, members: object, *, external: bool) -> None:
        self.told[where.id] = members is not None
        if len(self.told) == 2:
            self.complete.set()

    async def closed_conversations(self, platform: str) -> list[ConversationRef]:
        return []

    async def subscribed_conversations(self, platform: str) -> list[ConversationRef]:
        return [ConversationRef("slack", channel, TEAM) for channel in ("C0SHUT", ROADMAP)]


async def test_a_room_that_cannot_be_looked_at_does_not_keep_the_others_from_it() -> None:
    """A missing scope does not come back by itself, and the other channels must still be refreshed."""
    front, membership = SlackServer(FakeSlack()), FollowedRooms()
    fill_acme(front.slack)
    front.slack.faults = [Fault("conversations.info", "error", "missing_scope", times=-1, channel="C0SHUT")]

    async with slack_serving(front):
        config = SlackConfig(bot_token=TOKEN, api_url=f"{front.slack.address}/api/")
        adapter = SlackAdapter(
            config,
            AdapterContext(
                _nobody_asks,
                RecordingInbox(),
                MemorySecretStore(),
                membership,
                membership,
                ReversingCipher(),
                FixedClock(NOW),
            ),
        )
        async with adapter.connected(), adapter.serving(), asyncio.timeout(TIMEOUT_S):
            await membership.complete.wait()

    assert membership.told == {"C0SHUT": False, ROADMAP: True}


async def _nobody_asks(_event: InboundEvent) -> Reply:
    raise AssertionError


async def test_what_is_being_sent_at_a_stop_gets_there(sqlite_address: str) -> None:
    """Sending stays possible after requests are no longer accepted."""
    async with asyncio.TaskGroup() as meanwhile, slack_harness(sqlite_address) as found:
        found.slack.faults = [Fault("chat.postMessage", "held", times=-1)]
        await found.event(found.direct_event("current"))
        await found.server.wait_until(lambda: found.server.asked["chat.postMessage"] == 1)
        meanwhile.create_task(_continue_once_the_server_is_closed(found))

    assert len(found.slack.entries("post")) == 1


async def _continue_once_the_server_is_closed(found: SlackHarness) -> None:
    """Slack answers once the server accepts no more requests."""
    async with httpx.AsyncClient(base_url=found.client.base_url, trust_env=False, timeout=TIMEOUT_S) as stranger:
        with suppress(httpx.ConnectError):
            while True:
                await stranger.get("/healthz", headers={"connection": "close"})
    found.server.go_on.set()


async def test_a_file_that_is_lost_after_it_was_understood_is_said() -> None:
    """The event was acknowledged, so Slack will not repeat it."""
    async with slow() as harness:
        harness.front.slack.faults = [Fault("files.info", "held"), Fault("files.info", "cut_after")]
        dropped = {"id": "F1", "file_access": "check_file_info"}
        event = {"type": "message", "user": ADA, "channel": "D0ADA", "channel_type": "im", "files": [dropped]}
        answer = await harness.adapter.listeners.message(await harness.parsed_command(event=event, event_id="Ev1"))
        harness.front.go_on.set()
        await harness.adapter.background.drain()

    assert answer.status == 200
    assert [reply.card.title for reply in harness.inbox.answered] == ["That file did not arrive"]
