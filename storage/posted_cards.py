"""Posted cards that have to be kept up to date: the notice that posted each, and the data it was last composed from.

A *subject* ("kudos:3") is what a card is about. Cards that are posted again after they were removed are a new *generation*
with its own notice: a message that was removed cannot be edited.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.deliveries import DELIVERY, NOTICE
from storage.store import Session, UtcDateTime, affected, insert_all, table_of
from storage.values.deliveries import DeliveryKind


class PostedCardRow(SQLModel, table=True):
    __tablename__ = "posted_card"
    __table_args__ = (UniqueConstraint("subject", "generation"),)

    id: int | None = Field(default=None, primary_key=True)
    subject: str
    generation: int = 1
    kind: str
    payload: str
    fingerprint: str = ""
    edits: int = 0
    is_posted: bool = Field(default=True, index=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


POSTED_CARD = table_of(PostedCardRow)


@dataclass(frozen=True, slots=True)
class PostedCard:
    """A subject and its posted cards. `fingerprint` identifies what they show; `edits` counts how often they were updated."""

    id: int
    subject: str
    generation: int
    kind: str
    payload: Mapping[str, object]
    fingerprint: str
    edits: int
    is_posted: bool

    @property
    def key(self) -> str:
        """The key of the notice that posted it."""
        return self.subject if self.generation == 1 else f"{self.subject}:round {self.generation}"


def _from(row: Any) -> PostedCard:
    payload = json.loads(row.payload)
    return PostedCard(row.id, row.subject, row.generation, row.kind, payload, row.fingerprint, row.edits, row.is_posted)


async def newest(session: Session, subject: str) -> PostedCard | None:
    """The newest generation of that subject, whether still posted or not."""
    query = (
        select(POSTED_CARD).where(POSTED_CARD.c.subject == subject).order_by(POSTED_CARD.c.generation.desc()).limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return _from(row) if row else None


async def ensure(
    session: Session, subject: str, kind: str, payload: Mapping[str, object], fingerprint: str, at: datetime
) -> PostedCard:
    """Record that *subject* is about to be posted: the generation that is posted already, or a new one."""
    before = await newest(session, subject)
    if before and before.is_posted:
        return before
    row = {
        "subject": subject,
        "generation": before.generation + 1 if before else 1,
        "kind": kind,
        "fingerprint": fingerprint,
        "at": at,
    }
    whole = row | {"payload": json.dumps(payload, ensure_ascii=False), "edits": 0, "is_posted": True}
    await insert_all(session, PostedCardRow, [whole])
    card = await newest(session, subject)
    assert card is not None  # noqa: S101  (it was inserted above)
    return card


async def posted(session: Session, subject: str = "") -> tuple[PostedCard, ...]:
    """All posted subjects, oldest first; with *subject*, that one and those below it ("kudos:3", "kudos:3:p_bo")."""
    query = select(POSTED_CARD).where(POSTED_CARD.c.is_posted.is_(True)).order_by(POSTED_CARD.c.id)
    if subject:
        below = POSTED_CARD.c.subject.startswith(f"{subject}:", autoescape=True)
        query = query.where((POSTED_CARD.c.subject == subject) | below)
    return tuple(_from(row) for row in await session.execute(query))


async def record_edit(session: Session, card: PostedCard, fingerprint: str) -> int:
    """Record an update that shows *fingerprint*; return its number, counted from 1."""
    row = (
        update(POSTED_CARD)
        .where(POSTED_CARD.c.id == card.id)
        .values(fingerprint=fingerprint, edits=POSTED_CARD.c.edits + 1)
    )
    count: int = (await session.execute(row.returning(POSTED_CARD.c.edits))).scalar_one()
    return count


async def mark_removed(session: Session, card: PostedCard) -> None:
    """Record that its cards were removed."""
    await session.execute(update(POSTED_CARD).where(POSTED_CARD.c.id == card.id).values(is_posted=False))


async def forget_before(session: Session, moment: datetime) -> int:
    """Stop tracking cards from before *moment*; they stay as they are."""
    return await affected(session, delete(POSTED_CARD).where(POSTED_CARD.c.at < moment))


async def notices_of(session: Session, kinds: Collection[str]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The key and the payload of every notice of those kinds that posted a card, tracked here or not."""
    posts = select(DELIVERY.c.notice_id).where(DELIVERY.c.kind == str(DeliveryKind.POST))
    query = select(NOTICE.c.key, NOTICE.c.payload).where(NOTICE.c.kind.in_(list(kinds)), NOTICE.c.id.in_(posts))
    return tuple((row.key, json.loads(row.payload)) for row in await session.execute(query.order_by(NOTICE.c.key)))


async def keys_beginning(session: Session, prefix: str) -> tuple[str, ...]:
    """The keys of all notices that begin with *prefix*."""
    query = select(NOTICE.c.key).where(NOTICE.c.key.startswith(prefix, autoescape=True)).order_by(NOTICE.c.key)
    return tuple((await session.execute(query)).scalars())
