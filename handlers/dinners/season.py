"""The season of a dinner, moved on by the clock. Each step is taken once; a day that was missed delays, and skips nothing.

planned > polling > dated > invited > reminded > seated > announced > thanked > reviewed
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.dinners import seating, telling
from handlers.dinners.asking import date_tallies
from handlers.dinners.evening import chairs_of, seating_input
from handlers.dinners.rules import days as day_rules
from handlers.dinners.rules import quarters, seasons
from handlers.hours import WorkingHours, parse_working_days
from handlers.toolbox import AppContext
from storage import dinners, seats
from storage.directory import directory
from storage.store import Session
from storage.values.dinners import Dinner, DinnerState, RsvpAnswer

State = DinnerState
MOST_STEPS = len(State)  # of one dinner at one look


async def tick(ctx: AppContext, session: Session, now: datetime) -> None:
    """Move every dinner on as far as it is due, give lapsed offers on, and delete what is past its time."""
    hours = WorkingHours(days=parse_working_days(ctx.policy.working_days), country=ctx.policy.holidays)
    for each in await dinners.ongoing(session):
        dinner = await dinners.lock_dinner(session, each.id)
        if not dinner.is_over:
            await seating.update_seats(ctx, session, dinner, now)
        for _ in range(MOST_STEPS):
            step = seasons.step_due(dinner, await _poll(session, dinner), now, hours.is_working_day)
            moved_on = await advance(ctx, session, dinner, step, now) if step else None
            if moved_on is None:
                break
            dinner = moved_on
    await _forget_needs(session, now)


async def _poll(session: Session, dinner: Dinner) -> seasons.PollStatus:
    if dinner.state not in (State.PLANNED, State.POLLING):
        return seasons.PollStatus(())
    asked = {each.id for each in telling.invited(await directory(session))}
    voted = (await dinners.votes(session, dinner.id)).keys()
    return seasons.PollStatus(await dinners.dates(session, dinner.id), bool(asked) and asked <= voted)


async def advance(ctx: AppContext, session: Session, dinner: Dinner, step: DinnerState, now: datetime) -> Dinner | None:
    """*dinner* one step further, with what that step says to people; None when it cannot be taken yet."""
    if step is State.DATED and dinner.day is None:
        dated = await _with_best_day(ctx, session, dinner, now)
        if dated is None:
            return None
        dinner = dated
    dinner = replace(dinner, state=step)
    if step is State.POLLING:
        days = await dinners.dates(session, dinner.id)
        dinner = replace(dinner, closes_at=seasons.poll_closes_at(days, dinner.timezone, now))
    await dinners.save(session, dinner)
    await _notify_about_state(ctx, session, dinner, now)
    await telling.refresh_all(session, dinner, now)
    return dinner


async def _with_best_day(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> Dinner | None:
    """The dinner on the best of its days; without one its organiser is told, once, and the poll goes on."""
    names = await directory(session)
    found = await date_tallies(session, dinner, names, await dinners.votes(session, dinner.id))
    won = day_rules.best_day(found, seasons.local_day(dinner, now))
    if won is not None:
        return replace(dinner, day=won.day)
    days = "+".join(each.day.isoformat() for each in found)
    notice = telling.notice_key(dinner, telling.STUCK, days)
    await telling.notify_people(
        ctx, session, [dinner.planned_by], telling.STUCK, telling.notice_payload(dinner), notice=notice, at=now
    )
    return None


async def _notify_about_state(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """What people hear at the beginning of this state; nothing that is too late to be of use."""
    match dinner.state:
        case State.POLLING:
            await telling.notify_invited(ctx, session, dinner, "poll", now)
        case State.INVITED if _is_ahead(dinner, now):
            await telling.notify_invited(ctx, session, dinner, "invitation", now)
        case State.REMINDED if _is_ahead(dinner, now):
            await _remind(ctx, session, dinner, now)
        case State.SEATED:
            await _seat(ctx, session, dinner, now)
        case State.ANNOUNCED if dinner.ends_at and now < dinner.ends_at:
            await _announce(ctx, session, dinner, now)
        case State.THANKED if dinner.ends_at and now - dinner.ends_at < seasons.THANK_WITHIN:
            await _to_guests(ctx, session, dinner, telling.THANKS, now)
        case State.REVIEWED:
            await _report(ctx, session, dinner, now)
        case _:
            pass


def _is_ahead(dinner: Dinner, now: datetime) -> bool:
    return dinner.starts_at is not None and now < dinner.starts_at - timedelta(hours=12)


async def _remind(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    rsvps = await dinners.rsvps(session, dinner.id)
    answered = {each.person for each in rsvps.values() if each.answer in (RsvpAnswer.YES, RsvpAnswer.NO)}
    quiet = [each.id for each in telling.invited(await directory(session)) if each.id not in answered]
    notice = telling.notice_key(dinner, telling.REMINDER, dinner.day)
    await telling.notify_people(
        ctx, session, quiet, telling.REMINDER, telling.notice_payload(dinner), notice=notice, at=now
    )


async def _seat(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """Everybody who comes gets a chair, and the host what guests told of diet and access."""
    found = await seating_input(session, dinner)
    if not found.is_settled and _is_before_the_end(dinner, now):
        await seats.assign_seats(session, dinner.id, chairs_of(seating.seating_for(found, keeps=False), found.chairs))
    if _is_before_the_end(dinner, now):
        await notify_host_of_needs(ctx, session, dinner, now)


def _is_before_the_end(dinner: Dinner, now: datetime) -> bool:
    return dinner.ends_at is not None and now < dinner.ends_at


async def notify_host_of_needs(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """Diet and access, to the host's own conversation: the card finds its words when it is sent, and is taken back later."""
    notice = telling.notice_key(dinner, telling.NEEDS, dinner.host, now.isoformat())
    await telling.notify_people(
        ctx, session, [dinner.host], telling.NEEDS, telling.notice_payload(dinner), notice=notice, at=now
    )
    await dinners.record_needs_notice(session, dinner.id, notice)


