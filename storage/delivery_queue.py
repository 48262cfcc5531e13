"""Jobs for the delivery workers: "process delivery 42". On PostgreSQL they are in procrastinate's queue, written in the
same transaction as the delivery. On SQLite there is one process, which polls the `delivery` table instead.

The `delivery` table decides what is sent. A lost job is found and queued again; a repeated job
sends nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from storage.store import Session, is_postgresql

if TYPE_CHECKING:
    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager

QUEUE = "delivery"
DELIVER = "deliver"


@cache
def _manager() -> JobManager:
    """procrastinate's access to its tables. Each call passes the connection of its transaction.

    Imported with the first job: that takes a tenth of a second, and SQLite never needs it.
    """
    from procrastinate import PsycopgConnector
    from procrastinate.manager import JobManager

    return JobManager(PsycopgConnector())


@dataclass(frozen=True, slots=True)
class QueuedDelivery:
    """A delivery to process, not before *due_at*. Deliveries with the same *lock* are queued one after the other."""

    delivery: int
    lock: str
    due_at: datetime


def lock_key(place: int, *, is_reply: bool) -> str:
    """Replies have their own lock, so that they do not wait behind the notices of their room."""
    return f"{'answers' if is_reply else 'place'}:{place}"


async def enqueue(session: Session, queued: Sequence[QueuedDelivery], now: datetime) -> None:
    """Put *queued* into the queue, as part of this transaction. Does nothing on SQLite."""
    if not queued or not is_postgresql(session):
        return
    raw: Any = (await (await session.connection()).get_raw_connection()).driver_connection
    await _manager().batch_defer_jobs_async([_job(delivery, now) for delivery in queued], connection=raw)


def _job(queued: QueuedDelivery, now: datetime) -> Job:
    from procrastinate.jobs import Job

    return Job(
        queue=QUEUE,
        task_name=DELIVER,
        lock=queued.lock,
        queueing_lock=None,
        priority=1 if queued.lock.startswith("answers:") else 0,
        task_kwargs={"delivery_id": queued.delivery},
        scheduled_at=queued.due_at if queued.due_at > now else None,
    )


# The deliveries of a notice that have no earlier one before them with the same lock.
_FIRSTS = text("""
    SELECT delivery.id, delivery.place_id, delivery.kind, delivery.due_at
    FROM delivery
    WHERE delivery.notice_id = :notice AND delivery.kind = :kind AND delivery.seq = :seq AND delivery.state = 'new'
      AND NOT EXISTS (
        SELECT 1 FROM delivery AS earlier
        WHERE earlier.place_id = delivery.place_id AND earlier.id < delivery.id
          AND earlier.state IN ('new', 'sending') AND (earlier.kind = 'reply') = (delivery.kind = 'reply')
      )
    ORDER BY delivery.id
""")
_NEXT = text("""
    SELECT id, place_id, kind, due_at FROM delivery
    WHERE place_id = :place AND state IN ('new', 'sending') AND (kind = 'reply') = :is_reply
    ORDER BY id LIMIT 1
""")
# Deliveries that are first for their lock but have no job: requeued by an operator, or added just as the one before ended.
_MISSING = text("""
    SELECT delivery.id, delivery.place_id, delivery.kind, delivery.due_at
    FROM delivery
    JOIN (
        SELECT min(id) AS id FROM delivery WHERE state IN ('new', 'sending') GROUP BY place_id, kind = 'reply'
    ) AS first ON first.id = delivery.id
    WHERE delivery.due_at <= :now
      AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs AS job
        WHERE job.task_name = 'deliver' AND job.status IN ('todo', 'doing')
          AND job.args ->> 'delivery_id' = CAST(delivery.id AS text)
      )
    ORDER BY delivery.id
    LIMIT :limit
""")


async def enqueue_missing(session: Session, now: datetime, limit: int = 1000) -> int:
    """Queue every due delivery that has no job; return how many. PostgreSQL only."""
    missing = [_queued_delivery(row) for row in await session.execute(_MISSING, {"now": now, "limit": limit})]
    await enqueue(session, missing, now)
    return len(missing)


async def enqueue_notice(session: Session, notice: str, kind: str, seq: int, now: datetime) -> None:
    """Queue the deliveries of a notice that are first for their lock; the others follow them."""
    if is_postgresql(session):
        rows = await session.execute(_FIRSTS, {"notice": notice, "kind": kind, "seq": seq})
        await enqueue(session, [_queued_delivery(row) for row in rows], now)


async def enqueue_next(session: Session, place: int, now: datetime, *, is_reply: bool) -> None:
    """A delivery with that lock has ended: queue the oldest one that waits. PostgreSQL only."""
    rows = await session.execute(_NEXT, {"place": place, "is_reply": is_reply})
    await enqueue(session, [_queued_delivery(row) for row in rows], now)


def _queued_delivery(row: Any) -> QueuedDelivery:
    return QueuedDelivery(row.id, lock_key(row.place_id, is_reply=row.kind == "reply"), row.due_at)
