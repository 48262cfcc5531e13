"""The server as `handshake run` starts it, with few file handles, while strangers and an insider attack it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from tests.bot.running_server import LONG_TEXTS, SlackClient, half_open_connections, many_handles, running_server
from tests.fakes.slack_process import SlackProcess

pytestmark = pytest.mark.proof

STRANGER = "U0ADA"  # nobody whom Handshake knows
REQUESTS = 50  # of each kind


async def statuses_under_attack(address: str) -> dict[str, set[int]]:
    """What the server answers to strangers, to people and to its supervisor, while nearly all its connections are held."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60), trust_env=False) as http,
        half_open_connections(address),
    ):
        slack = SlackClient(address, http)

        async def health() -> int:
            async with http.get(f"{address}/healthz") as answer:
                return answer.status

        async def command(words: str) -> int:
            return (await slack.send_command(words, STRANGER))[0]

        return {
            "forged": set(await asyncio.gather(*[slack.send_forged(b"x" * 10_000) for _ in range(REQUESTS)])),
            "long": set(await asyncio.gather(*[command(text) for text in LONG_TEXTS])),
            "health": {await health() for _ in range(REQUESTS)},
            "help": {await command("help")},
        }


async def test_under_attack_the_health_check_and_commands_are_answered(tmp_path: Path) -> None:
    with (
        many_handles(),
        SlackProcess(tmp_path / "slack.jsonl", delay_ms=0) as slack,
        running_server(tmp_path, f"sqlite:///{tmp_path}/handshake.db", slack.api_url) as (address, log),
    ):
        statuses = await statuses_under_attack(address)
        lines = [json.loads(line) for line in log.read_text().splitlines()]

    assert statuses.pop("forged") <= {401, 429}
    assert statuses == {"long": {200}, "health": {200}, "help": {200}}
    assert any(line.get("action") == "http.connection_limit" for line in lines)
    assert not any("exception" in line for line in lines)
