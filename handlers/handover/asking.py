"""Whom to ask: what a question is about is looked up again, and the next person is put down as its holder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import mail
from handlers.handover import rules
from handlers.handover.rules import QuestionTopic, Route
from handlers.naming import fold_name
from handlers.private import conversation_with
from handlers.toolbox import AppContext
from storage import handovers, people, roadmap
from storage.store import Session
from storage.values.company import Directory, Person
from storage.values.questions import Handoff, HandoffState, Question

ASKED, ANSWERED, DISMISSED, MOVED = "question.asked", "question.answered", "question.dismissed", "question.moved"
UNANSWERED, WITHDRAWN, ASKED_OFTEN = "question.unanswered", "question.withdrawn", "question.often"


async def topic_of(session: Session, question: Question, names: Directory) -> QuestionTopic:
    """What *question* is about. Without a plan, the campaigns and teams that its words name in full."""
    items = await roadmap.items_with(session, question.keys[: rules.FEW_ITEMS + 1])
    found = tuple(items[key] for key in question.keys if key in items)
    if question.plan:
        campaigns, teams = question.plan.campaigns, question.plan.teams
    else:
        said = f" {fold_name(question.words)} "
        campaigns = tuple(c.key for c in names.campaigns if _is_mentioned(said, c.name, *c.aliases))
        teams = tuple(t.key for t in names.teams if _is_mentioned(said, t.name, *t.aliases))
    known = tuple(names.campaign[key] for key in campaigns if key in names.campaign)
    return QuestionTopic(found, known, teams[: rules.FEW_ITEMS])


def _is_mentioned(said: str, *calls: str) -> bool:
    return any(len(call) > 2 and f" {fold_name(call)} " in said for call in calls)


async def next_person(
    ctx: AppContext, session: Session, question: Question, tried: tuple[str, ...], names: Directory
) -> Route | None:
    """Who is asked next; None when nobody is left."""
    asker = names.person.get(question.asker)
    if asker is None:
        return None
    found = rules.routes(await topic_of(session, question, names), asker, names, ctx.policy.admins)
    return rules.next_route(found, tried)


async def assign(
    ctx: AppContext, session: Session, question: Question, route: Route, before: Handoff | None, now: datetime
) -> Handoff:
    """Ask *route*'s person, and remember it."""
    tried = (*(before.tried if before else ()), route.person)
    asked_at = before.asked_at if before else now
    held = Handoff(question.number, route.person, route.why, now, asked_at, tried=tuple(dict.fromkeys(tried)))
    await handovers.save(session, held)
    await notify_person(ctx, session, ASKED, question, route.person, key=f"{question.name}:{route.person}", at=now)
    return held


async def notify_person(
    ctx: AppContext, session: Session, kind: str, question: Question, person_id: str, *, key: str, at: datetime
) -> None:
    """Put a private word about *question* to that person into the ledger, once per *key*."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    payload = {"question": question.number, "person": person_id}
    await mail.queue_notice(session, [place], kind, payload, key=f"{kind}:{key}", at=at)


async def mark_unanswered(
    ctx: AppContext, session: Session, question: Question, handoff: Handoff, now: datetime
) -> None:
    """Nobody is left to ask: the asker hears it."""
    await handovers.save(session, replace(handoff, state=HandoffState.UNANSWERED))
    await notify_person(
        ctx, session, UNANSWERED, question, question.asker, key=f"{question.name}:{len(handoff.tried)}", at=now
    )


def may_answer(person: Person, handoff: Handoff | None, *, is_admin: bool) -> bool:
    """Whoever was asked, bridge persons, and admins."""
    return is_admin or rules.is_bridge(person) or (handoff is not None and person.id in handoff.tried)
