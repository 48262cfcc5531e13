"""What every chat platform promises to the post."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
import pytest

from bot.stored_state import StoredMessageLog
from integrations.ports.cards import Bold, Card, Link, Mention, When, text
from integrations.ports.chat import Address, ChatPlatform
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Rejected, Unavailable
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig
from integrations.slack.installations import Installations
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import SlackChat
from integrations.teams.auth import SigningKeys
from integrations.teams.client import TeamsClient
from integrations.teams.config import TeamsConfig
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from integrations.teams.files import FileConsent
from integrations.teams.send import TeamsChat
from integrations.teams.tokens import AccessTokens
from integrations.web.send import WebChat
from storage.store import Store
from tests.app import ReversingCipher
from tests.fakes.platform import FakePlatform, PlatformFaults
from tests.fakes.remote_platform import PlatformProcess, RemotePlatform
from tests.fakes.slack import TEAM, TOKEN, Fault
from tests.fakes.slack_process import SlackProcess
from tests.fakes.state import MemorySecretStore
from tests.fakes.teams_connector import SECRET
from tests.fakes.teams_process import APP, TENANT, TeamsSimulator, simulator_environment

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NEWS = Card("Roadmap R42", (text("Search moves to ", Bold("1 March"), " <&> ", Mention("Mia"), When(NOW)),))
OLD = Card("Roadmap R42 (superseded)", (text(Link("R43", "https://example.org/43")),))

_rooms = count(1)


@dataclass
class FaultyPlatform:
    """A platform on the bench, and a way to spoil its mood where there is one."""

    platform: ChatPlatform
    set_faults: Callable[[PlatformFaults], Awaitable[None]]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    with PlatformProcess(tmp_path_factory.mktemp("platform") / "log.jsonl", delay_ms=1) as running:
        yield running


@pytest.fixture
def fake() -> FaultyPlatform:
    platform = FakePlatform()

    async def behave(mood: PlatformFaults) -> None:
        platform.faults = mood

    return FaultyPlatform(platform, behave)


@pytest.fixture
async def remote(process: PlatformProcess) -> AsyncIterator[FaultyPlatform]:
    platform = RemotePlatform(process.port)
    yield FaultyPlatform(platform, platform.set_faults)
    await platform.set_faults(PlatformFaults())


@pytest.fixture(scope="module")
def slack_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackProcess]:
    with SlackProcess(tmp_path_factory.mktemp("slack") / "log.jsonl", delay_ms=1) as running:
        yield running


@pytest.fixture
async def slack(slack_process: SlackProcess) -> AsyncIterator[FaultyPlatform]:
    config, clock = SlackConfig(bot_token=TOKEN, api_url=slack_process.api_url), FixedClock(NOW)
    web = SlackClient(config)

    async def behave(mood: PlatformFaults) -> None:
        await slack_process.set_faults(_slack_faults(mood))

    async with web.open():
        installs = Installations(config, web, MemorySecretStore(), clock)
        yield FaultyPlatform(
            SlackChat(web, installs, ResponseUrls(ReversingCipher(), clock), command="/handshake"), behave
        )
        await behave(PlatformFaults())


def _slack_faults(mood: PlatformFaults) -> Sequence[Fault]:
    """*mood* in Slack's own faults."""
    down = [Fault("chat.*", "error", "accesslimited", times=-1)] if mood.down else []
    kinds = {"before": "cut_before", "after": "cut_after"}
    cuts = [Fault("chat.*", kinds[cut]) for cut in mood.cuts if cut != "no"]  # type: ignore[arg-type]
    pauses = [Fault("chat.*", "ratelimited", f"{pause_s:.0f}") for pause_s in mood.pauses_s]
    archived = [Fault("*", "error", "is_archived", times=-1, channel=each) for each in mood.archived]
    return [*down, *cuts, *pauses, *archived]


@pytest.fixture(scope="module")
def teams_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamsSimulator]:
    with TeamsSimulator(tmp_path_factory.mktemp("teams")) as running:
        yield running


