"""A round after somebody dropped out: solved anew, with what is settled left alone and as little else moved as possible.

Everything here happens while the round is locked (`tours.lock_round`): two who say no at once are heard one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers.context import AppContext
from handlers.tours.notices import CANCELLED, KICKOFF, PROPOSED, notify_left_out, notify_person, send_calendar_entries
from handlers.tours.rules.inputs import RoundInputs, from_data, to_data
from handlers.tours.rules.lifecycle import all_said_yes, first_day, last_day, pairs_of
from storage import tour_progress, tours
from storage.directory import directory
from storage.store import Session
from storage.tours import TourRound
from storage.values.company import Directory
from storage.values.tours import RoundSolution, Tour, TourState

SETTLED = (TourState.APPROVED, TourState.RUNNING, TourState.ENDED, TourState.STOPPED)
ALL_TAKEN = "somebody dropped out, and everybody of the other side has a settled tour; they come first next time"


async def drop_out(
    ctx: AppContext,
    session: Session,
    tour: Tour,
    people: Iterable[str],
    reason: str,
    now: datetime,
    *,
    knowing: Collection[str] = (),
) -> tuple[Tour, ...]:
    """Call *tour* off because *people* take no part in the round, and find partners for the others. The new tours.

    *knowing* are those of the tour who need not be told that it is off.
    """
    await _call_off(ctx, session, tour, now, knowing=knowing)
    return await rematch(ctx, session, tour, people, reason, now)


async def rematch(
    ctx: AppContext, session: Session, tour: Tour, people: Iterable[str], reason: str, now: datetime
) -> tuple[Tour, ...]:
    """The round of *tour*, which is off, without *people*: partners for the others. The new tours."""
    kept = await tours.round_with(session, await tours.round_of(session, tour.id))
    if kept is None:
        return ()
    names = await directory(session)
    standing = [each for each in await tours.tours_of_round(session, kept.id) if each.state is not TourState.DECLINED]
    settled = {person for each in standing if each.state in SETTLED for person in each.people}
    open_ones = [each for each in standing if each.state is TourState.PROPOSED]
    keep = [pair for each in open_ones for pair in pairs_of(each.people)]
    inputs = from_data(kept.inputs).without(people, reason)
    inputs = inputs.without(await _gone(session, kept, inputs, settled, names), "takes no part any more")
    return await _solve_again(ctx, session, kept, inputs.with_settled(settled, keep), open_ones, names, now)


async def _call_off(
    ctx: AppContext, session: Session, tour: Tour, now: datetime, *, knowing: Collection[str] = ()
) -> None:
    await tours.set_tour_state(session, tour.id, TourState.DECLINED)
    for person in tour.people:
        if person not in knowing:
            await notify_person(ctx, session, CANCELLED, tour.id, person, at=now)


async def _gone(
    session: Session, kept: TourRound, inputs: RoundInputs, settled: Collection[str], names: Directory
) -> frozenset[str]:
    """Travellers without a settled tour who left since the round was published, tours or the company."""
    joined = {each.person for each in await tours.members(session, kept.programme)}
    staying = {each for each in joined if each in names.person}
    return frozenset(each.id for each in inputs.travellers if each.id not in staying and each.id not in settled)


async def _solve_again(
    ctx: AppContext,
    session: Session,
    kept: TourRound,
    inputs: RoundInputs,
    standing: Sequence[Tour],
    names: Directory,
    now: datetime,
) -> tuple[Tour, ...]:
    """The round for whoever has no settled tour, put in the place of what was proposed."""
    found, _ = inputs.solve()
    await tours.save_inputs(session, kept.id, to_data(inputs))
    wanted = {frozenset(group.people): group.people for group in found.groups}
    for tour in standing:
        if frozenset(tour.people) not in wanted:
            await _call_off(ctx, session, tour, now)
    there = {frozenset(each.people) for each in standing}
    # A round that has begun meanwhile begins later for those who are asked only now.
    starts = kept.starts if kept.starts > now.date() else first_day(now.date(), None)
    ends = last_day(starts, kept.weeks)
    fresh = [people for key, people in wanted.items() if key not in there]
    made = {await propose(ctx, session, kept.id, people, starts, ends, names, now) for people in fresh}
    await _notify_left_out(ctx, session, kept, found, inputs, now)
    return tuple(each for each in await tours.tours_of_round(session, kept.id) if each.id in made)


async def _notify_left_out(
    ctx: AppContext, session: Session, kept: TourRound, found: RoundSolution, inputs: RoundInputs, now: datetime
) -> None:
    """Tell whoever has no partner since now. Who had none before knows."""
    before = await tours.left_out_of(session, kept.id)
    nobody_free = inputs.settled and not found.groups
    reasons = {told.people[0]: ALL_TAKEN if nobody_free else told.reason for told in found.left_out}
    await tours.save_left_out(session, kept.id, reasons)
    for person, reason in reasons.items():
        if person not in before:
            await notify_left_out(ctx, session, person, kept, reason, now)


async def start_if_approved(ctx: AppContext, session: Session, tour: Tour, now: datetime) -> Tour:
    """The tour as it stands now: settled, when nobody's yes is missing any more. Ask while holding the round's lock."""
    if tour.state is not TourState.PROPOSED or not all_said_yes(await tour_progress.approvals(session, tour.id)):
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


async def propose(
    ctx: AppContext,
    session: Session,
    round_id: int,
    group: Sequence[str],
    starts: date,
    ends: date,
    names: Directory,
    now: datetime,
) -> int:
    """Put a tour down, and ask its travellers and their managers. Returns its id."""
    tour = await tours.add_tour(session, round_id, group, starts, ends, f"tour-{ctx.ids.new()}@handshake")
    asked = [(each, each) for each in group]
    for each in group:
        manager = _manager_of(each, names)
        if manager and manager not in group:
            asked.append((manager, each))
    await tour_progress.request_approvals(session, tour, asked, now)
    for person in dict.fromkeys(person for person, _ in asked):
        await notify_person(ctx, session, PROPOSED, tour, person, at=now)
    return tour


def _manager_of(person: str, names: Directory) -> str:
    traveller = names.person.get(person)
    manager = names.manager_of(traveller) if traveller else None
    return manager.id if manager else ""
