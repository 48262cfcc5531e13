"""Scheduled work of dinners: advance their states. Each step happens once; a missed day delays and skips nothing.

planned > polling > dated > invited > reminded > seated > announced > thanked > reviewed
"""

from __future__ import annotations

from datetime import datetime

from handlers.context import AppContext
from handlers.dinners import workflow
from handlers.dinners.rules import quarters, timeline
from handlers.dinners.workflow import advance, forget_needs
from handlers.shared.rules.quiet_hours import WorkingHours, parse_working_days
from storage import dinners, people
from storage.store import Session
from storage.values.dinners import Dinner, DinnerState

MOST_STEPS = len(DinnerState)  # of one dinner in one run


async def tick(ctx: AppContext, session: Session, now: datetime) -> None:
    """Advance every dinner as far as it is due, pass lapsed offers on, and delete expired needs."""
    hours = WorkingHours(days=parse_working_days(ctx.policy.working_days), country=ctx.policy.holidays)
    for ongoing in await dinners.ongoing(session):
        dinner = await dinners.lock_dinner(session, ongoing.id)
        if not dinner.is_over:
            await workflow.update_seats(ctx, session, dinner, now)
        for _ in range(MOST_STEPS):
            step = timeline.step_due(dinner, await _poll(session, dinner), now, hours.is_working_day)
            moved_on = await advance(ctx, session, dinner, step, now) if step else None
            if moved_on is None:
                break
            dinner = moved_on
    await _forget_needs(session, now)


async def _poll(session: Session, dinner: Dinner) -> timeline.PollStatus:
    if dinner.state not in (DinnerState.PLANNED, DinnerState.POLLING):
        return timeline.PollStatus(())
    asked = await people.ids_with_team(session)
    voted = (await dinners.votes(session, dinner.id)).keys()
    return timeline.PollStatus(await dinners.dates(session, dinner.id), bool(asked) and asked <= voted)


async def _forget_needs(session: Session, now: datetime) -> None:
    """Delete diet and access 14 days after the dinner, in the store and in the host's conversation."""
    for dinner in await dinners.with_needs(session):
        if timeline.have_needs_expired(dinner, quarters.last_day(dinner.key), now):
            await forget_needs(session, dinner, now)
