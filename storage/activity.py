"""When something last happened in a store, read from the rows that are written while it happens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from storage.acknowledgements import ACK
from storage.audit import AUDIT
from storage.console import MESSAGE
from storage.deliveries import DELIVERY, NOTICE
from storage.questions import QUESTION
from storage.revisions import REVISION
from storage.store import Session

# What people did, what was published, asked and acknowledged, and what was said. Due times are no part of it: they
# lie ahead.
_HAPPENED = (
    AUDIT.c.at,
    REVISION.c.created_at,
    REVISION.c.published_at,
    ACK.c.at,
    QUESTION.c.at,
    NOTICE.c.created_at,
    DELIVERY.c.sent_at,
    MESSAGE.c.at,
)


async def latest(session: Session) -> datetime | None:
    """The newest moment that the store knows of; None when nothing has ever happened in it."""
    newest = select(*(select(func.max(column)).scalar_subquery() for column in _HAPPENED))
    moments = (await session.execute(newest)).one()
    return max((moment for moment in moments if moment is not None), default=None)
