"""Parses the parts of Slack's payloads that Handshake uses. Pure.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import parse_qsl

from integrations.plain.incoming import Shape, fits, is_identifier, read_json, storable
from integrations.ports.inbound import ConversationRef
from integrations.slack.config import PLATFORM
from integrations.slack.installations import Installation
from integrations.slack.limits import MAX_PRIVATE_METADATA
from integrations.slack.markup import Json

MAX_FORM_FIELDS = 100  # Slack sends about fifteen

CHANNEL_CHANGED = (
    "channel_rename",
    "group_rename",
    "channel_unarchive",
    "group_unarchive",
    "channel_shared",
    "channel_unshared",
)
CHANNEL_CLOSED = ("channel_archive", "group_archive", "channel_deleted", "group_deleted", "channel_left", "group_left")


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


# The fields that are read of each kind of payload, with their types.
_USER: Shape = {"id": is_identifier, "team_id?": is_identifier}
_CHANNEL: Shape = {"id?": is_identifier}
_CHOICE: Shape = {"value": str}
_INPUT: Mapping[str, Shape] = {
    "value?": str,
    "selected_option?": _CHOICE,
    "selected_options?": [_CHOICE],
    "selected_date?": str,
}
_WORKSPACE: Shape = {
    "team?": (is_identifier, {"id?": is_identifier, "enterprise_id?": is_identifier}),
    "team_id?": is_identifier,
    "enterprise?": (is_identifier, {"id?": is_identifier}),
    "enterprise_id?": is_identifier,
    "authorizations?": [{"team_id?": is_identifier, "enterprise_id?": is_identifier, "user_id?": is_identifier}],
    "view?": {"app_installed_team_id?": is_identifier, "team_id?": is_identifier},
    "event_id?": is_identifier,
    "trigger_id?": is_identifier,
    "response_url?": str,
}
_COMMAND: Shape = {
    "command": str,
    "user_id": is_identifier,
    "channel_id?": is_identifier,
    "channel_name?": is_identifier,
    "text?": str,
}
_PROFILE: Shape = {"real_name?": str, "email?": str}
_FULL_USER: Shape = {
    "id": is_identifier,
    "team_id?": is_identifier,
    "profile?": _PROFILE,
    "enterprise_user?": {"enterprise_id?": is_identifier},
}
_FILE: Shape = {
    "id?": is_identifier,
    "name?": str,
    "size?": int,
    "file_access?": str,
    "url_private?": str,
    "url_private_download?": str,
}
_MESSAGE: Shape = {
    "user?": is_identifier,
    "channel?": is_identifier,
    "channel_type?": str,
    "subtype?": str,
    "text?": str,
    "ts?": is_identifier,
    "thread_ts?": is_identifier,
    "team?": is_identifier,
    "user_team?": is_identifier,
    "source_team?": is_identifier,
    "files?": [_FILE],
}
_PARTY: Shape = (is_identifier, {"id?": is_identifier})
_ANY_EVENT: Shape = {"user?": _PARTY, "channel?": _PARTY, "team?": _PARTY, "thread_ts?": is_identifier}
_ANY_CHANNEL: Shape = {"channel": (is_identifier, {"id": is_identifier})}
_EVENTS: Mapping[str, Shape] = {
    "message": _MESSAGE,
    "app_mention": _MESSAGE,
    "app_home_opened": {"user": is_identifier, "tab?": str},
    "member_joined_channel": {"user": is_identifier, "channel": is_identifier},
    "member_left_channel": {"user": is_identifier, "channel": is_identifier},
    "channel_id_changed": {"old_channel_id": is_identifier, "new_channel_id": is_identifier},
    "team_join": {"user": _FULL_USER},
    "user_change": {"user": _FULL_USER},
    "app_uninstalled": {},
    "tokens_revoked": {"tokens?": {"bot?": [str]}},
    **dict.fromkeys((*CHANNEL_CHANGED, *CHANNEL_CLOSED), _ANY_CHANNEL),
}
_INTERACTIONS: Mapping[str, Shape] = {
    "block_actions": {
        "user": _USER,
        "actions": [{"action_id": is_identifier, **_INPUT}],
        "channel?": _CHANNEL,
        "message?": {"thread_ts?": is_identifier},
        "view?": {"type?": str},
    },
    "view_submission": {
        "user": _USER,
        "view": {
            "callback_id": is_identifier,
            "id?": is_identifier,
            "hash?": is_identifier,
            "private_metadata?": str,
            "state?": {"values?": {"*": {"*": _INPUT}}},
            "blocks?": [{"type?": str, "block_id?": is_identifier}],
        },
    },
    "message_action": {
        "user": _USER,
        "callback_id": is_identifier,
        "channel?": _CHANNEL,
        "message": {"text?": str, "ts?": is_identifier, "thread_ts?": is_identifier},
    },
}


def parse_body(body: bytes, content_type: str) -> object:
    """What a request contains: JSON, or a form, which may have JSON in its field `payload`. None if it is neither."""
    if content_type.partition(";")[0].strip().lower() == "application/json" or body.lstrip()[:1] == b"{":
        return read_json(body)
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS))
    except ValueError:
        return None
    return read_json(fields["payload"]) if "payload" in fields else storable(fields)


class PayloadKind(Enum):
    """What is done with a payload. Slack's own are never malformed; Bolt crashes on those that are."""

    OURS = auto()
    OTHER = auto()
    MALFORMED = auto()


