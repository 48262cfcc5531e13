"""What was said unprompted, so that it is not said again: digests, nudges, conflicts of dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, delete, func, select
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, batches, insert_into, insert_new, table_of
from storage.values.acknowledgements import SentReminder


class DigestRow(SQLModel, table=True):
    """Up to which revision the latest digest of that rhythm went, and on which local day it was put together."""

    __tablename__ = "digest"

    place_id: int = Field(primary_key=True, foreign_key="place.id", ondelete="CASCADE")
    frequency: str = Field(primary_key=True)
    revision: int
    day: date


class ReminderRow(SQLModel, table=True):
    """Step 1 and 2 went to the person, step 3 to their lead."""

    __tablename__ = "reminder"

    person_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ReminderSnoozeRow(SQLModel, table=True):
    """Somebody who said "not now", or "no more"."""

    __tablename__ = "reminder_snooze"

    person_id: str = Field(primary_key=True)
    until: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class ConflictRow(SQLModel, table=True):
    """An item whose date and a campaign's do not go together, as its owners were told."""

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
    """How far a place's digests went."""

    revision: int
    day: date


async def digest_progress(session: Session) -> Mapping[tuple[int, str], DigestProgress]:
    """(place, rhythm) -> how far its digests went."""
    rows = await session.execute(select(DIGEST))
    return {(row.place_id, row.frequency): DigestProgress(row.revision, row.day) for row in rows}


async def save_digest_progress(session: Session, place: int, frequency: str, progress: DigestProgress) -> None:
    values = {"revision": progress.revision, "day": progress.day}
    row = insert_into(session, DigestRow).values(place_id=place, frequency=frequency, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["place_id", "frequency"], set_=values))


async def reminders_about(session: Session, revision: int) -> Mapping[str, SentReminder]:
    """Person -> the latest nudge about that revision."""
    rows = await session.execute(select(REMINDER).where(REMINDER.c.revision == revision).order_by(REMINDER.c.step))
    return {row.person_id: SentReminder(row.step, row.at) for row in rows}


async def last_reminded(session: Session) -> Mapping[str, datetime]:
    """Person -> when they were nudged last, about whatever revision; their lead's card is none of theirs."""
    latest = select(REMINDER.c.person_id, func.max(REMINDER.c.at).label("at")).where(REMINDER.c.step < 3)
    return {row.person_id: row.at for row in await session.execute(latest.group_by(REMINDER.c.person_id))}


async def record_reminders(session: Session, people: Iterable[str], revision: int, step: int, at: datetime) -> None:
    rows = [{"person_id": each, "revision": revision, "step": step, "at": at} for each in people]
    await insert_new(session, ReminderRow, rows)


async def snoozed(session: Session, now: datetime) -> frozenset[str]:
    """People who want no nudge at *now*."""
    return frozenset((await session.execute(select(SNOOZE.c.person_id).where(SNOOZE.c.until > now))).scalars())


async def snooze(session: Session, person: str, until: datetime | None) -> None:
    """No nudge to *person* before *until*; None takes that back."""
    await session.execute(delete(SNOOZE).where(SNOOZE.c.person_id == person))
    if until is not None:
        await insert_new(session, ReminderSnoozeRow, [{"person_id": person, "until": until}])


async def of_person(session: Session, person: str) -> list[dict[str, object]]:
    """What is kept of how somebody was reminded, as data of their own."""
    rows = await session.execute(select(REMINDER).where(REMINDER.c.person_id == person).order_by(REMINDER.c.at))
    told: list[dict[str, object]] = [
        {"revision": row.revision, "step": row.step, "at": row.at.isoformat()} for row in rows
    ]
    until = (await session.execute(select(SNOOZE.c.until).where(SNOOZE.c.person_id == person))).scalar_one_or_none()
    return [*told, *([{"none_until": until.isoformat()}] if until else [])]


async def forget_person(session: Session, person: str) -> None:
    for table in (REMINDER, SNOOZE):
        await session.execute(delete(table).where(table.c.person_id == person))


async def conflicts(session: Session, items: Sequence[str] | None = None) -> Mapping[tuple[str, str], tuple[date, str]]:
    """(item, campaign) -> the due date and the edge ("start" or "end") that their owners were told of."""
    some = [select(CONFLICT)]
    if items is not None:
        some = [select(CONFLICT).where(CONFLICT.c.item.in_(batch)) for batch in batches(items)]
    found = [row for wanted in some for row in await session.execute(wanted)]
    return {(row.item, row.campaign): (row.due, row.edge) for row in found}


async def save_conflict(session: Session, item: str, campaign: str, due: date, edge: str, at: datetime) -> None:
    await forget_conflict(session, item, campaign)
    row = {"item": item, "campaign": campaign, "due": due, "edge": edge, "at": at}
    await insert_new(session, ConflictRow, [row])


async def forget_conflict(session: Session, item: str, campaign: str) -> None:
    """It is none any more; should it come back, its owners are told again."""
    await session.execute(delete(CONFLICT).where(CONFLICT.c.item == item, CONFLICT.c.campaign == campaign))
