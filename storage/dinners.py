"""The quarterly dinners: plans, polls, answers and seats. What guests need is stored encrypted and returned encrypted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Column, delete, func, select, update
from sqlmodel import Field, SQLModel

from storage import dinner_seats
from storage.store import Session, UtcDateTime, insert_all, insert_into, insert_new, is_postgresql, table_of
from storage.values.company import Side
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer, SeatStatus


class DinnerRow(SQLModel, table=True):
    __tablename__ = "dinner"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    state: str = DinnerState.PLANNED
    host: str = ""
    host_side: str = Side.OTHER
    cap: int = 0
    size: int = 6
    day: date | None = None
    start_time: str = "19:00"
    timezone: str = "UTC"
    venue: str = ""
    planned_by: str = ""
    planned_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    was_opened: bool = False
    closes_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    sequence: int = 0


class DinnerDateRow(SQLModel, table=True):
    """A day that is offered in the poll."""

    __tablename__ = "dinner_date"

    dinner_id: int = Field(primary_key=True, foreign_key="dinner.id", ondelete="CASCADE")
    day: date = Field(primary_key=True)


class DinnerVoteRow(SQLModel, table=True):
    __tablename__ = "dinner_vote"

    dinner_id: int = Field(primary_key=True, foreign_key="dinner.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    answer: str


class DinnerGuestRow(SQLModel, table=True):
    """`encrypted_needs` is what a guest told the host about diet and access."""

    __tablename__ = "dinner_guest"

    dinner_id: int = Field(primary_key=True, foreign_key="dinner.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True)
    answer: str = ""
    seat_status: str = ""
    since: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    offered_until: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    encrypted_needs: str = ""
    calendar_sequence: int | None = None


class DinnerRoleRow(SQLModel, table=True):
    """`organiser` runs the dinner beside the admins, `must` has to be able to come, `host` hosts one of the tables."""

    __tablename__ = "dinner_role"

    dinner_id: int = Field(primary_key=True, foreign_key="dinner.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)


class DinnerPulseCountRow(SQLModel, table=True):
    """How often each answer was given, without the people who gave it."""

    __tablename__ = "dinner_pulse_count"

    dinner_id: int = Field(primary_key=True, foreign_key="dinner.id", ondelete="CASCADE")
    question: str = Field(primary_key=True)
    answer: str = Field(primary_key=True)
    times: int = 0


class DinnerPulseRespondentRow(SQLModel, table=True):
    """Who has answered, without their answers."""

    __tablename__ = "dinner_pulse_respondent"

    dinner_id: int = Field(primary_key=True, foreign_key="dinner.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True)


class DinnerNeedsNoticeRow(SQLModel, table=True):
    """A notice that told the host about diet and access, so that it can be removed."""

    __tablename__ = "dinner_needs_notice"

    dinner_id: int = Field(primary_key=True, foreign_key="dinner.id", ondelete="CASCADE")
    notice: str = Field(primary_key=True)


DINNER, DATE, VOTE = table_of(DinnerRow), table_of(DinnerDateRow), table_of(DinnerVoteRow)
GUEST, ROLE = table_of(DinnerGuestRow), table_of(DinnerRoleRow)
PULSE_COUNT, PULSE_RESPONDENT, NEEDS_NOTICE = (
    table_of(DinnerPulseCountRow),
    table_of(DinnerPulseRespondentRow),
    table_of(DinnerNeedsNoticeRow),
)
ENDED = [str(DinnerState.REVIEWED), str(DinnerState.CANCELLED)]


def _dinner_from(row: Any) -> Dinner:
    values = {field.name: getattr(row, field.name) for field in fields(Dinner)}
    return Dinner(**values | {"state": DinnerState(row.state), "host_side": Side(row.host_side)})


def _columns(dinner: Dinner) -> dict[str, Any]:
    values = {field.name: getattr(dinner, field.name) for field in fields(Dinner) if field.name != "id"}
    return values | {"state": str(dinner.state), "host_side": str(dinner.host_side)}


async def all_dinners(session: Session) -> tuple[Dinner, ...]:
    """Every dinner, in the order in which they were planned."""
    return tuple(_dinner_from(row) for row in await session.execute(select(DINNER).order_by(DINNER.c.id)))


async def ongoing(session: Session) -> tuple[Dinner, ...]:
    """The dinners that are not reviewed or cancelled, in the order in which they were planned."""
    query = select(DINNER).where(DINNER.c.state.not_in(ENDED)).order_by(DINNER.c.id)
    return tuple(_dinner_from(row) for row in await session.execute(query))


async def with_key(session: Session, key: str) -> Dinner | None:
    row = (await session.execute(select(DINNER).where(DINNER.c.key == key))).one_or_none()
    return _dinner_from(row) if row else None


async def lock_dinner(session: Session, dinner_id: int) -> Dinner:
    """The dinner, locked until this transaction ends, so that seats are assigned one after the other."""
    query = select(DINNER).where(DINNER.c.id == dinner_id)
    query = query.with_for_update() if is_postgresql(session) else query
    return _dinner_from((await session.execute(query)).one())


async def add(session: Session, dinner: Dinner) -> Dinner:
    """Store a new dinner. It replaces a cancelled one with the same key and continues its calendar sequence."""
    await session.execute(delete(DINNER).where(DINNER.c.key == dinner.key))
    await insert_all(session, DinnerRow, [_columns(dinner)])
    return cast(Dinner, await with_key(session, dinner.key))


async def save(session: Session, dinner: Dinner) -> None:
    await session.execute(update(DINNER).where(DINNER.c.id == dinner.id).values(**_columns(dinner)))


async def roles(session: Session, dinner_id: int) -> Mapping[str, frozenset[str]]:
    """Role (`organiser`, `must`, `host`) -> the people who have it."""
    by_role: dict[str, set[str]] = {"organiser": set(), "must": set(), "host": set()}
    for row in await session.execute(select(ROLE).where(ROLE.c.dinner_id == dinner_id)):
        by_role.setdefault(row.role, set()).add(row.person_id)
    return {role: frozenset(people) for role, people in by_role.items()}


async def set_role(session: Session, dinner_id: int, role: str, people: Iterable[str]) -> None:
    """Replace the people with that role."""
    await session.execute(delete(ROLE).where(ROLE.c.dinner_id == dinner_id, ROLE.c.role == role))
    rows = [{"dinner_id": dinner_id, "person_id": person, "role": role} for person in sorted(set(people))]
    await insert_new(session, DinnerRoleRow, rows)


async def dates(session: Session, dinner_id: int) -> tuple[date, ...]:
    """The days on offer, in order."""
    query = select(DATE.c.day).where(DATE.c.dinner_id == dinner_id).order_by(DATE.c.day)
    return tuple((await session.execute(query)).scalars())


async def set_dates(session: Session, dinner_id: int, days: Collection[date]) -> None:
    """Replace the days on offer; votes for other days are deleted."""
    await session.execute(delete(DATE).where(DATE.c.dinner_id == dinner_id, DATE.c.day.not_in(days)))
    await session.execute(delete(VOTE).where(VOTE.c.dinner_id == dinner_id, VOTE.c.day.not_in(days)))
    await insert_new(session, DinnerDateRow, [{"dinner_id": dinner_id, "day": day} for day in sorted(days)])


async def vote(session: Session, dinner_id: int, person: str, answers: Mapping[date, RsvpAnswer]) -> None:
    """Store the votes of *person*, replacing earlier ones."""
    await session.execute(delete(VOTE).where(VOTE.c.dinner_id == dinner_id, VOTE.c.person_id == person))
    rows = [
        {"dinner_id": dinner_id, "person_id": person, "day": day, "answer": str(answer)}
        for day, answer in answers.items()
    ]
    await insert_all(session, DinnerVoteRow, rows)


async def votes(session: Session, dinner_id: int) -> Mapping[str, Mapping[date, RsvpAnswer]]:
    """Person -> day -> answer."""
    by_person: dict[str, dict[date, RsvpAnswer]] = {}
    for row in await session.execute(select(VOTE).where(VOTE.c.dinner_id == dinner_id)):
        by_person.setdefault(row.person_id, {})[row.day] = RsvpAnswer(row.answer)
    return by_person


_GUEST_COLUMNS = [column for column in GUEST.c if column.name != "encrypted_needs"]


async def rsvps(session: Session, dinner_id: int) -> Mapping[str, Rsvp]:
    """Person -> answer, in the order in which they said yes."""
    query = select(*_GUEST_COLUMNS, (GUEST.c.encrypted_needs != "").label("has_needs")).where(
        GUEST.c.dinner_id == dinner_id
    )
    rows = (await session.execute(query)).all()
    rsvps = [_rsvp_from(row) for row in rows]
    rsvps.sort(key=lambda rsvp: (rsvp.since is None, rsvp.since.timestamp() if rsvp.since else 0.0, rsvp.person))
    return {rsvp.person: rsvp for rsvp in rsvps}


def _rsvp_from(row: Any) -> Rsvp:
    return Rsvp(
        person=row.person_id,
        answer=RsvpAnswer(row.answer) if row.answer else None,
        seat_status=SeatStatus(row.seat_status),
        since=row.since,
        offered_until=row.offered_until,
        has_needs=bool(row.has_needs),
        calendar_sequence=row.calendar_sequence,
    )


async def save_rsvps(session: Session, dinner_id: int, rsvps: Iterable[Rsvp]) -> None:
    """Store these answers. Needs stay as they are."""
    for rsvp in rsvps:
        values = {
            "answer": str(rsvp.answer or ""),
            "seat_status": str(rsvp.seat_status),
            "since": rsvp.since,
            "offered_until": rsvp.offered_until,
            "calendar_sequence": rsvp.calendar_sequence,
        }
        row = insert_into(session, DinnerGuestRow).values(
            dinner_id=dinner_id, person_id=rsvp.person, encrypted_needs="", **values
        )
        await session.execute(row.on_conflict_do_update(index_elements=["dinner_id", "person_id"], set_=values))


async def save_needs(session: Session, dinner_id: int, person: str, encrypted: str) -> None:
    """Store what *person* told the host about diet and access; "" deletes it. Their row exists already."""
    here = (GUEST.c.dinner_id == dinner_id) & (GUEST.c.person_id == person)
    await session.execute(update(GUEST).where(here).values(encrypted_needs=encrypted))


async def encrypted_needs(session: Session, dinner_id: int) -> Mapping[str, str]:
    """Person -> their needs, encrypted: only for the host of that dinner."""
    query = select(GUEST.c.person_id, GUEST.c.encrypted_needs).where(
        GUEST.c.dinner_id == dinner_id, GUEST.c.encrypted_needs != ""
    )
    return {row.person_id: row.encrypted_needs for row in await session.execute(query)}


async def record_needs_notice(session: Session, dinner_id: int, notice: str) -> None:
    await insert_new(session, DinnerNeedsNoticeRow, [{"dinner_id": dinner_id, "notice": notice}])


async def needs_notices(session: Session, dinner_id: int) -> tuple[str, ...]:
    """The keys of the notices that told the host about needs."""
    query = select(NEEDS_NOTICE.c.notice).where(NEEDS_NOTICE.c.dinner_id == dinner_id).order_by(NEEDS_NOTICE.c.notice)
    return tuple((await session.execute(query)).scalars())


async def with_needs(session: Session) -> tuple[Dinner, ...]:
    """The dinners for which needs are still stored, or still posted in the host's conversation."""
    kept = select(GUEST.c.dinner_id).where(GUEST.c.encrypted_needs != "").union(select(NEEDS_NOTICE.c.dinner_id))
    query = select(DINNER).where(DINNER.c.id.in_(kept)).order_by(DINNER.c.id)
    return tuple(_dinner_from(row) for row in await session.execute(query))


