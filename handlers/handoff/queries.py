"""What a question is about, who may answer it, and who should be asked next."""

from __future__ import annotations

import re

from handlers.context import AppContext, Request
from handlers.handoff import rules
from handlers.handoff.rules import QuestionTopic, Route
from handlers.shared.card_parts import person_name
from handlers.shared.known_questions import OthersQuestion, known_question, restrictions_of
from handlers.shared.rules.names import fold_name
from storage import roadmap
from storage.directory import directory
from storage.restricted_names import restricted_names
from storage.store import Session
from storage.values.company import Audience, Directory, Permission
from storage.values.questions import Handoff, HandoffState, Question

_KEY = re.compile(r"[^\W\d_]\w*(?:[-_]\w+)*-\d+")


async def held_question(
    session: Session, request: Request, typed: str, *, admin_too: bool = False
) -> tuple[Question, Handoff]:
    """The question with that number and its handoff, if it is with this person now. *admin_too*: or this is an admin.

    Raises NotFound for a question that the person may not know of, NotAllowed for one that is with somebody else.
    """
    question, handoff = await known_question(session, request, typed)
    if handoff is None:
        next_step = f"handoff {question.name}" if question.asker == request.person.id else "questions open"
        raise OthersQuestion(question, f"{question.name} was not put to you.", next_step)
    is_admin = request.person.permission.covers(Permission.ADMIN)
    if handoff.assignee != request.person.id and not (admin_too and is_admin):
        holder = person_name(handoff.assignee, await directory(session))
        raise OthersQuestion(question, _with_somebody_else(request, question, handoff, holder), "questions open")
    return question, handoff


def _with_somebody_else(request: Request, question: Question, handoff: Handoff, holder: str) -> str:
    if request.person.id not in handoff.tried:
        return f"{question.name} was not put to you. It was put to {holder}."
    if handoff.state is HandoffState.ANSWERED:
        return f"{holder} has answered {question.name} in the meantime. Thank you. You have nothing left to do."
    return f"{question.name} is with {holder} now. Thank you. You have nothing left to do."


async def topic_of(session: Session, question: Question, names: Directory) -> QuestionTopic:
    """What *question* is about. Without a plan: the campaigns and teams that it names in full."""
    items = await roadmap.items_with(session, question.keys[: rules.FEW_ITEMS + 1])
    current_items = tuple(items[key] for key in question.keys if key in items)
    if question.plan:
        campaigns, teams = question.plan.campaigns, question.plan.teams
    else:
        text = f" {fold_name(question.words)} "
        campaigns = tuple(c.key for c in names.campaigns if _is_mentioned(text, c.name, *c.aliases))
        teams = tuple(t.key for t in names.teams if _is_mentioned(text, t.name, *t.aliases))
    current_campaigns = tuple(names.campaign[key] for key in campaigns if key in names.campaign)
    return QuestionTopic(current_items, current_campaigns, teams[: rules.FEW_ITEMS])


def _is_mentioned(text: str, *names: str) -> bool:
    return any(len(name) > 2 and f" {fold_name(name)} " in text for name in names)


async def keys_named_in(session: Session, text: str, audience: Audience) -> tuple[str, ...]:
    """The keys of items that *audience* may see and *text* names by key; restricted ones also by their title."""
    items = [await roadmap.item(session, key, audience) for key in dict.fromkeys(_KEY.findall(text))]
    keys = [item.key for item in items if item]
    return tuple(dict.fromkeys([*keys, *(await restricted_names(session)).named_in(text, audience)]))


async def visible_keys(
    session: Session, keys: tuple[str, ...], audience: Audience, revision: int | None = None
) -> tuple[str, ...]:
    """*keys* without those of items that *audience* may not see, now and at *revision*."""
    items = await roadmap.items_with(session, keys)
    earlier = await roadmap.items_with(session, keys, revision) if revision else {}
    versions = [(key, [part[key] for part in (items, earlier) if key in part]) for key in keys]
    return tuple(key for key, those in versions if those and all(audience.may_see(item.visible_to) for item in those))


async def next_person(
    ctx: AppContext, session: Session, question: Question, tried: tuple[str, ...], names: Directory
) -> Route | None:
    """The next person to ask, who may see what the question names; None if nobody is left."""
    asker = names.person.get(question.asker)
    if asker is None:
        return None
    restrictions = restrictions_of(await restricted_names(session), question, asker.audience)
    routes = rules.routes(await topic_of(session, question, names), asker, names, ctx.policy.admins)
    allowed = [
        route
        for route in routes
        if all(names.person[route.person].audience.may_see(visible_to) for visible_to in restrictions)
    ]
    return rules.next_route(allowed, tried)
