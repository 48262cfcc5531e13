"""A notice to many Teams channels while its process is killed: none goes without, and few have it twice.

Nothing can be looked up in Teams, so what was under way when the process died is sent again. The judge is the
Connector's own log.
"""

from __future__ import annotations

import asyncio
import os
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

import pytest

from bot.app import SystemClock
from bot.stored_state import StoredSecretStore
from handlers.shared import notify
from integrations.ports.cards import Card, text
from integrations.teams.conversations import TeamsConversation, TeamsConversations
from storage import places
from storage.store import Store
from tests.app import ReversingCipher
from tests.chaos.fan_out import LONGEST_PAUSE_S, TIMEOUT_S, FanOutResult
from tests.chaos.worker import AT_ONCE
from tests.fakes.fake_process import ROOT
from tests.fakes.teams_process import TENANT, TeamsSimulator


async def fan_out(address: str, folder: Path, *, rooms: int, kills: int, seed: int) -> FanOutResult:
    """Post one notice to that many channels through processes of which the first *kills* do not live to finish it."""
    random, began, amid = Random(seed), time.monotonic(), 0
    names = [f"19:room{number}@thread.tacv2" for number in range(rooms)]
    with TeamsSimulator(folder) as simulator:
        simulator.control("set", {"delay_s": 0.01})
        await _queue_notice(address, names, simulator.base)
        for left in range(kills, 0, -1):
            standing = len(simulator.entries())
            step = random.randint(1, max(1, (rooms - standing) // (left + 1)))
            with _worker(address, simulator) as process:
                await asyncio.to_thread(simulator.wait_for, min(standing + step, rooms))
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S))
                process.kill()
                assert process.wait(TIMEOUT_S) == -signal.SIGKILL
            amid += len(simulator.entries()) < rooms
        with _worker(address, simulator, "--until-quiet") as process:
            assert process.wait(TIMEOUT_S * 2) == 0
        posted = Counter(post["room"] for post in simulator.entries())

    return FanOutResult(
        rooms=rooms,
        stops=kills,
        stops_midway=amid,
        posts=posted.total(),
        doubled=sum(times - 1 for times in posted.values()),
        lost=len(set(names) - set(posted)),
        seconds=time.monotonic() - began,
    )


async def _queue_notice(address: str, names: list[str], service_url: str) -> None:
    store, now = Store(address), datetime.now(UTC)
    references = TeamsConversations(StoredSecretStore(store, SystemClock(), ReversingCipher(), "teams"))
    await references.save(TeamsConversation("19:first@thread.tacv2", "channel", service_url, tenant=TENANT))
    async with store.transaction() as db:
        found = [(await places.ensure(db, "teams", "", name)).id for name in names]
        await notify.queue_card(db, found, Card("Roadmap R42", (text("Search moves to 1 March."),)), key="R42", at=now)
    await store.close()


@contextmanager
def _worker(address: str, simulator: TeamsSimulator, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A posting process, which is gone when the block ends, whatever happened in it."""
    command = [sys.executable, "-m", "tests.chaos.teams_worker", address, *options]
    living = os.environ | simulator.environment
    with subprocess.Popen(command, cwd=ROOT, env=living, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.proof
async def test_no_channel_goes_without_the_notice_when_its_process_is_killed(
    sqlite_address: str, tmp_path: Path
) -> None:
    """The small one, for every day."""
    figures = await fan_out(sqlite_address, tmp_path, rooms=30, kills=1, seed=1)

    assert figures.lost == 0, figures
    assert figures.doubled <= figures.stops * AT_ONCE, figures


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_a_hundred_channels_and_ten_kills(
    store_address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = await fan_out(store_address, tmp_path, rooms=100, kills=10, seed=10)

    with capsys.disabled():
        print(f"\nTeams, kill -9, {store_address.partition(':')[0]}: {figures}")
    assert figures.lost == 0, figures
    assert figures.stops_midway >= figures.stops // 2
    assert figures.doubled <= figures.stops * AT_ONCE, figures
