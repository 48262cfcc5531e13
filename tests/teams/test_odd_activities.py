"""Activities with a good token that are almost right: never our fault, never a traceback, and nothing else is lost."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from structlog.testing import capture_logs

from integrations.teams.parsing import FILE_DOWNLOAD_TYPE
from tests.fakes.teams_process import TeamsSimulator
from tests.hypothesis_profiles import example_count
from tests.mutations import Mutations, mutations
from tests.teams.harness import TeamsHarness

FILE = {"contentType": FILE_DOWNLOAD_TYPE, "name": "a.csv", "content": {"downloadUrl": "https://elsewhere.example/a"}}
MENTION = {"type": "mention", "text": "<at>Bo</at>", "mentioned": {"id": "29:bo", "name": "Bo"}}


@pytest.fixture
def activities(simulator: TeamsSimulator, room: str) -> list[dict[str, Any]]:
    """One activity of every kind that Teams sends."""
    member = {"membersAdded": [{"id": "29:bo", "name": "Bo"}]}
    consent = {"action": "accept", "context": {"offer": "o"}, "uploadInfo": {"uploadUrl": "https://x.example/u"}}
    return [
        simulator.message_activity("mia", "current", attachments=[FILE], timestamp="2026-11-02T09:00:00Z"),
        simulator.message_activity("mia", "help <at>Bo</at>", entities=[MENTION], locale="en-GB"),
        simulator.message_activity("mia", "current", room),
        simulator.press_activity("mia", {"action": "help", "value": ""}),
        simulator.press_activity("mia", {"form": "kudos", "value": "", "one.to": "bo", "many.days": "a,b"}),
        simulator.activity("invoke", "mia", name="task/fetch", value={"data": {"action": "help"}}),
        simulator.activity("invoke", "mia", name="task/submit", value={"data": {"form": "kudos", "one.to": "bo"}}),
        simulator.activity("invoke", "mia", name="fileConsent/invoke", value=consent),
        simulator.activity("conversationUpdate", "mia", room, **member),
        simulator.activity("installationUpdate", "mia", action="add"),
        simulator.activity("messageReaction", "mia", reactionsAdded=[{"type": "like"}]),
    ]


@settings(max_examples=example_count(300, sample=8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=mutations)
async def test_an_odd_activity_is_nobodys_fault_but_the_senders(
    teams: TeamsHarness, activities: list[dict[str, Any]], caplog: pytest.LogCaptureFixture, odd: Mutations
) -> None:
    token = await signed(teams)
    activity = odd.of(activities)
    caplog.clear()

    with capture_logs() as lines:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = await teams.http.post(teams.address, content=json.dumps(activity), headers=headers)

    assert answer.status_code in (*range(500), 501), str(activity)[:2000]  # 501: a kind that is not ours
    assert [line for line in lines if line.get("exc_info")] == [], str(activity)[:2000]
    assert [record for record in caplog.records if record.exc_info] == []


async def signed(teams: TeamsHarness, tokens: dict[str, str] = {}) -> str:  # noqa: B006  (one for each simulator)
    if teams.simulator.base not in tokens:
        tokens[teams.simulator.base] = await asyncio.to_thread(teams.simulator.mint)
    return tokens[teams.simulator.base]


async def test_the_activities_themselves_are_right(teams: TeamsHarness, activities: list[dict[str, Any]]) -> None:
    for activity in activities:
        assert (await teams.send(activity)).status_code in (200, 202), activity