async def _announce(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    found = await seating_input(session, dinner)
    if not found.is_settled:
        # Somebody answered since the tables were laid; nobody was told a table yet.
        await seats.assign_seats(session, dinner.id, chairs_of(seating.seating_for(found, keeps=True), found.chairs))
        found = await seating_input(session, dinner)
    await telling.notify_tables(ctx, session, dinner, found.at_table, now, changed=False)


async def _to_guests(ctx: AppContext, session: Session, dinner: Dinner, kind: str, now: datetime) -> None:
    sat = [each.person for each in await seats.seat_assignments(session, dinner.id)]
    notice = telling.notice_key(dinner, kind)
    await telling.notify_people(ctx, session, sat, kind, telling.notice_payload(dinner), notice=notice, at=now)


async def _report(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """How it was, to whoever planned it and to the host, when there is anything to tell."""
    replies, _ = await dinners.pulse_counts(session, dinner.id)
    if replies:
        notice = telling.notice_key(dinner, telling.RESULTS)
        told = {dinner.planned_by, dinner.host} - {""}
        await telling.notify_people(
            ctx, session, told, telling.RESULTS, telling.notice_payload(dinner), notice=notice, at=now
        )


async def _forget_needs(session: Session, now: datetime) -> None:
    """Diet and access go 14 days after, from the store and from the host's conversation, whatever became of the dinner."""
    for dinner in await dinners.with_needs(session):
        if seasons.have_needs_expired(dinner, quarters.last_day(dinner.key), now):
            await forget_needs(session, dinner, now)


async def forget_needs(session: Session, dinner: Dinner, now: datetime) -> None:
    for notice in await dinners.needs_notices(session, dinner.id):
        await telling.retract(session, notice, now)
    await dinners.forget_needs(session, dinner.id)
