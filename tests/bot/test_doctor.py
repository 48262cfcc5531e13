"""What `handshake doctor` reports about deliveries that cannot be sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.commands.doctor import run
from bot.settings import Settings
from handlers.shared import notify
from integrations.ports.cards import Card
from storage import deliveries, places, rate_limits
from storage.store import Store
from storage.values.deliveries import WAITED_IN_BACKUP
from tests.delivery.harness import NOW


async def doctor_findings(address: str, capsys: pytest.CaptureFixture[str], what: str = "platforms") -> dict[str, Any]:
    """What doctor found about *what*."""
    await run(Settings(database_url=address), as_json=True)
    [line] = capsys.readouterr().out.splitlines()
    return next(finding for finding in json.loads(line)["findings"] if finding["what"] == what)


async def wait_for(store: Store, *platforms: str) -> None:
    async with store.transaction() as session:
        rooms = [(await places.ensure(session, platform, "", "C1")).id for platform in platforms]
        await notify.queue_card(session, rooms, Card("R42"), key="R42", at=NOW)


async def test_doctor_names_a_platform_that_deliveries_wait_for_in_vain(
    sqlite_address: str, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """After Slack's settings were removed, nothing else would point to the reason."""
    await wait_for(sqlite_store, "slack", "console")

    found = await doctor_findings(sqlite_address, capsys)

    assert found["ok"] is False
    assert found["said"].startswith("1 delivery for slack")
    assert "SLACK_" in found["todo"]


async def test_what_waits_for_a_platform_that_is_served_needs_nobody(
    sqlite_address: str, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await wait_for(sqlite_store, "console")

    assert (await doctor_findings(sqlite_address, capsys))["ok"] is True


async def test_doctor_counts_what_waited_in_a_restored_backup_and_says_how_to_decide(
    sqlite_address: str, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await wait_for(sqlite_store, "teams", "slack")
    async with sqlite_store.transaction() as session:
        first, second = await deliveries.in_state(session)
        await deliveries.mark_dead(session, first, f"{WAITED_IN_BACKUP}, and may have arrived since")
        await deliveries.mark_dead(session, second, "rejected: is_archived")

    found = await doctor_findings(sqlite_address, capsys, "deliveries")

    assert "1 delivery waited when the restored backup was made" in found["said"]
    assert "post retry ID" in found["todo"]
    assert "post drop ID" in found["todo"]
    assert "all-dead" not in found["todo"]  # would send again what may have arrived


async def test_doctor_names_a_paused_workspace_why_what_waits_and_whose_move_it_is(
    sqlite_address: str, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    account, until = rate_limits.account_key("slack", "T1"), datetime.now(UTC) + timedelta(minutes=10)
    async with sqlite_store.transaction() as session:
        place = await places.ensure(session, "slack", "T1", "C1")
        await notify.queue_card(session, [place.id], Card("R42"), key="R42", at=NOW)
        await rate_limits.block(session, account, account, until, "token_revoked")

    found = await doctor_findings(sqlite_address, capsys, "accounts")

    assert "the Slack workspace T1 is paused: it answered token_revoked, and 1 delivery waits" in found["said"]
    assert found["todo"].startswith("a Slack administrator of T1: install Handshake again")
