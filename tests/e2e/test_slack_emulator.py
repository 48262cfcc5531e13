"""Handshake's Slack side against a Slack emulator that others wrote, as a check of our own simulator.

It answers reads by POST alone, as our client asks. It has no limits of size or rate, sends no commands and no events,
and knows no Socket Mode, no `response_url` and no `auth.revoke`; those are tested against our own simulator.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.app import App, SystemClock, open_app
from bot.serve import serving
from bot.settings import load
from handlers.catalogue import FEATURES
from integrations.ports.cards import Card, text
from integrations.ports.chat import Address
from integrations.ports.errors import Paused, Rejected
from integrations.ports.inbound import Attachment
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig
from integrations.slack.errors import PAUSE
from integrations.slack.files import SlackFiles
from integrations.slack.identity import SlackIdentities, SlackProfile
from integrations.slack.installations import Installations
from integrations.slack.membership import SlackMembership
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import SlackChat
from storage import vendor_state
from storage.store import Store
from tests.app import ChatApp, ReversingCipher, item
from tests.e2e.slack_emulator import CLIENT_ID, CLIENT_SECRET, TEAM, TOKEN, SlackEmulator, missing, running, without
from tests.fakes.state import FakeAccountLinks, FakeMembership, MemorySecretStore
from tests.slack.harness import FORM, SECRET, write_company

CLOCK = SystemClock()
NEWS = Card("Roadmap R42", (text("Search moves to 1 March."),))
OLD = Card("Roadmap R42 (superseded)", (text("R43 is the current one."),))
PATIENCE_S = 10

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[SlackEmulator]:
    if lacks := missing():
        pytest.skip(lacks)
    with running(tmp_path) as found:
        yield found


@dataclass
class EmulatorHarness:
    """Our Slack side in pieces, and the room #roadmap that it was invited to."""

    acme: SlackEmulator
    web: SlackClient
    installs: Installations
    chat: SlackChat
    room: Address
    ada: str


@asynccontextmanager
async def harness_with(acme: SlackEmulator, token: str) -> AsyncIterator[EmulatorHarness]:
    config = SlackConfig(bot_token=token, api_url=acme.api_url)
    room = await acme.room("roadmap")
    await acme.invite("handshake", room)
    web = SlackClient(config)
    async with web.open():
        installs = Installations(config, web, MemorySecretStore(), CLOCK)
        chat = SlackChat(web, installs, ResponseUrls(ReversingCipher(), CLOCK), command="/handshake")
        yield EmulatorHarness(acme, web, installs, chat, Address("slack", TEAM, room), await acme.user("ada"))


@pytest.fixture
async def harness(acme: SlackEmulator) -> AsyncIterator[EmulatorHarness]:
    async with harness_with(acme, TOKEN) as found:
        yield found


async def look_up(harness: EmulatorHarness, to: Address, tag: str) -> str | None:
    return await harness.chat.find(to, tag, CLOCK.now() - timedelta(minutes=1))


async def test_a_card_is_found_again_by_its_delivery(harness: EmulatorHarness) -> None:
    posted = [await harness.chat.post(harness.room, NEWS, f"n{number}") for number in range(3)]

    assert await look_up(harness, harness.room, "n1") == posted[1]
    assert await look_up(harness, harness.room, "n9") is None


async def test_a_superseded_card_changes_in_place_and_is_found_as_before(harness: EmulatorHarness) -> None:
    posted = await harness.chat.post(harness.room, NEWS, "n1")
    for _ in range(2):
        await harness.chat.update(harness.room, posted, OLD, "n1")

    said = await harness.acme.messages(harness.room.conversation)
    assert [each["ts"] for each in said if "superseded" in each["text"]] == [posted]
    assert await look_up(harness, harness.room, "n1") == posted


async def test_an_answer_hangs_on_its_message(harness: EmulatorHarness) -> None:
    root = await harness.chat.post(harness.room, NEWS, "n1")
    thread = replace(harness.room, thread=root)
    answer = await harness.chat.post(thread, NEWS, "n2")

    hanging = await harness.acme.call("conversations.replies", channel=harness.room.conversation, ts=root)
    assert [each["ts"] for each in hanging["messages"]] == [root, answer]
    assert await look_up(harness, thread, "n2") == answer
    assert await look_up(harness, harness.room, "n2") is None


