"""A genuine request of Slack's, and what it is answered with in the very same breath."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrations.ports.cards import Card
from integrations.slack.elements import Json
from integrations.slack.installs import Installation
from integrations.slack.render import message


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """What Slack sent, for which workspace, and the installation it belongs to."""

    body: Json
    team: str
    installation: Installation


@dataclass(frozen=True, slots=True)
class SlackResponse:
    """The HTTP answer. Empty is what Slack takes for "understood"."""

    body: Json | str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


OK = SlackResponse()
# Slack sends an event again, and tells a person that a button did not work.
TRY_AGAIN = SlackResponse(status=503)
# https://docs.slack.dev/apis/events-api#retries
NO_RETRY: Mapping[str, str] = {"x-slack-no-retry": "1"}


def ephemeral(card: Card, command: str) -> SlackResponse:
    """The answer of a slash command: for whoever typed it, and nobody else.

    https://docs.slack.dev/interactivity/implementing-slash-commands#responding
    """
    return SlackResponse({"response_type": "ephemeral", **message(card, root=command)})


def field_errors(errors: Mapping[str, str]) -> SlackResponse:
    """What is wrong, shown beside the answers given. https://docs.slack.dev/surfaces/modals#displaying_errors"""
    return SlackResponse({"response_action": "errors", "errors": dict(errors)})


def updated_view(view: Json) -> SlackResponse:
    return SlackResponse({"response_action": "update", "view": view})
