"""Sending to Teams: where messages go, and what each error becomes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from integrations.ports.cards import Button, Buttons, Card, text
from integrations.ports.chat import Address
from integrations.ports.clock import FixedClock
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Attachment
from integrations.teams.auth import SigningKeys
from integrations.teams.client import TeamsClient
from integrations.teams.config import TeamsConfig
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from integrations.teams.files import FileConsent
from integrations.teams.send import TeamsChat
from integrations.teams.tokens import AccessTokens
from tests.fakes.state import MemorySecretStore
from tests.fakes.teams_connector import SECRET
from tests.fakes.teams_process import APP, TENANT, TeamsSimulator
from tests.teams.harness import TeamsHarness, buttons, card_words

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NEWS = Card("Roadmap R42", (text("Search moves."), Buttons((Button("I have R42", "ack", "R42", "ack R42"),))))
OLD = Card("Roadmap R42 (superseded)")


def config(simulator: TeamsSimulator, **more: Any) -> TeamsConfig:
    known = {
        "openid_metadata_url": f"{simulator.base}/v1/.well-known/openidconfiguration",
        "authority_url": simulator.base,
    }
    return TeamsConfig(app_id=APP, app_password=SECRET, tenant_id=TENANT, **(known | more))


@pytest.fixture
def references() -> TeamsConversations:
    return TeamsConversations(MemorySecretStore())


@pytest.fixture
async def chat(simulator: TeamsSimulator, references: TeamsConversations) -> AsyncIterator[TeamsChat]:
    async with httpx.AsyncClient() as http:
        own = config(simulator)
        tokens = AccessTokens(own, SigningKeys(http, own.openid_metadata_url))
        file_consent = FileConsent(own, http, MemorySecretStore(), FixedClock(NOW))
        yield TeamsChat(own, TeamsClient(own, http, tokens), references, file_consent)


@pytest.fixture
async def to(simulator: TeamsSimulator, references: TeamsConversations, room: str) -> Address:
    await references.save(TeamsConversation(room, "channel", simulator.base, f"28:{APP}", "Handshake", TENANT))
    return Address("teams", "", room)


async def test_a_notice_is_a_thread_of_its_own_that_can_be_changed_and_taken_away(
    chat: TeamsChat, simulator: TeamsSimulator, to: Address
) -> None:
    first, second = await chat.post(to, NEWS, "n1.7"), await chat.post(to, NEWS, "n2.8")

    await chat.update(to, first, OLD, "n1.7")
    await chat.update(to, first, OLD, "n1.7")
    await chat.delete(to, second)
    await chat.delete(to, second)

    posts = simulator.entries(room=to.conversation)
    assert [(each["id"], each["thread"]) for each in posts] == [(first, ""), (second, "")]
    (press,) = buttons(posts[0])
    assert press["data"]["delivery"] == "n1.7"
    assert {card_words(each) for each in simulator.entries("update", to.conversation)} == {"Roadmap R42 (superseded)"}
    assert [each["id"] for each in simulator.entries("delete", to.conversation)] == [second]


async def test_an_answer_stands_in_the_thread_it_belongs_to(
    chat: TeamsChat, simulator: TeamsSimulator, to: Address
) -> None:
    await chat.post(Address("teams", "", to.conversation, thread="77"), NEWS, "n1.7")

    assert [each["thread"] for each in simulator.entries(room=to.conversation)] == ["77"]


async def test_a_person_is_written_to_without_having_written_first(
    chat: TeamsChat, simulator: TeamsSimulator, to: Address, room: str
) -> None:
    """The conversation is created once and reused."""
    person = f"29:new-{room}"

    await chat.post(Address("teams", "", f"@{person}"), NEWS, "n1.7")
    await chat.post(Address("teams", "", f"@{person}"), NEWS, "n2.8")

    assert len(simulator.entries("create", f"a:{person}")) == 1
    sent = simulator.entries(room=f"a:{person}")
    assert len(sent) == 2
    assert "or type: ack R42" in card_words(sent[0])


async def test_in_a_channel_typed_words_start_with_our_name(
    chat: TeamsChat, simulator: TeamsSimulator, to: Address
) -> None:
    await chat.post(to, NEWS, "n1.7")

    assert "or type: @Handshake ack R42" in card_words(simulator.entries(room=to.conversation)[0])


async def test_in_a_channel_a_file_names_the_way_to_it(chat: TeamsChat, simulator: TeamsSimulator, to: Address) -> None:
    """Bots can only send files in personal chats."""
    await chat.post(to, NEWS, "n1.7", Attachment("roadmap.csv", b"key"))

    assert "Ask me in our chat, and I hand roadmap.csv over" in card_words(simulator.entries(room=to.conversation)[0])


async def test_a_file_is_offered_taken_and_shown(teams: TeamsHarness, simulator: TeamsSimulator, room: str) -> None:
    await teams.send_and_wait(simulator.message_activity("mia", "help"), "a:29:mia")
    before = len(simulator.entries(room="a:29:mia"))
    await teams.send(simulator.message_activity("mia", "export roadmap"))
    offer, card = (await teams.wait_for(before + 2, room="a:29:mia"))[before:]
    (asked,) = offer["activity"]["attachments"]
    accepted = {"action": "accept", "context": asked["content"]["acceptContext"], "uploadInfo": _drive(simulator, room)}

    await teams.send(_consent(simulator, accepted))

    shown = (await teams.wait_for(before + 3, room="a:29:mia"))[before + 2]["activity"]["attachments"][0]
    (uploaded,) = simulator.entries("upload", room)
    size = asked["content"]["sizeInBytes"]
    assert uploaded["activity"]["range"] == f"bytes 0-{size - 1}/{size}"
    assert "WEB-12" in uploaded["activity"]["content"]
    assert shown["contentType"] == "application/vnd.microsoft.teams.card.file.info"
    assert card_words(card).startswith("Your copy of the roadmap")
    assert "token shown to the file host" not in simulator.counts()


async def test_an_offer_is_good_once_and_only_for_a_place_of_the_tenant(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    await teams.send_and_wait(simulator.message_activity("mia", "help"), "a:29:mia")
    before = len(simulator.entries(room="a:29:mia"))
    await teams.send(simulator.message_activity("mia", "me export"))
    offer = (await teams.wait_for(before + 2, room="a:29:mia"))[before]["activity"]["attachments"][0]
    context, evil = offer["content"]["acceptContext"], {"uploadUrl": "https://evil.example/x"}

    await teams.send(_consent(simulator, {"action": "accept", "context": context, "uploadInfo": evil}))
    await teams.wait_for(before + 3, room="a:29:mia")
    await teams.send(_consent(simulator, {"action": "decline", "context": context}))
    accepted = {"action": "accept", "context": context, "uploadInfo": _drive(simulator, room)}
    await teams.send(_consent(simulator, accepted))

    lines = [
        each["activity"].get("text", "") for each in (await teams.wait_for(before + 4, room="a:29:mia"))[before + 2 :]
    ]
    assert "a place for it that I do not put files into" in lines[0]
    assert "has expired" in lines[1]
    assert simulator.entries("upload", room) == []


def _consent(simulator: TeamsSimulator, value: dict[str, object]) -> dict[str, object]:
    return simulator.activity("invoke", "mia", name="fileConsent/invoke", value=value)


def _drive(simulator: TeamsSimulator, name: str) -> dict[str, str]:
    """The upload target in a consent."""
    url = f"{simulator.base}/files/{name}"
    return {"uploadUrl": url, "contentUrl": url, "name": "roadmap.csv", "uniqueId": "1", "fileType": "csv"}


async def test_where_nobody_ever_added_us_nothing_can_be_sent(chat: TeamsChat) -> None:
    with pytest.raises(Rejected, match="nobody has added"):
        await chat.post(Address("teams", "", "19:x@thread.tacv2"), NEWS, "n1.7")


async def test_our_token_goes_to_no_host_that_is_not_allowed(
    chat: TeamsChat, references: TeamsConversations, simulator: TeamsSimulator
) -> None:
    await references.save(TeamsConversation("a:x", "personal", "https://evil.example", account="29:x"))

    with pytest.raises(Rejected, match="TEAMS_SERVICE_HOSTS"):
        await chat.post(Address("teams", "", "a:x"), NEWS, "n1.7")


REFUSALS = [
    ({"status": 429, "retry_after": 30}, Unavailable, {"retry_after": timedelta(seconds=30), "uncertain": False}),
    ({"status": 412}, Unavailable, {"retry_after": None, "uncertain": False}),
    ({"status": 500}, Unavailable, {"uncertain": True}),
    ({"status": 502}, Unavailable, {"uncertain": True}),
    ({"status": 503}, Unavailable, {"uncertain": True}),
    ({"status": 504}, Unavailable, {"uncertain": True}),
    ({"cut": "before"}, Unavailable, {"uncertain": True}),
    ({"cut": "after"}, Unavailable, {"uncertain": True}),
    ({"status": 400, "code": "BadSyntax"}, Rejected, {"reason": "400 BadSyntax", "closes_place": False}),
    ({"status": 413, "code": "MessageSizeTooBig"}, Rejected, {"closes_place": False}),
    ({"status": 403, "code": "MessageWritesBlocked"}, Rejected, {"closes_place": True}),
    ({"status": 403, "code": "BotNotInConversationRoster"}, Rejected, {"closes_place": True}),
    ({"status": 404, "code": "ConversationNotFound"}, Rejected, {"closes_place": True}),
]


@pytest.mark.parametrize(("fault", "kind", "says"), REFUSALS, ids=[str(each[0]) for each in REFUSALS])
async def test_every_answer_of_teams_means_one_thing(
    chat: TeamsChat,
    simulator: TeamsSimulator,
    to: Address,
    fault: dict[str, object],
    kind: type[Exception],
    says: dict[str, object],
) -> None:
    simulator.set_faults({"on": "post"} | fault)

    with pytest.raises(kind) as refused:
        await chat.post(to, NEWS, "n1.7")

    assert {name: getattr(refused.value, name) for name in says} == says


async def test_haste_without_a_time_named_is_answered_with_longer_and_longer_pauses(
    chat: TeamsChat, simulator: TeamsSimulator, to: Address
) -> None:
    simulator.set_faults({"on": "post", "status": 429, "times": 3})
    pauses = []
    for _ in range(3):
        with pytest.raises(Unavailable) as refused:
            await chat.post(to, NEWS, "n1.7")
        pauses.append(refused.value.retry_after)

    assert pauses == [timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=8)]
    assert await chat.post(to, NEWS, "n1.7")


async def test_a_token_that_is_refused_is_replaced_without_anybody_noticing(
    chat: TeamsChat, simulator: TeamsSimulator, to: Address
) -> None:
    await chat.post(to, NEWS, "n1.7")
    simulator.control("revoke", {})

    await chat.post(to, NEWS, "n2.8")

    assert len(simulator.entries(room=to.conversation)) == 2
    assert simulator.counts()["token"] == 2


def test_a_message_has_an_address_in_the_public_cloud_alone(
    simulator: TeamsSimulator, references: TeamsConversations
) -> None:
    public = TeamsChat(TeamsConfig(tenant_id=TENANT), _Unused(), references, _Unused())  # type: ignore[arg-type]
    to = Address("teams", "", "19:x@thread.tacv2")

    assert public.link(to, "17").startswith("https://teams.microsoft.com/l/message/19%3Ax%40thread.tacv2/17?tenantId=")
    assert public.link(to, "17").endswith("&parentMessageId=17")
    assert public.link(replace(to, thread="9"), "17").endswith("&parentMessageId=9")
    chat = public.link(Address("teams", "", "19:x@thread.v2"), "17")
    assert chat.endswith("/19%3Ax%40thread.v2/17?context=%7B%22contextType%22%3A%22chat%22%7D")
    assert public.link(Address("teams", "", "a:1"), "17") == ""
    elsewhere = TeamsChat(config(simulator), _Unused(), references, _Unused())  # type: ignore[arg-type]
    assert elsewhere.link(to, "17") == ""


class _Unused:
    """A dependency that is not used."""


async def test_a_published_revision_reaches_the_channel_and_the_next_one_marks_it(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    from tests.app import item

    await teams.send_and_wait(simulator.message_activity("bo", "subscribe roadmap all", room), room)
    await teams.chat_app.publish(item("WEB-12", "Consent banner", status="blocked", campaigns=("spring",)))
    notice = (await teams.wait_for(2, room=room))[1]
    await teams.chat_app.publish(item("WEB-12", "Consent banner", status="done", campaigns=("spring",)))
    newest = (await teams.wait_for(3, room=room))[2]
    (marked,) = await teams.wait_for(1, did="update", room=room)

    assert (notice["thread"], newest["thread"]) == ("", "")
    assert "R3" in card_words(notice)
    assert marked["id"] == notice["id"]
    assert "superseded" in card_words(marked).lower()


async def test_a_chat_that_blocked_us_is_closed_and_opens_with_the_next_word(
    teams: TeamsHarness, simulator: TeamsSimulator
) -> None:
    await teams.send_and_wait(simulator.message_activity("bo", "help"), "a:29:bo")
    simulator.set_faults({"on": "post", "room": "a:29:bo", "status": 403, "code": "MessageWritesBlocked"})
    await teams.send(simulator.message_activity("bo", "roadmap"))
    await teams.wait_for_deliveries("dead", 1)
    assert (await teams.place("a:29:bo")).closed

    simulator.set_faults()
    await teams.send(simulator.activity("installationUpdate", "bo", action="add"))

    await teams.wait_for_deliveries("sent", 2)
    assert not (await teams.place("a:29:bo")).closed


async def test_a_channel_that_is_gone_hears_nothing_more(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    await teams.send_and_wait(simulator.message_activity("bo", "roadmap", room), room)

    gone = simulator.activity("conversationUpdate", "bo", room)
    gone["channelData"]["eventType"] = "channelDeleted"
    assert (await teams.send(gone)).status_code == 202
    assert (await teams.place(room)).closed

    back = simulator.activity("conversationUpdate", "bo", room)
    back["channelData"]["eventType"] = "channelRestored"
    await teams.send(back)
    assert not (await teams.place(room)).closed


async def test_a_team_that_removes_us_hears_nothing_more(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    await teams.send_and_wait(simulator.message_activity("bo", "roadmap", room), room)

    await teams.send(simulator.activity("installationUpdate", "bo", room, action="remove"))

    assert (await teams.place(room)).closed


async def test_a_renamed_channel_is_called_by_its_new_name(
    teams: TeamsHarness, simulator: TeamsSimulator, room: str
) -> None:
    await teams.send_and_wait(simulator.message_activity("bo", "roadmap", room), room)
    assert (await teams.place(room)).name == "Launch › plans"

    simulator.control("teams", {"19:team@thread.tacv2": {"name": "Launch", "channels": [{"id": room, "name": "news"}]}})
    renamed = simulator.activity("conversationUpdate", "bo", room)
    renamed["channelData"]["eventType"] = "channelRenamed"
    await teams.send(renamed)

    await teams.wait_for_name(room, "Launch › news")
