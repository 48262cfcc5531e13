"""What a place was told, or is about to be, by the ledger: what was meant to be sent is no measure of what was read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select

from storage.deliveries import DELIVERY, NOTICE
from storage.store import Session
from storage.values.post import DeliveryKind


async def was_notified(session: Session, kinds: Collection[str], place: int, since: datetime) -> bool:
    """Whether that place got a notice of one of those kinds since then, or has one on its way to it."""
    wanted = (
        select(DELIVERY.c.id)
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .where(DELIVERY.c.place_id == place, DELIVERY.c.kind == str(DeliveryKind.POST))
        .where(NOTICE.c.kind.in_(sorted(kinds)))
        .where(or_(DELIVERY.c.state.in_(["new", "sending"]), DELIVERY.c.sent_at >= since))
        .limit(1)
    )
    return (await session.execute(wanted)).one_or_none() is not None
