"""Retention: every night, delete what is older than the organisation wants to keep."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.context import AppContext
from storage import audit, deliveries, handoffs, job_runs, processed_events, questions
from storage.store import Session


async def delete_expired(ctx: AppContext, session: Session, due: datetime) -> None:
    """Delete processed events, audit lines, questions, kept answers and unsent replies older than HANDSHAKE_RETENTION_DAYS."""
    oldest = due - timedelta(days=ctx.policy.retention_days)
    await processed_events.forget_before(session, oldest)
    await audit.forget_before(session, oldest)
    await deliveries.forget_replies_before(session, oldest)
    await job_runs.forget_before(session, oldest)
    await questions.forget_before(session, oldest)
    await handoffs.forget_before(session, oldest)
