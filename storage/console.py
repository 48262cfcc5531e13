"""The messages in the rooms of the console, which is a chat platform without an outside service."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Column, delete, func, select, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.redaction import is_mentioned_in
from storage.store import Session, UtcDateTime, affected, insert_new, table_of


class ConsoleMessageRow(SQLModel, table=True):
    __tablename__ = "console_message"
    __table_args__ = (UniqueConstraint("conversation", "tag"),)

    id: int | None = Field(default=None, primary_key=True)
    conversation: str = Field(index=True)
    tag: str
    card: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    edits: int = 0


MESSAGE = table_of(ConsoleMessageRow)


@dataclass(frozen=True, slots=True)
class ConsoleMessage:
    """A card posted in a room. `edits` counts how often it was replaced in place."""

    id: int
    conversation: str
    card: Any
    at: datetime
    edits: int
    tag: str = ""


async def put(session: Session, conversation: str, card: object, tag: str, at: datetime) -> tuple[int, datetime]:
    """Post a card (as JSON data); return its id and when it was posted. The same *tag* is the same message."""
    row = {"conversation": conversation, "tag": tag, "card": json.dumps(card, ensure_ascii=False), "at": at, "edits": 0}
    await insert_new(session, ConsoleMessageRow, [row])
    query = select(MESSAGE.c.id, MESSAGE.c.at).where(MESSAGE.c.conversation == conversation, MESSAGE.c.tag == tag)
    message = (await session.execute(query)).one()
    return message.id, message.at


async def find(session: Session, conversation: str, tag: str) -> int | None:
    query = select(MESSAGE.c.id).where(MESSAGE.c.conversation == conversation, MESSAGE.c.tag == tag)
    return (await session.execute(query)).scalar_one_or_none()


async def replace(session: Session, conversation: str, message_id: int, card: object) -> datetime | None:
    """Replace a message in place; return when it was posted, or None when it does not exist."""
    changed = (
        update(MESSAGE)
        .where(MESSAGE.c.conversation == conversation, MESSAGE.c.id == message_id)
        .values(card=json.dumps(card, ensure_ascii=False), edits=MESSAGE.c.edits + 1)
        .returning(MESSAGE.c.at)
    )
    return cast(datetime | None, (await session.execute(changed)).scalar_one_or_none())


async def remove(session: Session, conversation: str, message_id: int) -> None:
    await session.execute(delete(MESSAGE).where(MESSAGE.c.conversation == conversation, MESSAGE.c.id == message_id))


async def blank_messages(session: Session, words: Sequence[str], instead: object) -> int:
    """Replace each message that contains any of *words* by the card *instead* (as JSON data); return how many."""
    rows = await session.execute(select(MESSAGE.c.id, MESSAGE.c.conversation, MESSAGE.c.card))
    naming = [row for row in rows if is_mentioned_in(json.loads(row.card), words)]
    for row in naming:
        await replace(session, row.conversation, row.id, instead)
    return len(naming)


async def delete_all(session: Session, conversation: str) -> int:
    """Delete every message of a room; return how many."""
    return await affected(session, delete(MESSAGE).where(MESSAGE.c.conversation == conversation))


async def in_room(
    session: Session, conversation: str, limit: int = 50, before: int | None = None
) -> tuple[ConsoleMessage, ...]:
    """The newest messages of a room (of those older than the message *before*), oldest first."""
    query = select(MESSAGE).where(MESSAGE.c.conversation == conversation).order_by(MESSAGE.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(MESSAGE.c.id < before)
    rows = list(await session.execute(query))
    return tuple(
        ConsoleMessage(row.id, row.conversation, json.loads(row.card), row.at, row.edits, row.tag)
        for row in reversed(rows)
    )


async def counts(session: Session) -> dict[str, int]:
    """How many messages each room has."""
    rows = await session.execute(select(MESSAGE.c.conversation, func.count()).group_by(MESSAGE.c.conversation))
    return {conversation: count for conversation, count in rows}  # noqa: C416  (a Row is no plain pair to mypy)


async def version_of(session: Session, conversation: str) -> str:
    """A text that changes whenever a message of that room is posted, replaced or removed."""
    query = select(func.max(MESSAGE.c.id), func.count(), func.sum(MESSAGE.c.edits))
    newest, count, edits = (await session.execute(query.where(MESSAGE.c.conversation == conversation))).one()
    return f"{newest or 0}.{count}.{edits or 0}"
