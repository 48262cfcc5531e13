"""Who sat at which table at which dinner, and who must never share a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select
from sqlmodel import Field, SQLModel

from storage.store import Session, insert_all, insert_new, table_of
from storage.values.dinners import SeatAssignment
from storage.values.tours import Pair


class DinnerSeatRow(SQLModel, table=True):
    __tablename__ = "dinner_seat"

    dinner_id: int = Field(primary_key=True, foreign_key="dinner.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True)
    table_no: int
    is_host: bool = False


class DinnerKeptApartRow(SQLModel, table=True):
    """Two people who are never put at one table; their ids in order."""

    __tablename__ = "dinner_kept_apart"

    one: str = Field(primary_key=True)
    other: str = Field(primary_key=True)


SEAT, KEPT_APART = table_of(DinnerSeatRow), table_of(DinnerKeptApartRow)


async def seat_assignments(session: Session, dinner_id: int) -> tuple[SeatAssignment, ...]:
    """Who sits where, table by table."""
    query = select(SEAT).where(SEAT.c.dinner_id == dinner_id).order_by(SEAT.c.table_no, SEAT.c.person_id)
    return tuple(SeatAssignment(row.person_id, row.table_no, row.is_host) for row in await session.execute(query))


async def assign_seats(session: Session, dinner_id: int, assignments: Sequence[SeatAssignment]) -> None:
    """Replace all seats of that dinner."""
    await session.execute(delete(SEAT).where(SEAT.c.dinner_id == dinner_id))
    rows = [
        {"dinner_id": dinner_id, "person_id": seat.person, "table_no": seat.table, "is_host": seat.is_host}
        for seat in assignments
    ]
    await insert_all(session, DinnerSeatRow, rows)


async def vacate_seats(session: Session, dinner_id: int, people: Collection[str]) -> None:
    """Remove the seats of people who declined or did not come."""
    await session.execute(delete(SEAT).where(SEAT.c.dinner_id == dinner_id, SEAT.c.person_id.in_(sorted(people))))


async def past_seat_assignments(session: Session, exclude_dinner_id: int) -> Mapping[int, Sequence[SeatAssignment]]:
    """Dinner id -> who sat where, of every dinner except that one; in the order of planning."""
    query = (
        select(SEAT)
        .where(SEAT.c.dinner_id != exclude_dinner_id)
        .order_by(SEAT.c.dinner_id, SEAT.c.table_no, SEAT.c.person_id)
    )
    by_dinner: dict[int, list[SeatAssignment]] = {}
    for row in await session.execute(query):
        by_dinner.setdefault(row.dinner_id, []).append(SeatAssignment(row.person_id, row.table_no, row.is_host))
    return by_dinner


async def kept_apart(session: Session) -> frozenset[Pair]:
    return frozenset(frozenset({row.one, row.other}) for row in await session.execute(select(KEPT_APART)))


async def keep_apart(session: Session, pair: Pair) -> None:
    one, other = sorted(pair)
    await insert_new(session, DinnerKeptApartRow, [{"one": one, "other": other}])


async def stop_keeping_apart(session: Session, pair: Pair) -> None:
    one, other = sorted(pair)
    await session.execute(delete(KEPT_APART).where(KEPT_APART.c.one == one, KEPT_APART.c.other == other))


async def seat_of_person(session: Session, dinner_id: int, person: str) -> SeatAssignment | None:
    query = select(SEAT).where(SEAT.c.dinner_id == dinner_id, SEAT.c.person_id == person)
    row = (await session.execute(query)).one_or_none()
    return SeatAssignment(row.person_id, row.table_no, row.is_host) if row else None


async def count_kept_apart(session: Session, person: str) -> int:
    """From how many people *person* is kept apart. Who they are is known to those who run dinners alone."""
    return sum(person in pair for pair in await kept_apart(session))


async def forget_person(session: Session, person: str) -> None:
    await session.execute(delete(SEAT).where(SEAT.c.person_id == person))
    await session.execute(delete(KEPT_APART).where((KEPT_APART.c.one == person) | (KEPT_APART.c.other == person)))
