"""The transaction of a writing command: it records the event as processed, the change, and the audit line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from handlers.context import AppContext, Request
from storage import audit, processed_events
from storage.store import Session


class AlreadyDone(Exception):
    """The platform repeated an event that was processed before; nothing is done twice."""


@asynccontextmanager
async def write(ctx: AppContext, request: Request, **details: Any) -> AsyncIterator[Session]:
    """A writing transaction for *request*. Raises AlreadyDone if its event was processed before.

    *details* go into the audit line: keys and numbers, never free text.
    """
    async with ctx.store.transaction() as session:
        if request.event and not await processed_events.record_once(
            session, request.account.platform, request.event, request.now
        ):
            raise AlreadyDone
        yield session
        await audit.record(
            session,
            request.args.command,
            at=request.now,
            person=request.person.id,
            operator=request.operator,
            platform=request.account.platform,
            details=details,
        )
