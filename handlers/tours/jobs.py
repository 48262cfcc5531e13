"""Scheduled work of tours: reminders, expiry, start, check-ins, end. Catches up after missed days."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.context import AppContext
from handlers.shared.sending_hours import hours_of_person
from handlers.tours.notices import CHECKIN, DEBRIEF, PROPOSED, notify_person, notify_plan_due
from handlers.tours.rules.inputs import from_data
from handlers.tours.rules.lifecycle import ApprovalAction, action_due, checkins_due
from handlers.tours.workflow import drop_out, end_early, rematch, start_if_approved
from storage import tour_progress, tours
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory
from storage.values.tours import Tour, TourState


async def tick(ctx: AppContext, session: Session, due: datetime) -> None:
    """Advance every tour to the state it should have by now."""
    open_tours = await tours.tours_in(session, (TourState.PROPOSED, TourState.APPROVED, TourState.RUNNING))
    names = await directory(session) if open_tours else Directory()
    for listed in open_tours:
        tour = await tours.lock_round(session, listed.id)  # expiry of one tour may have ended another
        match tour.state:
            case TourState.PROPOSED:
                await _remind_or_drop(ctx, session, tour, names, due)
            case TourState.APPROVED | TourState.RUNNING if await _has_lost_a_side(session, tour, names):
                await _end_one_sided(ctx, session, tour, names, due)
            case TourState.APPROVED if tour.starts <= due.date():
                await tours.set_tour_state(session, tour.id, TourState.RUNNING)
                await _ask_for_checkins(ctx, session, tour, names, due)
            case TourState.RUNNING:
                await _ask_for_checkins(ctx, session, tour, names, due)
    await _remind_of_rounds(ctx, session, due)


async def _remind_or_drop(ctx: AppContext, session: Session, tour: Tour, names: Directory, now: datetime) -> None:
    """Remind people after two of their working days without an answer; after four, it counts as a no."""
    left = [person_id for person_id in tour.people if person_id not in names.person]
    if left:
        await drop_out(ctx, session, tour, left, "left the company", now, knowing=left)
        return
    silent: list[str] = []
    is_anybody_at_work = False
    for approval in await tour_progress.approvals(session, tour.id):
        person = names.person.get(approval.person)
        if person is None:
            continue
        hours = hours_of_person(ctx.policy, person)
        what = action_due(approval, hours.working_days_between(approval.asked_at, now))
        if what is ApprovalAction.REMIND and hours.is_open(now):
            await tour_progress.mark_reminded(session, tour.id, approval.person)
            await notify_person(ctx, session, PROPOSED, tour.id, approval.person, at=now, step="again")
        elif what is ApprovalAction.GIVE_UP:
            is_anybody_at_work = is_anybody_at_work or hours.is_open(now)
            silent.append(approval.about)
    if is_anybody_at_work:
        await drop_out(ctx, session, tour, silent, "no answer to the proposal", now)
        return
    await start_if_approved(ctx, session, tour, now)  # a manager who was asked may have left


async def _has_lost_a_side(session: Session, tour: Tour, names: Directory) -> bool:
    """Whether people left the company and the remaining travellers are of one side only."""
    remaining = [person_id for person_id in tour.people if person_id in names.person]
    kept = (
        await tours.round_with(session, await tours.round_of(session, tour.id))
        if len(remaining) < len(tour.people)
        else None
    )
    sides = (
        {traveller.side for traveller in from_data(kept.inputs).travellers if traveller.id in remaining}
        if kept
        else set()
    )
    return kept is not None and len(sides) < 2


async def _end_one_sided(ctx: AppContext, session: Session, tour: Tour, names: Directory, now: datetime) -> None:
    """End a settled tour that lost a side; before its first day, the others are matched again."""
    ended = await end_early(ctx, session, tour, now)
    if ended.state is TourState.DECLINED:
        left = [person_id for person_id in tour.people if person_id not in names.person]
        await rematch(ctx, session, tour, left, "left the company", now)


async def _ask_for_checkins(ctx: AppContext, session: Session, tour: Tour, names: Directory, now: datetime) -> None:
    """Ask each traveller whether they met, by their local day; after the last day, ask for a debrief."""
    over = True
    for person_id in tour.people:
        person = names.person.get(person_id)
        if person is None:
            continue
        today = hours_of_person(ctx.policy, person).local_day(now)
        steps = checkins_due(tour, today)
        over = over and today > tour.ends
        # After a longer outage only the latest check-in is asked.
        if steps and await tour_progress.add_checkin(session, tour.id, person_id, steps[-1], now):
            await notify_person(ctx, session, CHECKIN, tour.id, person_id, at=now, step=steps[-1])
    if over:
        await tours.set_tour_state(session, tour.id, TourState.ENDED)
        for person_id in tour.people:
            await notify_person(ctx, session, DEBRIEF, tour.id, person_id, at=now)


async def _remind_of_rounds(ctx: AppContext, session: Session, now: datetime) -> None:
    """Remind admins two weeks before a recurring programme is due for its next round."""
    for programme in await tours.programmes(session):
        done = await tours.rounds(session, programme.key)
        newest = await tours.newest_round(session, programme.key)
        if not programme.every or not done or newest is None or not newest.is_published:
            continue
        next_start = done[-1].starts + timedelta(weeks=programme.every)
        if now.date() >= next_start - timedelta(days=14):
            await notify_plan_due(ctx, session, programme.key, newest.number, now)
