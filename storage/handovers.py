"""Questions in a person's hands, and the answers that people gave."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, insert, or_, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, affected, table_of
from storage.values import Handover, HandoverState, Verified


class HandoverRow(SQLModel, table=True):
    __tablename__ = "handover"

    number: int = Field(primary_key=True, foreign_key="question.number", ondelete="CASCADE")
    holder: str = Field(index=True)
    why: str
    since: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    state: str = Field(index=True)
    reminded: bool = False
    tried: str = "[]"


class VerifiedRow(SQLModel, table=True):
    """An answer outlives the question's row: what people know is kept until a revision touches it."""

    __tablename__ = "verified"

    id: int | None = Field(default=None, primary_key=True)
    number: int = Field(index=True)
    asker: str
    words: str
    folded: str = Field(index=True)
    meaning: str = Field(default="", index=True)
    text: str
    by: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    revision: int | None = None
    keys: str = "[]"
    campaigns: str = "[]"
    visible_to: str = "[]"
    withdrawn_by: int | None = None


HANDOVER, VERIFIED = table_of(HandoverRow), table_of(VerifiedRow)


def _handover_from(row: Any) -> Handover:
    return Handover(
        number=row.number,
        holder=row.holder,
        why=row.why,
        since=row.since,
        asked_at=row.asked_at,
        state=HandoverState(row.state),
        reminded=row.reminded,
        tried=tuple(json.loads(row.tried)),
    )


def _verified_from(row: Any) -> Verified:
    return Verified(
        id=row.id,
        number=row.number,
        words=row.words,
        text=row.text,
        by=row.by,
        at=row.at,
        revision=row.revision,
        keys=tuple(json.loads(row.keys)),
        campaigns=tuple(json.loads(row.campaigns)),
        visible_to=tuple(json.loads(row.visible_to)),
        asker=row.asker,
        withdrawn_by=row.withdrawn_by,
    )


async def of(session: Session, number: int) -> Handover | None:
    """Where question *number* stands; None when nobody was asked."""
    row = (await session.execute(select(HANDOVER).where(HANDOVER.c.number == number))).one_or_none()
    return _handover_from(row) if row else None


async def put(session: Session, handover: Handover) -> None:
    """Write where a question stands, new or not."""
    values = {
        "holder": handover.holder,
        "why": handover.why,
        "since": handover.since,
        "asked_at": handover.asked_at,
        "state": str(handover.state),
        "reminded": handover.reminded,
        "tried": json.dumps(handover.tried),
    }
    changed = await affected(session, update(HANDOVER).where(HANDOVER.c.number == handover.number).values(**values))
    if not changed:
        await session.execute(insert(HANDOVER).values(number=handover.number, **values))


async def waiting(session: Session, holder: str | None = None) -> tuple[Handover, ...]:
    """What waits for an answer, of one holder or of all, oldest first."""
    wanted = select(HANDOVER).where(HANDOVER.c.state == "waiting").order_by(HANDOVER.c.asked_at, HANDOVER.c.number)
    if holder is not None:
        wanted = wanted.where(HANDOVER.c.holder == holder)
    return tuple(_handover_from(row) for row in await session.execute(wanted))


async def keep_answer(session: Session, answer: Verified, *, folded: str, meaning: str) -> int:
    """Keep what a person answered, in place of what stood for the same question before; its id."""
    await session.execute(
        update(VERIFIED)
        .where(VERIFIED.c.number == answer.number, VERIFIED.c.withdrawn_by.is_(None))
        .values(withdrawn_by=0)
    )
    row = insert(VERIFIED).values(
        number=answer.number,
        asker=answer.asker,
        words=answer.words,
        folded=folded,
        meaning=meaning,
        text=answer.text,
        by=answer.by,
        at=answer.at,
        revision=answer.revision,
        keys=json.dumps(answer.keys),
        campaigns=json.dumps(answer.campaigns),
        visible_to=json.dumps(answer.visible_to),
    )
    kept: int = (await session.execute(row.returning(VERIFIED.c.id))).scalar_one()
    return kept


async def answers_to(session: Session, folded: str, meaning: str) -> tuple[Verified, ...]:
    """The answers that stand for the same plan, or for the same words where there was no plan, the newest first."""
    same: list[ColumnElement[bool]] = []
    if folded:
        same.append((VERIFIED.c.folded == folded) & (VERIFIED.c.meaning == ""))
    if meaning:
        same.append(VERIFIED.c.meaning == meaning)
    if not same:
        return ()
    wanted = select(VERIFIED).where(or_(*same), VERIFIED.c.withdrawn_by.is_(None)).order_by(VERIFIED.c.id.desc())
    return tuple(_verified_from(row) for row in await session.execute(wanted.limit(10)))


async def answer_of(session: Session, number: int) -> Verified | None:
    """The newest answer to question *number*, withdrawn or not."""
    wanted = select(VERIFIED).where(VERIFIED.c.number == number).order_by(VERIFIED.c.id.desc()).limit(1)
    row = (await session.execute(wanted)).one_or_none()
    return _verified_from(row) if row else None


async def answer_with(session: Session, answer_id: int) -> Verified | None:
    row = (await session.execute(select(VERIFIED).where(VERIFIED.c.id == answer_id))).one_or_none()
    return _verified_from(row) if row else None


async def standing(session: Session) -> tuple[Verified, ...]:
    """Every answer that was not withdrawn."""
    rows = await session.execute(select(VERIFIED).where(VERIFIED.c.withdrawn_by.is_(None)).order_by(VERIFIED.c.id))
    return tuple(_verified_from(row) for row in rows)


async def withdraw(session: Session, ids: Collection[int], revision: int) -> None:
    """These answers count no more since R*revision*."""
    await session.execute(update(VERIFIED).where(VERIFIED.c.id.in_(list(ids))).values(withdrawn_by=revision))


async def answers_by(session: Session, person: str) -> tuple[Verified, ...]:
    """Everything that person answered, the newest first."""
    rows = await session.execute(select(VERIFIED).where(VERIFIED.c.by == person).order_by(VERIFIED.c.id.desc()))
    return tuple(_verified_from(row) for row in rows)


async def forget_person(session: Session, person: str) -> None:
    """Take that person's name from what they asked and answered; the answers stay, they are the company's."""
    await session.execute(update(VERIFIED).where(VERIFIED.c.asker == person).values(asker="", words=""))
    await session.execute(update(VERIFIED).where(VERIFIED.c.by == person).values(by=""))
