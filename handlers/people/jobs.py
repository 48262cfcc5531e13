"""End the memberships whose announced day has come."""

from __future__ import annotations

from datetime import datetime

from handlers.context import AppContext
from handlers.people.workflow import organisation_day
from handlers.shared.leaving import end_memberships
from storage import audit, person_lifecycle
from storage.store import Session


async def end_due(ctx: AppContext, session: Session, due: datetime) -> None:
    """End the membership of everybody whose day has begun where the organisation is."""
    leavers = await person_lifecycle.ending_by(session, organisation_day(ctx, due))
    if leavers:
        await end_memberships(ctx, session, leavers, at=due)
        ended = [person.id for person in leavers]
        await audit.record(session, "people end", at=due, details={"ended": ended})
