"""When the house or Slack is slow, or the store is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from integrations.ports.cards import Card, text
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import Account, ConversationRef, InboundEvent, Reply
from integrations.ports.platform import AdapterContext
from integrations.slack.adapter import SlackAdapter
from integrations.slack.config import SlackConfig
from integrations.slack.listeners import Within, within
from integrations.slack.parsing import SlackRequest
from integrations.slack.responses import SlackResponse
from tests.app import ReversingCipher
from tests.fakes.slack import TEAM, TOKEN, FakeSlack, Fault
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_server import serve_slack as slack_serving
from tests.fakes.state import MemorySecretStore
from tests.slack.harness import ADA, PATIENCE_S, ROADMAP, SlackHarness, fill_acme, slack_harness

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@dataclass
class RecordingInbox:
    """A desk that keeps what it is given, unless the store is away."""

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
    """Accounts and rooms of a house where everybody is known."""

    async def is_linked(self, platform: str, workspace: str, external_id: str) -> bool:
        return True

    async def email_of(self, platform: str, workspace: str, external_id: str) -> str:
        return ""

    async def linked(self, platform: str, workspace: str, external_ids: object) -> frozenset[str]:
        return frozenset()

    async def sync(self, where: ConversationRef, members: object, *, external: bool) -> None:
        """Noted by nobody."""

    async def mark_closed(self, where: ConversationRef) -> None:
        """Noted by nobody."""

    async def subscribed_conversations(self, platform: str) -> list[ConversationRef]:
        return []


@dataclass
class SlowHarness:
    """A door whose house answers when *ready* is set."""

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
    """Slack waits no longer, unless the answer is there already."""
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
        membership = AdapterContext(
            dispatch, inbox, MemorySecretStore(), everybody, everybody, ReversingCipher(), FixedClock(NOW)
        )
        config = SlackConfig(bot_token=TOKEN, api_url=f"{front.slack.address}/api/")
        door = SlackAdapter(config, membership, budget_s=PATIENCE_S, in_time=in_time)
        async with door.connected(), door.serving():
            yield SlowHarness(door, inbox, ready, front)


async def test_a_slow_answer_is_written_down_and_told_to_come_later() -> None:
    async with slow() as membership:
        answer = await membership.command()

        membership.ready.set()
        [begun] = membership.inbox.begun
        assert begun is not None
        assert (await begun).card.title == "Current"

    assert "Working on it" in str(answer.body)
    assert [type(each).__name__ for each in membership.inbox.taken] == ["Command"]
    assert "x.example" not in membership.inbox.taken[0].via


async def test_an_answer_in_time_is_not_written_down() -> None:
    async with slow(within) as membership:
        membership.ready.set()
        answer = await membership.command()

    assert "R1" in str(answer.body)
    assert membership.inbox.taken == []


async def test_a_slow_button_is_written_down_too() -> None:
    async with slow() as membership:
        body = {"user": {"id": ADA}, "channel": {"id": ROADMAP}, "actions": [{"action_id": "ack#0", "value": "R1"}]}
        answer = await membership.adapter.listeners.action(await membership.parsed_command(**body))

    assert (answer.status, answer.body) == (200, "")
    assert len(membership.inbox.taken) == 1


async def test_two_doors_speak_of_the_same_account() -> None:
    """Whoever is known is not looked up."""
    async with slow() as membership:
        await membership.command()

    assert membership.inbox.taken[0].account == Account("slack", ADA, TEAM)


async def test_when_the_store_is_away_whoever_typed_gets_words() -> None:
    async with slow() as membership:
        membership.inbox.away = True
        answer = await membership.command()
        membership.ready.set()

    assert answer.status == 200
    assert "Not possible right now" in str(answer.body)


class FollowedRooms(EverybodyKnown):
    """A house with two rooms that follow something; it remembers which it was told of, and whether who sits there."""

    def __init__(self) -> None:
        self.told: dict[str, bool] = {}
        self.whole = asyncio.Event()

    async def sync(self, where: ConversationRef, members: object, *, external: bool) -> None:
        self.told[where.id] = members is not None
        if len(self.told) == 2:
            self.whole.set()

    async def subscribed_conversations(self, platform: str) -> list[ConversationRef]:
        return [ConversationRef("slack", channel, TEAM) for channel in ("C0SHUT", ROADMAP)]


async def test_a_room_that_cannot_be_looked_at_does_not_keep_the_others_from_it() -> None:
    """A scope that is missing is missing for ever, and who came into the next room has to be known."""
    front, membership = SlackServer(FakeSlack()), FollowedRooms()
    fill_acme(front.slack)
    front.slack.faults = [Fault("conversations.info", "error", "missing_scope", times=-1, channel="C0SHUT")]

    async with slack_serving(front):
        config = SlackConfig(bot_token=TOKEN, api_url=f"{front.slack.address}/api/")
        door = SlackAdapter(
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
        async with door.connected(), door.serving(), asyncio.timeout(PATIENCE_S):
            await membership.whole.wait()

    assert membership.told == {"C0SHUT": False, ROADMAP: True}


async def _nobody_asks(_event: InboundEvent) -> Reply:
    raise AssertionError


async def test_what_is_being_sent_at_a_stop_gets_there(sqlite_address: str) -> None:
    """The way out stays open for longer than the way in."""
    async with asyncio.TaskGroup() as meanwhile, slack_harness(sqlite_address) as found:
        found.slack.faults = [Fault("chat.postMessage", "held", times=-1)]
        await found.event(found.direct_event("current"))
        await found.server.wait_until(lambda: found.server.asked["chat.postMessage"] == 1)
        meanwhile.create_task(_go_on_when_nobody_comes_in(found))

    assert len(found.slack.entries("post")) == 1


async def _go_on_when_nobody_comes_in(found: SlackHarness) -> None:
    """Slack answers once the door is shut."""
    async with httpx.AsyncClient(base_url=found.client.base_url, trust_env=False, timeout=PATIENCE_S) as stranger:
        with suppress(httpx.ConnectError):
            while True:
                await stranger.get("/healthz", headers={"connection": "close"})
    found.server.go_on.set()


async def test_a_file_that_is_lost_after_it_was_understood_is_said() -> None:
    """Slack was told that we have it, so nobody but us can say that we do not."""
    async with slow() as membership:
        membership.front.slack.faults = [Fault("files.info", "held"), Fault("files.info", "cut_after")]
        dropped = {"id": "F1", "file_access": "check_file_info"}
        event = {"type": "message", "user": ADA, "channel": "D0ADA", "channel_type": "im", "files": [dropped]}
        answer = await membership.adapter.listeners.message(
            await membership.parsed_command(event=event, event_id="Ev1")
        )
        membership.front.go_on.set()
        await membership.adapter.background.drain()

    assert answer.status == 200
    assert [reply.card.title for reply in membership.inbox.answered] == ["That file did not arrive"]