async def test_a_person_is_reached_directly_in_one_conversation(harness: EmulatorHarness) -> None:
    there = replace(harness.room, conversation=f"@{harness.ada}")
    posted = [await harness.chat.post(there, NEWS, f"n{number}") for number in range(2)]

    assert await look_up(harness, there, "n0") == posted[0]
    said = await harness.acme.messages(await harness.chat.channel_id(there))
    assert [each["ts"] for each in said] == posted[::-1]
    assert await harness.acme.messages(harness.room.conversation) == []


async def test_what_is_for_one_stands_in_the_room_for_nobody_else(harness: EmulatorHarness) -> None:
    await harness.chat.post(replace(harness.room, only_for=harness.ada), NEWS, "n1")

    assert await harness.acme.messages(harness.room.conversation) == []
    assert "Roadmap R42" in html.unescape(await harness.acme.shown_to_one(harness.room.conversation))


async def test_a_person_outside_the_channel_gets_a_direct_message(harness: EmulatorHarness) -> None:
    elsewhere = replace(harness.room, conversation=await harness.acme.room("general"))
    posted = await harness.chat.post(replace(elsewhere, only_for=harness.ada), NEWS, "n1")

    there = await harness.chat.channel_id(replace(harness.room, conversation=f"@{harness.ada}"))
    assert [each["ts"] for each in await harness.acme.messages(there)] == [posted]
    assert await harness.acme.messages(elsewhere.conversation, TOKEN) == []


async def test_a_file_stands_before_its_card_and_reads_as_it_was_written(harness: EmulatorHarness) -> None:
    export = Attachment("roadmap.csv", "key,title\nWEB-1,Schnellere Suche für Köln\n".encode())
    posted = await harness.chat.post(harness.room, NEWS, "n1", export)

    card, file = await harness.acme.messages(harness.room.conversation)
    assert card["ts"] == posted
    assert await SlackFiles(harness.web).fetch(await harness.installs.own(), file["files"]) == (export,)


async def test_a_card_that_was_taken_away_is_gone_and_taking_it_away_again_is_no_error(
    harness: EmulatorHarness,
) -> None:
    posted = await harness.chat.post(harness.room, NEWS, "n1")
    for _ in range(2):
        await harness.chat.delete(harness.room, posted)

    assert await look_up(harness, harness.room, "n1") is None
    assert await harness.acme.messages(harness.room.conversation) == []


async def test_a_link_leads_where_its_own_does(harness: EmulatorHarness) -> None:
    posted = await harness.chat.post(harness.room, NEWS, "n1")

    theirs = await harness.acme.call("chat.getPermalink", channel=harness.room.conversation, message_ts=posted)
    ours = harness.chat.link(harness.room, posted)
    assert urlsplit(ours).path == urlsplit(theirs["permalink"]).path
    assert urlsplit(ours).hostname == "acme.slack.com"


async def test_a_room_that_is_archived_or_was_never_there_is_closed(harness: EmulatorHarness) -> None:
    assert (await harness.acme.call("conversations.archive", channel=harness.room.conversation))["ok"]
    for where in (
        harness.room,
        replace(harness.room, conversation="C0NEVER"),
        replace(harness.room, conversation="@U0GONE"),
    ):
        with pytest.raises(Rejected) as refused:
            await harness.chat.post(where, NEWS, "n1")

        assert refused.value.closes_place


async def test_what_is_gone_cannot_be_changed_but_its_room_is_fine(harness: EmulatorHarness) -> None:
    posted = await harness.chat.post(harness.room, NEWS, "n1")
    await harness.chat.delete(harness.room, posted)

    with pytest.raises(Rejected) as refused:
        await harness.chat.update(harness.room, posted, OLD, "n1")

    assert (refused.value.reason, refused.value.closes_place) == ("message_not_found", False)


