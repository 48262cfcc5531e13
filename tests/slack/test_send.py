"""SlackChat beyond the contract of all platforms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from integrations.ports.cards import Card, text
from integrations.ports.chat import Address
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Attachment
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig
from integrations.slack.errors import MEANINGS, PAUSE, error_for
from integrations.slack.installations import Installations
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import SlackChat
from tests.app import ReversingCipher
from tests.fakes.slack import TEAM, TOKEN, FakeChannel, FakeSlack, Fault
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_server import serve_slack as slack_serving
from tests.fakes.state import MemorySecretStore
from tests.slack.harness import ADA, CY, ROADMAP, fill_acme

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NEWS = Card("Roadmap R42", (text("Search moves to 1 March."),))
ROOM = Address("slack", TEAM, ROADMAP)
LONG_AGO = NOW - timedelta(days=1)


@dataclass
class SendHarness:
    chat: SlackChat
    slack: FakeSlack
    response_urls: ResponseUrls
    clock: FixedClock
    secret_store: MemorySecretStore
    web: SlackClient


@pytest.fixture
async def harness() -> AsyncIterator[SendHarness]:
    clock, secret_store = FixedClock(NOW), MemorySecretStore()
    front = SlackServer(FakeSlack(now=lambda: clock.now().timestamp()))
    fill_acme(front.slack)
    async with slack_serving(front):
        config = SlackConfig(bot_token=TOKEN, api_url=f"{front.slack.address}/api/")
        web, response_urls = SlackClient(config), ResponseUrls(ReversingCipher(), clock)
        async with web.open():
            chat = SlackChat(web, Installations(config, web, secret_store, clock), response_urls, command="/handshake")
            yield SendHarness(chat, front.slack, response_urls, clock, secret_store, web)
    assert front.slack.violations() == []


async def test_an_account_is_reached_in_a_conversation_that_is_opened_once(harness: SendHarness) -> None:
    there = replace(ROOM, conversation=f"@{ADA}")
    posted = [await harness.chat.post(there, NEWS, f"n{number}") for number in range(3)]

    assert [line["channel"] for line in harness.slack.entries("post")] == ["D0ADA"] * 3
    assert await harness.chat.find(there, "n1", LONG_AGO) == posted[1]


async def test_nobody_of_that_name_closes_the_place(harness: SendHarness) -> None:
    with pytest.raises(Rejected) as refused:
        await harness.chat.post(replace(ROOM, conversation="@U0GONE"), NEWS, "n1")

    assert refused.value.closes_place


async def test_what_is_for_one_is_said_by_the_way_they_came(harness: SendHarness) -> None:
    via = harness.response_urls.encrypt(f"{harness.slack.address}/respond/w1")

    assert await harness.chat.post(replace(ROOM, only_for=ADA, via=via), NEWS, "n1") == ""
    assert [line["way"] for line in harness.slack.entries("response")] == ["w1"]


async def test_after_half_an_hour_that_way_is_closed_and_another_is_taken(harness: SendHarness) -> None:
    via = harness.response_urls.encrypt(f"{harness.slack.address}/respond/w1")
    harness.clock.at += timedelta(minutes=30)

    await harness.chat.post(replace(ROOM, only_for=ADA, via=via), NEWS, "n1")

    assert [line["user"] for line in harness.slack.entries("ephemeral")] == [ADA]


async def test_who_is_not_in_the_room_is_told_directly(harness: SendHarness) -> None:
    await harness.chat.post(replace(ROOM, only_for=CY), NEWS, "n1")

    assert [line["channel"] for line in harness.slack.entries("post")] == ["D0CY"]


async def test_a_line_that_dies_while_answering_one_is_uncertain(harness: SendHarness) -> None:
    harness.slack.faults = [Fault("response_url", "cut_before")]
    via = harness.response_urls.encrypt(f"{harness.slack.address}/respond/w1")

    with pytest.raises(Unavailable) as failed:
        await harness.chat.post(replace(ROOM, only_for=ADA, via=via), NEWS, "n1")

    assert failed.value.uncertain


async def test_an_answer_in_a_thread_is_found_in_its_thread(harness: SendHarness) -> None:
    root = await harness.chat.post(ROOM, NEWS, "n1")
    thread = replace(ROOM, thread=root)
    answer = await harness.chat.post(thread, NEWS, "n2")

    assert await harness.chat.find(thread, "n2", LONG_AGO) == answer
    assert await harness.chat.find(ROOM, "n2", LONG_AGO) is None
    assert await harness.chat.find(replace(ROOM, thread="1.1"), "n2", LONG_AGO) is None


async def test_a_message_is_found_behind_hundreds_of_others(harness: SendHarness) -> None:
    first = await harness.chat.post(ROOM, NEWS, "n1")
    room = harness.slack.acme.rooms[ROADMAP]
    room.messages += [{"ts": harness.slack.new_ts(), "text": "chatter"} for _ in range(450)]

    assert await harness.chat.find(ROOM, "n1", LONG_AGO) == first


async def test_where_looking_is_not_allowed_it_is_sent_again(harness: SendHarness) -> None:
    """At least once, because exactly once needs the scope."""
    await harness.chat.post(ROOM, NEWS, "n1")
    harness.slack.faults = [Fault("conversations.history", "error", "missing_scope", times=-1)]

    assert await harness.chat.find(ROOM, "n1", LONG_AGO) is None


async def test_a_file_stands_beside_its_card(harness: SendHarness) -> None:
    await harness.chat.post(ROOM, NEWS, "n1", Attachment("roadmap.csv", b"key,title\n"))

    assert [(line["name"], line["size"]) for line in harness.slack.entries("file")] == [("roadmap.csv", 10)]
    assert len(harness.slack.entries("post")) == 1


async def test_a_file_for_one_never_comes_into_the_room(harness: SendHarness) -> None:
    await harness.chat.post(replace(ROOM, only_for=ADA), NEWS, "n1", Attachment("roadmap.csv", b"key,title\n"))

    assert {line["channel"] for did in ("file", "post") for line in harness.slack.entries(did)} == {"D0ADA"}


async def test_a_card_without_its_file_is_not_sent(harness: SendHarness) -> None:
    harness.slack.faults = [Fault("files.completeUploadExternal", "status", "503")]

    with pytest.raises(Unavailable):
        await harness.chat.post(ROOM, NEWS, "n1", Attachment("roadmap.csv", b"key,title\n"))

    assert harness.slack.entries("post") == []


async def test_a_link_needs_no_call(harness: SendHarness) -> None:
    posted = await harness.chat.post(ROOM, NEWS, "n1")
    harness.slack.faults = [Fault("*", "status", "500", times=-1)]

    address = f"https://acme.slack.com/archives/{ROADMAP}/p{posted.replace('.', '')}"
    assert harness.chat.link(ROOM, posted) == address
    assert harness.chat.link(replace(ROOM, thread=posted), posted) == address


async def test_a_link_to_a_reply_names_its_thread(harness: SendHarness) -> None:
    """Without the thread, Slack opens the channel at a message that is not shown there."""
    parent = await harness.chat.post(ROOM, NEWS, "n1")
    there = replace(ROOM, thread=parent)

    reply = await harness.chat.post(there, NEWS, "n2")

    assert harness.chat.link(there, reply).endswith(f"/p{reply.replace('.', '')}?thread_ts={parent}&cid={ROADMAP}")


async def test_an_update_keeps_what_the_message_is_found_by(harness: SendHarness) -> None:
    posted = await harness.chat.post(ROOM, NEWS, "n1")
    await harness.chat.update(ROOM, posted, Card("Superseded"), "n1")

    assert await harness.chat.find(ROOM, "n1", LONG_AGO) == posted


@pytest.mark.parametrize("status", ["500", "502", "503"])
async def test_a_broken_server_may_have_done_it(harness: SendHarness, status: str) -> None:
    await harness.chat.post(ROOM, NEWS, "n0")
    harness.slack.faults = [Fault("chat.postMessage", "status", status)]

    with pytest.raises(Unavailable) as failed:
        await harness.chat.post(ROOM, NEWS, "n1")

    assert failed.value.uncertain


@pytest.mark.parametrize("word", ["token_revoked", "invalid_auth", "missing_scope"])
async def test_a_workspace_that_has_to_be_put_right_keeps_its_mail(harness: SendHarness, word: str) -> None:
    harness.slack.faults = [Fault("chat.postMessage", "error", word)]

    with pytest.raises(Unavailable) as failed:
        await harness.chat.post(ROOM, NEWS, "n1")

    assert failed.value.retry_after == PAUSE
    assert not failed.value.uncertain


async def test_nobody_listening_means_that_nothing_was_done() -> None:
    config, clock = SlackConfig(bot_token=TOKEN, api_url="http://127.0.0.1:9/api/"), FixedClock(NOW)
    web = SlackClient(config)
    async with web.open():
        chat = SlackChat(
            web,
            Installations(config, web, MemorySecretStore(), clock),
            ResponseUrls(ReversingCipher(), clock),
            command="/handshake",
        )
        with pytest.raises(Unavailable) as failed:
            await chat.post(ROOM, NEWS, "n1")

    assert not failed.value.uncertain


async def test_a_restart_while_slack_is_away_knows_whose_the_token_is(harness: SendHarness) -> None:
    await harness.chat.post(ROOM, NEWS, "n1")
    harness.slack.faults = [Fault("auth.test", "status", "500", times=-1)]
    config = SlackConfig(bot_token=TOKEN, api_url=f"{harness.slack.address}/api/")

    own = await Installations(config, harness.web, harness.secret_store, harness.clock).own()

    assert own.team == TEAM
    assert TOKEN not in str(harness.secret_store.texts)


async def test_what_is_written_for_another_workspace_is_not_sent(harness: SendHarness) -> None:
    with pytest.raises(Rejected) as refused:
        await harness.chat.post(replace(ROOM, workspace="T0OTHER"), NEWS, "n1")

    assert refused.value.closes_place


async def test_an_archived_room_says_so(harness: SendHarness) -> None:
    harness.slack.acme.rooms["C0OLD"] = FakeChannel("C0OLD", is_archived=True)

    with pytest.raises(Rejected) as refused:
        await harness.chat.post(replace(ROOM, conversation="C0OLD"), NEWS, "n1")

    assert (refused.value.reason, refused.value.closes_place) == ("is_archived", True)


def test_every_word_of_the_table_has_one_meaning() -> None:
    for word, meaning in MEANINGS.items():
        error = error_for(word, {})
        assert isinstance(error, Rejected) == (meaning in ("gone", "refused")), word


def test_a_word_that_nobody_knows_may_be_tried_again() -> None:
    error = error_for("quota_of_the_moon", {})

    assert isinstance(error, Unavailable)
    assert not error.uncertain


async def test_a_word_for_one_is_shown_in_a_thread_only_where_one_is_under_way(harness: SendHarness) -> None:
    """In a thread without replies, Slack accepts it and shows it to nobody."""
    root = await harness.chat.post(ROOM, NEWS, "n1")
    for_ada = replace(ROOM, thread=root, only_for=ADA)
    await harness.chat.post(for_ada, NEWS, "n2")
    await harness.chat.post(replace(ROOM, thread=root), NEWS, "n3")
    await harness.chat.post(for_ada, NEWS, "n4")

    assert [line.get("thread_ts") for line in harness.slack.entries("ephemeral")] == [None, root]
    assert harness.slack.entries("unseen") == []


async def test_what_is_shared_in_a_room_that_we_are_not_in_goes_the_way_it_was_asked(harness: SendHarness) -> None:
    harness.slack.acme.rooms["C0PUBLIC"] = FakeChannel("C0PUBLIC", bot_in_it=False)
    via = harness.response_urls.encrypt(f"{harness.slack.address}/respond/w1")

    assert await harness.chat.post(replace(ROOM, conversation="C0PUBLIC", via=via), NEWS, "n1") == ""
    assert [line["body"]["response_type"] for line in harness.slack.entries("response")] == ["in_channel"]


async def test_a_picture_carries_its_words(harness: SendHarness) -> None:
    """The alt text is truncated to Slack's limit, so that the picture is still sent."""
    await harness.chat.post(ROOM, NEWS, "n1", Attachment("recap.png", b"\x89PNG", "Timeline. " * 200))

    [file] = harness.slack.entries("file")
    assert file["alt"] == ("Timeline. " * 200)[:1_000]
