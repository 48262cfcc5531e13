"""Accounts (a Slack workspace, the Teams tenant) to which nothing is sent until somebody fixes them.

Each is a block in `rate_limit`. When it ends early, what was postponed until its end is due at once. A rate limit that
the platform asked for is not among them: it ends by itself, and not earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update

from storage import rate_limits
from storage.deliveries import DELIVERY, PLACE
from storage.rate_limits import RATE_LIMIT
from storage.store import Session, is_postgresql
from storage.values.deliveries import TOO_MANY_REQUESTS


@dataclass(frozen=True, slots=True)
class PausedAccount:
    """An account that is not used before *until*, the service's reason, and how many deliveries wait for it."""

    platform: str
    workspace: str
    until: datetime
    reason: str
    waiting: int


async def paused_at(session: Session, now: datetime) -> tuple[PausedAccount, ...]:
    """The accounts that are paused at *now*, by name."""
    accounts = []
    for block in await rate_limits.blocks_at(session, now):
        if not block.key.startswith("account:") or block.reason == TOO_MANY_REQUESTS:
            continue
        _, platform, workspace = block.key.split(":", 2)
        waiting = await _count_waiting(session, platform, workspace)
        accounts.append(PausedAccount(platform, workspace, block.until, block.reason, waiting))
    return tuple(accounts)


async def _count_waiting(session: Session, platform: str, workspace: str) -> int:
    query = (
        select(func.count())
        .select_from(DELIVERY)
        .join(PLACE, PLACE.c.id == DELIVERY.c.place_id)
        .where(PLACE.c.platform == platform, PLACE.c.workspace == workspace)
        .where(DELIVERY.c.state.in_(["new", "sending"]))
    )
    return int((await session.execute(query)).scalar_one())


async def resume(session: Session, platform: str, workspace: str, now: datetime) -> bool:
    """End the pause of that account at *now*, because its cause was fixed; False when it is not paused."""
    key = rate_limits.account_key(platform, workspace)
    until = await rate_limits.blocked_until(session, [key], now)
    if until is None:
        return False
    await session.execute(update(RATE_LIMIT).where(RATE_LIMIT.c.key == key).values(blocked_until=0.0, reason=""))
    await _make_due(session, platform, workspace, now, until)
    return True


async def resume_all(session: Session, now: datetime) -> int:
    """End the pauses of all accounts, because an operator says that the causes were fixed; return how many."""
    paused = await paused_at(session, now)
    for account in paused:
        await resume(session, account.platform, account.workspace, now)
    return len(paused)


async def _make_due(session: Session, platform: str, workspace: str, now: datetime, until: datetime) -> None:
    """Let what was postponed until *until* or earlier be due at *now*. Quiet hours are looked at again when it is sent."""
    places = select(PLACE.c.id).where(PLACE.c.platform == platform, PLACE.c.workspace == workspace)
    postponed = (
        update(DELIVERY)
        .where(DELIVERY.c.place_id.in_(places), DELIVERY.c.state.in_(["new", "sending"]))
        .where(DELIVERY.c.due_at > now, DELIVERY.c.due_at <= until)
    )
    await session.execute(postponed.values(due_at=now))
    if is_postgresql(session):
        await session.execute(_HURRY, {"platform": platform, "workspace": workspace, "now": now})


# A job in procrastinate's queue has a time of its own.
_HURRY = text("""
    UPDATE procrastinate_jobs SET scheduled_at = NULL
    WHERE task_name = 'deliver' AND status = 'todo' AND scheduled_at > :now AND args ->> 'delivery_id' IN (
        SELECT CAST(delivery.id AS text) FROM delivery JOIN place ON place.id = delivery.place_id
        WHERE place.platform = :platform AND place.workspace = :workspace
          AND delivery.state IN ('new', 'sending') AND delivery.due_at <= :now
    )
""")
