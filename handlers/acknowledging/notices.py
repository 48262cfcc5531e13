"""Nudges to people behind the current version: at most two a version, then one notice to their manager.

published ──1 working day──> first nudge ──2──> second nudge ──1──> the manager is told who is behind
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from handlers.acknowledging import cards
from handlers.context import AppContext
from handlers.shared import notify
from handlers.shared.conversations import recipient
from integrations.ports.cards import Card
from storage import acknowledgements, reminders, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.deliveries import Delivery
from storage.values.roadmap import Revision

NUDGE, ESCALATION = "nudge", "behind"
ESCALATION_STEP = 3  # the steps before are nudges to the person


async def queue_nudges(
    ctx: AppContext, session: Session, people: Collection[str], newest: Revision, step: int, at: datetime
) -> None:
    """Nudge *people* about *newest* and record it."""
    key, payload = f"{NUDGE}:{newest.name}:{step}", {"revision": newest.number, "step": step}
    await notify.people_with_ids(ctx, session, people, NUDGE, payload, key=key, at=at)
    await reminders.record_reminders(session, people, newest.number, step, at)


async def queue_escalation(
    ctx: AppContext, session: Session, manager: Person | None, behind: Sequence[str], newest: Revision, at: datetime
) -> None:
    """Tell *manager* who is still behind, in one card. Without a manager the step is only recorded."""
    await reminders.record_reminders(session, behind, newest.number, ESCALATION_STEP, at)
    if manager is None:
        return
    key = f"{ESCALATION}:{newest.name}:{manager.id}:{at.date()}"
    payload = {"revision": newest.number, "behind": sorted(behind)}
    await notify.person(ctx, session, manager, ESCALATION, payload, key=key, at=at)


async def compose_nudge(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """None if the person acknowledged the version in the meantime, or a newer one was published."""
    newest, person = await revisions.latest(session), await recipient(session, delivery.place)
    if newest is None or person is None or newest.number != delivery.notice.payload["revision"]:
        return None
    mine = await acknowledgements.latest_revision_of(session, person.id)
    return None if mine >= newest.number else cards.nudge(newest, mine, second=delivery.notice.payload["step"] == 2)


async def compose_escalation(
    _ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience
) -> Card | None:
    """Who is still behind when the card is sent; None if nobody is."""
    newest = await revisions.latest(session)
    if newest is None or newest.number != delivery.notice.payload["revision"]:
        return None
    names = await directory(session)
    acknowledged: Mapping[str, object] = await acknowledgements.covering(session, newest.number)
    listed = delivery.notice.payload["behind"]
    ids = [person_id for person_id in listed if person_id not in acknowledged] if isinstance(listed, list) else []
    behind = [names.person[person_id] for person_id in ids if person_id in names.person]
    return cards.escalation(newest, behind) if behind else None
