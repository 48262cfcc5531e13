"""`home` and `help`: what most people do next, and every command with its usage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.context import AppContext, Request
from handlers.errors import NotFound
from handlers.feature import Command, Feature
from handlers.help import cards, rules
from integrations.ports.inbound import Reply


async def home(ctx: AppContext, request: Request) -> Reply:
    """`home`, or no words at all: buttons for what people do most, as far as they may."""
    offers = tuple(offer for offer in cards.OFFERS if _may(ctx, request, offer.action))
    facts = {"offers": [offer.words for offer in offers]}
    return Reply(cards.home(request.person, offers, known=bool(request.person.id)), facts=facts)


async def ask_form(_ctx: AppContext, _request: Request) -> Reply:
    """`home ask`: a form for a question; submitting it is `ask`."""
    return Reply(cards.how_to_ask(), form=cards.ASK_FORM)


async def explain(ctx: AppContext, request: Request) -> Reply:
    """`help [TOPIC|COMMAND]`."""
    typed = rules.fold(request.args.rest())
    return _about(ctx, request, typed) if typed else _overview(ctx, request)


def _overview(ctx: AppContext, request: Request) -> Reply:
    topics = [_topic(ctx, feature, request) for feature in ctx.features]
    shown = tuple(topic for topic in topics if topic.commands)
    facts = [{"topic": topic.name, "commands": [command.words for command in topic.commands]} for topic in shown]
    return Reply(cards.overview(shown, known=bool(request.person.id)), facts={"topics": facts})


def _about(ctx: AppContext, request: Request, typed: str) -> Reply:
    commands = _commands(ctx)
    command = commands.get(typed)
    feature = next(
        (candidate for candidate in ctx.features if typed in (candidate.name, rules.fold(candidate.title))), None
    )
    if command is None and feature is not None:
        topic = _topic(ctx, feature, request)
        return Reply(
            cards.topic(topic), facts={"topic": feature.name, "commands": [command.words for command in topic.commands]}
        )
    longer = tuple(commands[words] for words in rules.commands_beginning_with(typed, commands))
    if command is not None:
        return Reply(cards.command(command, longer, request.person.permission), facts=_facts(command))
    if longer:
        topic = cards.Topic(f"Commands that begin with “{typed}”", longer)
        return Reply(cards.topic(topic), facts={"commands": [command.words for command in longer]})
    names = tuple(dict.fromkeys([*(feature.name for feature in ctx.features), *commands]))
    suggestions = [f"help {words}" for words in rules.suggest(typed, names)]
    raise NotFound(f"There is no topic and no command called “{typed}”.", *(suggestions or ["help"]))


def _commands(ctx: AppContext) -> Mapping[str, Command]:
    return {command.words: command for feature in ctx.features for command in feature.commands}


def _topic(ctx: AppContext, feature: Feature, request: Request) -> cards.Topic:
    """A slice with those of its commands that the asker may use."""
    commands = tuple(command for command in feature.commands if _may(ctx, request, command.words))
    return cards.Topic(feature.title, commands, feature.name)


def _may(ctx: AppContext, request: Request, words: str) -> bool:
    """Whether the asker may use the command *words*; False if there is no such command."""
    command = _commands(ctx).get(words)
    if command is None:
        return False
    return request.person.permission.covers(command.needs) and (bool(request.person.id) or command.allows_strangers)


def _facts(command: Command) -> dict[str, Any]:
    return {
        "command": command.words,
        "usage": command.usage,
        "needs": str(command.needs),
        "changes": command.writes,
        "examples": list(command.examples),
    }
