"""Who is nudged about the current version, and whose manager is told."""

from __future__ import annotations

from datetime import datetime

from handlers.acknowledging.notices import ESCALATION_STEP, queue_escalation, queue_nudge
from handlers.acknowledging.rules import NudgeProgress, nudge_due
from handlers.context import AppContext
from handlers.shared.conversations import recipient
from handlers.shared.sending_hours import hours_of_person
from storage import acknowledgements, places, reminders, revisions
from storage.directory import directory
from storage.store import Session


async def send_nudges(ctx: AppContext, session: Session, due: datetime) -> None:
    """Nudge people who are behind the current version and at work now; after two nudges tell their manager."""
    newest = await revisions.latest(session)
    if newest is None or newest.published_at is None:
        return
    names = await directory(session)
    acknowledged = await acknowledgements.covering(session, newest.number)
    readers = await _readers_of_roadmap(session)
    snoozed = await reminders.snoozed(session, due)
    nudged, last_nudged = (
        await reminders.reminders_about(session, newest.number),
        await reminders.last_reminded(session),
    )
    behind_by_manager: dict[str, list[str]] = {}
    for person in names.people:
        if person.id in acknowledged or person.id not in readers or person.id in snoozed:
            continue
        progress = NudgeProgress(newest.published_at, nudged.get(person.id), last_nudged.get(person.id))
        step = nudge_due(progress, hours_of_person(ctx.policy, person), due)
        if step == ESCALATION_STEP:
            manager = names.manager_of(person) or names.lead_of(person.team)
            is_other = manager is not None and manager.id != person.id
            behind_by_manager.setdefault(manager.id if manager and is_other else "", []).append(person.id)
        elif step:
            await queue_nudge(ctx, session, person, newest, step, due)
    for manager_id, behind in behind_by_manager.items():
        await queue_escalation(ctx, session, names.person.get(manager_id), behind, newest, due)


async def _readers_of_roadmap(session: Session) -> frozenset[str]:
    """People who follow the roadmap, in a room or in their direct conversation."""
    rooms = {subscription.place.id: subscription.place for subscription in await places.subscriptions(session)}
    members = await places.members_of(session, list(rooms))
    direct = [await recipient(session, place) for place in rooms.values() if place.direct]
    return members | {person.id for person in direct if person}
