"""A genuine request of Slack's, and what it is answered with in the very same breath."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrations.ports.cards import Card
from integrations.slack.elements import Json
from integrations.slack.installs import Installation
from integrations.slack.render import message


@dataclass(frozen=True, slots=True)
class Heard:
    """What Slack sent, for which workspace, and the installation it belongs to."""

    body: Json
    team: str
    installation: Installation


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP answer. Empty is what Slack takes for "understood"."""

    body: Json | str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


UNDERSTOOD = Answer()
# Slack sends an event again, and tells a person that a button did not work.
NOT_NOW = Answer(status=503)
# https://docs.slack.dev/apis/events-api#retries
NO_RETRY: Mapping[str, str] = {"x-slack-no-retry": "1"}


def shown_to_asker(card: Card, command: str) -> Answer:
    """The answer of a slash command: for whoever typed it, and nobody else.

    https://docs.slack.dev/interactivity/implementing-slash-commands#responding
    """
    return Answer({"response_type": "ephemeral", **message(card, root=command)})


def in_the_fields(errors: Mapping[str, str]) -> Answer:
    """What is wrong, shown beside the answers given. https://docs.slack.dev/surfaces/modals#displaying_errors"""
    return Answer({"response_action": "errors", "errors": dict(errors)})


def another_view(view: Json) -> Answer:
    return Answer({"response_action": "update", "view": view})
