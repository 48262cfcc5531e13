"""One notice to many Slack channels, delivered by processes that are killed again and again before they are done."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from handlers.shared import notify
from integrations.ports.cards import Card, text
from storage import places
from storage.store import Store
from tests.chaos.fan_out import LONGEST_PAUSE_S, TIMEOUT_S, FanOutResult
from tests.fakes.fake_process import ROOT
from tests.fakes.slack import TEAM
from tests.fakes.slack_process import SlackProcess


async def slack_fan_out(
    address: str, folder: Path, *, rooms: int, kills: int, seed: int, cuts: float = 0
) -> FanOutResult:
    """Post one notice to that many channels; the first *kills* processes do not live to finish it.

    *cuts* is the share of posts to which Slack gives no answer, whether it carried them out or not.
    """
    random, began, amid = Random(seed), time.monotonic(), 0
    names = [f"C{number:06}" for number in range(rooms)]
    await _queue_notice(address, names)

    with SlackProcess(folder / "slack.jsonl", cuts=cuts, seed=seed) as slack:
        for left in range(kills, 0, -1):
            standing = len(slack.entries())
            step = random.randint(1, max(1, (rooms - standing) // (left + 1)))
            with _worker(address, slack.api_url) as process:
                await slack.wait_for_posts(min(standing + step, rooms))
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))
                process.kill()
                assert process.wait(TIMEOUT_S) == -signal.SIGKILL
            amid += len(slack.entries()) < rooms
        with _worker(address, slack.api_url, "--until-quiet") as process:
            assert process.wait(TIMEOUT_S * 2) == 0
        posted = Counter(post["channel"] for post in slack.entries())
        assert slack.entries("violation") == []

    return FanOutResult(
        rooms=rooms,
        stops=kills,
        stops_midway=amid,
        posts=posted.total(),
        doubled=sum(times - 1 for times in posted.values()),
        lost=len(set(names) - set(posted)),
        seconds=time.monotonic() - began,
    )


async def _queue_notice(address: str, channels: list[str]) -> None:
    store, now = Store(address), datetime.now(UTC)
    async with store.transaction() as db:
        found = [(await places.ensure(db, "slack", TEAM, channel)).id for channel in channels]
        await notify.queue_card(db, found, Card("Roadmap R42", (text("Search moves to 1 March."),)), key="R42", at=now)
    await store.close()


@contextmanager
def _worker(address: str, api_url: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A posting process, which is gone when the block ends, whatever happened in it."""
    command = [sys.executable, "-m", "tests.chaos.slack_worker", address, api_url, *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()
