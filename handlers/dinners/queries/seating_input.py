"""Read the input of the seating."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations

from handlers.dinners.queries.overview import seated_first
from handlers.dinners.rules.seating_input import SeatingInput
from handlers.dinners.rules.waiting_list import waiting_order
from storage import dinner_seats, dinners, people, tours
from storage.directory import directory
from storage.store import Session
from storage.values.dinners import Dinner
from storage.values.tours import Pair, TourState


async def seating_input(session: Session, dinner: Dinner) -> SeatingInput:
    names = await directory(session)
    rsvps = await dinners.rsvps(session, dinner.id)
    roles = await dinners.roles(session, dinner.id)
    needs = {rsvp.person for rsvp in rsvps.values() if rsvp.has_needs}
    return SeatingInput(
        dinner=dinner,
        names=names,
        rsvps=rsvps,
        chairs=await dinner_seats.seat_assignments(session, dinner.id),
        past=await dinner_seats.past_seat_assignments(session, dinner.id),
        hosting=roles["host"] | ({dinner.host} - {""}),
        apart=await dinner_seats.kept_apart(session),
        diets=await people.with_diet(session) | needs,
        waiting=waiting_order(rsvps, await seated_first(session, dinner)),
        tours=await tours_together(session),
    )


async def tours_together(session: Session) -> Mapping[Pair, int]:
    """How often each pair was on a tour that took place."""
    counts: Counter[Pair] = Counter()
    for tour in await tours.tours_in(session, (TourState.RUNNING, TourState.ENDED, TourState.STOPPED)):
        counts.update(frozenset(pair) for pair in combinations(tour.people, 2))
    return counts
