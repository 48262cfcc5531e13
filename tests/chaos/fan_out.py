"""One notice to many rooms, delivered by processes that are stopped again and again before they are done."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from handlers.shared import notify
from integrations.ports.cards import Card, text
from storage import places
from storage.store import Store
from tests.fakes.fake_process import ROOT
from tests.fakes.remote_platform import PlatformProcess, RemotePlatform

TIMEOUT_S = 30  # for anything that takes a fraction of a second
LONGEST_PAUSE_S = 0.03  # between a post on the platform and the stop: anywhere in the next deliveries


@dataclass(frozen=True)
class FanOutResult:
    """What came of it, by the platform's own log."""

    rooms: int
    stops: int
    stops_midway: int  # stops that came before everything stood there
    posts: int
    doubled: int
    lost: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.stops} stops ({self.stops_midway} amid the fan-out), {self.rooms} rooms: {self.posts} posts, "
            f"{self.doubled} doubled, {self.lost} lost, {self.seconds:.1f} s"
        )


async def fan_out(
    address: str,
    folder: Path,
    *,
    rooms: int,
    stops: int,
    seed: int,
    how: signal.Signals = signal.SIGKILL,
    cuts: float = 0,
    blind: bool = False,
) -> FanOutResult:
    """Post one notice to that many rooms through processes of which the first *stops* do not live to finish it.

    *cuts* is the share of posts to which the platform gives no answer, whether it carried them out or not.
    On a *blind* platform nothing can be looked up again.
    """
    options = ["--blind"] if blind else []
    random, began, amid = Random(seed), time.monotonic(), 0
    names = [f"room-{number}" for number in range(rooms)]
    await _queue_notice(address, names)

    with PlatformProcess(folder / "platform.jsonl", cuts=cuts, seed=seed) as platform:
        seen = RemotePlatform(platform.port, timeout_s=TIMEOUT_S)
        for left in range(stops, 0, -1):
            standing = len(platform.entries())
            step = random.randint(1, max(1, (rooms - standing) // (left + 1)))
            with _worker(address, platform.port, *options) as process:
                await seen.wait_for_messages(min(standing + step, rooms))
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))
                process.send_signal(how)
                assert process.wait(TIMEOUT_S) == (-signal.SIGKILL if how is signal.SIGKILL else 0)
            amid += len(platform.entries()) < rooms
        with _worker(address, platform.port, "--until-quiet", *options) as process:
            assert process.wait(TIMEOUT_S * 2) == 0
        posted = Counter(post["room"] for post in platform.entries())

    return FanOutResult(
        rooms=rooms,
        stops=stops,
        stops_midway=amid,
        posts=posted.total(),
        doubled=sum(times - 1 for times in posted.values()),
        lost=len(set(names) - set(posted)),
        seconds=time.monotonic() - began,
    )


async def _queue_notice(address: str, names: list[str]) -> None:
    store, now = Store(address), datetime.now(UTC)
    async with store.transaction() as db:
        found = [(await places.ensure(db, "fake", "", name)).id for name in names]
        await notify.queue_card(db, found, Card("Roadmap R42", (text("Search moves to 1 March."),)), key="R42", at=now)
    await store.close()


@contextmanager
def _worker(address: str, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A posting process, which is gone when the block ends, whatever happened in it."""
    command = [sys.executable, "-m", "tests.chaos.worker", address, str(port), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()
