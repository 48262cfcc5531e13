"""Which items people follow on their own, without a subscription of a place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, affected, insert_new, table_of


class FollowRow(SQLModel, table=True):
    __tablename__ = "follow"

    person_id: str = Field(primary_key=True)
    item: str = Field(primary_key=True, index=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


FOLLOW = table_of(FollowRow)


async def follow(session: Session, person: str, item: str, at: datetime) -> bool:
    """False when that person followed it already."""
    return await insert_new(session, FollowRow, [{"person_id": person, "item": item, "at": at}]) > 0


async def unfollow(session: Session, person: str, item: str) -> bool:
    """False when that person did not follow it."""
    deletion = delete(FOLLOW).where(FOLLOW.c.person_id == person, FOLLOW.c.item == item)
    return await affected(session, deletion) > 0


async def followed_by(session: Session, person: str) -> tuple[str, ...]:
    """The keys that person follows, in order."""
    query = select(FOLLOW.c.item).where(FOLLOW.c.person_id == person).order_by(FOLLOW.c.item)
    return tuple((await session.execute(query)).scalars())


async def followers(session: Session, items: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Person -> those of *items* that they follow."""
    by_person: dict[str, tuple[str, ...]] = {}
    query = select(FOLLOW.c.person_id, FOLLOW.c.item).order_by(FOLLOW.c.person_id, FOLLOW.c.item)
    followed = {key for (key,) in await session.execute(select(FOLLOW.c.item).distinct())} & set(items)
    for row in await session.execute(query.where(FOLLOW.c.item.in_(sorted(followed)))) if followed else ():
        by_person[row.person_id] = (*by_person.get(row.person_id, ()), row.item)
    return by_person


async def rename_item(session: Session, old: str, new: str) -> None:
    """Followers of *old* follow *new*; those of both keep one."""
    both = select(FOLLOW.c.person_id).where(FOLLOW.c.item == new)
    await session.execute(delete(FOLLOW).where(FOLLOW.c.item == old, FOLLOW.c.person_id.in_(both)))
    await session.execute(update(FOLLOW).where(FOLLOW.c.item == old).values(item=new))


async def forget_person(session: Session, person: str) -> None:
    await session.execute(delete(FOLLOW).where(FOLLOW.c.person_id == person))
