"""Replicas that are started, killed, stopped and waited for; and the judge, who reads Slack's own log and nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from handlers.shared import notify
from integrations.ports.cards import Card, text
from storage import places
from storage.store import Store
from tests.fakes.fake_process import ROOT
from tests.fakes.slack import TEAM
from tests.fakes.slack_process import SlackProcess

POLL_S = 0.05


class Replicas:
    """Several replicas on one store; dead ones are replaced on request."""

    def __init__(
        self, address: str, slack: SlackProcess, *options: str, environments: Sequence[dict[str, str]] = ()
    ) -> None:
        self._command = [sys.executable, "-m", "tests.chaos.replica", address, slack.api_url, *options]
        self._environments = environments
        self.running: list[subprocess.Popen[bytes]] = []
        self.started = 0

    def start(self, count: int = 1) -> None:
        for _ in range(count):
            more = self._environments[self.started % len(self._environments)] if self._environments else {}
            self.running.append(
                subprocess.Popen(self._command, cwd=ROOT, env=os.environ | more, stdout=subprocess.DEVNULL)
            )
            self.started += 1

    def kill(self, which: int = 0) -> None:
        victim = self.running.pop(which)
        victim.kill()
        victim.wait(30)

    def pause(self, which: int = 0) -> None:
        self.running[which].send_signal(signal.SIGSTOP)

    def resume(self, which: int = 0) -> None:
        self.running[which].send_signal(signal.SIGCONT)

    def stop(self, which: int = 0) -> tuple[int, float]:
        """End one in good order; its exit status, and the seconds that it took."""
        leaving, began = self.running.pop(which), time.monotonic()
        leaving.send_signal(signal.SIGTERM)
        return leaving.wait(60), time.monotonic() - began

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for each in self.running:
            each.send_signal(signal.SIGCONT)
            each.kill()
            each.wait(30)


@dataclass
class DeliveryLog:
    """Compare what Slack carried out with what it should have been sent."""

    slack: SlackProcess
    expected: Counter[str] = field(default_factory=Counter)  # posts by channel

    def posted(self) -> Counter[str]:
        return Counter(post["channel"] for post in self.slack.entries())

    @property
    def lost(self) -> int:
        return (self.expected - self.posted()).total()

    @property
    def doubled(self) -> int:
        return (self.posted() - self.expected).total()

    def shortest_gap_s(self) -> float:
        """Between two posts into one channel."""
        last: dict[str, float] = {}
        shortest = float("inf")
        for post in self.slack.entries():
            channel, at = post["channel"], post["at"]
            shortest = min(shortest, at - last.get(channel, -1e9))
            last[channel] = at
        return shortest

    def posts_within_retry_after(self) -> int:
        """Posts into a channel that was rate-limited at that moment."""
        closed = [(line["channel"], line["at"], line["until"]) for line in self.slack.entries("limited")]
        return sum(
            any(channel == post["channel"] and since < post["at"] < until for channel, since, until in closed)
            for post in self.slack.entries()
        )

    async def wait_for_posts(self, posts: int, within_s: float) -> bool:
        """Wait until that many posts were carried out; False after the timeout."""
        end = time.monotonic() + within_s
        while len(self.slack.entries()) < posts:
            if time.monotonic() > end:
                return False
            await asyncio.sleep(POLL_S)
        return True

    async def wait_until_complete(self, within_s: float, *, still_s: float = 3.0) -> None:
        """Wait until everything that is expected is there, and then whether something comes twice."""
        end = time.monotonic() + within_s
        while self.lost and time.monotonic() < end:  # noqa: ASYNC110  (the log of another process sends no event)
            await asyncio.sleep(POLL_S * 4)
        await asyncio.sleep(still_s)


async def post_to_channels(address: str, delivery_log: DeliveryLog, channels: Sequence[str], key: str = "R42") -> None:
    """Write one notice down for each of *channels*."""
    store, now = Store(address), datetime.now(UTC)
    try:
        async with store.transaction() as db:
            found = [(await places.ensure(db, "slack", TEAM, channel)).id for channel in channels]
            await notify.queue_card(
                db, found, Card(f"Roadmap {key}", (text("Search moves to 1 March."),)), key=key, at=now
            )
    finally:
        await store.close()
    delivery_log.expected.update(channels)


def channels(count: int, name: str = "C") -> list[str]:
    return [f"{name}{number:06}" for number in range(count)]


async def kill_midway(
    fleet: Replicas, delivery_log: DeliveryLog, *, kills: int, replicas: int, random: Random, within_s: float = 120
) -> int:
    """Kill replicas while their fan-out is under way, replacing each; how many died before it was done."""
    amid, wanted = 0, delivery_log.expected.total()
    for left in range(kills, 0, -1):
        while len(fleet.running) < replicas:
            fleet.start()
        standing = len(delivery_log.slack.entries())
        step = random.randint(1, max(1, (wanted - standing) // (left + 1)))
        await delivery_log.wait_for_posts(min(standing + step, wanted), within_s)
        await asyncio.sleep(random.uniform(0, 0.03))
        amid += len(delivery_log.slack.entries()) < wanted
        fleet.kill(random.randrange(len(fleet.running)))
    fleet.start(replicas - len(fleet.running))
    return amid


@contextmanager
def open_delivery_log(folder: Path, **how: float) -> Iterator[DeliveryLog]:
    with SlackProcess(folder / "slack.jsonl", **how) as slack:  # type: ignore[arg-type]
        yield DeliveryLog(slack)
