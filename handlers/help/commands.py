"""`home` and `help`: what most people do next, and every command with its usage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.context import AppContext, Request
from handlers.errors import NotFound
from handlers.feature import Command, Feature
from handlers.help import cards, rules
from integrations.ports.inbound import Reply


class CommandGuide:
    """Everything that can be said, by topic. `features` is filled once, as soon as all of them exist."""

    features: tuple[Feature, ...] = ()

    @property
    def commands(self) -> Mapping[str, Command]:
        return {each.words: each for feature in self.features for each in feature.commands}

    async def home(self, _ctx: AppContext, request: Request) -> Reply:
        """Nothing at all: buttons for what people do most, as far as the asker may."""
        offers = tuple(each for each in cards.OFFERS if self._may(request, each.action))
        facts = {"offers": [each.words for each in offers]}
        return Reply(cards.home(request.person, offers, known=bool(request.person.id)), facts=facts)

    async def ask_form(self, _ctx: AppContext, _request: Request) -> Reply:
        """`home ask`: a form for a question, sent off as `ask`."""
        return Reply(cards.how_to_ask(), form=cards.ASK_FORM)

    async def help(self, _ctx: AppContext, request: Request) -> Reply:
        """`help [TOPIC|COMMAND]`."""
        said = rules.fold(request.args.rest())
        return self._about(request, said) if said else self._overview(request)

    def _overview(self, request: Request) -> Reply:
        topics = [cards.Topic(each.title, self._of(each, request), each.name) for each in self.features]
        shown = tuple(topic for topic in topics if topic.commands)
        facts = [{"topic": each.name, "commands": [command.words for command in each.commands]} for each in shown]
        return Reply(cards.overview(shown, known=bool(request.person.id)), facts={"topics": facts})

    def _about(self, request: Request, said: str) -> Reply:
        command = self.commands.get(said)
        topic = next((each for each in self.features if said in (each.name, rules.fold(each.title))), None)
        if command is None and topic is not None:
            topic_shown = cards.Topic(topic.title, self._of(topic, request), topic.name)
            return Reply(
                cards.topic(topic_shown),
                facts={"topic": topic.name, "commands": [c.words for c in topic_shown.commands]},
            )
        longer = tuple(self.commands[words] for words in rules.commands_beginning_with(said, self.commands))
        if command is not None:
            return Reply(cards.command(command, longer, request.person.permission), facts=_facts(command))
        if longer:
            topic_shown = cards.Topic(f"Commands that begin with “{said}”", longer)
            return Reply(cards.topic(topic_shown), facts={"commands": [each.words for each in longer]})
        known = tuple(dict.fromkeys([*(each.name for each in self.features), *self.commands]))
        near = [f"help {each}" for each in rules.suggest(said, known)]
        raise NotFound(f"There is no topic and no command called “{said}”.", *(near or ["help"]))

    def _of(self, feature: Feature, request: Request) -> tuple[Command, ...]:
        return tuple(each for each in feature.commands if self._may(request, each.words))

    def _may(self, request: Request, words: str) -> bool:
        """True when the asker may say *words*, which may be no command of this house at all."""
        command = self.commands.get(words)
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
