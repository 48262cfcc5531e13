"""Proposing, settling and ending tours, and solving a round again after a drop-out with as few changes as possible.

Callers hold the round's lock (`tours.lock_round`), so that concurrent answers are handled one after the other.
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
    """Call *tour* off because *people* leave the round, and match the others again. Returns the new tours.

    *knowing* are travellers who need no notice that it is off.
    """
    await _cancel(ctx, session, tour, now, knowing=knowing)
    return await rematch(ctx, session, tour, people, reason, now)


async def rematch(
    ctx: AppContext, session: Session, tour: Tour, people: Iterable[str], reason: str, now: datetime
) -> tuple[Tour, ...]:
    """Match the others of the round again after *tour* was called off. Returns the new tours."""
    kept = await tours.round_with(session, await tours.round_of(session, tour.id))
    if kept is None:
        return ()
    names = await directory(session)
    remaining = [tour for tour in await tours.tours_of_round(session, kept.id) if tour.state is not TourState.DECLINED]
    settled = {person for tour in remaining if tour.state in SETTLED for person in tour.people}
    open_ones = [tour for tour in remaining if tour.state is TourState.PROPOSED]
    keep = [pair for tour in open_ones for pair in pairs_of(tour.people)]
    inputs = from_data(kept.inputs).without(people, reason)
    inputs = inputs.without(await _gone(session, kept, inputs, settled, names), "takes no part any more")
    return await _solve_again(ctx, session, kept, inputs.with_settled(settled, keep), open_ones, names, now)


async def _cancel(
    ctx: AppContext, session: Session, tour: Tour, now: datetime, *, knowing: Collection[str] = ()
) -> None:
    await tours.set_tour_state(session, tour.id, TourState.DECLINED)
    for person in tour.people:
        if person not in knowing:
            await notify_person(ctx, session, CANCELLED, tour.id, person, at=now)


async def _gone(
    session: Session, kept: TourRound, inputs: RoundInputs, settled: Collection[str], names: Directory
) -> frozenset[str]:
    """Travellers without a settled tour who left the programme or the company since the round was published."""
    joined = {member.person for member in await tours.members(session, kept.programme)}
    staying = {person_id for person_id in joined if person_id in names.person}
    return frozenset(
        traveller.id for traveller in inputs.travellers if traveller.id not in staying and traveller.id not in settled
    )


async def _solve_again(
    ctx: AppContext,
    session: Session,
    kept: TourRound,
    inputs: RoundInputs,
    remaining: Sequence[Tour],
    names: Directory,
    now: datetime,
) -> tuple[Tour, ...]:
    """Replace the open proposals with the optimal round of everybody without a settled tour."""
    solution, _ = inputs.solve()
    await tours.save_inputs(session, kept.id, to_data(inputs))
    new_groups = {frozenset(group.people): group.people for group in solution.groups}
    for tour in remaining:
        if frozenset(tour.people) not in new_groups:
            await _cancel(ctx, session, tour, now)
    there = {frozenset(tour.people) for tour in remaining}
    # If the round has started, new tours start later.
    starts = kept.starts if kept.starts > now.date() else first_day(now.date(), None)
    ends = last_day(starts, kept.weeks)
    fresh = [people for key, people in new_groups.items() if key not in there]
    made = {await propose(ctx, session, kept.id, people, starts, ends, names, now) for people in fresh}
    await _notify_left_out(ctx, session, kept, solution, inputs, now)
    return tuple(tour for tour in await tours.tours_of_round(session, kept.id) if tour.id in made)


async def _notify_left_out(
    ctx: AppContext, session: Session, kept: TourRound, solution: RoundSolution, inputs: RoundInputs, now: datetime
) -> None:
    """Notify the people who have no partner now and had one before."""
    before = await tours.left_out_of(session, kept.id)
    nobody_free = inputs.settled and not solution.groups
    reasons = {
        explanation.people[0]: ALL_TAKEN if nobody_free else explanation.reason for explanation in solution.left_out
    }
    await tours.save_left_out(session, kept.id, reasons)
    for person, reason in reasons.items():
        if person not in before:
            await notify_left_out(ctx, session, person, kept, reason, now)


async def start_if_approved(ctx: AppContext, session: Session, tour: Tour, now: datetime) -> Tour:
    """Settle *tour* if everybody has said yes. Returns its current state. Call with the round's lock held."""
    if tour.state is not TourState.PROPOSED or not all_said_yes(await tour_progress.approvals(session, tour.id)):
        return tour
    await tours.set_tour_state(session, tour.id, TourState.APPROVED)
    if tour.starts <= now.date():  # the last yes came late: keep the planned length
        starts = first_day(now.date() - timedelta(days=6), None)
        await tours.reschedule_tour(session, tour.id, starts, starts + (tour.ends - tour.starts), sent=False)
    settled = await tours.tour_with(session, tour.id) or tour
    await send_calendar_entries(ctx, session, settled, KICKOFF, now)
    return settled


async def end_early(ctx: AppContext, session: Session, tour: Tour, now: datetime) -> Tour:
    """End a settled tour: stopped, or declined if it had not started. Cancels the calendar entries."""
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
    """Add a tour, and ask its travellers and their managers for approval. Returns its id."""
    tour = await tours.add_tour(session, round_id, group, starts, ends, f"tour-{ctx.ids.new()}@handshake")
    asked = [(person_id, person_id) for person_id in group]
    for person_id in group:
        manager = _manager_of(person_id, names)
        if manager and manager not in group:
            asked.append((manager, person_id))
    await tour_progress.request_approvals(session, tour, asked, now)
    for person in dict.fromkeys(person for person, _ in asked):
        await notify_person(ctx, session, PROPOSED, tour, person, at=now)
    return tour


def _manager_of(person: str, names: Directory) -> str:
    traveller = names.person.get(person)
    manager = names.manager_of(traveller) if traveller else None
    return manager.id if manager else ""