async def with_needs_of(session: Session, person: str) -> tuple[Dinner, ...]:
    """The dinners whose hosts were sent the diet and access of guests while *person* was one of them."""
    query = (
        select(DINNER)
        .join(GUEST, GUEST.c.dinner_id == DINNER.c.id)
        .where(GUEST.c.person_id == person, DINNER.c.id.in_(select(NEEDS_NOTICE.c.dinner_id)))
    )
    return tuple(_dinner_from(row) for row in await session.execute(query.order_by(DINNER.c.id)))


async def forget_needs(session: Session, dinner_id: int) -> None:
    await session.execute(
        update(GUEST).where(GUEST.c.dinner_id == dinner_id, GUEST.c.encrypted_needs != "").values(encrypted_needs="")
    )
    await session.execute(delete(NEEDS_NOTICE).where(NEEDS_NOTICE.c.dinner_id == dinner_id))


async def record_pulse(session: Session, dinner_id: int, person: str, answers: Mapping[str, str]) -> bool:
    """Count *answers* (question -> answer) without a name; False when *person* has answered before."""
    if not await insert_new(session, DinnerPulseRespondentRow, [{"dinner_id": dinner_id, "person_id": person}]):
        return False
    for question, answer in sorted(answers.items()):
        row = insert_into(session, DinnerPulseCountRow).values(
            dinner_id=dinner_id, question=question, answer=answer, times=1
        )
        more = row.on_conflict_do_update(
            index_elements=["dinner_id", "question", "answer"], set_={"times": PULSE_COUNT.c.times + 1}
        )
        await session.execute(more)
    return True


