"""Which digests, reminders and warnings about conflicting dates were sent, so that none is sent twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, delete, func, select
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, batches, insert_into, insert_new, table_of
from storage.values.acknowledgements import SentReminder


class DigestRow(SQLModel, table=True):
    """The revision up to which the latest digest of that frequency went, and the local day it was made."""

    __tablename__ = "digest"

    place_id: int = Field(primary_key=True, foreign_key="place.id", ondelete="CASCADE")
    frequency: str = Field(primary_key=True)
    revision: int
    day: date


class ReminderRow(SQLModel, table=True):
    """Steps 1 and 2 were sent to the person, step 3 to their lead."""

    __tablename__ = "reminder"

    person_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ReminderSnoozeRow(SQLModel, table=True):
    """A person who does not want reminders for some time, or at all."""

    __tablename__ = "reminder_snooze"

    person_id: str = Field(primary_key=True)
    until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ConflictRow(SQLModel, table=True):
    """A conflict between the dates of an item and a campaign that their owners were notified of."""

    __tablename__ = "conflict"

    item: str = Field(primary_key=True)
    campaign: str = Field(primary_key=True)
    due: date
    edge: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


DIGEST, REMINDER = table_of(DigestRow), table_of(ReminderRow)
SNOOZE, CONFLICT = table_of(ReminderSnoozeRow), table_of(ConflictRow)


@dataclass(frozen=True, slots=True)
class DigestProgress:
    """How far the digests of a place have got."""

    revision: int
    day: date


async def digest_progress(session: Session) -> Mapping[tuple[int, str], DigestProgress]:
    """(place, frequency) -> how far its digests have got."""
    rows = await session.execute(select(DIGEST))
    return {(row.place_id, row.frequency): DigestProgress(row.revision, row.day) for row in rows}


async def save_digest_progress(session: Session, place: int, frequency: str, progress: DigestProgress) -> None:
    values = {"revision": progress.revision, "day": progress.day}
    row = insert_into(session, DigestRow).values(place_id=place, frequency=frequency, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["place_id", "frequency"], set_=values))


async def reminders_about(session: Session, revision: int) -> Mapping[str, SentReminder]:
    """Person -> the latest reminder about that revision."""
    rows = await session.execute(select(REMINDER).where(REMINDER.c.revision == revision).order_by(REMINDER.c.step))
    return {row.person_id: SentReminder(row.step, row.at) for row in rows}


async def last_reminded(session: Session) -> Mapping[str, datetime]:
    """Person -> when they were last reminded of any revision. Step 3, which went to their lead, does not count."""
    latest = select(REMINDER.c.person_id, func.max(REMINDER.c.at).label("at")).where(REMINDER.c.step < 3)
    return {row.person_id: row.at for row in await session.execute(latest.group_by(REMINDER.c.person_id))}


async def record_reminders(session: Session, people: Iterable[str], revision: int, step: int, at: datetime) -> None:
    rows = [{"person_id": person, "revision": revision, "step": step, "at": at} for person in people]
    await insert_new(session, ReminderRow, rows)


async def snoozed(session: Session, now: datetime) -> frozenset[str]:
    """The people who do not want reminders at *now*."""
    return frozenset((await session.execute(select(SNOOZE.c.person_id).where(SNOOZE.c.until > now))).scalars())


async def snooze(session: Session, person: str, until: datetime | None) -> None:
    """Send *person* no reminders before *until*; None ends that."""
    await session.execute(delete(SNOOZE).where(SNOOZE.c.person_id == person))
    if until is not None:
        await insert_new(session, ReminderSnoozeRow, [{"person_id": person, "until": until}])


async def of_person(session: Session, person: str) -> list[dict[str, object]]:
    """What is stored about reminders to that person, for their export."""
    rows = await session.execute(select(REMINDER).where(REMINDER.c.person_id == person).order_by(REMINDER.c.at))
    sent: list[dict[str, object]] = [
        {"revision": row.revision, "step": row.step, "at": row.at.isoformat()} for row in rows
    ]
    until = (await session.execute(select(SNOOZE.c.until).where(SNOOZE.c.person_id == person))).scalar_one_or_none()
    return [*sent, *([{"none_until": until.isoformat()}] if until else [])]


async def forget_person(session: Session, person: str) -> None:
    for table in (REMINDER, SNOOZE):
        await session.execute(delete(table).where(table.c.person_id == person))


async def conflicts(session: Session, items: Sequence[str] | None = None) -> Mapping[tuple[str, str], tuple[date, str]]:
    """(item, campaign) -> the due date and the edge ("start" or "end") that their owners were notified of."""
    queries = [select(CONFLICT)]
    if items is not None:
        queries = [select(CONFLICT).where(CONFLICT.c.item.in_(batch)) for batch in batches(items)]
    rows = [row for query in queries for row in await session.execute(query)]
    return {(row.item, row.campaign): (row.due, row.edge) for row in rows}


async def save_conflict(session: Session, item: str, campaign: str, due: date, edge: str, at: datetime) -> None:
    await forget_conflict(session, item, campaign)
    row = {"item": item, "campaign": campaign, "due": due, "edge": edge, "at": at}
    await insert_new(session, ConflictRow, [row])


async def forget_conflict(session: Session, item: str, campaign: str) -> None:
    """The dates no longer conflict. If they do again, the owners are notified again."""
    await session.execute(delete(CONFLICT).where(CONFLICT.c.item == item, CONFLICT.c.campaign == campaign))
