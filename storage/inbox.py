"""Events that a platform handed over and nobody has answered yet. A row goes when its answer is in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, delete, or_, select, true, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.store import Session, UtcDateTime, affected, insert_new, is_postgresql, table_of


class InboxRow(SQLModel, table=True):
    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("platform", "event_id"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    event_id: str
    encrypted: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    attempts: int = 0
    lease_owner: str = ""
    leased_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


INBOX = table_of(InboxRow)


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """One event. `sealed` holds what was said, readable only with our key; `tries` counts earlier attempts."""

    id: int
    encrypted: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Lease:
    """A replica's claim: nobody else answers before `until`. Where there is one process, what a dead one held is free."""

    owner: str
    now: datetime
    until: datetime


async def enqueue(session: Session, platform: str, event_id: str, encrypted: str, lease: Lease) -> bool:
    """Write an event down, to be answered by whoever took it in; False when it is there already."""
    row = {"platform": platform, "event_id": event_id, "encrypted": encrypted, "at": lease.now, "attempts": 0}
    return await insert_new(session, InboxRow, [row | {"lease_owner": lease.owner, "leased_until": lease.until}]) == 1


async def claimable(session: Session, limit: int, lease: Lease) -> tuple[QueuedEvent, ...]:
    """The oldest events that this replica may answer, in the order in which they came."""
    wanted = select(INBOX).where(_is_free(session, lease)).order_by(INBOX.c.id).limit(limit)
    return tuple(QueuedEvent(row.id, row.encrypted, row.attempts) for row in await session.execute(wanted))


async def claim(session: Session, event_id: int, lease: Lease) -> bool:
    """Begin to answer it, once more; False when another replica did."""
    mine = update(INBOX).where(INBOX.c.id == event_id, _is_free(session, lease))
    values = {"attempts": INBOX.c.attempts + 1, "lease_owner": lease.owner, "leased_until": lease.until}
    return await affected(session, mine.values(**values)) == 1


def _is_free(session: Session, lease: Lease) -> ColumnElement[bool]:
    if not is_postgresql(session):
        return true()
    return or_(INBOX.c.leased_until.is_(None), INBOX.c.leased_until <= lease.now, INBOX.c.lease_owner == lease.owner)


async def complete(session: Session, event_id: int) -> None:
    await session.execute(delete(INBOX).where(INBOX.c.id == event_id))
