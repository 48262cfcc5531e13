"""The HTTP responses to Slack's requests, and the encrypted response URLs for later replies."""

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
    """An HTTP response. An empty 200 acknowledges the request."""

    body: Json | str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


OK = SlackResponse()
# Slack sends an event again, and shows an error next to a button.
TRY_AGAIN = SlackResponse(status=503)
# https://docs.slack.dev/apis/events-api#retries
NO_RETRY: Mapping[str, str] = {"x-slack-no-retry": "1"}


def ephemeral(card: Card, command: str) -> SlackResponse:
    """The reply to a slash command, which only the person who typed it sees.

    https://docs.slack.dev/interactivity/implementing-slash-commands#responding
    """
    return SlackResponse({"response_type": "ephemeral", **message(card, root=command)})


def field_errors(errors: Mapping[str, str]) -> SlackResponse:
    """Errors by field, shown in the open modal. https://docs.slack.dev/surfaces/modals#displaying_errors"""
    return SlackResponse({"response_action": "errors", "errors": dict(errors)})


def updated_view(view: Json) -> SlackResponse:
    return SlackResponse({"response_action": "update", "view": view})


# Valid for five uses within 30 minutes, with a minute of margin. https://docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_URL_LIFETIME = timedelta(minutes=29)


class ResponseUrls:
    """Encrypts response URLs for storage, and decrypts them while they are valid."""

    def __init__(self, cipher: Cipher, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock

    def encrypt(self, url: str) -> str:
        """The `via` of an event that came with the response URL *url*; "" without one."""
        if not url:
            return ""
        until = (self._clock.now() + RESPONSE_URL_LIFETIME).isoformat()
        return self._cipher.encrypt(json.dumps({"url": url, "until": until}))

    def decrypt(self, via: str) -> str:
        """The response URL in *via*; "" if it has expired."""
        if not via:
            return ""
        try:
            stored = json.loads(self._cipher.decrypt(via))
        except Exception:  # noqa: BLE001  (the key may have been removed; the reply is then sent another way)
            return ""
        return str(stored["url"]) if self._clock.now() < datetime.fromisoformat(stored["until"]) else ""
