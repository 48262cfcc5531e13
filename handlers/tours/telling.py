"""What people read about a tour, worded when it is sent: nothing that was settled meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.feature import Compose
from handlers.private import recipient
from handlers.toolbox import AppContext
from handlers.tours import cards, life_cards
from handlers.tours.proposing import CANCELLED, CHECKIN, DEBRIEF, KICKOFF, LEFT_OUT, PLAN_DUE, PROPOSED
from integrations.ports.cards import Card
from storage import tour_lives, tours
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.post import Delivery
from storage.values.tours import Tour, TourState


async def _tour_and_reader(session: Session, delivery: Delivery) -> tuple[Tour, Person] | None:
    """The tour, and who reads; None when the conversation is no longer that person's."""
    person = await recipient(session, delivery.place)
    number = delivery.notice.payload["tour"]
    if person is None or person.id != delivery.notice.payload["person"] or not isinstance(number, int):
        return None
    tour = await tours.tour_with(session, number)
    return (tour, person) if tour else None


async def proposed(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _tour_and_reader(session, delivery)
    if found is None or found[0].state is not TourState.PROPOSED:
        return None
    tour, person = found
    mine = [each for each in await tour_lives.approvals(session, tour.id) if each.person == person.id]
    if not mine or all(each.answer for each in mine):
        return None
    again = str(delivery.notice.payload.get("step", "")) == "again"
    return life_cards.proposed(tour, person, [each.about for each in mine], await directory(session), again=again)


async def kickoff(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _tour_and_reader(session, delivery)
    if found is None or found[0].state not in (TourState.APPROVED, TourState.RUNNING):
        return None
    moved = str(delivery.notice.payload.get("step", "0")) != "0"
    return life_cards.kickoff(found[0], found[1], await directory(session), moved=moved)


async def cancelled(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _tour_and_reader(session, delivery)
    if found is None or found[0].state not in (TourState.DECLINED, TourState.STOPPED):
        return None
    return life_cards.cancelled(found[0], found[1], await directory(session))


async def checkin(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _tour_and_reader(session, delivery)
    if found is None or found[0].state not in (TourState.RUNNING, TourState.ENDED):
        return None
    tour, person = found
    step = str(delivery.notice.payload["step"])
    answered = [
        each for each in await tour_lives.checkins(session, tour.id) if each.person == person.id and each.step == step
    ]
    if answered and answered[0].met is not None:
        return None
    return life_cards.checkin(tour, person, step, await directory(session))


async def debrief(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    found = await _tour_and_reader(session, delivery)
    if found is None or found[0].state is not TourState.ENDED:
        return None
    return life_cards.asked_debrief(found[0], found[1], await directory(session))


async def left_out(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    person = await recipient(session, delivery.place)
    payload = delivery.notice.payload
    if person is None or person.id != payload["person"]:
        return None
    return life_cards.left_out(int(str(payload["round"])), str(payload["reason"]), await directory(session))


async def plan_due(_box: AppContext, _session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    return cards.plan_due(str(delivery.notice.payload["programme"]))


NOTICES: Mapping[str, Compose] = {
    PROPOSED: proposed,
    KICKOFF: kickoff,
    CANCELLED: cancelled,
    CHECKIN: checkin,
    DEBRIEF: debrief,
    LEFT_OUT: left_out,
    PLAN_DUE: plan_due,
}
