"""Notices for many people: queued at once with all their recipients, addressed in short transactions, a batch at a time.

queue ──> a fan-out and its items ──> each batch adds deliveries and deletes their items ──> no item is left: done

The items are what is left to do, so after a crash only they are processed, and other transactions run between two
batches. Notices for few people need no fan-out: see `MAX_AT_ONCE`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, insert, literal, select
from sqlmodel import Field, SQLModel

from storage.deliveries import DELIVERY, enqueue
from storage.direct_conversations import places_of_people
from storage.people import PERSON
from storage.store import Session, Store, UtcDateTime, affected, batches, is_postgresql, table_of
from storage.values.deliveries import DeliveryKind

MAX_AT_ONCE = 200  # deliveries written in one transaction


class FanOutRow(SQLModel, table=True):
    """A notice on its way to many conversations. `platforms` are those on which people may be reached."""

    __tablename__ = "fan_out"

    id: int | None = Field(default=None, primary_key=True)
    notice_id: str = Field(foreign_key="notice.id")
    kind: str = DeliveryKind.POST
    platforms: str = ""
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class FanOutItemRow(SQLModel, table=True):
    """A person, or the card that the delivery `target_id` posted, for which the delivery is still to be written."""

    __tablename__ = "fan_out_item"

    id: int | None = Field(default=None, primary_key=True)
    fan_out_id: int = Field(foreign_key="fan_out.id", index=True, ondelete="CASCADE")
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True, ondelete="CASCADE")
    target_id: int | None = None


FAN_OUT, ITEM = table_of(FanOutRow), table_of(FanOutItemRow)


async def to_people(
    session: Session, notice_id: str, ids: Collection[str], *, platforms: Collection[str], at: datetime
) -> None:
    """Post the notice in the direct conversation with each of those people."""
    fan_out_id = await _add(session, notice_id, DeliveryKind.POST, sorted(platforms), at)
    for batch in batches(sorted(ids)):
        people = select(literal(fan_out_id), PERSON.c.id).where(PERSON.c.id.in_(batch)).order_by(PERSON.c.id)
        await session.execute(insert(ITEM).from_select(["fan_out_id", "person_id"], people))


async def to_cards_of(
    session: Session, notice_id: str, posted_notice_id: str, kind: DeliveryKind, at: datetime
) -> None:
    """Update or delete, with the notice, every card that the other notice posted."""
    fan_out_id = await _add(session, notice_id, kind, (), at)
    posts = (
        select(literal(fan_out_id), DELIVERY.c.id)
        .where(DELIVERY.c.notice_id == posted_notice_id, DELIVERY.c.kind == str(DeliveryKind.POST))
        .order_by(DELIVERY.c.id)
    )
    await session.execute(insert(ITEM).from_select(["fan_out_id", "target_id"], posts))


async def _add(session: Session, notice_id: str, kind: DeliveryKind, platforms: Sequence[str], at: datetime) -> int:
    row = {"notice_id": notice_id, "kind": str(kind), "platforms": " ".join(platforms), "at": at}
    fan_out_id: int = (await session.execute(insert(FAN_OUT).values(row).returning(FAN_OUT.c.id))).scalar_one()
    return fan_out_id


async def stop_posting(session: Session, notice_id: str) -> None:
    """Do not post that notice to the people who have not been addressed yet."""
    await session.execute(
        delete(FAN_OUT).where(FAN_OUT.c.notice_id == notice_id, FAN_OUT.c.kind == str(DeliveryKind.POST))
    )


@dataclass(frozen=True, slots=True)
class _FanOut:
    id: int
    notice_id: str
    kind: DeliveryKind
    platforms: tuple[str, ...]
    at: datetime


async def write_waiting(store: Store) -> int:
    """Add the deliveries of every waiting fan-out, each batch in its own transaction; return how many were added."""
    added = 0
    while await _is_waiting(store):
        async with store.transaction() as session:
            batch = await write_batch(session)
        if batch is None:  # another replica is at work on the last one
            break
        added += batch
    return added


async def _is_waiting(store: Store) -> bool:
    async with store.reading() as session:
        return (await session.execute(select(FAN_OUT.c.id).limit(1))).one_or_none() is not None


async def write_batch(session: Session) -> int | None:
    """Add the next deliveries of the oldest fan-out and return how many; None if there is none left to work on."""
    fan_out = await _oldest(session)
    if fan_out is None:
        return None
    items = (
        await session.execute(
            select(ITEM).where(ITEM.c.fan_out_id == fan_out.id).order_by(ITEM.c.id).limit(MAX_AT_ONCE)
        )
    ).all()
    added = await _address(session, fan_out, items)
    await session.execute(delete(ITEM).where(ITEM.c.id.in_([item.id for item in items])))
    if len(items) < MAX_AT_ONCE:
        await affected(session, delete(FAN_OUT).where(FAN_OUT.c.id == fan_out.id))
    return added


async def _oldest(session: Session) -> _FanOut | None:
    query = select(FAN_OUT).order_by(FAN_OUT.c.id).limit(1)
    query = query.with_for_update(skip_locked=True) if is_postgresql(session) else query
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    return _FanOut(row.id, row.notice_id, DeliveryKind(row.kind), tuple(row.platforms.split()), row.at)


async def _address(session: Session, fan_out: _FanOut, items: Sequence[Any]) -> int:
    if fan_out.kind is DeliveryKind.POST:
        people = [item.person_id for item in items]
        places = sorted(set((await places_of_people(session, people, fan_out.platforms)).values()))
        return await enqueue(session, fan_out.notice_id, places, at=fan_out.at)
    posts = select(DELIVERY.c.id, DELIVERY.c.place_id).where(DELIVERY.c.id.in_([item.target_id for item in items]))
    targets = {row.place_id: row.id for row in await session.execute(posts.order_by(DELIVERY.c.id))}
    return await enqueue(session, fan_out.notice_id, tuple(targets), at=fan_out.at, kind=fan_out.kind, targets=targets)
