"""Nudges to those behind: at most two a version, in their working hours, then one word to their lead.

published ──a working day──> first nudge ──two──> second nudge ──one──> the lead hears who of the team is behind
"""

from __future__ import annotations

from collections.abc import Mapping

from handlers.acknowledging import cards
from handlers.context import AppContext
from handlers.shared.conversations import recipient
from integrations.ports.cards import Card
from storage import acknowledgements, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience
from storage.values.deliveries import Delivery

NUDGE, ESCALATION = "nudge", "behind"


async def compose_nudge(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The nudge as it is read; None when the person has the version meanwhile, or a newer one came."""
    newest, person = await revisions.latest(session), await recipient(session, delivery.place)
    if newest is None or person is None or newest.number != delivery.notice.payload["revision"]:
        return None
    mine = await acknowledgements.latest_revision_of(session, person.id)
    return None if mine >= newest.number else cards.nudge(newest, mine, second=delivery.notice.payload["step"] == 2)


async def compose_escalation(
    _ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience
) -> Card | None:
    """Who of the team is still behind when the lead reads it; None when nobody is."""
    newest = await revisions.latest(session)
    if newest is None or newest.number != delivery.notice.payload["revision"]:
        return None
    names = await directory(session)
    have: Mapping[str, object] = await acknowledgements.covering(session, newest.number)
    listed = delivery.notice.payload["behind"]
    ids = [each for each in listed if each not in have] if isinstance(listed, list) else []
    behind = [names.person[each] for each in ids if each in names.person]
    return cards.escalation(newest, behind) if behind else None
