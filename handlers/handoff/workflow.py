"""Steps shared by commands, jobs and hooks: assign a question to a person, settle it, or give up on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.context import AppContext
from handlers.handoff.notices import (
    ASKED,
    DISMISSED,
    PASSED_ON,
    UNANSWERED,
    notify_person,
    refresh_asked_card,
    refresh_dismissed_card,
    turn_key,
)
from handlers.handoff.rules import Route
from storage import handoffs
from storage.store import Session
from storage.values.questions import Handoff, HandoffState, Question


async def assign(
    ctx: AppContext, session: Session, question: Question, route: Route, before: Handoff | None, now: datetime
) -> Handoff:
    """Make the person of *route* the assignee and notify them; the cards of the one *before* lose their buttons."""
    tried = (*(before.tried if before else ()), route.person)
    asked_at = before.asked_at if before else now
    turn = before.turn + 1 if before else 1
    tried = tuple(dict.fromkeys(tried))
    handoff = Handoff(question.number, route.person, route.why, now, asked_at, tried=tried, turn=turn)
    await handoffs.save(session, handoff)
    if before:
        await refresh_asked_card(session, before, PASSED_ON, now)
        await refresh_dismissed_card(session, question, before, now)
    payload = {"turn": turn}
    await notify_person(ctx, session, ASKED, question, route.person, key=turn_key(handoff), at=now, payload=payload)
    return handoff


async def settle(session: Session, handoff: Handoff, state: HandoffState, now: datetime) -> Handoff:
    """Record what became of *handoff*; the card of the person asked loses the buttons that no longer apply."""
    settled = replace(handoff, state=state)
    await handoffs.save(session, settled)
    await refresh_asked_card(session, settled, str(state), now)
    return settled


async def dismiss(ctx: AppContext, session: Session, question: Question, handoff: Handoff, now: datetime) -> Handoff:
    """Record that the assignee has no answer, and notify the asker."""
    dismissed = await settle(session, handoff, HandoffState.DISMISSED, now)
    payload = {"by": handoff.assignee}
    await notify_person(
        ctx, session, DISMISSED, question, question.asker, key=turn_key(handoff), at=now, payload=payload
    )
    return dismissed


async def mark_unanswered(
    ctx: AppContext, session: Session, question: Question, handoff: Handoff, now: datetime
) -> None:
    """Record that nobody is left to ask, and notify the asker."""
    await settle(session, handoff, HandoffState.UNANSWERED, now)
    await notify_person(ctx, session, UNANSWERED, question, question.asker, key=turn_key(handoff), at=now)
