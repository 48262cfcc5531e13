"""Deliveries that were given up: an operator sends them again, or drops them.

Among them are those that waited when a backup was made and whose platform cannot be searched: they may have been sent
between the backup and its restoration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select, true, update

from storage.deliveries import DELIVERY
from storage.store import Session, affected
from storage.values.deliveries import RESTORED, WAITED_IN_BACKUP, DeliveryState

# How long after its last attempt an uncertain delivery waits, so that the call has certainly ended.
_SETTLE_TIME = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class DeadDeliveries:
    """Which dead deliveries an operator means: one, all, or all that waited in a restored backup."""

    delivery_id: int | None = None
    restored_only: bool = False

    def condition(self) -> ColumnElement[bool]:
        return and_(
            DELIVERY.c.state == str(DeliveryState.DEAD),
            true() if self.delivery_id is None else DELIVERY.c.id == self.delivery_id,
            DELIVERY.c.error.startswith(f"{RESTORED}:") if self.restored_only else true(),
        )


async def requeue(session: Session, which: DeadDeliveries, at: datetime) -> int:
    """Try dead deliveries again from the start; return how many.

    One that was ever handed to its platform may have arrived, so the platform is searched for it first.
    """
    state = case((DELIVERY.c.sending_at.is_not(None), "sending"), else_="new")
    again = update(DELIVERY).where(which.condition())
    return await affected(session, again.values(state=state, attempts=0, due_at=at, error=""))


async def drop(session: Session, which: DeadDeliveries) -> int:
    """Decide that dead deliveries are never sent; return how many. They keep their reason."""
    dropped = update(DELIVERY).where(which.condition()).values(state=str(DeliveryState.DROPPED))
    return await affected(session, dropped)


async def count_restored(session: Session) -> int:
    """How many dead deliveries waited in a restored backup and may have been sent since."""
    query = select(func.count()).select_from(DELIVERY).where(DeadDeliveries(restored_only=True).condition())
    return int((await session.execute(query)).scalar_one())


async def trust_restored_not_due(session: Session, now: datetime) -> int:
    """Let what waited in a restored backup and was not due before *now* wait as before; return how many.

    Nobody can have sent it since the backup. Call it when a process starts, before anything is delivered.
    """
    untouched = and_(
        DELIVERY.c.state == str(DeliveryState.SENDING),
        DELIVERY.c.error == WAITED_IN_BACKUP,
        DELIVERY.c.due_at > now,
        DELIVERY.c.sending_at < now - _SETTLE_TIME,
    )
    waits = {"state": str(DeliveryState.NEW), "sending_at": None, "error": ""}
    return await affected(session, update(DELIVERY).where(untouched).values(**waits))
