"""What `handshake doctor` reports about deliveries that cannot be sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.commands.doctor import run
from bot.settings import Settings
from handlers.shared import notify
from integrations.ports.cards import Card
from storage import places
from storage.store import Store
from tests.delivery.harness import NOW


async def doctor_findings(address: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What doctor found about platforms."""
    await run(Settings(database_url=address), as_json=True)
    [line] = capsys.readouterr().out.splitlines()
    return next(each for each in json.loads(line)["findings"] if each["what"] == "platforms")


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
