"""Let another feature answer a question about it: run its own reading command for the asker, with the asker's rights.

The slices are found in the catalogue, by the `QuestionRoute`s that each declares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers import grammar
from handlers.context import AppContext, Request
from handlers.errors import NotAllowed, Refusal
from handlers.feature import Command, QuestionRoute
from handlers.questions.rules.outcome import Outcome
from handlers.questions.rules.people_named import people_in
from integrations.ports.cards import Block, Button, Buttons, Card, text
from integrations.ports.inbound import Reply
from storage.values.company import Directory
from storage.values.roadmap import Revision

_SELF = re.compile(r"\b(?:i|me|my)\b", re.IGNORECASE)


async def answer_about_feature(
    ctx: AppContext, request: Request, topic: str, question: str, names: Directory, newest: Revision | None
) -> Reply:
    """The reply of the feature that *topic* belongs to. What it refuses because there is nothing yet is an answer too."""
    route = route_for(ctx, topic, question)
    command, args = _parsed(ctx, f"{route.say} {_argument(route, request, question, names)}".strip())
    facts = facts_of(Outcome.ANSWERED, newest)
    try:
        if not request.person.permission.covers(command.needs):
            raise NotAllowed(f"Only {command.needs}s may see that.")
        reply = await command.run(ctx, replace(request, args=args))
    except Refusal as refusal:
        return Reply(_nothing_yet(ctx, request, refusal, route.invitation), request.private, facts)
    outcome = {"outcome": facts["outcome"], "items": []}  # what it lists are no items that match a question
    return replace(reply, facts={**facts, **reply.facts, **outcome}, exit=0)


def facts_of(outcome: Outcome, newest: Revision | None) -> dict[str, Any]:
    """The facts of a reply to `ask` that is not about items."""
    published = newest.published_at.isoformat() if newest and newest.published_at else ""
    return {
        "outcome": str(outcome), "items": [], "revision": newest.number if newest else None, "as_of": published,
        "plan": {}, "candidates": [],
    }  # fmt: skip


def route_for(ctx: AppContext, topic: str, question: str) -> QuestionRoute:
    """The first route about *topic* that fits the question."""
    routes = [route for feature in ctx.features for route in feature.answers if route.topic == topic]
    return next(route for route in routes if re.search(route.when, question, re.IGNORECASE))


def commands_of(ctx: AppContext) -> Mapping[str, Command]:
    return {command.words: command for feature in ctx.features for command in feature.commands}


def may_use(ctx: AppContext, request: Request, action: str) -> bool:
    command = commands_of(ctx).get(action)
    return command is not None and request.person.permission.covers(command.needs)


def _parsed(ctx: AppContext, typed: str) -> tuple[Command, grammar.Arguments]:
    commands = commands_of(ctx)
    match = grammar.find_command(typed, list(commands.values()))
    if match is None:
        raise LookupError(f"a route says “{typed}”, which is no command")
    return commands[match[0].words], grammar.parse_arguments(*match)


def _argument(route: QuestionRoute, request: Request, question: str, names: Directory) -> str:
    if route.takes_people:
        people = [person.email for person in people_in(question, names)]
        return ", ".join(people or ([request.person.email] if _SELF.search(question) else []))
    match = re.search(route.argument, question, re.IGNORECASE) if route.argument else None
    return match[0] if match else ""


def _nothing_yet(ctx: AppContext, request: Request, refusal: Refusal, invitation: Button | None) -> Card:
    """What is not there yet, in the feature's words, with the next step for a person who may take it."""
    title, _, rest = refusal.text.partition(". ")
    invited = invitation and any(invitation.action.startswith(_two_words(words)) for words in refusal.try_words)
    if invitation and invited and may_use(ctx, request, invitation.action):
        return Card(title.rstrip("."), (Buttons((invitation,)),))
    blocks: list[Block] = [text(rest)] if rest else []
    if refusal.try_words:
        blocks.append(text("Try next:", *[f"\n• {words}" for words in refusal.try_words]))
    return Card(title.rstrip("."), tuple(blocks))


def _two_words(typed: str) -> str:
    return " ".join(typed.split()[:2])
