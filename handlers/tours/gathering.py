"""What a round is solved from, read from the store: who takes part, who met whom, and what was decided beforehand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from handlers.tours.rules.inputs import Inputs
from handlers.tours.rules.life import pairs_of
from handlers.tours.rules.people import counts_for, traveller, why_not
from storage import tours
from storage.store import Session
from storage.values import Directory, Pair, Past, TourState, Traveller, Wishes


async def gather(
    session: Session, names: Directory, programme: str, number: int, starts: date, ends: date, max_group: int
) -> Inputs:
    """Everything for round *number*. Whoever joined and cannot take part is named with the reason."""
    taking: list[Traveller] = []
    excluded: list[tuple[str, str]] = []
    for member in await tours.members(session, programme):
        person = names.person.get(member.person)
        side = counts_for(names.side_of(person), member.visits) if person else None
        reason = why_not(member, person, side, starts, ends)
        if reason or person is None or side is None:
            excluded.append((member.person, reason))
        else:
            taking.append(traveller(member, person, side, starts))
    return Inputs(
        travellers=tuple(taking),
        past=await past(session, programme, number),
        wishes=Wishes(
            pins=await tours.wishes(session, programme, "pin"), forbids=await tours.wishes(session, programme, "forbid")
        ),
        seed=f"{programme}:{number}",
        max_group=max_group,
        excluded=tuple(excluded),
    )


async def past(session: Session, programme: str, number: int) -> Past:
    """Who was together how many rounds ago, and who was left out how often. A tour that was declined is no history."""
    met: dict[Pair, list[int]] = defaultdict(list)
    for tour in await tours.all_tours(session, programme):
        if tour.round < number and tour.state is not TourState.DECLINED:
            for pair in pairs_of(tour.people):
                met[pair].append(number - tour.round)
    left_out = await tours.left_out(session, programme, number)
    return Past({pair: tuple(sorted(ago)) for pair, ago in met.items()}, left_out)
