"""A group becomes a tour: whom to ask for a yes, and the private words about it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date, datetime

from handlers import mail
from handlers.private import conversation_with
from handlers.toolbox import AppContext
from integrations.ports.inbound import Attachment
from storage import people, tour_lives, tours
from storage.store import Session
from storage.tours import TourRound
from storage.values.company import Directory

PROPOSED, KICKOFF, CANCELLED, CHECKIN = "tour.proposed", "tour.kickoff", "tour.cancelled", "tour.checkin"
DEBRIEF, LEFT_OUT, PLAN_DUE = "tour.debrief", "tour.left_out", "tour.plan_due"


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
    await tour_lives.request_approvals(session, tour, asked, now)
    for person in dict.fromkeys(person for person, _ in asked):
        await notify_person(ctx, session, PROPOSED, tour, person, at=now)
    return tour


def _manager_of(person: str, names: Directory) -> str:
    known = names.person.get(person)
    manager = names.by_email.get(known.manager_email) if known and known.manager_email else None
    return manager.id if manager else ""


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
    """A private word about a tour to that person, once per kind, tour and step."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload: dict[str, object] = {"tour": tour, "person": person_id, "step": step}
    if file:
        payload["file"] = {"name": file.name, "content": base64.b64encode(file.content).decode()}
    await mail.queue_notice(session, [place], kind, payload, key=f"{kind}:{tour}:{person_id}:{step}", at=at)


async def notify_left_out(
    ctx: AppContext, session: Session, person_id: str, kept: TourRound, reason: str, at: datetime
) -> None:
    """Why somebody has no partner this time. Who found one and lost it again is told again."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload = {"person": person_id, "round": kept.number, "reason": reason}
    key = f"{LEFT_OUT}:{kept.programme}:{kept.number}:{person_id}:{at.isoformat()}"
    await mail.queue_notice(session, [place], LEFT_OUT, payload, key=key, at=at)
