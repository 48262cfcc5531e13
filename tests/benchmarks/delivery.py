"""One notice to a thousand rooms, from its commit to the last room, beside a bare loop of Slack's own client."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from storage.store import Store
from tests.benchmarks.databases import Databases
from tests.benchmarks.timing import Measurement, Timings, print_progress
from tests.chaos.replicas import DeliveryLog, Replicas, channels, post_to_channels
from tests.fakes.slack import TOKEN
from tests.fakes.slack_process import SlackProcess

ROOMS = 1_000
AT_ONCE = 20
DELAY_MS = 5.0  # at most, before and after each post is carried out
PATIENCE_S = 120
# As much as a card of ours: a heading, a text, and the mark by which it is found again.
BLOCKS = [
    {"type": "header", "text": {"type": "plain_text", "text": "Roadmap R42"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "Search moves to 1 March."}},
]
METADATA = {"event_type": "handshake_delivery", "event_payload": {"tag": "bare"}}


async def measure(stores: Databases, folder: Path, runs: int) -> list[Measurement]:
    """SQLite with its one process; PostgreSQL with one replica and with three."""
    figures = []
    for replicas in (1,) if stores.name == "sqlite" else (1, 3):
        print_progress(f"posting on {stores.name}, {replicas} replica(s)")
        pairs = [(await _ours(stores, folder, replicas), await _bare(folder)) for _ in range(runs + 1)][1:]
        timings = Timings(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))
        share = sum(timings.bare) / sum(timings.ours)
        case = f"{ROOMS:,} rooms, {replicas} replica{'s' if replicas > 1 else ''}"
        figures.append(Measurement("post", case, stores.name, timings, {"share_of_the_bare_loop": share}))
    return figures


def _log(folder: Path) -> Path:
    return folder / f"slack-{time.monotonic_ns()}.jsonl"


async def _ours(stores: Databases, folder: Path, replicas: int) -> float:
    address = stores.empty()
    with SlackProcess(_log(folder), delay_ms=DELAY_MS) as slack, Replicas(address, slack) as fleet:
        delivery_log = DeliveryLog(slack)
        await _ready(address, delivery_log, fleet, replicas)
        began = time.perf_counter()
        await post_to_channels(address, delivery_log, channels(ROOMS))
        await slack.wait_for_posts(ROOMS + 1)
        taken = time.perf_counter() - began
    stores.drop(address)
    return taken


async def _ready(address: str, delivery_log: DeliveryLog, fleet: Replicas, replicas: int) -> None:
    """Replicas that run, and have shown it."""
    store = Store(address)
    await store.open()
    await store.close()
    fleet.start(replicas)
    await post_to_channels(address, delivery_log, channels(1, "CFIRST"), key="first")
    await delivery_log.wait_for_posts(1, PATIENCE_S)
    await asyncio.sleep(2)  # the others may still be starting


async def _bare(folder: Path) -> float:
    """The same posts by Slack's client, as many at once as our post has under way."""
    with SlackProcess(_log(folder), delay_ms=DELAY_MS) as slack:
        client = AsyncWebClient(token=TOKEN, base_url=slack.api_url)
        free = asyncio.Semaphore(AT_ONCE)

        async def post(channel: str) -> None:
            async with free:
                await client.chat_postMessage(channel=channel, text="Roadmap R42", blocks=BLOCKS, metadata=METADATA)

        await post("CFIRST000000")
        began = time.perf_counter()
        await asyncio.gather(*(post(channel) for channel in channels(ROOMS)))
        return time.perf_counter() - began
