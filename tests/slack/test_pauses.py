"""A paused workspace, or a closed channel, is used again as soon as its cause is fixed. Judged by the fake Slack's log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest

from bot.delivery.retry_policy import RetryPolicy
from bot.serve import Timing
from handlers.shared import notify
from integrations.ports.cards import Card
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig
from integrations.slack.installations import Installations
from integrations.slack.manifest import SCOPES
from integrations.slack.pauses import SlackPauses
from storage import deliveries, paused_accounts, places, rate_limits
from storage.store import Store
from tests.app import MONDAY
from tests.fakes.clock import RunningClock
from tests.fakes.slack import BOT, TEAM, TOKEN, FakeSlack
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_server import serve_slack as slack_serving
from tests.fakes.state import FakeAccountPauses, MemorySecretStore
from tests.slack.harness import ADA, ROADMAP, STRETCH, TIMEOUT_S, SlackHarness, fill_acme, slack_harness
from tests.slack.test_installations import PUBLIC, finish_install, granted, start_install

SOON = timedelta(milliseconds=50)
QUICK = Timing(retry_policy=RetryPolicy(not_ready_delay=SOON), poll_interval=SOON, stretch=STRETCH)
TEN_MINUTES = timedelta(minutes=10)


async def queue(store: Store, title: str, conversation: str = ROADMAP) -> int:
    async with store.transaction() as db:
        place = await places.ensure(db, "slack", TEAM, conversation, direct=conversation.startswith("@"))
        await notify.queue_card(db, [place.id], Card(title), key=title, at=MONDAY)
    return place.id


async def wait_until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


async def is_paused(harness: SlackHarness) -> bool:
    async with harness.app.store.reading() as db:
        return bool(await paused_accounts.paused_at(db, harness.clock.now()))


async def install(harness: SlackHarness) -> None:
    harness.slack.codes["c1"] = granted()
    asked, cookie = await start_install(harness)
    assert (await finish_install(harness, asked["state"], cookie)).status_code == 200


async def test_a_reinstalled_workspace_gets_what_waited_at_once(sqlite_address: str) -> None:
    async with slack_harness(
        sqlite_address,
        timing=QUICK,
        public_url=PUBLIC,
        bot_token="",
        client_id="1.2",
        client_secret="shh",
        allowed_teams=TEAM,
    ) as harness:
        await install(harness)
        harness.slack.acme.revoked = True
        await queue(harness.app.store, "R42")
        await wait_until(partial(is_paused, harness))

        harness.slack.acme.revoked = False
        await install(harness)
        posted = await harness.wait_for("post")

        assert [line["channel"] for line in posted] == [ROADMAP]
        assert harness.clock.now() < MONDAY + TEN_MINUTES


async def test_a_start_with_a_token_that_slack_accepts_sends_what_waited_at_once(sqlite_address: str) -> None:
    """Before a start, somebody may have reinstalled the app and corrected the settings."""
    store, account = Store(sqlite_address), rate_limits.account_key("slack", TEAM)
    until = MONDAY + TEN_MINUTES
    place = await queue(store, "R42")
    async with store.transaction() as db:
        await rate_limits.block(db, account, account, until, "no_permission")
        waiting = await deliveries.load(db, (await deliveries.of_notice(db, "R42"))[place])
        assert waiting
        await deliveries.defer(db, waiting, until)
    await store.close()

    async with slack_harness(sqlite_address, timing=QUICK) as harness:
        posted = await harness.wait_for("post")

        assert [line["channel"] for line in posted] == [ROADMAP]
        assert harness.clock.now() < until


@pytest.mark.parametrize(
    ("reason", "scopes", "is_revoked", "is_resumed"),
    [
        ("token_revoked", "", False, True),
        ("token_revoked", "", True, False),
        ("missing_scope", "commands,chat:write", False, False),
        ("missing_scope", ",".join(SCOPES), False, True),
        ("no_permission", ",".join(SCOPES), False, False),  # nothing that Slack says shows that it is fixed
    ],
)
async def test_while_it_runs_a_workspace_is_used_again_when_slack_shows_that_the_cause_is_gone(
    reason: str, scopes: str, *, is_revoked: bool, is_resumed: bool
) -> None:
    server, pauses = SlackServer(FakeSlack()), FakeAccountPauses()
    async with slack_serving(server):
        config = SlackConfig(bot_token=TOKEN, api_url=f"{server.slack.address}/api/")
        client = SlackClient(config)
        installations = Installations(config, client, MemorySecretStore(), RunningClock(MONDAY))
        slack_pauses = SlackPauses(client, installations, pauses)
        async with client.open():
            await installations.own()
            await slack_pauses.check()
            pauses.reasons = {TEAM: reason}
            server.slack.acme.scopes, server.slack.acme.revoked = scopes, is_revoked

            await slack_pauses.check()

    assert (pauses.reasons == {}) == is_resumed


async def test_a_channel_that_was_closed_gets_notices_again_once_the_bot_is_back(sqlite_address: str) -> None:
    async with slack_harness(sqlite_address, timing=QUICK) as harness:
        harness.slack.acme.rooms[ROADMAP].bot_in_it = False
        place = await queue(harness.app.store, "R42")
        await wait_until(partial(is_closed, harness, place))

        harness.slack.acme.rooms[ROADMAP].bot_in_it = True
        await harness.event({"type": "member_joined_channel", "user": BOT, "channel": ROADMAP})
        await queue(harness.app.store, "R43")
        posted = await harness.wait_for("post")

        assert [line["text"] for line in posted] == ["R43"]


@pytest.mark.parametrize(("is_back", "is_archived"), [(True, False), (False, False), (True, True)])
async def test_a_start_finds_out_that_the_bot_was_invited_back_while_it_was_down(
    sqlite_address: str, *, is_back: bool, is_archived: bool
) -> None:
    def populate(slack: FakeSlack) -> None:
        fill_acme(slack)
        slack.acme.rooms[ROADMAP].bot_in_it, slack.acme.rooms[ROADMAP].is_archived = is_back, is_archived

    store = Store(sqlite_address)
    async with store.transaction() as db:
        place = await places.ensure(db, "slack", TEAM, ROADMAP)
        await places.subscribe(db, place.id, campaigns=(), teams=(), level="all", by="p_ada", at=MONDAY)
        await places.close(db, place.id)
    await store.close()

    async with slack_harness(sqlite_address, timing=QUICK, populate=populate) as harness:
        await harness.server.wait_until(lambda: bool(harness.server.asked["conversations.info"]))
        if is_back and not is_archived:
            await wait_until(partial(is_open, harness, place.id))
        else:
            await harness.command("current", channel="D0ADA")
            assert await is_closed(harness, place.id)


async def test_whoever_writes_from_a_closed_conversation_is_answered(sqlite_address: str) -> None:
    """Such as a person whose account was deactivated and is back."""
    async with slack_harness(sqlite_address, timing=QUICK) as harness:
        async with harness.app.store.transaction() as db:
            place = await places.ensure(db, "slack", TEAM, f"@{ADA}", direct=True)
            await places.close(db, place.id)

        await harness.event(harness.direct_event("current"))
        posted = await harness.wait_for("post")

        assert [line["channel"] for line in posted] == ["D0ADA"]
        assert not await is_closed(harness, place.id)


async def is_closed(harness: SlackHarness, place_id: int) -> bool:
    async with harness.app.store.reading() as db:
        [place] = await places.with_ids(db, [place_id])
    return place.closed


async def is_open(harness: SlackHarness, place_id: int) -> bool:
    return not await is_closed(harness, place_id)
