"""Reading what Slack sends: the parts of its payloads that Handshake looks at, and nothing of our own. Pure.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from integrations.ports.inbound import ConversationRef
from integrations.slack.installations import Installation
from integrations.slack.limits import MAX_PRIVATE_METADATA
from integrations.slack.markup import Json


@dataclass(frozen=True, slots=True)
class PrivateMetadata:
    """What travels with a modal and comes back untouched: the form's value, where it was opened, the way back."""

    value: str = ""
    where: ConversationRef | None = None
    via: str = ""

    def to_json(self) -> str:
        """As `private_metadata`. The way back goes first where it would be too much, then the place."""
        where = self.where and {"c": self.where.id, "n": self.where.name, "t": self.where.thread}
        for parts in ({"v": self.value, "w": where, "a": self.via}, {"v": self.value, "w": where}, {"v": self.value}):
            if len(text := json.dumps(parts)) <= MAX_PRIVATE_METADATA:
                return text
        return "{}"


def is_well_formed(body: object) -> bool:
    """True when *body* has the parts that its kind must have. Slack's always do; Bolt stumbles over what does not."""
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
    """What travelled with *view*, if it was ours."""
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
        place = ConversationRef("slack", conversation, team, str(where["n"]), direct=direct, thread=str(where["t"]))
    return PrivateMetadata(str(parts.get("v", "")), place, str(parts.get("a", "")))


def answers(view: Json) -> dict[str, str]:
    """What was filled in, by field; several choices joined by newlines."""
    values = (view.get("state") or {}).get("values") or {}
    return {block: _input_value(next(iter(elements.values()), {})) for block, elements in values.items()}


def _input_value(element: Json) -> str:
    match element:
        case {"selected_options": list(options)}:
            return "\n".join(str(each["value"]) for each in options)
        case {"selected_option": dict(option)}:
            return str(option["value"])
        case {"selected_date": str(day)}:
            return day
        case {"value": str(words)}:
            return words
        case _:
            return ""


def first_field(view: Json) -> str:
    """The first question of *view*, beside which something about the whole of it is said."""
    return next((str(block["block_id"]) for block in view.get("blocks", []) if block.get("type") == "input"), "")


def chosen_value(action: Json) -> str:
    """The value of what was pressed or chosen."""
    return _input_value(action)


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """What Slack sent, for which workspace, and the installation it belongs to."""

    body: Json
    team: str
    installation: Installation
