"""Scheduled work: follow up on waiting questions, and report frequent questions without an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.context import AppContext
from handlers.handoff import rules
from handlers.handoff.notices import (
    AGAIN,
    ASKED,
    ASKED_OFTEN,
    MOVED,
    OFTEN_TIMES,
    UNANSWERED_OUTCOMES,
    notify_person,
    turn_key,
)
from handlers.handoff.queries import next_person
from handlers.handoff.rules import HandoffAction
from handlers.handoff.workflow import assign, mark_unanswered
from handlers.shared import notify
from handlers.shared.conversations import conversation_with
from handlers.shared.known_questions import may_see_named
from handlers.shared.sending_hours import hours_of
from storage import handoffs, questions
from storage.directory import directory
from storage.restricted_names import restricted_names
from storage.store import Session
from storage.values.company import Person
from storage.values.places import Place
from storage.values.questions import Handoff

ASKED_OFTEN_WITHIN = timedelta(days=30)


async def remind_and_pass_on(ctx: AppContext, session: Session, due: datetime) -> None:
    """Remind the assignee after one working day; after two, ask the next person and notify the asker."""
    waiting = await handoffs.waiting(session)
    if not waiting:
        return
    names, restricted = await directory(session), await restricted_names(session)
    for handoff in waiting:
        holder = names.person.get(handoff.assignee)
        question = await questions.numbered(session, handoff.number)
        if question is None:
            continue
        asker = names.person.get(question.asker)
        if holder and asker and not may_see_named(restricted, question, asker.audience, holder.audience):
            holder = None
        step = _step(ctx, holder, handoff, due)
        if step is HandoffAction.NOTHING:
            continue
        if step is HandoffAction.REMIND:
            await handoffs.save(session, replace(handoff, reminded=True))
            key, payload = f"{turn_key(handoff)}{AGAIN}", {"turn": handoff.turn}
            await notify_person(ctx, session, ASKED, question, handoff.assignee, key=key, at=due, payload=payload)
            continue
        route = await next_person(ctx, session, question, handoff.tried, names)
        if route is None:
            await mark_unanswered(ctx, session, question, handoff, due)
            continue
        assigned = await assign(ctx, session, question, route, handoff, due)
        key = turn_key(assigned)
        await notify_person(ctx, session, MOVED, question, question.asker, key=key, at=due)


def _step(ctx: AppContext, holder: Person | None, handoff: Handoff, now: datetime) -> HandoffAction:
    """What is due for *handoff*. Do not wait for people who have left, or may not see the question any more."""
    if holder is None:
        return HandoffAction.PASS_ON
    return rules.action_due(handoff, hours_of(ctx.policy, Place(0, "", "", "", direct=True), holder), now)


async def report_asked_often(ctx: AppContext, session: Session, due: datetime) -> None:
    """Notify bridge persons and admins of questions asked three times in thirty days without an answer."""
    since = due - ASKED_OFTEN_WITHIN
    if not await questions.frequent_questions(session, since, OFTEN_TIMES, UNANSWERED_OUTCOMES):
        return
    names = await directory(session)
    keepers = [person for person in names.people if person.is_bridge or ctx.policy.is_admin(person)]
    places = sorted({await conversation_with(session, ctx.policy, person) for person in keepers})
    key = f"{ASKED_OFTEN}:{due.date()}"
    await notify.queue_notice(session, places, ASKED_OFTEN, {"since": since.isoformat()}, key=key, at=due)
