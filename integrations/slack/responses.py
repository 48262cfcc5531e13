"""A genuine request of Slack's, and what it is answered with in the very same breath."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from integrations.ports.cards import Card
from integrations.ports.clock import Clock
from integrations.ports.state import Cipher
from integrations.slack.markup import Json
from integrations.slack.render import message


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


# Five uses within 30 minutes; one minute is ours. https://docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_URL_LIFETIME = timedelta(minutes=29)


class ResponseUrls:
    """Seals ways back to whoever asked, and opens them while they are good."""

    def __init__(self, cipher: Cipher, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock

    def encrypt(self, url: str) -> str:
        """The `via` of an event that came with that response_url; "" without one."""
        if not url:
            return ""
        until = (self._clock.now() + RESPONSE_URL_LIFETIME).isoformat()
        return self._cipher.encrypt(json.dumps({"url": url, "until": until}))

    def decrypt(self, via: str) -> str:
        """The response_url in *via*, "" once it is too old."""
        if not via:
            return ""
        try:
            kept = json.loads(self._cipher.decrypt(via))
        except Exception:  # noqa: BLE001  (its key was taken out meanwhile; there are other ways to answer)
            return ""
        return str(kept["url"]) if self._clock.now() < datetime.fromisoformat(kept["until"]) else ""
