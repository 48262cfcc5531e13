"""A notice for thousands of people while the process that addresses them is killed: everybody is addressed once."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest

from handlers.shared import notify
from storage import deliveries
from storage.people import save_people
from storage.store import Store
from tests.app import MONDAY, make_context
from tests.fakes.fake_process import ROOT

PEOPLE, KILLS = 1_200, 2
POLL_S = 0.005
WORK = """
import asyncio, sys
from storage.fan_out import write_waiting
from storage.store import Store
asyncio.run(write_waiting(Store(sys.argv[1])))
"""


@pytest.mark.proof
async def test_everybody_is_addressed_once_however_often_the_process_is_killed(store_address: str) -> None:
    store, kills_midway = Store(store_address), 0
    rows = [{"id": f"p_{number}", "email": f"{number}@x.test", "name": "", "team": "web"} for number in range(PEOPLE)]
    async with store.transaction() as session:
        await save_people(session, rows, known=())
        ids = [str(row["id"]) for row in rows]
        await notify.people_with_ids(make_context(store, ()), session, ids, "dinner", {}, key="poll", at=MONDAY)

    for _ in range(KILLS):
        process = await start(store_address)
        before = await addressed(store)
        while await addressed(store) == before < PEOPLE:  # noqa: ASYNC110  (another process does it)
            await asyncio.sleep(POLL_S)
        process.kill()
        assert await process.wait() == -signal.SIGKILL
        kills_midway += await addressed(store) < PEOPLE
    assert await (await start(store_address)).wait() == 0

    assert kills_midway
    assert await addressed(store) == PEOPLE  # one place each, and a place has a notice once
    await store.close()


async def start(store_address: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-c", WORK, store_address, cwd=ROOT)


async def addressed(store: Store) -> int:
    async with store.reading() as session:
        assert sum((await deliveries.counts(session)).values()) == len(await deliveries.of_notice(session, "poll"))
        return len(await deliveries.of_notice(session, "poll"))
