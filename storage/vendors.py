"""What vendors must remember across restarts: installations, conversation references. Sealed before it comes here."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, insert_new, table_of


class VendorNoteRow(SQLModel, table=True):
    __tablename__ = "vendor_note"

    vendor: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    sealed: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


NOTE = table_of(VendorNoteRow)


async def keep(session: Session, vendor: str, kind: str, key: str, sealed: str, at: datetime) -> None:
    """Keep one note; an earlier one with that key is replaced."""
    row = {"vendor": vendor, "kind": kind, "key": key, "sealed": sealed, "at": at}
    if not await insert_new(session, VendorNoteRow, [row]):
        same = (NOTE.c.vendor == vendor) & (NOTE.c.kind == kind) & (NOTE.c.key == key)
        await session.execute(update(NOTE).where(same).values(sealed=sealed, at=at))


async def find(session: Session, vendor: str, kind: str, key: str) -> str | None:
    wanted = select(NOTE.c.sealed).where(NOTE.c.vendor == vendor, NOTE.c.kind == kind, NOTE.c.key == key)
    return cast(str | None, (await session.execute(wanted)).scalar_one_or_none())


async def forget(session: Session, vendor: str, kind: str, key: str) -> None:
    await session.execute(delete(NOTE).where(NOTE.c.vendor == vendor, NOTE.c.kind == kind, NOTE.c.key == key))


async def all_of(session: Session, vendor: str, kind: str) -> dict[str, str]:
    """Key -> sealed text of every note of that kind."""
    rows = await session.execute(
        select(NOTE.c.key, NOTE.c.sealed).where(NOTE.c.vendor == vendor, NOTE.c.kind == kind).order_by(NOTE.c.key)
    )
    return {row.key: row.sealed for row in rows}
