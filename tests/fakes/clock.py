"""A clock that runs, starts where a test wants it, and is moved on by whoever sleeps by it instead of being waited for."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta


class RunningClock:
    """The house's clock in a test with real sockets: what the machine's own shows that day changes nothing."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    def seconds(self) -> float:
        """Since 1970."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        """So long by this clock, and at once by the machine's."""
        self._start += timedelta(seconds=max(seconds, 0))
        await asyncio.sleep(0)
