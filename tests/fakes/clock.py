"""A running clock with a start of the test's choice, for tests with real sockets; sleeping moves it instead of waiting."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta


class RunningClock:
    """A Clock that is independent of the date of the machine."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    def seconds(self) -> float:
        """Since 1970."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        """Move this clock forward; returns at once."""
        self._start += timedelta(seconds=max(seconds, 0))
        await asyncio.sleep(0)
