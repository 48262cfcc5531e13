"""Tours of duty: members, constraints, and planned and published rounds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint, delete, func, insert, select, update
from sqlmodel import Field, SQLModel

from storage.people import PERSON
from storage.store import (
    Session,
    UtcDateTime,
    affected,
    insert_all,
    insert_into,
    insert_new,
    is_postgresql,
    table_of,
)
from storage.values.tours import Pair, Programme, Tour, TourMember, TourState

DEFAULT_PROGRAMME = "tours"  # the programme that always exists


class ProgrammeRow(SQLModel, table=True):
    __tablename__ = "tour_programme"

    key: str = Field(primary_key=True)
    weeks: int
    every: int = 0
    max_group: int = 3


class TourMemberRow(SQLModel, table=True):
    """`note` is encrypted: it is for the organisers only."""

    __tablename__ = "tour_member"

    programme: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, index=True)
    joined_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    paused_until: date | None = None
    capacity: int | None = None
    visits: str = ""
    blackout: str = "[]"
    note: str = ""


class TourConstraintRow(SQLModel, table=True):
    """Two people who must be together in the next round ("pin"), or never ("forbid")."""

    __tablename__ = "tour_constraint"

    programme: str = Field(primary_key=True)
    one: str = Field(primary_key=True)
    other: str = Field(primary_key=True)
    kind: str
    by: str = ""
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class RoundRow(SQLModel, table=True):
    """A round. `inputs` is everything it was solved from, so that it can be solved and verified again."""

    __tablename__ = "tour_round"
    __table_args__ = (UniqueConstraint("programme", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    programme: str
    number: int
    state: str
    starts: date
    weeks: int
    inputs: str
    planned_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    published_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    planned_by: str = ""


class TourRow(SQLModel, table=True):
    __tablename__ = "tour"

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="tour_round.id", index=True, ondelete="CASCADE")
    people: str
    state: str = Field(index=True)
    starts: date
    ends: date
    uid: str
    sequence: int = 0


class LeftOutRow(SQLModel, table=True):
    """A participant who had no partner in a published round."""

    __tablename__ = "tour_left_out"

    round_id: int = Field(primary_key=True, foreign_key="tour_round.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True)
    reason: str


PROGRAMME, MEMBER, CONSTRAINT = table_of(ProgrammeRow), table_of(TourMemberRow), table_of(TourConstraintRow)
ROUND, TOUR, LEFT_OUT = table_of(RoundRow), table_of(TourRow), table_of(LeftOutRow)


@dataclass(frozen=True, slots=True)
class TourRound:
    """A round as it is stored."""

    id: int
    programme: str
    number: int
    is_published: bool
    starts: date
    weeks: int
    inputs: Mapping[str, Any]
    planned_by: str


async def programmes(session: Session) -> tuple[Programme, ...]:
    """Every programme, the default one first."""
    rows = await session.execute(select(PROGRAMME).order_by(PROGRAMME.c.key))
    by_key = {
        row.key: Programme(key=row.key, weeks=row.weeks, every=row.every, max_group=row.max_group) for row in rows
    }
    default = by_key.pop(DEFAULT_PROGRAMME, Programme(key=DEFAULT_PROGRAMME))
    return (default, *by_key.values())


async def save_programme(session: Session, programme: Programme) -> None:
    values = {"weeks": programme.weeks, "every": programme.every, "max_group": programme.max_group}
    row = insert_into(session, ProgrammeRow).values(key=programme.key, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["key"], set_=values))


def _member_from(row: Any) -> TourMember:
    days = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in json.loads(row.blackout)]
    return TourMember(
        programme=row.programme,
        person=row.person_id,
        joined_at=row.joined_at,
        paused_until=row.paused_until,
        capacity=row.capacity,
        visits=row.visits,
        blackout=tuple(days),
    )


async def members(session: Session, programme: str) -> tuple[TourMember, ...]:
    """The members, without those who left the organisation."""
    left = select(PERSON.c.id).where(PERSON.c.ended_at.is_not(None))
    here = (MEMBER.c.programme == programme) & MEMBER.c.person_id.not_in(left)
    rows = await session.execute(select(MEMBER).where(here).order_by(MEMBER.c.person_id))
    return tuple(_member_from(row) for row in rows)


async def member(session: Session, programme: str, person: str) -> TourMember | None:
    query = select(MEMBER).where(MEMBER.c.programme == programme, MEMBER.c.person_id == person)
    row = (await session.execute(query)).one_or_none()
    return _member_from(row) if row else None


async def join(session: Session, programme: str, person: str, at: datetime) -> bool:
    """False when that person had joined before."""
    row = {"programme": programme, "person_id": person, "joined_at": at, "visits": "", "blackout": "[]", "note": ""}
    return await insert_new(session, TourMemberRow, [row]) > 0


async def leave(session: Session, programme: str, person: str) -> bool:
    deletion = delete(MEMBER).where(MEMBER.c.programme == programme, MEMBER.c.person_id == person)
    return await affected(session, deletion) > 0


async def change_member(session: Session, programme: str, person: str, **values: object) -> None:
    """Change columns: paused_until, capacity, visits, blackout, note (encrypted)."""
    if "blackout" in values:
        given: Any = values["blackout"]
        values["blackout"] = json.dumps([[first.isoformat(), last.isoformat()] for first, last in given])
    row = update(MEMBER).where(MEMBER.c.programme == programme, MEMBER.c.person_id == person)
    await session.execute(row.values(**values))


async def encrypted_note(session: Session, programme: str, person: str) -> str:
    query = select(MEMBER.c.note).where(MEMBER.c.programme == programme, MEMBER.c.person_id == person)
    return (await session.execute(query)).scalar_one_or_none() or ""


async def add_constraint(session: Session, programme: str, pair: Pair, kind: str, *, by: str, at: datetime) -> None:
    """Pin or forbid two people, replacing an earlier constraint."""
    one, other = sorted(pair)
    values = {"kind": kind, "by": by, "at": at}
    row = insert_into(session, TourConstraintRow).values(programme=programme, one=one, other=other, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["programme", "one", "other"], set_=values))


async def constraint_of(session: Session, programme: str, pair: Pair) -> str:
    """ "pin" or "forbid", or "" if there is no wish about these two."""
    one, other = sorted(pair)
    row = await session.execute(
        select(CONSTRAINT.c.kind).where(
            CONSTRAINT.c.programme == programme, CONSTRAINT.c.one == one, CONSTRAINT.c.other == other
        )
    )
    return row.scalar_one_or_none() or ""


async def remove_constraint(session: Session, programme: str, pair: Pair) -> bool:
    one, other = sorted(pair)
    deletion = delete(CONSTRAINT).where(
        CONSTRAINT.c.programme == programme, CONSTRAINT.c.one == one, CONSTRAINT.c.other == other
    )
    return await affected(session, deletion) > 0


async def constraints(session: Session, programme: str, kind: str) -> frozenset[Pair]:
    rows = await session.execute(
        select(CONSTRAINT.c.one, CONSTRAINT.c.other).where(
            CONSTRAINT.c.programme == programme, CONSTRAINT.c.kind == kind
        )
    )
    return frozenset(frozenset({row.one, row.other}) for row in rows)


async def forget_pins(session: Session, programme: str) -> None:
    """Delete the pins: they are for one round only."""
    await session.execute(delete(CONSTRAINT).where(CONSTRAINT.c.programme == programme, CONSTRAINT.c.kind == "pin"))


def _round_from(row: Any) -> TourRound:
    published = row.state == "published"
    inputs = json.loads(row.inputs)
    return TourRound(row.id, row.programme, row.number, published, row.starts, row.weeks, inputs, row.planned_by)


async def plan_round(
    session: Session, programme: str, *, starts: date, weeks: int, inputs: Mapping[str, Any], by: str, at: datetime
) -> TourRound:
    """Store the next round, replacing one that was planned and not published."""
    newest = await newest_round(session, programme)
    number = 1 if newest is None else newest.number + newest.is_published
    values = {
        "state": "planned",
        "starts": starts,
        "weeks": weeks,
        "inputs": json.dumps(inputs, sort_keys=True),
        "planned_at": at,
        "planned_by": by,
    }
    row = insert_into(session, RoundRow).values(programme=programme, number=number, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["programme", "number"], set_=values))
    planned = await newest_round(session, programme)
    assert planned is not None  # noqa: S101  (it was written above)
    return planned


async def newest_round(session: Session, programme: str) -> TourRound | None:
    query = select(ROUND).where(ROUND.c.programme == programme).order_by(ROUND.c.number.desc()).limit(1)
    row = (await session.execute(query)).one_or_none()
    return _round_from(row) if row else None


async def round_with(session: Session, round_id: int) -> TourRound | None:
    row = (await session.execute(select(ROUND).where(ROUND.c.id == round_id))).one_or_none()
    return _round_from(row) if row else None


async def rounds(session: Session, programme: str) -> tuple[TourRound, ...]:
    """Every published round, oldest first."""
    query = select(ROUND).where(ROUND.c.programme == programme, ROUND.c.state == "published")
    return tuple(_round_from(row) for row in await session.execute(query.order_by(ROUND.c.number)))


async def publish_round(session: Session, round_id: int, at: datetime) -> bool:
    """False when it is published already."""
    row = update(ROUND).where(ROUND.c.id == round_id, ROUND.c.state == "planned")
    return await affected(session, row.values(state="published", published_at=at)) > 0


async def save_inputs(session: Session, round_id: int, inputs: Mapping[str, Any]) -> None:
    """Store what a round was solved from, after somebody dropped out of it."""
    await session.execute(update(ROUND).where(ROUND.c.id == round_id).values(inputs=json.dumps(inputs, sort_keys=True)))


async def lock_round(session: Session, tour_id: int) -> Tour:
    """The tour. Its round is locked until this transaction ends, so that approvals are handled one after the other.

    On SQLite the transaction already holds the write lock.
    """
    if is_postgresql(session):
        of_tour = select(TOUR.c.round_id).where(TOUR.c.id == tour_id).scalar_subquery()
        await session.execute(select(ROUND.c.id).where(ROUND.c.id == of_tour).with_for_update())
    return _tour_from((await session.execute(_WHOLE.where(TOUR.c.id == tour_id))).one())


async def save_left_out(session: Session, round_id: int, reasons: Mapping[str, str]) -> None:
    await session.execute(delete(LEFT_OUT).where(LEFT_OUT.c.round_id == round_id))
    rows = [{"round_id": round_id, "person_id": person, "reason": reason} for person, reason in reasons.items()]
    await insert_all(session, LeftOutRow, rows)


async def left_out_of(session: Session, round_id: int) -> Mapping[str, str]:
    """Person -> why they have no partner in that round."""
    rows = await session.execute(select(LEFT_OUT).where(LEFT_OUT.c.round_id == round_id))
    return {row.person_id: row.reason for row in rows}


async def times_left_out(session: Session, programme: str, before: int) -> Mapping[str, int]:
    """Person -> how often they had no partner in the published rounds before number *before*."""
    count = func.count().label("times")
    query = select(LEFT_OUT.c.person_id, count).join(ROUND, ROUND.c.id == LEFT_OUT.c.round_id)
    earlier = query.where(ROUND.c.programme == programme, ROUND.c.number < before).group_by(LEFT_OUT.c.person_id)
    return {row.person_id: row.times for row in await session.execute(earlier)}


_WHOLE = select(*TOUR.c, ROUND.c.programme, ROUND.c.number).join(ROUND, ROUND.c.id == TOUR.c.round_id)


def _tour_from(row: Any) -> Tour:
    return Tour(
        id=row.id,
        round=row.number,
        programme=row.programme,
        people=tuple(json.loads(row.people)),
        state=TourState(row.state),
        starts=row.starts,
        ends=row.ends,
        uid=row.uid,
        sequence=row.sequence,
    )


async def add_tour(session: Session, round_id: int, people: Sequence[str], starts: date, ends: date, uid: str) -> int:
    values = {"people": json.dumps(list(people)), "state": "proposed", "starts": starts, "ends": ends, "uid": uid}
    row = insert(TOUR).values(round_id=round_id, sequence=0, **values).returning(TOUR.c.id)
    made: int = (await session.execute(row)).scalar_one()
    return made


async def tours_of_round(session: Session, round_id: int) -> tuple[Tour, ...]:
    rows = await session.execute(_WHOLE.where(TOUR.c.round_id == round_id).order_by(TOUR.c.id))
    return tuple(_tour_from(row) for row in rows)


async def tours_in(session: Session, states: Iterable[TourState]) -> tuple[Tour, ...]:
    query = _WHOLE.where(TOUR.c.state.in_([str(state) for state in states])).order_by(TOUR.c.id)
    return tuple(_tour_from(row) for row in await session.execute(query))


async def all_tours(session: Session, programme: str) -> tuple[Tour, ...]:
    """Every tour of a programme that was published, declined ones too, oldest first."""
    rows = await session.execute(_WHOLE.where(ROUND.c.programme == programme).order_by(ROUND.c.number, TOUR.c.id))
    return tuple(_tour_from(row) for row in rows)


async def tour_with(session: Session, tour_id: int) -> Tour | None:
    row = (await session.execute(_WHOLE.where(TOUR.c.id == tour_id))).one_or_none()
    return _tour_from(row) if row else None


async def set_tour_state(session: Session, tour_id: int, state: TourState) -> None:
    await session.execute(update(TOUR).where(TOUR.c.id == tour_id).values(state=str(state)))


async def reschedule_tour(session: Session, tour_id: int, starts: date, ends: date, *, sent: bool = True) -> None:
    """Change the days. If calendar entries were *sent*, their sequence increases."""
    later = TOUR.c.sequence + (1 if sent else 0)
    await session.execute(update(TOUR).where(TOUR.c.id == tour_id).values(starts=starts, ends=ends, sequence=later))


async def round_of(session: Session, tour_id: int) -> int:
    """The id of the tour's round."""
    round_id: int = (await session.execute(select(TOUR.c.round_id).where(TOUR.c.id == tour_id))).scalar_one()
    return round_id


async def forget_person(session: Session, person: str) -> None:
    """Delete their membership and constraints. `tour_progress` forgets the rest."""
    await session.execute(delete(MEMBER).where(MEMBER.c.person_id == person))
    await session.execute(delete(CONSTRAINT).where((CONSTRAINT.c.one == person) | (CONSTRAINT.c.other == person)))
