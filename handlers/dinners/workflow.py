"""The steps of a dinner that commands and the scheduler share: advancing its state, seats, dietary needs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers.context import AppContext
from handlers.dinners.notices import kinds, queue
from handlers.dinners.notices.kinds import notice_key, notice_payload
from handlers.dinners.queries.overview import date_tallies, seated_first
from handlers.dinners.queries.seating_input import seating_input
from handlers.dinners.rules import date_poll, timeline, waiting_list
from handlers.dinners.rules.seating_input import (
    SeatingInput,
    adjusted_seating,
    chairs_of,
    seating_for,
)
from handlers.shared.conversations import conversation_with
from handlers.shared.sending_hours import next_sending_time
from storage import dinner_seats, dinners, people, places
from storage.directory import directory
from storage.store import Session
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer, SeatAssignment, SeatStatus


async def advance(ctx: AppContext, session: Session, dinner: Dinner, step: DinnerState, now: datetime) -> Dinner | None:
    """Advance *dinner* to the state *step*, and notify people. Returns None if that is not possible yet."""
    if step is DinnerState.DATED and dinner.day is None:
        dated = await _with_best_day(ctx, session, dinner, now)
        if dated is None:
            return None
        dinner = dated
    dinner = replace(dinner, state=step, was_opened=True)
    if step is DinnerState.THANKED:
        await _end_offers(session, dinner)
    if step is DinnerState.POLLING:
        days = await dinners.dates(session, dinner.id)
        dinner = replace(dinner, closes_at=timeline.poll_closes_at(days, dinner.timezone, now))
    await dinners.save(session, dinner)
    await _notify_about_state(ctx, session, dinner, now)
    await queue.refresh_all(session, dinner, now)
    return dinner


async def _with_best_day(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> Dinner | None:
    """*dinner* with the best day; without one, None, the organiser is notified once and the poll goes on."""
    names = await directory(session)
    tallies = await date_tallies(session, dinner, names, await dinners.votes(session, dinner.id))
    won = date_poll.best_day(tallies, timeline.local_day(dinner, now))
    if won is not None:
        return replace(dinner, day=won.day)
    days = "+".join(tally.day.isoformat() for tally in tallies)
    notice = notice_key(dinner, kinds.STUCK, days)
    await queue.notify_people(
        ctx, session, [dinner.planned_by], kinds.STUCK, notice_payload(dinner), notice=notice, at=now
    )
    return None


async def _notify_about_state(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """Send the notices of the new state, unless it is too late for them."""
    match dinner.state:
        case DinnerState.POLLING:
            await queue.notify_invited(ctx, session, dinner, kinds.POLL, now)
        case DinnerState.INVITED if _is_ahead(dinner, now):
            await queue.notify_invited(ctx, session, dinner, kinds.INVITATION, now)
        case DinnerState.REMINDED if _is_ahead(dinner, now):
            await _remind(ctx, session, dinner, now)
        case DinnerState.SEATED:
            await _seat(ctx, session, dinner, now)
        case DinnerState.ANNOUNCED if dinner.ends_at and now < dinner.ends_at:
            await _announce(ctx, session, dinner, now)
        case DinnerState.THANKED if dinner.ends_at and now - dinner.ends_at < timeline.THANK_WITHIN:
            sat = [chair.person for chair in await dinner_seats.seat_assignments(session, dinner.id)]
            await queue.thank(ctx, session, dinner, sat, now)
        case DinnerState.REVIEWED:
            await _report(ctx, session, dinner, now)
        case _:
            pass


async def _end_offers(session: Session, dinner: Dinner) -> None:
    """Seats that were still on offer when the evening came were not taken: nobody sat there."""
    rsvps = await dinners.rsvps(session, dinner.id)
    offered = [rsvp for rsvp in rsvps.values() if rsvp.seat_status is SeatStatus.OFFERED]
    await dinners.save_rsvps(session, dinner.id, [waiting_list.without_offer(rsvp) for rsvp in offered])
    await dinner_seats.vacate_seats(session, dinner.id, [rsvp.person for rsvp in offered])


def _is_ahead(dinner: Dinner, now: datetime) -> bool:
    return dinner.starts_at is not None and now < dinner.starts_at - timedelta(hours=12)


async def _remind(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    rsvps = await dinners.rsvps(session, dinner.id)
    answered = {rsvp.person for rsvp in rsvps.values() if rsvp.answer in (RsvpAnswer.YES, RsvpAnswer.NO)}
    quiet = await people.ids_with_team(session) - answered
    await queue.remind(ctx, session, dinner, quiet, now)


async def _seat(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """Assign the seats, and send the dietary needs to the host."""
    inputs = await seating_input(session, dinner)
    if not inputs.is_settled and _is_before_the_end(dinner, now):
        seating = await asyncio.to_thread(seating_for, inputs, keeps=False)
        await dinner_seats.assign_seats(session, dinner.id, chairs_of(seating, inputs.chairs))
    if _is_before_the_end(dinner, now):
        await notify_host_of_needs(ctx, session, dinner, now)


def _is_before_the_end(dinner: Dinner, now: datetime) -> bool:
    return dinner.ends_at is not None and now < dinner.ends_at


async def notify_host_of_needs(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """Send diet and access to the host in private; the notice is recorded, so that it can be removed later."""
    notice = notice_key(dinner, kinds.NEEDS, dinner.host, now.isoformat())
    await queue.notify_people(ctx, session, [dinner.host], kinds.NEEDS, notice_payload(dinner), notice=notice, at=now)
    await dinners.record_needs_notice(session, dinner.id, notice)


async def _announce(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    inputs = await seating_input(session, dinner)
    if not inputs.is_settled:
        # Answers changed since the seats were assigned, and nobody was told a table yet.
        seating = await asyncio.to_thread(seating_for, inputs, keeps=True)
        await dinner_seats.assign_seats(session, dinner.id, chairs_of(seating, inputs.chairs))
        inputs = await seating_input(session, dinner)
    await queue.notify_tables(ctx, session, dinner, inputs.at_table, now, changed=False)


async def _report(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """Send the results of the pulse to the planner and the host, if there are any replies."""
    replies, _ = await dinners.pulse_counts(session, dinner.id)
    if replies:
        notice = notice_key(dinner, kinds.RESULTS)
        recipients = {dinner.planned_by, dinner.host} - {""}
        await queue.notify_people(
            ctx, session, recipients, kinds.RESULTS, notice_payload(dinner), notice=notice, at=now
        )


async def forget_needs(session: Session, dinner: Dinner, now: datetime) -> None:
    for notice in await dinners.needs_notices(session, dinner.id):
        await queue.retract(session, notice, now)
    await dinners.forget_needs(session, dinner.id)


async def save_seating(
    ctx: AppContext, session: Session, inputs: SeatingInput, chairs: Sequence[SeatAssignment], now: datetime
) -> None:
    """Save the seats, and tell guests whose announced table changed."""
    await dinner_seats.assign_seats(session, inputs.dinner.id, chairs)
    if inputs.dinner.state is DinnerState.ANNOUNCED:
        before = inputs.at_table
        moved = [chair.person for chair in chairs if before.get(chair.person) != chair.table]
        await queue.notify_tables(ctx, session, inputs.dinner, moved, now, changed=True)


async def update_seats(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> None:
    """Offer free seats, and repair announced tables with few moves; once people sit there, only remove who left."""
    has_begun = timeline.has_begun(dinner, now)
    if not has_begun:
        await offer_free_seats(ctx, session, dinner, now)
    inputs = await seating_input(session, dinner)
    gone = set(inputs.at_table) - set(inputs.coming)
    if dinner.state is DinnerState.ANNOUNCED and not inputs.is_settled and inputs.chairs and not has_begun:
        chairs = chairs_of(await asyncio.to_thread(adjusted_seating, inputs), inputs.chairs)
        await save_seating(ctx, session, inputs, chairs, now)
    elif gone:
        await dinner_seats.vacate_seats(session, dinner.id, gone)


async def offer_free_seats(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> dict[str, Rsvp]:
    """Offer free seats and lapsed offers to the waiting list, and notify people. Returns the changed answers."""
    rsvps = await dinners.rsvps(session, dinner.id)
    changed = waiting_list.seat_changes(
        rsvps, cap=dinner.cap, first=await seated_first(session, dinner), now=now, starts_at=dinner.starts_at
    )
    changed = {rsvp.person: await _with_offer_end(ctx, session, dinner, rsvp, now) for rsvp in changed.values()}
    await dinners.save_rsvps(session, dinner.id, changed.values())
    for rsvp in changed.values():
        if rsvp.seat_status is SeatStatus.OFFERED and rsvp.offered_until:
            await queue.offer_seat(ctx, session, dinner, rsvp, now)
    await queue.refresh_offers(session, dinner, now)
    return changed


async def _with_offer_end(ctx: AppContext, session: Session, dinner: Dinner, rsvp: Rsvp, now: datetime) -> Rsvp:
    """An offer made outside sending hours is held from the next morning on, when it is sent."""
    person = await people.with_id(session, rsvp.person)
    if rsvp.seat_status is not SeatStatus.OFFERED or person is None:
        return rsvp
    [place] = await places.with_ids(session, [await conversation_with(session, ctx.policy, person)])
    opens = await next_sending_time(session, ctx.policy, place, now)
    return replace(rsvp, offered_until=opens + waiting_list.offer_window(opens, dinner.starts_at))
