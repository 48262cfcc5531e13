"""When each place, and each account, may be posted to again. Every process asks here, so that replicas agree.

next_at      the first slot that nobody has taken: posts into one place keep a distance
held_until   a neighbour said "not before": nothing is posted there, by nobody
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, affected, greatest, insert_into, table_of


class GateRow(SQLModel, table=True):
    """Moments are seconds since 1970, so that both databases add to them in the same words."""

    __tablename__ = "gate"

    key: str = Field(primary_key=True)
    account: str = Field(index=True)
    next_at: float = 0.0
    held_until: float = 0.0
    reason: str = ""


GATE = table_of(GateRow)


@dataclass(frozen=True, slots=True)
class Held:
    """A gate that is closed until *until*, with the neighbour's word for why."""

    key: str
    until: datetime
    reason: str


def place_key(place_id: int) -> str:
    return f"place:{place_id}"


def account_key(platform: str, workspace: str) -> str:
    """The gate of a whole workspace or tenant."""
    return f"account:{platform}:{workspace}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


async def held_until(session: Session, keys: Sequence[str], now: datetime) -> datetime | None:
    """Until when the strictest of those gates is closed; None when all are open at *now*."""
    wanted = select(func.max(GATE.c.held_until)).where(GATE.c.key.in_(keys))
    latest = (await session.execute(wanted)).scalar_one() or 0.0
    return _moment(latest) if latest > now.timestamp() else None


async def reserve(session: Session, key: str, account: str, now: datetime, spacing: timedelta) -> datetime:
    """Take the next free slot of that gate: *now*, or later when others come first.

    Source: one statement, so two processes never take the same one.
    """
    at, step = now.timestamp(), spacing.total_seconds()
    taken = (
        insert_into(session, GateRow)
        .values(key=key, account=account, next_at=at + step, held_until=0.0, reason="")
        .on_conflict_do_update(index_elements=["key"], set_={"next_at": greatest(session, GATE.c.next_at, at) + step})
        .returning(GATE.c.next_at)
    )
    return _moment((await session.execute(taken)).scalar_one() - step)


async def not_before(session: Session, key: str, moment: datetime) -> None:
    """Let the next slot of that gate be at *moment* or later."""
    late = update(GATE).where(GATE.c.key == key, GATE.c.next_at < moment.timestamp())
    await session.execute(late.values(next_at=moment.timestamp()))


async def hold(session: Session, key: str, account: str, until: datetime, reason: str) -> None:
    """Close that gate until *until*, or longer where it was to stay closed longer."""
    at = until.timestamp()
    closed = {"held_until": greatest(session, GATE.c.held_until, at), "reason": reason}
    row = insert_into(session, GateRow).values(key=key, account=account, next_at=0.0, held_until=at, reason=reason)
    await session.execute(row.on_conflict_do_update(index_elements=["key"], set_=closed))


async def are_others_held(session: Session, account: str, key: str, now: datetime) -> bool:
    """Whether another gate of that account is closed at *now*: then it is the account that is throttled."""
    wanted = select(GATE.c.key).where(GATE.c.account == account, GATE.c.key != key)
    return (await session.execute(wanted.where(GATE.c.held_until > now.timestamp()).limit(1))).first() is not None


async def release(session: Session, key: str) -> None:
    """Open that gate: what closed it was put right."""
    await session.execute(update(GATE).where(GATE.c.key == key).values(held_until=0.0, reason=""))


async def release_accounts(session: Session, now: datetime) -> int:
    """Ask again of every account that is paused at *now*: somebody says that it was put right. Returns how many."""
    paused = (GATE.c.key == GATE.c.account) & (GATE.c.held_until > now.timestamp())
    return await affected(session, update(GATE).where(paused).values(held_until=0.0, reason=""))


async def closed_at(session: Session, now: datetime) -> tuple[Held, ...]:
    """Every gate that is closed at *now*, by key."""
    wanted = select(GATE).where(GATE.c.held_until > now.timestamp()).order_by(GATE.c.key)
    rows = await session.execute(wanted)
    return tuple(Held(row.key, _moment(row.held_until), row.reason) for row in rows)
