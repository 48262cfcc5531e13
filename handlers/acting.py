"""How a command writes: one transaction that holds the receipt of the event, the change itself, and its audit line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from handlers.feature import Request
from handlers.toolbox import AppContext
from storage import audit, places, receipts
from storage.store import Session
from storage.values.post import Place


class AlreadyDone(Exception):
    """A platform sent an event again that was carried out before. Nothing is done twice."""


@asynccontextmanager
async def write(box: AppContext, asked: Request, **details: Any) -> AsyncIterator[Session]:
    """A writing transaction for what was asked. Raises Repeated when this very event was carried out already.

    *details* go into the audit: keys and numbers, never free text.
    """
    async with box.store.transaction() as session:
        if asked.event and not await receipts.record_once(session, asked.account.platform, asked.event, asked.now):
            raise AlreadyDone
        yield session
        await audit.record(
            session,
            asked.args.command,
            at=asked.now,
            person=asked.person.id,
            operator=asked.operator,
            platform=asked.account.platform,
            details=details,
        )


async def place_of(session: Session, asked: Request) -> Place:
    """The place it was said in, made known to the store on first use."""
    where = asked.where
    return await places.ensure(
        session, where.platform, where.workspace, where.id, name=where.name, direct=where.direct
    )
