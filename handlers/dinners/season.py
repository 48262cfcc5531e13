"""The season of a dinner, moved on by the clock. Each step is taken once; a day that was missed delays, and skips nothing.

planned > polling > dated > invited > reminded > seated > announced > thanked > reviewed
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.dinners import seating, telling
from handlers.dinners.asking import tallies
from handlers.dinners.evening import chairs_of, evening
from handlers.dinners.rules import days as day_rules
from handlers.dinners.rules import quarters, seasons
from handlers.hours import Hours, read_days
from handlers.toolbox import Toolbox
from storage import dinners, seats
from storage.directory import directory
from storage.store import Session
from storage.values import Answer, Dinner, DinnerState

State = DinnerState
MOST_STEPS = len(State)  # of one dinner at one look


async def tick(box: Toolbox, session: Session, now: datetime) -> None:
    """Move every dinner on as far as it is due, give lapsed offers on, and delete what is past its time."""
    hours = Hours(days=read_days(box.policy.working_days), country=box.policy.holidays)
    for each in await dinners.live(session):
        dinner = await dinners.locked(session, each.id)
        if not dinner.is_over:
            await seating.follow(box, session, dinner, now)
        for _ in range(MOST_STEPS):
            step = seasons.step_due(dinner, await _poll(session, dinner), now, hours.is_working_day)
            moved_on = await advance(box, session, dinner, step, now) if step else None
            if moved_on is None:
                break
            dinner = moved_on
    await _forget_needs(session, now)


async def _poll(session: Session, dinner: Dinner) -> seasons.Poll:
    if dinner.state not in (State.PLANNED, State.POLLING):
        return seasons.Poll(())
    asked = {each.id for each in telling.invited(await directory(session))}
    voted = (await dinners.votes(session, dinner.id)).keys()
    return seasons.Poll(await dinners.dates(session, dinner.id), bool(asked) and asked <= voted)


async def advance(box: Toolbox, session: Session, dinner: Dinner, step: DinnerState, now: datetime) -> Dinner | None:
    """*dinner* one step further, with what that step says to people; None when it cannot be taken yet."""
    if step is State.DATED and dinner.day is None:
        dated = await _dated(box, session, dinner, now)
        if dated is None:
            return None
        dinner = dated
    dinner = replace(dinner, state=step)
    if step is State.POLLING:
        days = await dinners.dates(session, dinner.id)
        dinner = replace(dinner, closes_at=seasons.closes_at(days, dinner.zone, now))
    await dinners.save(session, dinner)
    await _say(box, session, dinner, now)
    await telling.refresh_all(session, dinner, now)
    return dinner


async def _dated(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> Dinner | None:
    """The dinner on the best of its days; without one its organiser is told, once, and the poll goes on."""
    names = await directory(session)
    found = await tallies(session, dinner, names, await dinners.votes(session, dinner.id))
    won = day_rules.best(found, seasons.local_day(dinner, now))
    if won is not None:
        return replace(dinner, day=won.day)
    days = "+".join(each.day.isoformat() for each in found)
    notice = telling.key(dinner, telling.STUCK, days)
    await telling.to_people(
        box, session, [dinner.planned_by], telling.STUCK, telling.about(dinner), notice=notice, at=now
    )
    return None


async def _say(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> None:
    """What people hear at the beginning of this state; nothing that is too late to be of use."""
    match dinner.state:
        case State.POLLING:
            await telling.ask(box, session, dinner, "poll", now)
        case State.INVITED if _is_ahead(dinner, now):
            await telling.ask(box, session, dinner, "invitation", now)
        case State.REMINDED if _is_ahead(dinner, now):
            await _remind(box, session, dinner, now)
        case State.SEATED:
            await _seat(box, session, dinner, now)
        case State.ANNOUNCED if dinner.ends_at and now < dinner.ends_at:
            await _announce(box, session, dinner, now)
        case State.THANKED if dinner.ends_at and now - dinner.ends_at < seasons.STALE_THANKS:
            await _to_guests(box, session, dinner, telling.THANKS, now)
        case State.REVIEWED:
            await _report(box, session, dinner, now)
        case _:
            pass


def _is_ahead(dinner: Dinner, now: datetime) -> bool:
    return dinner.starts_at is not None and now < dinner.starts_at - timedelta(hours=12)


async def _remind(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> None:
    rsvps = await dinners.answers(session, dinner.id)
    answered = {each.person for each in rsvps.values() if each.answer in (Answer.YES, Answer.NO)}
    quiet = [each.id for each in telling.invited(await directory(session)) if each.id not in answered]
    notice = telling.key(dinner, telling.REMINDER, dinner.day)
    await telling.to_people(box, session, quiet, telling.REMINDER, telling.about(dinner), notice=notice, at=now)


async def _seat(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> None:
    """Everybody who comes gets a chair, and the host what guests told of diet and access."""
    found = await evening(session, dinner)
    if not found.is_settled and _is_before_the_end(dinner, now):
        await seats.seat(session, dinner.id, chairs_of(seating.seating_for(found, keeps=False), found.chairs))
    if _is_before_the_end(dinner, now):
        await tell_host(box, session, dinner, now)


def _is_before_the_end(dinner: Dinner, now: datetime) -> bool:
    return dinner.ends_at is not None and now < dinner.ends_at


async def tell_host(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> None:
    """Diet and access, to the host's own conversation: the card finds its words when it is sent, and is taken back later."""
    notice = telling.key(dinner, telling.NEEDS, dinner.host, now.isoformat())
    await telling.to_people(box, session, [dinner.host], telling.NEEDS, telling.about(dinner), notice=notice, at=now)
    await dinners.note_needs_told(session, dinner.id, notice)


async def _announce(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> None:
    found = await evening(session, dinner)
    if not found.is_settled:
        # Somebody answered since the tables were laid; nobody was told a table yet.
        await seats.seat(session, dinner.id, chairs_of(seating.seating_for(found, keeps=True), found.chairs))
        found = await evening(session, dinner)
    await telling.tell_tables(box, session, dinner, found.at_table, now, changed=False)


async def _to_guests(box: Toolbox, session: Session, dinner: Dinner, kind: str, now: datetime) -> None:
    sat = [each.person for each in await seats.chairs(session, dinner.id)]
    notice = telling.key(dinner, kind)
    await telling.to_people(box, session, sat, kind, telling.about(dinner), notice=notice, at=now)


async def _report(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> None:
    """How it was, to whoever planned it and to the host, when there is anything to tell."""
    replies, _ = await dinners.pulses(session, dinner.id)
    if replies:
        notice = telling.key(dinner, telling.RESULTS)
        told = {dinner.planned_by, dinner.host} - {""}
        await telling.to_people(box, session, told, telling.RESULTS, telling.about(dinner), notice=notice, at=now)


async def _forget_needs(session: Session, now: datetime) -> None:
    """Diet and access go 14 days after, from the store and from the host's conversation, whatever became of the dinner."""
    for dinner in await dinners.with_needs(session):
        if seasons.needs_are_due_to_go(dinner, quarters.last_day(dinner.key), now):
            await forget_needs(session, dinner, now)


async def forget_needs(session: Session, dinner: Dinner, now: datetime) -> None:
    for notice in await dinners.needs_told(session, dinner.id):
        await telling.take_back(session, notice, now)
    await dinners.forget_needs(session, dinner.id)