@pytest.mark.parametrize(("scope", "direct"), [("chat:write", False), ("im:write", True)])
async def test_a_scope_that_was_not_granted_pauses_the_workspace(acme: SlackEmulator, scope: str, direct: bool) -> None:
    """Somebody grants it within minutes, and nothing was lost meanwhile."""
    async with harness_with(acme, without(scope)) as harness:
        there = replace(harness.room, conversation=f"@{harness.ada}") if direct else harness.room
        with pytest.raises(Paused) as paused:
            await harness.chat.post(there, NEWS, "n1")

    assert (paused.value.reason, paused.value.retry_after, paused.value.uncertain) == ("missing_scope", PAUSE, False)


async def test_where_looking_is_not_granted_nothing_is_found_and_nothing_fails(acme: SlackEmulator) -> None:
    async with harness_with(acme, without("channels:history")) as harness:
        await harness.chat.post(harness.room, NEWS, "n1")

        assert await look_up(harness, harness.room, "n1") is None


async def test_a_token_that_is_not_known_pauses_the_workspace(harness: EmulatorHarness) -> None:
    """Its error code is not Slack's; our error is the same for both."""
    with pytest.raises(Paused):
        await harness.web.call("xoxb-of-nobody", "chat.postMessage", channel=harness.room.conversation, text="hello")


def people_of(harness: EmulatorHarness) -> SlackIdentities:
    return SlackIdentities(harness.web, FakeAccountLinks(), CLOCK)


async def test_a_person_is_known_by_the_address_it_confirms(harness: EmulatorHarness) -> None:
    installation = await harness.installs.own()
    ada = await people_of(harness).profile(installation, TEAM, harness.ada)
    ourselves = await people_of(harness).profile(installation, TEAM, installation.bot_user)
    nobody = await people_of(harness).profile(installation, TEAM, "U0GONE")

    assert ada == SlackProfile("Ada Lovelace", "ada@example.com", "member")
    assert (ourselves.kind, ourselves.email) == ("bot", "")
    assert nobody.email == ""


async def test_without_the_scope_for_addresses_a_person_has_none(acme: SlackEmulator) -> None:
    async with harness_with(acme, without("users:read.email")) as harness:
        ada = await people_of(harness).profile(await harness.installs.own(), TEAM, harness.ada)

    assert ada == SlackProfile("Ada Lovelace", "", "member")


async def test_an_address_leads_to_its_person_and_an_unknown_one_is_refused(harness: EmulatorHarness) -> None:
    said = await harness.web.call(TOKEN, "users.lookupByEmail", email="ada@example.com")
    with pytest.raises(Rejected) as refused:
        await harness.web.call(TOKEN, "users.lookupByEmail", email="nobody@example.com")

    assert said["user"]["id"] == harness.ada
    assert (refused.value.reason, refused.value.closes_place) == ("users_not_found", False)


async def test_a_room_is_everybody_in_it_but_us(harness: EmulatorHarness) -> None:
    membership = FakeMembership()
    channels = SlackMembership(harness.web, people_of(harness), membership, CLOCK)
    room = await channels.channel_state(await harness.installs.own(), TEAM, harness.room.conversation)
    outside = await channels.channel_state(await harness.installs.own(), TEAM, await harness.acme.room("general"))

    assert {account.email for account in membership.members[harness.room.conversation] or ()} == {
        "admin@emulate.dev",
        "ada@example.com",
    }
    assert (room.is_member, room.is_external, outside.is_member) == (True, False, False)


