"""What `doctor` says of Slack."""

from __future__ import annotations

from bot.desk import Desk
from bot.doors import doors
from integrations.ports.door import Finding
from integrations.slack.scopes import SCOPES
from tests.fakes.slack import Fault, Room
from tests.slack.rig import Rig
from tests.slack.rig import rig as opened


async def findings(found: Rig) -> dict[str, Finding]:
    [door] = doors(found.app, Desk(found.app.box, found.app.dispatch))
    return {each.what: each for each in await door.findings()}


async def test_a_workspace_in_order(sqlite_address: str) -> None:
    async with opened(sqlite_address, app_token="xapp-1") as found:
        found.slack.acme.scopes = ",".join(SCOPES)
        await found.command("subscribe roadmap")
        said = await findings(found)

    assert [what for what, each in said.items() if each.ok is not True] == []
    assert "Acme (T0ACME)" in said["slack"].words


async def test_a_token_that_is_not_taken(rig: Rig) -> None:
    rig.slack.acme.revoked = True

    said = (await findings(rig))["slack"]
    assert said.ok is False
    assert "token_revoked" in said.words
    assert "SLACK_BOT_TOKEN" in said.fix


async def test_scopes_that_are_missing_are_named(rig: Rig) -> None:
    rig.slack.acme.scopes = ",".join(set(SCOPES) - {"channels:history", "files:read"})

    said = (await findings(rig))["slack scopes"]
    assert said.ok is False
    assert said.words == "missing: channels:history, files:read"
    assert "handshake manifest slack" in said.fix


async def test_a_clock_that_runs_away(rig: Rig) -> None:
    rig.front.skew_s = 200

    said = (await findings(rig))["slack clock"]
    assert said.ok is False
    assert "apart from Slack's" in said.words


async def test_rooms_that_were_subscribed_and_lost(rig: Rig) -> None:
    rig.slack.acme.rooms["C0LOST"] = Room("C0LOST", "lost", members=["U0ADA"])
    await rig.command("subscribe roadmap", channel="C0LOST")
    rig.slack.acme.rooms["C0LOST"].bot_in_it = False

    said = (await findings(rig))["slack rooms"]
    assert (said.ok, said.words) == (False, "not in #lost")
    assert "/invite" in said.fix


async def test_no_way_in(rig: Rig) -> None:
    said = (await findings(rig))["slack way in"]

    assert said.ok is False
    assert "HANDSHAKE_PUBLIC_URL" in said.fix


async def test_socket_mode_that_is_refused(sqlite_address: str) -> None:
    async with opened(sqlite_address, app_token="xapp-1") as found:
        found.slack.faults = [Fault("apps.connections.open", "error", "invalid_auth", times=-1)]
        said = (await findings(found))["slack way in"]

    assert said.ok is False
    assert "SLACK_APP_TOKEN" in said.fix


async def test_slack_that_does_not_answer(rig: Rig) -> None:
    rig.slack.faults = [Fault("auth.test", "status", "503", times=-1)]

    assert (await findings(rig))["slack"].fix == "correct SLACK_API_URL"


async def test_nobody_has_installed_it(sqlite_address: str) -> None:
    async with opened(
        sqlite_address,
        bot_token="",
        client_id="1.2",
        client_secret="s",
        allowed_teams="T0ACME",
        public_url="https://handshake.example.com",
    ) as found:
        said = (await findings(found))["slack"]

    assert said.fix == "open https://handshake.example.com/slack/install"
