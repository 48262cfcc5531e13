"""Inbound events that were processed already, so that a repeated delivery by a platform is recognised."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, delete
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, insert_new, table_of


class ProcessedEventRow(SQLModel, table=True):
    __tablename__ = "processed_event"

    source: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


async def record_once(session: Session, source: str, event_id: str, at: datetime) -> bool:
    """True the first time; False when this event was recorded before. Call it in the transaction that does the work."""
    return await insert_new(session, ProcessedEventRow, [{"source": source, "event_id": event_id, "at": at}]) == 1


async def forget_before(session: Session, moment: datetime) -> None:
    receipt = table_of(ProcessedEventRow)
    await session.execute(delete(receipt).where(receipt.c.at < moment))
