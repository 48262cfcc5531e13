"""Measures for how long the event loop does not get its turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

TICK_S = 0.001


@dataclass
class LoopTicker:
    """The longest gap between two ticks, in seconds of this process's processor time.

    Processor time also counts what other threads compute while they hold the interpreter; it does not count what other
    programs on the machine take.
    """

    longest_gap_s: float = 0.0

    async def run(self) -> None:
        last_s = time.process_time()
        while True:
            await asyncio.sleep(TICK_S)
            now_s = time.process_time()
            self.longest_gap_s = max(self.longest_gap_s, now_s - last_s)
            last_s = now_s


@asynccontextmanager
async def ticking() -> AsyncIterator[LoopTicker]:
    """A ticker that runs inside the block."""
    ticker = LoopTicker()
    task = asyncio.create_task(ticker.run())
    try:
        yield ticker
    finally:
        await asyncio.sleep(TICK_S)  # so that a gap at the end is seen too
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
