"""Retention: every night, delete what is older than the organisation wants to keep."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.context import AppContext
from storage import (
    audit,
    celebrations,
    deliveries,
    handoffs,
    job_runs,
    posted_cards,
    processed_events,
    questions,
    tour_progress,
)
from storage.store import Session


async def delete_expired(ctx: AppContext, session: Session, due: datetime) -> None:
    """Delete what is older than HANDSHAKE_RETENTION_DAYS: events, audit lines, unsent replies, and what people wrote.

    Revisions stay, because they are the history of the roadmap.
    """
    oldest = due - timedelta(days=ctx.policy.retention_days)
    await processed_events.forget_before(session, oldest)
    await audit.forget_before(session, oldest)
    await deliveries.forget_replies_before(session, oldest)
    await job_runs.forget_before(session, oldest)
    await questions.forget_before(session, oldest)
    await posted_cards.forget_before(session, oldest)  # first, so that no old card is edited for want of its thanks
    await celebrations.forget_before(session, oldest)
    await tour_progress.forget_before(session, oldest)
    await handoffs.forget_before(session, oldest)
