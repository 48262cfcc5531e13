"""Work that goes on after Slack got its answer, and whose loss would do no harm. It is finished before the door closes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from integrations.ports.errors import Unavailable

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

DRAIN_S = 10


class SlackBackgroundTasks:
    """Holds on to what is under way: a task nobody holds may be gone before it is done."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[bool]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[bool]:
        """Begin *work*; the task's result tells whether it was done."""
        task = asyncio.create_task(self._done(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _done(self, work: Coroutine[Any, Any, None], name: str) -> bool:
        try:
            await work
        except Unavailable as problem:
            log.warning("an errand was not done", action="slack.errand_failed", errand=name, reason=str(problem))
            return False
        except Exception:
            log.exception("an errand failed", action="slack.errand_failed", errand=name)
            return False
        return True

    async def drain(self) -> None:
        """Wait for what is under way, but not for ever."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=DRAIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
