"""Who changed what, and from where. Written in the transaction of the change itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, table_of


class AuditRow(SQLModel, table=True):
    """`operator` is the operating-system user when it was done in a terminal."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    person_id: str = Field(default="", index=True)
    operator: str = ""
    platform: str = ""
    act: str
    details: str = "{}"


AUDIT = table_of(AuditRow)


async def record(
    session: Session,
    act: str,
    *,
    at: datetime,
    person: str = "",
    operator: str = "",
    platform: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Store one act. *details* contains keys and numbers, never free text."""
    session.add(
        AuditRow(
            at=at,
            person_id=person,
            operator=operator,
            platform=platform,
            act=act,
            details=json.dumps(details or {}, ensure_ascii=False),
        )
    )
    await session.flush()


async def of_person(session: Session, person_id: str) -> tuple[dict[str, Any], ...]:
    rows = await session.execute(select(AUDIT).where(AUDIT.c.person_id == person_id).order_by(AUDIT.c.id))
    return tuple(
        {"at": row.at.isoformat(), "act": row.act, "platform": row.platform, "details": json.loads(row.details)}
        for row in rows
    )


async def newest(session: Session, limit: int = 20) -> tuple[dict[str, Any], ...]:
    rows = await session.execute(select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit))
    return tuple(dict(row._mapping) for row in rows)


async def forget_person(session: Session, person_id: str) -> None:
    """Delete from where that person did something; the acts stay."""
    await session.execute(update(AUDIT).where(AUDIT.c.person_id == person_id).values(operator="", platform=""))


async def forget_before(session: Session, moment: datetime) -> None:
    await session.execute(delete(AUDIT).where(AUDIT.c.at < moment))
