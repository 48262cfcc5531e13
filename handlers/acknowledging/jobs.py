"""Who is nudged about the current version, and whose manager is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from handlers.acknowledging.notices import ESCALATION_STEP, queue_escalation, queue_nudges
from handlers.acknowledging.rules import NudgeProgress, nudge_due
from handlers.context import AppContext, Policy
from handlers.shared.conversations import recipient
from handlers.shared.sending_hours import hours_of_person
from storage import acknowledgements, places, reminders, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Person


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
    behind = [
        (person, NudgeProgress(newest.published_at, nudged.get(person.id), last_nudged.get(person.id)))
        for person in names.people
        if person.id not in acknowledged and person.id in readers and person.id not in snoozed
    ]

    # For thousands of people, their working hours take too long to compute between two other requests.
    by_step = await asyncio.to_thread(_people_by_step, ctx.policy, behind, due)

    for step, people in sorted(by_step.items()):
        if step == ESCALATION_STEP:
            for manager, team in _by_manager(people, names).items():
                await queue_escalation(ctx, session, names.person.get(manager), team, newest, due)
        else:
            await queue_nudges(ctx, session, [person.id for person in people], newest, step, due)


def _people_by_step(
    policy: Policy, behind: Sequence[tuple[Person, NudgeProgress]], due: datetime
) -> dict[int, list[Person]]:
    """Step -> the people for whom it is due."""
    by_step: dict[int, list[Person]] = {}
    for person, progress in behind:
        if step := nudge_due(progress, hours_of_person(policy, person), due):
            by_step.setdefault(step, []).append(person)
    return by_step


def _by_manager(people: Sequence[Person], names: Directory) -> dict[str, list[str]]:
    """The id of the manager, "" for none -> the ids of their people."""
    by_manager: dict[str, list[str]] = {}
    for person in people:
        manager = names.manager_of(person) or names.lead_of(person.team)
        is_other = manager is not None and manager.id != person.id
        by_manager.setdefault(manager.id if manager and is_other else "", []).append(person.id)
    return by_manager


async def _readers_of_roadmap(session: Session) -> frozenset[str]:
    """People who follow the roadmap, in a room or in their direct conversation."""
    rooms = {subscription.place.id: subscription.place for subscription in await places.subscriptions(session)}
    members = await places.members_of(session, list(rooms))
    direct = [await recipient(session, place) for place in rooms.values() if place.direct]
    return members | {person.id for person in direct if person}