@pytest.fixture
async def teams(teams_world: TeamsSimulator) -> AsyncIterator[FaultyPlatform]:
    base = teams_world.base
    config = TeamsConfig(APP, SECRET, TENANT, f"{base}/v1/.well-known/openidconfiguration", base)

    async def behave(mood: PlatformFaults) -> None:
        teams_world.set_faults(*_teams_faults(mood))

    with simulator_environment(teams_world):
        async with httpx.AsyncClient() as http:
            references = TeamsConversations(MemorySecretStore())
            await references.save(TeamsConversation("19:any@thread.tacv2", "channel", base))
            tokens = AccessTokens(config, SigningKeys(http, config.openid_metadata_url))
            handover = FileConsent(config, http, MemorySecretStore(), FixedClock(NOW))
            yield FaultyPlatform(TeamsChat(config, TeamsClient(config, http, tokens), references, handover), behave)
    teams_world.reset()


def _teams_faults(mood: PlatformFaults) -> Sequence[dict[str, object]]:
    """*mood* in the Connector's own faults."""
    down: list[dict[str, object]] = [{"status": 412, "times": 99}] if mood.down else []
    cuts: list[dict[str, object]] = [{"cut": cut} for cut in mood.cuts if cut != "no"]
    pauses: list[dict[str, object]] = [{"status": 429, "retry_after": round(pause_s)} for pause_s in mood.pauses_s]
    archived: list[dict[str, object]] = [{"status": 403, "times": 99, "room": each} for each in mood.archived]
    return [*down, *cuts, *pauses, *archived]


@pytest.fixture
def console(sqlite_store: Store) -> WebChat:
    return WebChat(StoredMessageLog(sqlite_store, FixedClock(NOW)))


@pytest.fixture(params=["console", "fake", "remote", "slack", "teams"])
def platform(request: pytest.FixtureRequest) -> ChatPlatform:
    found = request.getfixturevalue(request.param)
    return found.platform if isinstance(found, FaultyPlatform) else found


@pytest.fixture(params=["fake", "remote", "slack", "teams"])
def faulty(request: pytest.FixtureRequest) -> FaultyPlatform:
    found: FaultyPlatform = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def room() -> Address:
    """A room that no other test uses."""
    return Address("slack", TEAM, f"C{next(_rooms):06}")


def findable(platform: ChatPlatform, posted: str) -> str | None:
    """What looking for *posted* gives; a platform that cannot look never finds anything."""
    return posted if platform.can_find else None


async def test_what_was_posted_is_found_by_its_tag(platform: ChatPlatform, room: Address) -> None:
    posted = await platform.post(room, NEWS, "n1.7")

    assert posted
    assert await platform.find(room, "n1.7", NOW - timedelta(days=1)) == findable(platform, posted)


async def test_another_tag_or_another_room_finds_nothing(platform: ChatPlatform, room: Address) -> None:
    """Otherwise a notice that never arrived would count as sent."""
    await platform.post(room, NEWS, "n1.7")

    assert await platform.find(room, "n1.70", NOW) is None
    assert await platform.find(replace(room, conversation="C0ELSEWHERE"), "n1.7", NOW) is None


async def test_messages_of_one_room_have_ids_of_their_own(platform: ChatPlatform, room: Address) -> None:
    assert await platform.post(room, NEWS, "n1.7") != await platform.post(room, NEWS, "n2.8")


async def test_a_changed_message_is_still_the_same_one(platform: ChatPlatform, room: Address) -> None:
    posted = await platform.post(room, NEWS, "n1.7")

    await platform.update(room, posted, OLD, "n1.7")
    await platform.update(room, posted, OLD, "n1.7")

    assert await platform.find(room, "n1.7", NOW - timedelta(days=1)) == findable(platform, posted)


