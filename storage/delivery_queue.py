"""Errands for whoever carries the post: "look at delivery 42". On PostgreSQL they wait in procrastinate's queue, written in
the same transaction as the delivery; on SQLite there is one process, which looks into the ledger by itself.

The ledger is the truth. An errand that is lost is found missing and written again; one that comes twice does nothing twice.
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

QUEUE = "post"
DELIVER = "deliver"


@cache
def _manager() -> JobManager:
    """procrastinate's words for its tables: every call brings the connection of the transaction that it belongs to.

    Loaded with the first errand: it takes a tenth of a second, and a command on SQLite never writes one.
    """
    from procrastinate import PsycopgConnector
    from procrastinate.manager import JobManager

    return JobManager(PsycopgConnector())


@dataclass(frozen=True, slots=True)
class QueuedDelivery:
    """One delivery to be looked at, not before *due_at*: the first of its *line*. The next one follows when it has ended."""

    delivery: int
    lock: str
    due_at: datetime


def lock_key(place: int, *, is_reply: bool) -> str:
    """Answers do not stand in line behind the notices of their room."""
    return f"{'answers' if is_reply else 'place'}:{place}"


async def enqueue(session: Session, queued: Sequence[QueuedDelivery], now: datetime) -> None:
    """Put *queued* into the queue, as part of this transaction; nothing to do on SQLite."""
    if not queued or not is_postgresql(session):
        return
    raw: Any = (await (await session.connection()).get_raw_connection()).driver_connection
    await _manager().batch_defer_jobs_async([_job(each, now) for each in queued], connection=raw)


def _job(errand: QueuedDelivery, now: datetime) -> Job:
    from procrastinate.jobs import Job

    return Job(
        queue=QUEUE,
        task_name=DELIVER,
        lock=errand.lock,
        queueing_lock=None,
        priority=1 if errand.lock.startswith("answers:") else 0,
        task_kwargs={"delivery_id": errand.delivery},
        scheduled_at=errand.due_at if errand.due_at > now else None,
    )


# The deliveries of a notice that are the first of their line.
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
    WHERE place_id = :place AND state IN ('new', 'sending') AND (kind = 'reply') = :is_answer
    ORDER BY id LIMIT 1
""")
# The first of its line, waiting without an errand: revived by hand, or written while the one before it was just ending.
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
    """Write an errand for everything that is due and has none; return how many there were. PostgreSQL only."""
    found = [_queued_delivery(row) for row in await session.execute(_MISSING, {"now": now, "limit": limit})]
    await enqueue(session, found, now)
    return len(found)


async def enqueue_notice(session: Session, notice: str, kind: str, seq: int, now: datetime) -> None:
    """Write errands for those deliveries of a notice that are the first of their line; the others follow on them."""
    if is_postgresql(session):
        rows = await session.execute(_FIRSTS, {"notice": notice, "kind": kind, "seq": seq})
        await enqueue(session, [_queued_delivery(row) for row in rows], now)


async def enqueue_next(session: Session, place: int, now: datetime, *, is_reply: bool) -> None:
    """One of that line has ended: write the errand for the oldest one that waits there. PostgreSQL only."""
    rows = await session.execute(_NEXT, {"place": place, "is_answer": is_reply})
    await enqueue(session, [_queued_delivery(row) for row in rows], now)


def _queued_delivery(row: Any) -> QueuedDelivery:
    return QueuedDelivery(row.id, lock_key(row.place_id, is_reply=row.kind == "reply"), row.due_at)
