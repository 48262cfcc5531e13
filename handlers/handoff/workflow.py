"""Steps shared by commands and jobs: assign a question to a person, or give up on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.context import AppContext
from handlers.handoff.notices import ASKED, UNANSWERED, notify_person
from handlers.handoff.rules import Route
from storage import handoffs
from storage.store import Session
from storage.values.questions import Handoff, HandoffState, Question


async def assign(
    ctx: AppContext, session: Session, question: Question, route: Route, before: Handoff | None, now: datetime
) -> Handoff:
    """Make the person of *route* the assignee and notify them."""
    tried = (*(before.tried if before else ()), route.person)
    asked_at = before.asked_at if before else now
    handoff = Handoff(question.number, route.person, route.why, now, asked_at, tried=tuple(dict.fromkeys(tried)))
    await handoffs.save(session, handoff)
    await notify_person(ctx, session, ASKED, question, route.person, key=f"{question.name}:{route.person}", at=now)
    return handoff


async def mark_unanswered(
    ctx: AppContext, session: Session, question: Question, handoff: Handoff, now: datetime
) -> None:
    """Record that nobody is left to ask, and notify the asker."""
    await handoffs.save(session, replace(handoff, state=HandoffState.UNANSWERED))
    await notify_person(
        ctx, session, UNANSWERED, question, question.asker, key=f"{question.name}:{len(handoff.tried)}", at=now
    )
