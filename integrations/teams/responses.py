"""What an activity is answered with: an HTTP status, and for an invoke what Teams shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.plain.text import clip, one_line
from integrations.teams.markup import Json
from integrations.teams.render import CARD_TYPE


@dataclass(frozen=True, slots=True)
class TeamsResponse:
    """An HTTP response; *body* is only read for an invoke."""

    status: int
    body: Mapping[str, Any] | None = None


MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
MAX_DIALOG_TITLE = 60


def card_response(card: Json) -> TeamsResponse:
    return TeamsResponse(200, {"statusCode": 200, "type": CARD_TYPE, "value": card})


def message_response(words: str) -> TeamsResponse:
    return TeamsResponse(200, {"statusCode": 200, "type": MESSAGE_TYPE, "value": words})


def task_response(kind: str, value: object) -> TeamsResponse:
    return TeamsResponse(200, {"task": {"type": kind, "value": value}})


def dialog_response(title: str, card: Json) -> TeamsResponse:
    content = {"contentType": CARD_TYPE, "content": card}
    words = clip(one_line(title) or "Handshake", MAX_DIALOG_TITLE)
    return task_response("continue", {"title": words, "height": "medium", "width": "medium", "card": content})
