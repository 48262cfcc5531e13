"""TODO: say what this module is for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from integrations.teams.adapter import log

DRAIN_S = 10.0


class TeamsBackgroundTasks:
    """What goes on after Teams had its answer."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="teams")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("background work failed", action="teams.background_failed", exc_info=error)

    async def drain(self) -> None:
        """Wait for it, but not for ever."""
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=DRAIN_S)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
