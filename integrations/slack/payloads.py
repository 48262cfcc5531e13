"""Parses the parts of Slack's payloads that Handshake uses. Pure.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from integrations.ports.inbound import ConversationRef
from integrations.slack.config import PLATFORM
from integrations.slack.installations import Installation
from integrations.slack.limits import MAX_PRIVATE_METADATA
from integrations.slack.markup import Json


@dataclass(frozen=True, slots=True)
class PrivateMetadata:
    """What a modal carries and returns: the form's value, where it was opened, and the encrypted response URL."""

    value: str = ""
    where: ConversationRef | None = None
    via: str = ""

    def to_json(self) -> str:
        """As `private_metadata`. If it is too long, the response URL is dropped first, then the conversation."""
        where = self.where and {"c": self.where.id, "n": self.where.name, "t": self.where.thread}
        for parts in ({"v": self.value, "w": where, "a": self.via}, {"v": self.value, "w": where}, {"v": self.value}):
            if len(text := json.dumps(parts)) <= MAX_PRIVATE_METADATA:
                return text
        return "{}"


def is_well_formed(body: object) -> bool:
    """True if *body* has the fields of its kind. Slack's requests always do; Bolt crashes on others."""
    match body:
        case {"type": "event_callback", "event": event}:
            return isinstance(event, dict) and isinstance(event.get("type"), str)
        case {"type": "block_actions", "user": {"id": str()}, "actions": [{"action_id": str()}, *_]}:
            return True
        case {"type": "view_submission", "user": {"id": str()}, "view": {"callback_id": str()}}:
            return True
        case {"type": "message_action", "user": {"id": str()}, "callback_id": str(), "message": dict()}:
            return True
        case {"type": "event_callback" | "block_actions" | "view_submission" | "message_action"}:
            return False
        case {"command": str(), "user_id": str()}:
            return True
        case dict():
            return "command" not in body
        case _:
            return False


def read_private_metadata(view: Json, team: str) -> PrivateMetadata:
    """The metadata of *view*; empty if it is not ours."""
    try:
        parts = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return PrivateMetadata()
    if not isinstance(parts, dict):
        return PrivateMetadata()
    where = parts.get("w")
    place = None
    if isinstance(where, dict) and where.get("c"):
        conversation = str(where["c"])
        direct = conversation.startswith("@")
        place = ConversationRef(PLATFORM, conversation, team, str(where["n"]), direct=direct, thread=str(where["t"]))
    return PrivateMetadata(str(parts.get("v", "")), place, str(parts.get("a", "")))


def answers(view: Json) -> dict[str, str]:
    """The answers by field; several choices are joined by newlines."""
    values = (view.get("state") or {}).get("values") or {}
    return {block: _input_value(next(iter(elements.values()), {})) for block, elements in values.items()}


def _input_value(element: Json) -> str:
    match element:
        case {"selected_options": list(options)}:
            return "\n".join(str(option["value"]) for option in options)
        case {"selected_option": dict(option)}:
            return str(option["value"])
        case {"selected_date": str(day)}:
            return day
        case {"value": str(words)}:
            return words
        case _:
            return ""


def first_field(view: Json) -> str:
    """The first field of *view*, where errors about the whole form are shown."""
    return next((str(block["block_id"]) for block in view.get("blocks", []) if block.get("type") == "input"), "")


def chosen_value(action: Json) -> str:
    """The value of a pressed button or a chosen option."""
    return _input_value(action)


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """The body of a request, its workspace, and the installation that serves it."""

    body: Json
    team: str
    installation: Installation