def kind_of(body: object) -> PayloadKind:
    """Whether *body* is of a kind that Handshake handles, and has the fields of that kind."""
    if not isinstance(body, dict) or not fits(body, _WORKSPACE):
        return PayloadKind.MALFORMED
    match body:
        case {"type": "url_verification"}:
            return _ours(body, {"challenge": str})
        case {"type": "event_callback", "event": {"type": str(event)}}:
            return _ours(body["event"], _EVENTS[event], _ANY_EVENT) if event in _EVENTS else PayloadKind.OTHER
        case {"type": "block_actions", "actions": []}:
            return PayloadKind.MALFORMED
        case {"type": str(interaction)} if interaction in _INTERACTIONS:
            return _ours(body, _INTERACTIONS[interaction])
        case {"type": str(other)} if other != "event_callback":
            return PayloadKind.OTHER
        case {"command": _}:
            return _ours(body, _COMMAND)
        case {"ssl_check": _}:
            return PayloadKind.OURS
        case _:
            return PayloadKind.MALFORMED


def _ours(payload: Json, *shapes: Shape) -> PayloadKind:
    return PayloadKind.OURS if all(fits(payload, shape) for shape in shapes) else PayloadKind.MALFORMED


_METADATA: Shape = {"v?": str, "w?": {"c": is_identifier, "n": is_identifier, "t": is_identifier}, "a?": str}


def read_private_metadata(view: Json, team: str) -> PrivateMetadata:
    """The metadata of *view*; empty if it is not ours."""
    parts = read_json(view.get("private_metadata") or "{}")
    if not isinstance(parts, dict) or not fits(parts, _METADATA):
        return PrivateMetadata()
    where = parts.get("w")
    place = None
    if where and where["c"]:
        direct = where["c"].startswith("@")
        place = ConversationRef(PLATFORM, where["c"], team, where["n"], direct=direct, thread=where["t"])
    return PrivateMetadata(parts.get("v") or "", place, parts.get("a") or "")


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
    return next(
        (str(block.get("block_id") or "") for block in view.get("blocks", []) if block.get("type") == "input"), ""
    )


def chosen_value(action: Json) -> str:
    """The value of a pressed button or a chosen option."""
    return _input_value(action)


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """The body of a request, its workspace, and the installation that serves it."""

    body: Json
    team: str
    installation: Installation
