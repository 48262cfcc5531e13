"""A round after somebody dropped out: solved anew, with what was approved left alone and as little else moved as possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from handlers.toolbox import Toolbox
from handlers.tours.proposing import CANCELLED, propose, tell, tell_left_out
from handlers.tours.rules.inputs import Inputs, from_data, to_data
from handlers.tours.rules.life import last_day, pairs_of
from storage import tours
from storage.directory import directory
from storage.store import Session
from storage.tours import PlannedRound
from storage.values import Round, Tour, TourState

FIXED = (TourState.APPROVED, TourState.RUNNING, TourState.ENDED, TourState.STOPPED)


async def drop_out(
    box: Toolbox, session: Session, tour: Tour, people: Iterable[str], reason: str, now: datetime
) -> tuple[Tour, ...]:
    """Decline *tour* because *people* take no part in the round, and find partners for the others. The new tours."""
    await tours.move_tour(session, tour.id, TourState.DECLINED)
    round_id = await tours.round_of(session, tour.id)
    kept = await tours.round_with(session, round_id)
    if kept is None:
        return ()
    standing = [each for each in await tours.tours_of_round(session, round_id) if each.state is not TourState.DECLINED]
    pins = [pair for each in standing if each.state in FIXED for pair in pairs_of(each.people)]
    keep = [pair for each in standing if each.state is TourState.PROPOSED for pair in pairs_of(each.people)]
    inputs = from_data(kept.inputs).without(people, reason)
    if standing or len(inputs.travellers) > 1:
        return await _solve_again(box, session, kept, inputs.keeping(pins, keep), standing, now)
    return ()


async def _solve_again(
    box: Toolbox, session: Session, kept: PlannedRound, inputs: Inputs, standing: Sequence[Tour], now: datetime
) -> tuple[Tour, ...]:
    """The round for whoever is left, put in the place of what stood."""
    found, _ = inputs.solve()
    names = await directory(session)
    await tours.keep_inputs(session, kept.id, to_data(inputs))
    wanted = {frozenset(group.people): group for group in found.groups}
    there = {frozenset(each.people): each for each in standing}
    # What was approved stays, whatever the solution says of it.
    busy = {person for each in standing if each.state in FIXED for person in each.people}
    for people, tour in there.items():
        if people not in wanted and tour.state is TourState.PROPOSED:
            await tours.move_tour(session, tour.id, TourState.DECLINED)
            for person in tour.people:
                await tell(box, session, CANCELLED, tour.id, person, at=now)
    made = []
    for people, group in wanted.items():
        if people not in there and not people & busy:
            ends = last_day(kept.starts, kept.weeks)
            number = await propose(box, session, kept.id, group.people, kept.starts, ends, names, now)
            made.append(number)
    await _say_who_is_left(box, session, kept, found, now)
    fresh = await tours.tours_of_round(session, kept.id)
    return tuple(each for each in fresh if each.id in made)


async def _say_who_is_left(box: Toolbox, session: Session, kept: PlannedRound, found: Round, now: datetime) -> None:
    before = await tours.left_out_of(session, kept.id)
    reasons = {told.people[0]: told.reason for told in found.left_out}
    await tours.keep_left_out(session, kept.id, reasons)
    for person, reason in reasons.items():
        if person not in before:
            await tell_left_out(box, session, person, kept.programme, kept.number, reason, now)
