"""The checks of `doctor` for Slack."""

from __future__ import annotations

from bot.inbox import Inbox
from bot.platforms import build_adapters
from integrations.ports.platform import CheckResult
from integrations.slack.manifest import SCOPES
from tests.fakes.slack import FakeChannel, Fault
from tests.slack.harness import SlackHarness
from tests.slack.harness import slack_harness as opened


async def slack_findings(found: SlackHarness) -> dict[str, CheckResult]:
    [adapter] = build_adapters(found.app, Inbox(found.app.ctx, found.app.dispatch))
    return {result.what: result for result in await adapter.diagnose()}


async def test_a_workspace_in_order(sqlite_address: str) -> None:
    async with opened(sqlite_address, app_token="xapp-1") as found:
        found.slack.acme.scopes = ",".join(SCOPES)
        await found.command("subscribe roadmap")
        said = await slack_findings(found)

    assert [what for what, result in said.items() if result.ok is not True] == []
    assert "Acme (T0ACME)" in said["slack"].detail


async def test_a_token_that_is_not_taken(harness: SlackHarness) -> None:
    harness.slack.acme.revoked = True

    said = (await slack_findings(harness))["slack"]
    assert said.ok is False
    assert "token_revoked" in said.detail
    assert "SLACK_BOT_TOKEN" in said.fix


async def test_scopes_that_are_missing_are_named(harness: SlackHarness) -> None:
    harness.slack.acme.scopes = ",".join(set(SCOPES) - {"channels:history", "files:read"})

    said = (await slack_findings(harness))["slack scopes"]
    assert said.ok is False
    assert said.detail == "missing: channels:history, files:read"
    assert "handshake manifest slack" in said.fix


async def test_a_clock_that_runs_away(harness: SlackHarness) -> None:
    harness.server.skew_s = 200

    said = (await slack_findings(harness))["slack clock"]
    assert said.ok is False
    assert "apart from Slack's" in said.detail


async def test_rooms_that_were_subscribed_and_lost(harness: SlackHarness) -> None:
    harness.slack.acme.rooms["C0LOST"] = FakeChannel("C0LOST", "lost", members=["U0ADA"])
    await harness.command("subscribe roadmap", channel="C0LOST")
    harness.slack.acme.rooms["C0LOST"].bot_in_it = False

    said = (await slack_findings(harness))["slack rooms"]
    assert (said.ok, said.detail) == (False, "not in #lost")
    assert "/invite" in said.fix


async def test_no_way_in(harness: SlackHarness) -> None:
    said = (await slack_findings(harness))["slack way in"]

    assert said.ok is False
    assert "HANDSHAKE_PUBLIC_URL" in said.fix


async def test_socket_mode_that_is_refused(sqlite_address: str) -> None:
    async with opened(sqlite_address, app_token="xapp-1") as found:
        found.slack.faults = [Fault("apps.connections.open", "error", "invalid_auth", times=-1)]
        said = (await slack_findings(found))["slack way in"]

    assert said.ok is False
    assert "SLACK_APP_TOKEN" in said.fix


async def test_slack_that_does_not_answer(harness: SlackHarness) -> None:
    harness.slack.faults = [Fault("auth.test", "status", "503", times=-1)]

    assert (await slack_findings(harness))["slack"].fix == "correct SLACK_API_URL"


async def test_nobody_has_installed_it(sqlite_address: str) -> None:
    async with opened(
        sqlite_address,
        bot_token="",
        client_id="1.2",
        client_secret="s",
        allowed_teams="T0ACME",
        public_url="https://handshake.example.com",
    ) as found:
        said = (await slack_findings(found))["slack"]

    assert said.fix == "open https://handshake.example.com/slack/install"
