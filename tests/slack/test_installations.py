"""Several workspaces: installing, uninstalling, and workspaces that are not allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from integrations.slack.manifest import SCOPES
from storage import vendor_state
from tests.fakes.slack import TOKEN, Fault, Workspace, slack_user
from tests.slack.harness import ADA, FORM, SlackHarness, slack_harness

PUBLIC = "https://handshake.example.com"


@asynccontextmanager
async def several_workspaces(address: str, allowed_teams: str = "T0ACME, E0CORP") -> AsyncIterator[SlackHarness]:
    async with slack_harness(
        address,
        bot_token="",
        client_id="1.2",
        client_secret="shh-client-secret",
        allowed_teams=allowed_teams,
        public_url=PUBLIC,
    ) as found:
        yield found


async def start_install(found: SlackHarness) -> tuple[dict[str, str], str]:
    """The query of the redirect to Slack, and the browser's cookie."""
    answer = await found.client.get("/slack/install")
    assert answer.status_code == 302
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    return asked, answer.headers["set-cookie"].partition(";")[0]


async def finish_install(found: SlackHarness, state: str, cookie: str, code: str = "c1") -> httpx.Response:
    return await found.client.get(
        "/slack/oauth_redirect", params={"state": state, "code": code}, headers={"cookie": cookie}
    )


def granted(team: str = "T0ACME", token: str = TOKEN, **more: object) -> dict[str, object]:
    return {
        "access_token": token,
        "bot_user_id": "U0BOT",
        "team": {"id": team},
        "enterprise": None,
        "is_enterprise_install": False,
        **more,
    }


async def test_a_workspace_of_ours_installs_it_and_is_served(sqlite_address: str) -> None:
    async with several_workspaces(sqlite_address) as found:
        before = await found.command("current")
        found.slack.codes["c1"] = granted()
        asked, cookie = await start_install(found)
        page = await finish_install(found, asked["state"], cookie)
        after = await found.command("current")

        assert "not installed" in before.json()["text"]
        assert asked["scope"].split(",") == list(SCOPES)
        assert asked["redirect_uri"] == f"{PUBLIC}/slack/oauth_redirect"
        assert page.status_code == 200
        assert "R1" in after.json()["text"]


async def test_tokens_are_kept_sealed(sqlite_address: str) -> None:
    async with several_workspaces(sqlite_address) as found:
        found.slack.codes["c1"] = granted()
        asked, cookie = await start_install(found)
        with capture_logs() as lines:
            await finish_install(found, asked["state"], cookie)
        async with found.app.store.reading() as session:
            kept = await vendor_state.all_of(session, "slack", "installation")

    assert len(kept) == 1
    assert TOKEN not in str(kept)
    assert TOKEN not in str(lines)
    assert "shh-client-secret" not in str(lines)


async def test_a_workspace_that_is_not_listed_is_refused_and_its_token_given_back(sqlite_address: str) -> None:
    async with several_workspaces(sqlite_address) as found:
        found.slack.workspaces["T0EVIL"] = Workspace("T0EVIL", token="xoxb-of-evil")
        found.slack.codes["c1"] = granted("T0EVIL", "xoxb-of-evil")
        asked, cookie = await start_install(found)
        page = await finish_install(found, asked["state"], cookie)

        assert page.status_code == 403
        assert "SLACK_ALLOWED_TEAMS" in page.text
        assert [line["team"] for line in found.slack.entries("revoked")] == ["T0EVIL"]


async def test_it_is_refused_also_when_slack_does_not_take_the_token_back(sqlite_address: str) -> None:
    """Trying again, which is the advice for an outage, would not help."""
    async with several_workspaces(sqlite_address) as found:
        found.slack.workspaces["T0EVIL"] = Workspace("T0EVIL", token="xoxb-of-evil")
        found.slack.codes["c1"] = granted("T0EVIL", "xoxb-of-evil")
        found.slack.faults = [Fault("auth.revoke", "error", "fatal_error", times=-1)]
        asked, cookie = await start_install(found)

        page = await finish_install(found, asked["state"], cookie)

        assert page.status_code == 403
        assert "SLACK_ALLOWED_TEAMS" in page.text


@pytest.mark.parametrize("how", ["no cookie", "another cookie", "made up", "twice", "refused there", "bad code"])
async def test_a_way_back_that_was_not_begun_here_installs_nothing(sqlite_address: str, how: str) -> None:
    async with several_workspaces(sqlite_address) as found:
        found.slack.codes = {"c1": granted(), "c2": granted()}
        asked, cookie = await start_install(found)
        match how:
            case "no cookie":
                page = await finish_install(found, asked["state"], "")
            case "another cookie":
                page = await finish_install(found, asked["state"], (await start_install(found))[1])
            case "made up":
                page = await finish_install(found, "made-up", cookie)
            case "twice":
                await finish_install(found, asked["state"], cookie)
                page = await finish_install(found, asked["state"], cookie, "c2")
            case "refused there":
                page = await found.client.get("/slack/oauth_redirect", params={"error": "<access_denied>"})
            case _:
                page = await finish_install(found, asked["state"], cookie, "c9")

        assert page.status_code in (403, 503)
        assert "<access_denied>" not in page.text
        assert ("not installed" in (await found.command("current")).json()["text"]) == (how != "twice")


async def test_a_whole_organisation_may_install_it_at_once(sqlite_address: str) -> None:
    async with several_workspaces(sqlite_address) as found:
        found.slack.workspaces["E0CORP"] = Workspace("E0CORP", enterprise="E0CORP", token="xoxb-of-corp")
        ada = slack_user(ADA, "ada@example.com", team_id="T0NEW", enterprise_user={"enterprise_id": "E0CORP"})
        found.slack.workspaces["E0CORP"].users = {ADA: ada}
        everywhere = {"team": None, "enterprise": {"id": "E0CORP"}, "is_enterprise_install": True}
        found.slack.codes["c1"] = granted(token="xoxb-of-corp") | everywhere
        asked, cookie = await start_install(found)
        await finish_install(found, asked["state"], cookie)

        body = found.command_body("current", team="T0NEW") + "&enterprise_id=E0CORP&is_enterprise_install=true"
        assert "R1" in (await found.send_signed(body, FORM)).json()["text"]


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}]
)
async def test_taken_out_of_a_workspace_its_token_is_forgotten(sqlite_address: str, event: dict[str, object]) -> None:
    async with several_workspaces(sqlite_address) as found:
        found.slack.codes["c1"] = granted()
        asked, cookie = await start_install(found)
        await finish_install(found, asked["state"], cookie)

        assert (await found.event(event)).status_code == 200
        async with found.app.store.reading() as session:
            assert await vendor_state.all_of(session, "slack", "installation") == {}
        assert "not installed" in (await found.command("current")).json()["text"]


async def test_a_workspace_that_is_listed_no_more_is_served_no_more(sqlite_address: str) -> None:
    async with several_workspaces(sqlite_address) as found:
        found.slack.codes["c1"] = granted()
        asked, cookie = await start_install(found)
        await finish_install(found, asked["state"], cookie)
        assert "R1" in (await found.command("current")).json()["text"]

    async with several_workspaces(sqlite_address, allowed_teams="T0OTHER") as found:
        assert "not installed" in (await found.command("current")).json()["text"]
