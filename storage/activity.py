"""When something last happened in a store, according to the times in its rows."""

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

# Times in the past only: due times are left out.
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
    """The latest time in the store; None when nothing has happened yet."""
    newest = select(*(select(func.max(column)).scalar_subquery() for column in _HAPPENED))
    moments = (await session.execute(newest)).one()
    return max((moment for moment in moments if moment is not None), default=None)
