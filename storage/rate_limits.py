"""When the next message may be posted to each place and each account. It is stored so that all replicas respect it.

next_at         the first free slot: messages to one place keep a minimum distance
blocked_until   the platform asked to wait: no process posts there before that
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, greatest, insert_into, table_of


class RateLimitRow(SQLModel, table=True):
    """Moments are seconds since 1970, so that the same arithmetic works in both databases."""

    __tablename__ = "rate_limit"

    key: str = Field(primary_key=True)
    account: str = Field(index=True)
    next_at: float = 0.0
    blocked_until: float = 0.0
    reason: str = ""


RATE_LIMIT = table_of(RateLimitRow)


@dataclass(frozen=True, slots=True)
class RateLimitBlock:
    """A place or account that is blocked until *until*, and the reason that the platform gave."""

    key: str
    until: datetime
    reason: str


def place_key(place_id: int) -> str:
    return f"place:{place_id}"


def account_key(platform: str, workspace: str) -> str:
    """The key of the limit of a whole workspace or tenant."""
    return f"account:{platform}:{workspace}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


async def blocked_until(session: Session, keys: Sequence[str], now: datetime) -> datetime | None:
    """When the last of those blocks ends; None when none of the keys is blocked at *now*."""
    query = select(func.max(RATE_LIMIT.c.blocked_until)).where(RATE_LIMIT.c.key.in_(keys))
    latest = (await session.execute(query)).scalar_one() or 0.0
    return _moment(latest) if latest > now.timestamp() else None


async def reserve(session: Session, key: str, account: str, now: datetime, spacing: timedelta) -> datetime:
    """Reserve the next free slot: *now*, or later when others are before it.

    Source: one statement, so two processes never take the same one.
    """
    at, step = now.timestamp(), spacing.total_seconds()
    taken = (
        insert_into(session, RateLimitRow)
        .values(key=key, account=account, next_at=at + step, blocked_until=0.0, reason="")
        .on_conflict_do_update(
            index_elements=["key"], set_={"next_at": greatest(session, RATE_LIMIT.c.next_at, at) + step}
        )
        .returning(RATE_LIMIT.c.next_at)
    )
    return _moment((await session.execute(taken)).scalar_one() - step)


async def delay_until(session: Session, key: str, moment: datetime) -> None:
    """Let the next free slot be at *moment* or later."""
    late = update(RATE_LIMIT).where(RATE_LIMIT.c.key == key, RATE_LIMIT.c.next_at < moment.timestamp())
    await session.execute(late.values(next_at=moment.timestamp()))


async def block(session: Session, key: str, account: str, until: datetime, reason: str) -> None:
    """Block that key until *until*; a longer block stays."""
    at = until.timestamp()
    closed = {"blocked_until": greatest(session, RATE_LIMIT.c.blocked_until, at), "reason": reason}
    row = insert_into(session, RateLimitRow).values(
        key=key, account=account, next_at=0.0, blocked_until=at, reason=reason
    )
    await session.execute(row.on_conflict_do_update(index_elements=["key"], set_=closed))


async def are_others_blocked(session: Session, account: str, key: str, now: datetime) -> bool:
    """Whether another key of that account is blocked at *now*: then the platform throttles the account, not one place."""
    query = select(RATE_LIMIT.c.key).where(RATE_LIMIT.c.account == account, RATE_LIMIT.c.key != key)
    return (
        await session.execute(query.where(RATE_LIMIT.c.blocked_until > now.timestamp()).limit(1))
    ).first() is not None


async def blocks_at(session: Session, now: datetime) -> tuple[RateLimitBlock, ...]:
    """All blocks at *now*, by key."""
    query = select(RATE_LIMIT).where(RATE_LIMIT.c.blocked_until > now.timestamp()).order_by(RATE_LIMIT.c.key)
    rows = await session.execute(query)
    return tuple(RateLimitBlock(row.key, _moment(row.blocked_until), row.reason) for row in rows)