@dataclass
class AdaClient:
    """Ada's, and what Acme cannot send itself: her commands, and the events."""

    acme: SlackEmulator
    app: App
    client: httpx.AsyncClient
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def install(self) -> httpx.Response:
        """From our page to its own, there a press on Ada's name, and back."""
        page = await self.client.get("/slack/install")
        form = re.search(r'<form[^>]*action="([^"]+)">(?:(?!</form>).)*ada@example\.com', page.text, re.DOTALL)
        assert form, page.text
        hidden = re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])
        pressed = {name: html.unescape(value) for name, value in hidden}
        return await self.client.post(f"{self.acme.address}{form[1]}", data=pressed)

    async def type_command(self, words: str, room: str) -> str:
        """What `/handshake words` is answered at once."""
        body = urlencode(
            {
                "command": "/handshake",
                "text": words,
                "team_id": TEAM,
                "user_id": await self.acme.user("ada"),
                "channel_id": room,
                "channel_name": "roadmap",
                "trigger_id": f"trigger.{next(self.numbers)}",
            }
        )
        return str((await self._knock(body, FORM)).json()["text"])

    async def invite_handshake(self, room: str) -> None:
        """Ada types `/invite @Handshake`, and Handshake gets the event."""
        await self.acme.invite("handshake", room)
        joined = {"type": "member_joined_channel", "channel": room, "user": await self.acme.user("handshake")}
        event = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{next(self.numbers)}", "event": joined}
        await self._knock(json.dumps(event), "application/json")

    async def _knock(self, body: str, content_type: str) -> httpx.Response:
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""
        signed = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature, "content-type": content_type}
        answer = await self.client.post("/slack/events", content=body, headers=signed)
        assert answer.status_code == 200
        return answer

    async def installations(self) -> dict[str, str]:
        async with self.app.store.reading() as session:
            return dict(await vendor_state.all_of(session, "slack", "installation"))


@asynccontextmanager
async def serve_for(
    acme: SlackEmulator, address: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, allowed: str
) -> AsyncIterator[AdaClient]:
    """The server as its environment makes it, and a browser that follows where it is sent."""
    environment = {
        "HANDSHAKE_DATABASE_URL": address,
        "HANDSHAKE_RATE_LIMIT": "0",
        "HANDSHAKE_SECRET_KEYS": "only-for-tests-only-for-tests-only",
        "HANDSHAKE_PUBLIC_URL": acme.handshake_url,
        "HANDSHAKE_PORT": acme.handshake_url.rpartition(":")[2],
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_ALLOWED_TEAMS": allowed,
        "SLACK_API_URL": acme.api_url,
    }
    monkeypatch.chdir(folder)  # no .env there
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TEAMS_APP_ID", "TEAMS_ALLOW_ANONYMOUS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    store = Store(address)
    await write_company(store)
    await store.close()
    async with (
        open_app(load()) as app,
        serving(app),
        httpx.AsyncClient(base_url=acme.handshake_url, trust_env=False, follow_redirects=True, timeout=10) as client,
    ):
        yield AdaClient(acme, app, client)


async def test_a_workspace_installs_it_and_gets_answers_and_notices(
    acme: SlackEmulator, sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the scopes that were asked for, and with nothing but them."""
    room = await acme.room("roadmap")
    async with serve_for(acme, sqlite_address, tmp_path, monkeypatch, allowed=TEAM) as browser:
        assert "not installed" in await browser.type_command("current", room)
        page = await browser.install()
        kept = await browser.installations()

        assert (page.status_code, "Handshake is in Acme" in page.text) == (200, True)
        assert len(kept) == 1
        assert "xoxb-" not in str(kept)

        assert "R1" in await browser.type_command("current", room)
        assert "/invite" in await browser.type_command("subscribe roadmap", room)
        await browser.invite_handshake(room)
        assert "/invite" not in await browser.type_command("subscribe roadmap all", room)

        await ChatApp(browser.app.store, FEATURES).publish(item("WEB-1", "Faster search for all"), reason="Renamed")
        assert await wait_for_message(acme, room, "Renamed")


async def wait_for_message(acme: SlackEmulator, room: str, words: str) -> bool:
    """True as soon as a message with that text is in that channel."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if any(words in str(each) for each in await acme.messages(room)):
            return True
        await asyncio.sleep(0.1)
    return False


async def test_a_workspace_that_may_not_leaves_no_token_here(
    acme: SlackEmulator, sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve_for(acme, sqlite_address, tmp_path, monkeypatch, allowed="T0OTHER") as browser:
        page = await browser.install()

        assert "Not installed" in page.text
        assert await browser.installations() == {}
        assert "not installed" in await browser.type_command("current", await acme.room("roadmap"))
