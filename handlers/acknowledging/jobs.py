"""TODO: say what this module is for."""

from __future__ import annotations

from datetime import datetime

from handlers.acknowledging.notices import ESCALATION, NUDGE
from handlers.acknowledging.rules import NudgeProgress, nudge_due
from handlers.context import AppContext
from handlers.shared import notify
from handlers.shared.conversations import conversation_with, recipient
from handlers.shared.rules.quiet_hours import WorkingHours
from handlers.shared.sending_hours import hours_of
from storage import acknowledgements, places, reminders, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Person
from storage.values.places import Place
from storage.values.roadmap import Revision

ESCALATION_STEP = 3


async def send_nudges(ctx: AppContext, session: Session, due: datetime) -> None:
    """Nudge whoever is behind the current version, is at work now, and was not nudged too often or today."""
    newest = await revisions.latest(session)
    if newest is None or newest.published_at is None:
        return
    names = await directory(session)
    have = await acknowledgements.covering(session, newest.number)
    following = await _audience_of_roadmap(session)
    resting = await reminders.snoozed(session, due)
    said, lately = await reminders.reminders_about(session, newest.number), await reminders.last_reminded(session)
    leads: dict[str, list[str]] = {}
    for person in names.people:
        if person.id in have or person.id not in following or person.id in resting:
            continue
        hours = _hours(ctx, person)
        behind = NudgeProgress(newest.published_at, said.get(person.id), lately.get(person.id))
        step = nudge_due(behind, hours, due)
        if step == ESCALATION_STEP:
            manager = names.manager_of(person)
            leads.setdefault(manager.id if manager else "", []).append(person.id)
        elif step:
            await _queue_nudge(ctx, session, person, newest, step, due)
    for lead, behind_ones in leads.items():
        await _escalate(ctx, session, names.person.get(lead), behind_ones, newest, due)


async def _audience_of_roadmap(session: Session) -> frozenset[str]:
    """Those whom the roadmap is told to: who sits in a room that follows it, or follows it by themselves."""
    rooms = {each.place.id: each.place for each in await places.subscriptions(session)}
    sitting = await places.members_of(session, list(rooms))
    alone = [await recipient(session, place) for place in rooms.values() if place.direct]
    return sitting | {each.id for each in alone if each}


def _hours(ctx: AppContext, person: Person) -> WorkingHours:
    return hours_of(ctx.policy, Place(0, "", "", "", direct=True), person)


async def _queue_nudge(
    ctx: AppContext, session: Session, person: Person, newest: Revision, step: int, at: datetime
) -> None:
    place = await conversation_with(session, ctx.policy, person)
    payload = {"revision": newest.number, "step": step}
    key = f"{NUDGE}:{newest.name}:{person.id}:{step}"
    await notify.queue_notice(session, [place], NUDGE, payload, key=key, at=at)
    await reminders.record_reminders(session, [person.id], newest.number, step, at)


async def _escalate(
    ctx: AppContext, session: Session, lead: Person | None, behind: list[str], newest: Revision, at: datetime
) -> None:
    """One card with everybody of the team who is still behind; without a lead it is only noted that nobody was told."""
    await reminders.record_reminders(session, behind, newest.number, ESCALATION_STEP, at)
    if lead is None:
        return
    place = await conversation_with(session, ctx.policy, lead)
    key = f"{ESCALATION}:{newest.name}:{lead.id}:{at.date()}"
    payload = {"revision": newest.number, "behind": sorted(behind)}
    await notify.queue_notice(session, [place], ESCALATION, payload, key=key, at=at)
