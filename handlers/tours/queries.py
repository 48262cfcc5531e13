"""The inputs of a round, and the figures of a programme."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from handlers.tours.rules.eligibility import effective_side, ineligibility_reason, traveller
from handlers.tours.rules.figures import ProgrammeFigures, new_ties, people_by_team, repeats_in
from handlers.tours.rules.inputs import RoundInputs
from handlers.tours.rules.lifecycle import pairs_of
from storage import tour_progress, tours
from storage.store import Session
from storage.values.company import Directory
from storage.values.tours import Pair, PairConstraints, PairingHistory, TourState, Traveller

AGREED = (TourState.APPROVED, TourState.RUNNING, TourState.ENDED, TourState.STOPPED)


async def round_inputs(
    session: Session, names: Directory, programme: str, number: int, starts: date, ends: date, max_group: int
) -> RoundInputs:
    """The inputs of round *number*. Members who cannot take part are excluded with the reason."""
    taking: list[Traveller] = []
    excluded: list[tuple[str, str]] = []
    for member in await tours.members(session, programme):
        person = names.person.get(member.person)
        side = effective_side(names.side_of(person), member.visits) if person else None
        reason = ineligibility_reason(member, person, side, starts, ends)
        if reason or person is None or side is None:
            excluded.append((member.person, reason))
        else:
            taking.append(traveller(member, person, side, starts))
    return RoundInputs(
        travellers=tuple(taking),
        past=await past_rounds(session, programme, number),
        wishes=PairConstraints(
            pins=await tours.constraints(session, programme, "pin"),
            forbids=await tours.constraints(session, programme, "forbid"),
        ),
        seed=f"{programme}:{number}",
        max_group=max_group,
        excluded=tuple(excluded),
    )


async def past_rounds(session: Session, programme: str, number: int) -> PairingHistory:
    """Who was together how many rounds ago, and who was left out how often. Declined tours do not count."""
    met: dict[Pair, list[int]] = defaultdict(list)
    for tour in await tours.all_tours(session, programme):
        if tour.round < number and tour.state is not TourState.DECLINED:
            for pair in pairs_of(tour.people):
                met[pair].append(number - tour.round)
    left_out = await tours.times_left_out(session, programme, number)
    return PairingHistory({pair: tuple(sorted(ago)) for pair, ago in met.items()}, left_out)


async def programme_figures(session: Session, programme: str, names: Directory) -> ProgrammeFigures:
    """The figures of all tours that everybody agreed to. Counts seats: a person who travelled twice counts twice."""
    every = [tour for tour in await tours.all_tours(session, programme) if tour.state in AGREED]
    done = await tours.rounds(session, programme)
    checkins = await tour_progress.checkins(session)
    ids = {tour.id for tour in every}
    answered = {checkin.tour for checkin in checkins if checkin.tour in ids and checkin.met is not None}
    met = {checkin.tour for checkin in checkins if checkin.tour in ids and checkin.met}
    left = [await tours.left_out_of(session, tour_round.id) for tour_round in done]
    return ProgrammeFigures(
        rounds=len(done),
        people=sum(len(tour.people) for tour in every),
        tours=len(every),
        left_out=sum(map(len, left)),
        repeats=repeats_in(every, names),
        met=len(met),
        answered=len(answered),
        ties=new_ties(every, names),
        teams=people_by_team(every, names),
    )
