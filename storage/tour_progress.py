"""What people are asked during a tour: approvals, check-ins and debriefs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, affected, insert_into, insert_new, table_of
from storage.tours import ROUND, save_inputs
from storage.values.tours import Approval, Checkin, Debrief


class ApprovalRow(SQLModel, table=True):
    """`about` is the traveller; `person_id` is that traveller, or their manager."""

    __tablename__ = "tour_approval"

    tour_id: int = Field(primary_key=True, foreign_key="tour.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True, index=True)
    about: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    answer: str = ""
    reminded: bool = False


class CheckinRow(SQLModel, table=True):
    __tablename__ = "tour_checkin"

    tour_id: int = Field(primary_key=True, foreign_key="tour.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True, index=True)
    step: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    met: bool | None = None
    obstacle: str = ""


class DebriefRow(SQLModel, table=True):
    """`text` is encrypted unless `shared`."""

    __tablename__ = "tour_debrief"

    tour_id: int = Field(primary_key=True, foreign_key="tour.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True, index=True)
    text: str
    shared: bool
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


APPROVAL, CHECKIN, DEBRIEF = table_of(ApprovalRow), table_of(CheckinRow), table_of(DebriefRow)


def _approval_from(row: Any) -> Approval:
    return Approval(
        tour=row.tour_id,
        person=row.person_id,
        about=row.about,
        asked_at=row.asked_at,
        answer=row.answer,
        reminded=row.reminded,
    )


async def request_approvals(session: Session, tour: int, people: Sequence[tuple[str, str]], at: datetime) -> None:
    """Store whom to ask about a tour: (person asked, traveller it is about)."""
    rows = [
        {"tour_id": tour, "person_id": person, "about": about, "asked_at": at, "answer": "", "reminded": False}
        for person, about in people
    ]
    await insert_new(session, ApprovalRow, rows)


async def approvals(session: Session, tour: int) -> tuple[Approval, ...]:
    rows = await session.execute(
        select(APPROVAL).where(APPROVAL.c.tour_id == tour).order_by(APPROVAL.c.person_id, APPROVAL.c.about)
    )
    return tuple(_approval_from(row) for row in rows)


async def record_answer(session: Session, tour: int, person: str, answer: str) -> int:
    """Store yes or no for everything that this person was asked about that tour; return how many approvals that were."""
    row = update(APPROVAL).where(APPROVAL.c.tour_id == tour, APPROVAL.c.person_id == person)
    return await affected(session, row.values(answer=answer))


async def mark_reminded(session: Session, tour: int, person: str) -> None:
    row = update(APPROVAL).where(APPROVAL.c.tour_id == tour, APPROVAL.c.person_id == person)
    await session.execute(row.values(reminded=True))


async def pending_approvals(session: Session, person: str) -> tuple[Approval, ...]:
    """The approvals that wait for that person's answer."""
    query = select(APPROVAL).where(APPROVAL.c.person_id == person, APPROVAL.c.answer == "")
    return tuple(_approval_from(row) for row in await session.execute(query.order_by(APPROVAL.c.tour_id)))


async def approvals_of(session: Session, person: str) -> tuple[Approval, ...]:
    """Every approval that person was asked for, or that is about them."""
    query = select(APPROVAL).where((APPROVAL.c.person_id == person) | (APPROVAL.c.about == person))
    return tuple(_approval_from(row) for row in await session.execute(query.order_by(APPROVAL.c.tour_id)))


async def add_checkin(session: Session, tour: int, person: str, step: str, at: datetime) -> bool:
    """False when that was asked before."""
    row = {"tour_id": tour, "person_id": person, "step": step, "asked_at": at, "obstacle": ""}
    return await insert_new(session, CheckinRow, [row]) > 0


async def checkins(session: Session, tour: int | None = None) -> tuple[Checkin, ...]:
    query = select(CHECKIN).order_by(CHECKIN.c.tour_id, CHECKIN.c.asked_at, CHECKIN.c.person_id)
    if tour is not None:
        query = query.where(CHECKIN.c.tour_id == tour)
    return tuple(
        Checkin(
            tour=row.tour_id,
            person=row.person_id,
            step=row.step,
            asked_at=row.asked_at,
            met=row.met,
            obstacle=row.obstacle,
        )
        for row in await session.execute(query)
    )


async def record_checkin(session: Session, tour: int, person: str, step: str, *, met: bool, obstacle: str) -> None:
    row = update(CHECKIN).where(CHECKIN.c.tour_id == tour, CHECKIN.c.person_id == person, CHECKIN.c.step == step)
    await session.execute(row.values(met=met, obstacle=obstacle))


async def save_debrief(session: Session, debrief: Debrief) -> None:
    values = {"text": debrief.text, "shared": debrief.shared, "at": debrief.at}
    row = insert_into(session, DebriefRow).values(tour_id=debrief.tour, person_id=debrief.person, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["tour_id", "person_id"], set_=values))


async def debriefs(session: Session, *, shared_only: bool = True) -> tuple[Debrief, ...]:
    """The debriefs, newest first. The text of one that is not shared is encrypted."""
    query = select(DEBRIEF).order_by(DEBRIEF.c.at.desc(), DEBRIEF.c.tour_id, DEBRIEF.c.person_id)
    if shared_only:
        query = query.where(DEBRIEF.c.shared)
    return tuple(
        Debrief(tour=row.tour_id, person=row.person_id, text=row.text, shared=row.shared, at=row.at)
        for row in await session.execute(query)
    )


async def forget_person(session: Session, person: str) -> None:
    """Delete what they wrote, and their skills from what rounds were solved from; that they met stays, by opaque ids."""
    await session.execute(delete(DEBRIEF).where(DEBRIEF.c.person_id == person))
    await session.execute(update(CHECKIN).where(CHECKIN.c.person_id == person).values(obstacle=""))
    await session.execute(delete(APPROVAL).where((APPROVAL.c.person_id == person) | (APPROVAL.c.about == person)))
    rows = await session.execute(select(ROUND.c.id, ROUND.c.inputs).where(ROUND.c.inputs.contains(f'"{person}"')))
    for row in rows.all():
        inputs = json.loads(row.inputs)
        for traveller in inputs.get("travellers", ()):
            if traveller["id"] == person:
                traveller |= {"offered": [], "wanted": [], "offset": 0, "seniority": 0}
        await save_inputs(session, row.id, inputs)


async def forget_before(session: Session, moment: datetime) -> None:
    """Delete what people wrote in debriefs and check-ins before *moment*; that they met stays."""
    await session.execute(delete(DEBRIEF).where(DEBRIEF.c.at < moment))
    await session.execute(
        update(CHECKIN).where(CHECKIN.c.asked_at < moment, CHECKIN.c.obstacle != "").values(obstacle="")
    )