async def test_changing_what_is_not_there_is_refused_for_good(platform: ChatPlatform, room: Address) -> None:
    """The place itself is fine, so it stays open."""
    with pytest.raises(Rejected) as refused:
        await platform.update(room, "999999", OLD, "n1.7")

    assert not refused.value.closes_place


async def test_a_message_taken_away_is_not_found_and_may_be_taken_away_again(
    platform: ChatPlatform, room: Address
) -> None:
    posted = await platform.post(room, NEWS, "n1.7")

    await platform.delete(room, posted)
    await platform.delete(room, posted)

    assert await platform.find(room, "n1.7", NOW - timedelta(days=1)) is None


async def test_a_link_is_an_address_or_nothing(platform: ChatPlatform, room: Address) -> None:
    link = platform.link(room, await platform.post(room, NEWS, "n1.7"))

    assert link == "" or link.startswith("https://")


async def test_a_platform_that_is_down_did_nothing(faulty: FaultyPlatform, room: Address) -> None:
    await faulty.set_faults(PlatformFaults(down=True))
    with pytest.raises(Unavailable) as refused:
        await faulty.platform.post(room, NEWS, "n1.7")
    await faulty.set_faults(PlatformFaults())

    assert not refused.value.uncertain
    assert await faulty.platform.find(room, "n1.7", NOW) is None


async def test_a_line_cut_after_the_post_is_uncertain_and_the_message_stands(
    faulty: FaultyPlatform, room: Address
) -> None:
    await faulty.set_faults(PlatformFaults(cuts=["after"]))
    with pytest.raises(Unavailable) as refused:
        await faulty.platform.post(room, NEWS, "n1.7")

    assert refused.value.uncertain
    assert (await faulty.platform.find(room, "n1.7", NOW) is not None) == faulty.platform.can_find


async def test_a_line_cut_before_the_post_is_as_uncertain_and_nothing_stands(
    faulty: FaultyPlatform, room: Address
) -> None:
    """From outside both cuts look the same; only looking tells them apart."""
    await faulty.set_faults(PlatformFaults(cuts=["before"]))
    with pytest.raises(Unavailable) as refused:
        await faulty.platform.post(room, NEWS, "n1.7")

    assert refused.value.uncertain
    assert await faulty.platform.find(room, "n1.7", NOW) is None


async def test_too_many_requests_say_when_to_come_back(faulty: FaultyPlatform, room: Address) -> None:
    await faulty.set_faults(PlatformFaults(pauses_s=[30]))
    with pytest.raises(Unavailable) as refused:
        await faulty.platform.post(room, NEWS, "n1.7")

    assert refused.value.retry_after == timedelta(seconds=30)
    assert not refused.value.uncertain


async def test_an_archived_room_is_closed(faulty: FaultyPlatform, room: Address) -> None:
    await faulty.set_faults(PlatformFaults(archived=[room.conversation]))
    with pytest.raises(Rejected) as refused:
        await faulty.platform.post(room, NEWS, "n1.7")

    assert refused.value.closes_place


async def test_nobody_at_the_port_is_certain(unused_port: int, room: Address) -> None:
    with pytest.raises(Unavailable) as refused:
        await RemotePlatform(unused_port).post(room, NEWS, "n1.7")

    assert not refused.value.uncertain


@pytest.fixture
async def unused_port() -> int:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def test_the_fake_refuses_to_be_called_inside_a_transaction(
    fake: FaultyPlatform, room: Address, sqlite_store: Store
) -> None:
    async with sqlite_store.transaction():
        with pytest.raises(AssertionError, match="transaction"):
            await fake.platform.post(room, NEWS, "n1.7")


async def test_the_platform_in_another_process_keeps_a_log_of_its_own(process: PlatformProcess, room: Address) -> None:
    posted = await RemotePlatform(process.port).post(room, NEWS, "n1.7")

    mine = [line for line in process.entries() if line["room"] == room.conversation]
    assert [(line["id"], line["tag"], line["title"]) for line in mine] == [(posted, "n1.7", "Roadmap R42")]
