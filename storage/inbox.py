"""Events received from a platform and not answered yet. A row is deleted in the transaction that queues the reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, delete, or_, select, true, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.store import Session, UtcDateTime, insert_new, is_postgresql, table_of


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
    """One event, without its content, which may be a file of megabytes. `attempts` counts earlier attempts."""

    id: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The claim of one replica: no other replica handles the event before `until`.

    On SQLite there is only one process, so a lease of an earlier process has ended."""

    owner: str
    now: datetime
    until: datetime


async def enqueue(session: Session, platform: str, event_id: str, encrypted: str, lease: Lease) -> bool:
    """Store an event, leased to the replica that received it; False when it is stored already."""
    row = {"platform": platform, "event_id": event_id, "encrypted": encrypted, "at": lease.now, "attempts": 0}
    return await insert_new(session, InboxRow, [row | {"lease_owner": lease.owner, "leased_until": lease.until}]) == 1


async def claimable(session: Session, limit: int, lease: Lease) -> tuple[QueuedEvent, ...]:
    """The oldest events that this replica may handle, in order of arrival."""
    query = select(INBOX.c.id, INBOX.c.attempts).where(_is_free(session, lease)).order_by(INBOX.c.id).limit(limit)
    return tuple(QueuedEvent(row.id, row.attempts) for row in await session.execute(query))


async def claim(session: Session, event_id: int, lease: Lease) -> str | None:
    """Lease the event, count one more attempt and return its encrypted content; None when another replica was first."""
    mine = update(INBOX).where(INBOX.c.id == event_id, _is_free(session, lease))
    values = {"attempts": INBOX.c.attempts + 1, "lease_owner": lease.owner, "leased_until": lease.until}
    claimed = await session.execute(mine.values(**values).returning(INBOX.c.encrypted))
    content: str | None = claimed.scalar_one_or_none()
    return content


def _is_free(session: Session, lease: Lease) -> ColumnElement[bool]:
    if not is_postgresql(session):
        return true()
    return or_(INBOX.c.leased_until.is_(None), INBOX.c.leased_until <= lease.now, INBOX.c.lease_owner == lease.owner)


async def complete(session: Session, event_id: int) -> None:
    await session.execute(delete(INBOX).where(INBOX.c.id == event_id))
