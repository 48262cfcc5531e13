"""Events that a platform handed over and nobody has answered yet. A row goes when its answer is in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.store import Session, UtcDateTime, insert_new, table_of


class InboxRow(SQLModel, table=True):
    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("platform", "event"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    event: str
    sealed: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    tries: int = 0


INBOX = table_of(InboxRow)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event. `sealed` holds what was said, readable only with our key; `tries` counts earlier attempts."""

    id: int
    sealed: str
    tries: int


async def put(session: Session, platform: str, event: str, sealed: str, at: datetime) -> bool:
    """Write an event down; False when it is there already."""
    row = {"platform": platform, "event": event, "sealed": sealed, "at": at, "tries": 0}
    return await insert_new(session, InboxRow, [row]) == 1


async def waiting(session: Session, limit: int) -> tuple[Waiting, ...]:
    """The oldest events that nobody has answered, in the order in which they came."""
    rows = await session.execute(select(INBOX).order_by(INBOX.c.id).limit(limit))
    return tuple(Waiting(row.id, row.sealed, row.tries) for row in rows)


async def tried(session: Session, event_id: int) -> None:
    await session.execute(update(INBOX).where(INBOX.c.id == event_id).values(tries=INBOX.c.tries + 1))


async def done(session: Session, event_id: int) -> None:
    await session.execute(delete(INBOX).where(INBOX.c.id == event_id))
