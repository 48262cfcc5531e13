"""A tour that everybody agreed to: how it begins, how it ends early, and the calendar entries of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.toolbox import AppContext
from handlers.tours.calendars import send_calendar_entries
from handlers.tours.proposing import CANCELLED, KICKOFF
from handlers.tours.rules.life import all_said_yes, first_day
from storage import tour_lives, tours
from storage.store import Session
from storage.values.tours import Tour, TourState


async def start_if_approved(ctx: AppContext, session: Session, tour: Tour, now: datetime) -> Tour:
    """The tour as it stands now: settled, when nobody's yes is missing any more. Ask while holding the round's lock."""
    if tour.state is not TourState.PROPOSED or not all_said_yes(await tour_lives.approvals(session, tour.id)):
        return tour
    await tours.set_tour_state(session, tour.id, TourState.APPROVED)
    if tour.starts <= now.date():  # the last yes came late; everybody gets the weeks that were planned
        starts = first_day(now.date() - timedelta(days=6), None)
        await tours.reschedule_tour(session, tour.id, starts, starts + (tour.ends - tour.starts), sent=False)
    settled = await tours.tour_with(session, tour.id) or tour
    await send_calendar_entries(ctx, session, settled, KICKOFF, now)
    return settled


async def end_early(ctx: AppContext, session: Session, tour: Tour, now: datetime) -> Tour:
    """A settled tour that somebody ends: stopped, or off when it had not begun. Calendar entries are taken back."""
    has_begun = tour.starts <= now.date()
    state = TourState.STOPPED if has_begun else TourState.DECLINED
    await tours.set_tour_state(session, tour.id, state)
    await tours.reschedule_tour(session, tour.id, tour.starts, min(tour.ends, now.date()) if has_begun else tour.ends)
    ended = replace(tour, state=state, sequence=tour.sequence + 1)
    await send_calendar_entries(ctx, session, ended, CANCELLED, now)
    return ended
