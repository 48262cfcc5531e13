"""Who acknowledged which revision, when, and from which account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, func, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, insert_new, table_of
from storage.values.acknowledgements import Acknowledgement


class AcknowledgementRow(SQLModel, table=True):
    __tablename__ = "acknowledgement"

    person_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    platform: str
    account: str = ""


ACK = table_of(AcknowledgementRow)


def _acknowledgement_from(row: Any) -> Acknowledgement:
    return Acknowledgement(row.person_id, row.revision, row.at, row.platform, row.account)


async def acknowledge(session: Session, acknowledgement: Acknowledgement) -> bool:
    """Store it; False when that person had acknowledged that revision before: then the first time counts."""
    row = {
        "person_id": acknowledgement.person,
        "revision": acknowledgement.revision,
        "at": acknowledgement.at,
        "platform": acknowledgement.platform,
        "account": acknowledgement.account,
    }
    return await insert_new(session, AcknowledgementRow, [row]) == 1


async def latest_revision_of(session: Session, person_id: str) -> int:
    """The highest revision that person has acknowledged; 0 for none."""
    result = await session.execute(select(func.max(ACK.c.revision)).where(ACK.c.person_id == person_id))
    return result.scalar_one() or 0


async def latest_by_person(session: Session) -> dict[str, Acknowledgement]:
    """Each person's acknowledgement of the highest revision."""
    newest = select(ACK.c.person_id, func.max(ACK.c.revision).label("revision")).group_by(ACK.c.person_id).subquery()
    rows = await session.execute(
        select(ACK).join(newest, (ACK.c.person_id == newest.c.person_id) & (ACK.c.revision == newest.c.revision))
    )
    return {row.person_id: _acknowledgement_from(row) for row in rows}


async def covering(session: Session, revision: int) -> dict[str, Acknowledgement]:
    """For each person who acknowledged *revision* or a later one, the first acknowledgement that covers it."""
    first = (
        select(ACK.c.person_id, func.min(ACK.c.revision).label("revision"))
        .where(ACK.c.revision >= revision)
        .group_by(ACK.c.person_id)
        .subquery()
    )
    rows = await session.execute(
        select(ACK).join(first, (ACK.c.person_id == first.c.person_id) & (ACK.c.revision == first.c.revision))
    )
    return {row.person_id: _acknowledgement_from(row) for row in rows}


async def of_person(session: Session, person_id: str) -> tuple[Acknowledgement, ...]:
    rows = await session.execute(select(ACK).where(ACK.c.person_id == person_id).order_by(ACK.c.revision))
    return tuple(_acknowledgement_from(row) for row in rows)


async def forget_accounts(session: Session, person_id: str) -> None:
    """Delete the accounts from that person's acknowledgements, which stay."""
    await session.execute(update(ACK).where(ACK.c.person_id == person_id).values(account=""))
