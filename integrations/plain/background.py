"""What chat adapters do outside a platform's request: background tasks, slow commands, the regular refresh."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import InboundEvent, Reply
from integrations.ports.platform import AdapterContext

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

DRAIN_S = 10.0

# Whether a future is done within so many seconds.
Within = Callable[[asyncio.Future[Any], float], Awaitable[bool]]


class BackgroundTasks:
    """Tasks whose failure is logged and harms nobody.

    They are referenced here because asyncio may garbage-collect a task that nothing else references.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[bool]] = set()

    def start(self, work: Awaitable[object], name: str) -> asyncio.Task[bool]:
        """Start *work*; the task's result is True if it succeeded."""
        task = asyncio.create_task(self._run(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, work: Awaitable[object], name: str) -> bool:
        try:
            await work
        except (Unavailable, Rejected) as problem:  # the platform's answer, not a fault of ours
            log.warning("background task failed", action="background_task.failed", task=name, reason=str(problem))
            return False
        except Exception:
            log.exception("background task failed", action="background_task.failed", task=name)
            return False
        return True

    async def drain(self) -> None:
        """Wait at most `DRAIN_S` for the running tasks, then cancel the rest."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=DRAIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def within(future: asyncio.Future[Any], seconds: float) -> bool:
    """True as soon as *future* is done, False after *seconds*. It keeps running in either case."""
    done, _ = await asyncio.wait({future}, timeout=max(seconds, 0))
    return bool(done)


async def dispatch_within(
    context: AdapterContext,
    event: InboundEvent,
    budget_s: float,
    background: BackgroundTasks,
    *,
    in_time: Within = within,
) -> Reply | None:
    """The reply to *event*; None if it takes longer than *budget_s*. Raises Unavailable.

    A slow command is not cancelled: the inbox stores the event and sends its reply later, even after a restart.
    """
    pending = asyncio.ensure_future(context.dispatch(event))
    if await in_time(pending, budget_s):
        return pending.result()
    try:
        await context.inbox.enqueue(event, pending)
    except Unavailable:
        background.start(pending, "dispatch")  # the reply is lost, but the command completes
        raise
    return None


async def refresh_forever(
    refresh: Callable[[], Awaitable[bool]],
    ready: asyncio.Event,
    platform: str,
    *,
    interval_s: float,
    first_interval_s: float,
) -> None:
    """Call *refresh* regularly until cancelled, and set *ready* once it has returned True.

    Until then it runs every *first_interval_s*, because notices wait for *ready*.
    """
    while True:
        try:
            if await refresh():
                ready.set()
        except (Unavailable, Rejected) as problem:
            log.warning("conversations not refreshed", action=f"{platform}.rooms_unknown", reason=str(problem))
        await asyncio.sleep(interval_s if ready.is_set() else first_interval_s)