async def pulse_counts(session: Session, dinner_id: int) -> tuple[int, Mapping[str, Mapping[str, int]]]:
    """How many people answered, and question -> answer -> count."""
    counts: dict[str, dict[str, int]] = {}
    for row in await session.execute(select(PULSE_COUNT).where(PULSE_COUNT.c.dinner_id == dinner_id)):
        counts.setdefault(row.question, {})[row.answer] = row.times
    counted = select(func.count()).where(PULSE_RESPONDENT.c.dinner_id == dinner_id)
    return (await session.execute(counted)).scalar_one(), counts


async def of_person(session: Session, person: str) -> list[dict[str, object]]:
    """What is stored about a person's dinners, for their export. Their needs stay encrypted and are not included."""
    entries = [await _of_person(session, dinner, person) for dinner in await all_dinners(session)]
    return [entry for entry in entries if len(entry) > 1]


async def _of_person(session: Session, dinner: Dinner, person: str) -> dict[str, object]:
    """The dinner's key, and whatever else is stored about that person."""
    mine = (await rsvps(session, dinner.id)).get(person) or Rsvp(person=person)
    voted = (await votes(session, dinner.id)).get(person, {})
    seat = await dinner_seats.seat_of_person(session, dinner.id, person)
    parts = [role for role, people in sorted((await roles(session, dinner.id)).items()) if person in people]
    parts += [part for part, holder in (("main host", dinner.host), ("planner", dinner.planned_by)) if holder == person]
    stored: dict[str, object] = {
        "answer": str(mine.answer or ""),
        "seat": str(mine.seat_status),
        "since": mine.since.isoformat() if mine.since else "",
        "offered_until": mine.offered_until.isoformat() if mine.offered_until else "",
        "calendar_entry": mine.calendar_sequence,
        "days": {day.isoformat(): str(answer) for day, answer in sorted(voted.items())},
        "needs": "told the host, and kept closed" if mine.has_needs else "",
        "table": seat.table + 1 if seat else None,
        "hosts_table": True if seat and seat.is_host else None,
        "parts": parts,
        "answered_pulse": True if await _has_answered_pulse(session, dinner.id, person) else None,
    }
    return {"dinner": dinner.key} | {name: value for name, value in stored.items() if value not in ("", None, {}, [])}


async def _has_answered_pulse(session: Session, dinner_id: int, person: str) -> bool:
    mine = (PULSE_RESPONDENT.c.dinner_id == dinner_id) & (PULSE_RESPONDENT.c.person_id == person)
    return (await session.execute(select(PULSE_RESPONDENT.c.person_id).where(mine))).one_or_none() is not None


async def forget_person(session: Session, person: str) -> None:
    """Delete everything about that person. The next run of the dinner job offers their seat to somebody else."""
    for table in (VOTE, GUEST, ROLE, PULSE_RESPONDENT):
        await session.execute(delete(table).where(table.c.person_id == person))
    await dinner_seats.forget_person(session, person)
    for column in (DINNER.c.host, DINNER.c.planned_by):
        await session.execute(update(DINNER).where(column == person).values(**{column.name: ""}))
