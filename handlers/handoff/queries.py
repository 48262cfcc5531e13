"""What a question is about, and who should be asked next."""

from __future__ import annotations

from handlers.context import AppContext
from handlers.handoff import rules
from handlers.handoff.rules import QuestionTopic, Route
from handlers.shared.rules.names import fold_name
from storage import roadmap
from storage.store import Session
from storage.values.company import Directory
from storage.values.questions import Question


async def topic_of(session: Session, question: Question, names: Directory) -> QuestionTopic:
    """What *question* is about. Without a plan: the campaigns and teams that it names in full."""
    items = await roadmap.items_with(session, question.keys[: rules.FEW_ITEMS + 1])
    known_items = tuple(items[key] for key in question.keys if key in items)
    if question.plan:
        campaigns, teams = question.plan.campaigns, question.plan.teams
    else:
        text = f" {fold_name(question.words)} "
        campaigns = tuple(c.key for c in names.campaigns if _is_mentioned(text, c.name, *c.aliases))
        teams = tuple(t.key for t in names.teams if _is_mentioned(text, t.name, *t.aliases))
    known_campaigns = tuple(names.campaign[key] for key in campaigns if key in names.campaign)
    return QuestionTopic(known_items, known_campaigns, teams[: rules.FEW_ITEMS])


def _is_mentioned(text: str, *names: str) -> bool:
    return any(len(name) > 2 and f" {fold_name(name)} " in text for name in names)


async def next_person(
    ctx: AppContext, session: Session, question: Question, tried: tuple[str, ...], names: Directory
) -> Route | None:
    """The next person to ask; None if nobody is left."""
    asker = names.person.get(question.asker)
    if asker is None:
        return None
    routes = rules.routes(await topic_of(session, question, names), asker, names, ctx.policy.admins)
    return rules.next_route(routes, tried)
