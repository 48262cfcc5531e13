"""Socket Mode: everything works without a public address."""

from __future__ import annotations

from tests.fakes.slack import Fault
from tests.slack.harness import ADA, SlackHarness, slack_harness

APP_TOKEN = "xapp-1-of-acme"


async def command(found: SlackHarness, words: str) -> dict[str, object]:
    return await found.server.push(
        "slash_commands",
        {
            "command": "/handshake",
            "text": words,
            "user_id": ADA,
            "team_id": "T0ACME",
            "channel_id": "C0ROADMAP",
            "channel_name": "roadmap",
            "trigger_id": found.trigger_id(),
            "response_url": found.response_url(),
        },
    )


async def test_everything_comes_down_the_line(sqlite_address: str) -> None:
    async with slack_harness(sqlite_address, app_token=APP_TOKEN, signing_secret="") as found:
        answer = await command(found, "current")
        event = found.event_body(found.direct_event("current"))
        assert await found.server.push("events_api", event) == {}
        assert await found.server.push("interactive", found.press_body("ack", "R1")) == {}

        assert "R1" in str(answer["text"])
        assert len(await found.wait_for("post")) == 1
        assert len(await found.wait_for("response")) == 1
        assert (await found.client.post("/slack/events", content="{}")).status_code == 404


async def test_an_event_that_comes_twice_is_answered_once(sqlite_address: str) -> None:
    """Slack sends it again if the acknowledgement was lost."""
    async with slack_harness(sqlite_address, app_token=APP_TOKEN) as found:
        event = found.event_body(found.direct_event("current"), event_id="EvSAME")
        await found.server.push("events_api", event)
        await found.server.push("events_api", event)
        await found.wait_for("post")
        await found.server.push("events_api", found.event_body(found.direct_event("current")))

        assert len(await found.wait_for("post", 2)) == 2


async def test_a_line_that_slack_takes_away_is_replaced(sqlite_address: str) -> None:
    async with slack_harness(sqlite_address, app_token=APP_TOKEN) as found:
        await command(found, "current")
        await found.server.sockets[0].send_json({"type": "disconnect", "reason": "warning"})
        await found.server.wait_until(lambda: len(found.server.sockets) == 2)
        await found.server.sockets[0].close()

        assert "R1" in str((await command(found, "current"))["text"])


async def test_a_line_that_breaks_is_replaced(sqlite_address: str) -> None:
    async with slack_harness(sqlite_address, app_token=APP_TOKEN) as found:
        await command(found, "current")
        await found.server.sockets[0].close()

        assert "R1" in str((await command(found, "current"))["text"])


async def test_it_reconnects_after_slack_was_away(sqlite_address: str) -> None:
    async with slack_harness(sqlite_address, app_token=APP_TOKEN) as found:
        found.slack.faults = [Fault("apps.connections.open", "status", "500", times=2)]
        for socket in list(found.server.sockets):
            await socket.close()

        assert "R1" in str((await command(found, "current"))["text"])


async def test_garbage_on_the_line_is_acknowledged_and_forgotten(sqlite_address: str) -> None:
    async with slack_harness(sqlite_address, app_token=APP_TOKEN) as found:
        for payload in ({}, {"type": "event_callback"}, {"type": "block_actions", "actions": []}):
            assert await found.server.push("events_api", payload) == {}
