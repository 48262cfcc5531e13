"""Questions that were handed to people, and the verified answers they gave."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, insert, select, update
from sqlmodel import Field, SQLModel

from storage.redaction import mentions_any
from storage.store import Session, UtcDateTime, affected, batches, table_of
from storage.values.questions import Handoff, HandoffState, VerifiedAnswer
from storage.values.text import digest_of


class HandoffRow(SQLModel, table=True):
    __tablename__ = "handoff"

    number: int = Field(primary_key=True, foreign_key="question.number", ondelete="CASCADE")
    assignee: str = Field(index=True)
    reason: str
    since: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    state: str = Field(index=True)
    reminded: bool = False
    tried: str = "[]"
    turn: int = 1


class VerifiedAnswerRow(SQLModel, table=True):
    """An answer stays when the question's row is deleted; it is withdrawn when a revision changes what it is about.

    A question is compared by the two digests. They hold no words, so they can stay when the asker is forgotten.
    """

    __tablename__ = "verified_answer"

    id: int | None = Field(default=None, primary_key=True)
    number: int = Field(index=True)
    asker: str
    words: str
    words_digest: str = Field(index=True)
    plan_digest: str = ""
    text: str
    by: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))
    revision: int | None = None
    keys: str = "[]"
    campaigns: str = "[]"
    visible_to: str = "[]"
    withdrawn_by: int | None = None


HANDOFF, VERIFIED_ANSWER = table_of(HandoffRow), table_of(VerifiedAnswerRow)


def _handoff_from(row: Any) -> Handoff:
    return Handoff(
        number=row.number,
        assignee=row.assignee,
        reason=row.reason,
        since=row.since,
        asked_at=row.asked_at,
        state=HandoffState(row.state),
        reminded=row.reminded,
        tried=tuple(json.loads(row.tried)),
        turn=row.turn,
    )


def _verified_from(row: Any) -> VerifiedAnswer:
    return VerifiedAnswer(
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
        plan_digest=row.plan_digest,
    )


async def of_question(session: Session, number: int) -> Handoff | None:
    """The handoff of question *number*; None when nobody was asked."""
    row = (await session.execute(select(HANDOFF).where(HANDOFF.c.number == number))).one_or_none()
    return _handoff_from(row) if row else None


async def save(session: Session, handoff: Handoff) -> None:
    """Insert or update the handoff of a question."""
    values = {
        "assignee": handoff.assignee,
        "reason": handoff.reason,
        "since": handoff.since,
        "asked_at": handoff.asked_at,
        "state": str(handoff.state),
        "reminded": handoff.reminded,
        "tried": json.dumps(handoff.tried),
        "turn": handoff.turn,
    }
    changed = await affected(session, update(HANDOFF).where(HANDOFF.c.number == handoff.number).values(**values))
    if not changed:
        await session.execute(insert(HANDOFF).values(number=handoff.number, **values))


async def waiting(session: Session, assignee: str | None = None) -> tuple[Handoff, ...]:
    """The handoffs that wait for an answer, of one assignee or of all, oldest first."""
    query = select(HANDOFF).where(HANDOFF.c.state == "waiting").order_by(HANDOFF.c.asked_at, HANDOFF.c.number)
    if assignee is not None:
        query = query.where(HANDOFF.c.assignee == assignee)
    return tuple(_handoff_from(row) for row in await session.execute(query))


async def save_answer(session: Session, answer: VerifiedAnswer, *, folded: str) -> int:
    """Store an answer, replacing an earlier one to the same question; return its id. *folded*: the words as compared."""
    await session.execute(
        update(VERIFIED_ANSWER)
        .where(VERIFIED_ANSWER.c.number == answer.number, VERIFIED_ANSWER.c.withdrawn_by.is_(None))
        .values(withdrawn_by=0)
    )
    row = insert(VERIFIED_ANSWER).values(
        number=answer.number,
        asker=answer.asker,
        words=answer.words,
        words_digest=digest_of(folded),
        plan_digest=answer.plan_digest,
        text=answer.text,
        by=answer.by,
        at=answer.at,
        revision=answer.revision,
        keys=json.dumps(answer.keys),
        campaigns=json.dumps(answer.campaigns),
        visible_to=json.dumps(answer.visible_to),
    )
    kept: int = (await session.execute(row.returning(VERIFIED_ANSWER.c.id))).scalar_one()
    return kept


async def answers_to(session: Session, folded: str) -> tuple[VerifiedAnswer, ...]:
    """The valid answers to a question in the same words, newest first."""
    if not folded:
        return ()
    query = (
        select(VERIFIED_ANSWER)
        .where(VERIFIED_ANSWER.c.words_digest == digest_of(folded), VERIFIED_ANSWER.c.withdrawn_by.is_(None))
        .order_by(VERIFIED_ANSWER.c.id.desc())
    )
    return tuple(_verified_from(row) for row in await session.execute(query.limit(10)))


async def answer_of(session: Session, number: int) -> VerifiedAnswer | None:
    """The newest answer to question *number*, withdrawn or not."""
    query = (
        select(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.number == number).order_by(VERIFIED_ANSWER.c.id.desc()).limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return _verified_from(row) if row else None


async def answer_with(session: Session, answer_id: int) -> VerifiedAnswer | None:
    row = (await session.execute(select(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.id == answer_id))).one_or_none()
    return _verified_from(row) if row else None


async def valid_answers(session: Session) -> tuple[VerifiedAnswer, ...]:
    """Every answer that was not withdrawn."""
    rows = await session.execute(
        select(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.withdrawn_by.is_(None)).order_by(VERIFIED_ANSWER.c.id)
    )
    return tuple(_verified_from(row) for row in rows)


async def withdraw(session: Session, ids: Collection[int], revision: int) -> None:
    """Mark these answers as withdrawn by R*revision*."""
    await session.execute(
        update(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.id.in_(list(ids))).values(withdrawn_by=revision)
    )


async def answers_by(session: Session, person: str) -> tuple[VerifiedAnswer, ...]:
    """Everything that person answered, the newest first."""
    return await _answers_where(session, VERIFIED_ANSWER.c.by == person)


async def answers_for(session: Session, person: str) -> tuple[VerifiedAnswer, ...]:
    """Every answer that people gave to that person, the newest first."""
    return await _answers_where(session, VERIFIED_ANSWER.c.asker == person)


async def _answers_where(session: Session, condition: ColumnElement[bool]) -> tuple[VerifiedAnswer, ...]:
    rows = await session.execute(select(VERIFIED_ANSWER).where(condition).order_by(VERIFIED_ANSWER.c.id.desc()))
    return tuple(_verified_from(row) for row in rows)


async def put_to(session: Session, person: str) -> tuple[Handoff, ...]:
    """Every handoff in which that person was asked, oldest first."""
    asked = HANDOFF.c.tried.contains(json.dumps(person), autoescape=True) | (HANDOFF.c.assignee == person)
    rows = await session.execute(select(HANDOFF).where(asked).order_by(HANDOFF.c.asked_at, HANDOFF.c.number))
    return tuple(_handoff_from(row) for row in rows)


async def forget_before(session: Session, moment: datetime) -> int:
    """Delete the answers given before *moment*, valid or not."""
    return await affected(session, delete(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.at < moment))


async def forget_person(session: Session, person: str, words: Collection[str]) -> int:
    """Remove that person from handoffs and answers: their id, and every text that contains one of *words*.

    What they answered stays without their name, because it belongs to the organisation. Returns how many answers named
    them and are deleted.
    """
    for handoff in await put_to(session, person):
        tried = tuple("" if asked == person else asked for asked in handoff.tried)
        assignee = "" if handoff.assignee == person else handoff.assignee
        await save(session, replace(handoff, assignee=assignee, tried=tried))
    for row in await session.execute(select(HANDOFF.c.number, HANDOFF.c.reason)):
        if mentions_any(row.reason, words):
            await session.execute(update(HANDOFF).where(HANDOFF.c.number == row.number).values(reason=""))
    rows = await session.execute(select(VERIFIED_ANSWER.c.id, VERIFIED_ANSWER.c.words, VERIFIED_ANSWER.c.text))
    naming = [row.id for row in rows if mentions_any(f"{row.words}\n{row.text}", words)]
    for batch in batches(naming):
        await session.execute(delete(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.id.in_(batch)))
    await session.execute(update(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.asker == person).values(asker="", words=""))
    await session.execute(update(VERIFIED_ANSWER).where(VERIFIED_ANSWER.c.by == person).values(by=""))
    return len(naming)
