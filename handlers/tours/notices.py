"""Notices about tours. Composed when sent; None for what has been settled since."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime

from handlers.context import AppContext
from handlers.feature import Compose
from handlers.shared import notify
from handlers.shared.conversations import conversation_with, recipient
from handlers.shared.rules.ical import calendar_file
from handlers.tours import cards
from handlers.tours.rules.calendar_entry import calendar_entry_for
from integrations.ports.cards import Card
from integrations.ports.inbound import Attachment
from storage import people, tour_progress, tours
from storage.directory import directory
from storage.store import Session
from storage.tours import TourRound
from storage.values.company import Audience, Permission, Person
from storage.values.deliveries import Delivery
from storage.values.tours import Tour, TourState

PROPOSED, KICKOFF, CANCELLED, CHECKIN = "tour.proposed", "tour.kickoff", "tour.cancelled", "tour.checkin"
DEBRIEF, LEFT_OUT, PLAN_DUE = "tour.debrief", "tour.left_out", "tour.plan_due"


async def _tour_and_reader(session: Session, delivery: Delivery) -> tuple[Tour, Person] | None:
    """The tour and the recipient; None if the conversation no longer belongs to that person."""
    person = await recipient(session, delivery.place)
    number = delivery.notice.payload["tour"]
    if person is None or person.id != delivery.notice.payload["person"] or not isinstance(number, int):
        return None
    tour = await tours.tour_with(session, number)
    return (tour, person) if tour else None


async def proposed(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _tour_and_reader(session, delivery)
    if read is None or read[0].state is not TourState.PROPOSED:
        return None
    tour, person = read
    mine = [approval for approval in await tour_progress.approvals(session, tour.id) if approval.person == person.id]
    if not mine or all(approval.answer for approval in mine):
        return None
    again = str(delivery.notice.payload.get("step", "")) == "again"
    return cards.lifecycle.proposed(
        tour, person, [approval.about for approval in mine], await directory(session), again=again
    )


async def kickoff(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _tour_and_reader(session, delivery)
    if read is None or read[0].state not in (TourState.APPROVED, TourState.RUNNING):
        return None
    moved = str(delivery.notice.payload.get("step", "0")) != "0"
    return cards.lifecycle.kickoff(read[0], read[1], await directory(session), moved=moved)


async def cancelled(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _tour_and_reader(session, delivery)
    if read is None or read[0].state not in (TourState.DECLINED, TourState.STOPPED):
        return None
    return cards.lifecycle.cancelled(read[0], read[1], await directory(session))


async def checkin(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _tour_and_reader(session, delivery)
    if read is None or read[0].state not in (TourState.RUNNING, TourState.ENDED):
        return None
    tour, person = read
    step = str(delivery.notice.payload["step"])
    answered = [
        checkin
        for checkin in await tour_progress.checkins(session, tour.id)
        if checkin.person == person.id and checkin.step == step
    ]
    if answered and answered[0].met is not None:
        return None
    return cards.lifecycle.checkin(tour, person, step, await directory(session))


async def debrief(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _tour_and_reader(session, delivery)
    if read is None or read[0].state is not TourState.ENDED:
        return None
    return cards.lifecycle.asked_debrief(read[0], read[1], await directory(session))


async def left_out(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    person = await recipient(session, delivery.place)
    payload = delivery.notice.payload
    if person is None or person.id != payload["person"]:
        return None
    return cards.lifecycle.left_out(int(str(payload["round"])), str(payload["reason"]), await directory(session))


async def plan_due(_ctx: AppContext, _session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    return cards.planning.plan_due(str(delivery.notice.payload["programme"]))


async def send_calendar_entries(ctx: AppContext, session: Session, tour: Tour, kind: str, now: datetime) -> None:
    """Send the card *kind* to every traveller with their own calendar entry; it holds no other traveller's address."""
    names = await directory(session)
    kept = await tours.round_with(session, await tours.round_of(session, tour.id))
    organiser = names.email_of(kept.planned_by) if kept else ""
    for person_id in tour.people:
        person = names.person.get(person_id)
        if person is None:
            continue
        entry = calendar_entry_for(tour, person, organiser, names, now, cancelled=kind == CANCELLED)
        file = Attachment(f"tour-{tour.id}.ics", calendar_file(entry))
        await notify_person(ctx, session, kind, tour.id, person_id, at=now, step=str(tour.sequence), file=file)


async def notify_person(
    ctx: AppContext,
    session: Session,
    kind: str,
    tour: int,
    person_id: str,
    *,
    at: datetime,
    step: str = "",
    file: Attachment | None = None,
) -> None:
    """Notify a person about a tour in private, once per kind, tour and step."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload: dict[str, object] = {"tour": tour, "person": person_id, "step": step}
    if file:
        payload["file"] = {"name": file.name, "content": base64.b64encode(file.content).decode()}
    await notify.queue_notice(session, [place], kind, payload, key=f"{kind}:{tour}:{person_id}:{step}", at=at)


async def notify_left_out(
    ctx: AppContext, session: Session, person_id: str, kept: TourRound, reason: str, at: datetime
) -> None:
    """Tell a person why they have no partner in this round; again if they lose a later one."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload = {"person": person_id, "round": kept.number, "reason": reason}
    key = f"{LEFT_OUT}:{kept.programme}:{kept.number}:{person_id}:{at.isoformat()}"
    await notify.queue_notice(session, [place], LEFT_OUT, payload, key=key, at=at)


async def notify_plan_due(ctx: AppContext, session: Session, programme: str, number: int, at: datetime) -> None:
    """Remind admins to plan the round after *number*, once."""
    admins = [person for person in (await directory(session)).people if person.permission is Permission.ADMIN]
    places = sorted({await conversation_with(session, ctx.policy, person) for person in admins})
    key = f"{PLAN_DUE}:{programme}:{number}"
    await notify.queue_notice(session, places, PLAN_DUE, {"programme": programme}, key=key, at=at)


NOTICES: Mapping[str, Compose] = {
    PROPOSED: proposed,
    KICKOFF: kickoff,
    CANCELLED: cancelled,
    CHECKIN: checkin,
    DEBRIEF: debrief,
    LEFT_OUT: left_out,
    PLAN_DUE: plan_due,
}
