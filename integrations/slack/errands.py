"""Work that goes on after Slack got its answer, and whose loss would do no harm. It is finished before the door closes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

PATIENCE_S = 10


class Errands:
    """Holds on to what is under way: a task nobody holds may be gone before it is done."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(self._done(work, name), name=name)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _done(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except Exception:
            log.exception("an errand failed", action="slack.errand_failed", errand=name)

    async def finished(self) -> None:
        """Wait for what is under way, but not for ever."""
        if self._under_way:
            _, late = await asyncio.wait(set(self._under_way), timeout=PATIENCE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
