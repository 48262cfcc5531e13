"""The app manifest that an administrator pastes at api.slack.com. Pure.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from collections.abc import Mapping

from integrations.slack.config import REDIRECT_PATH
from integrations.slack.markup import Json

ASK_SHORTCUT, RECORD_SHORTCUT = "ask-handshake", "record-item"  # callback ids of the message shortcuts
NAME = "Handshake"
DESCRIPTION = (
    "Keeps Marketing and IT in step: one roadmap that everybody is provably on, and answers without a meeting."
)
# Slack requires at least 174 characters.
LONG_DESCRIPTION = (
    "Handshake tells every room that subscribed what changed on the shared roadmap, lets people say “I have it”, knows "
    "who is behind, and answers questions such as “what is IT working on for Spring Launch?” exactly, from the published "
    "version, with keys, dates and owners. It never posts anywhere before somebody subscribed that place."
)


def manifest(*, command: str, public_url: str, socket_mode: bool, org_wide: bool = False) -> Json:
    """The manifest. *socket_mode* needs no public address; *org_wide* installs it for a whole organisation."""
    events: Json = {"bot_events": list(EVENTS)}
    interactivity: Json = {"is_enabled": True}
    slash: Json = {
        "command": command,
        "description": "Ask, acknowledge, subscribe; say nothing to see what people do most",
        "usage_hint": "what is blocked · current · roadmap · help",
        # Sends ids of people and channels, so that a shared name means the person who was picked.
        "should_escape": True,
    }
    oauth: Json = {"scopes": {"bot": list(SCOPES)}}
    if not socket_mode:
        address = f"{public_url}/slack/events"
        events["request_url"] = interactivity["request_url"] = slash["url"] = address
    if public_url:
        oauth["redirect_urls"] = [f"{public_url}{REDIRECT_PATH}"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#1f4e79",
        },
        "features": _features(slash),
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": org_wide,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def _features(slash: Json) -> Json:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "slash_commands": [slash],
        "shortcuts": [
            _shortcut("Ask Handshake", ASK_SHORTCUT, "Ask what this message asks; only you see the answer"),
            _shortcut("Record as item", RECORD_SHORTCUT, "Put this message into the roadmap's shared draft"),
        ],
    }


def _shortcut(name: str, callback: str, description: str) -> Json:
    return {"name": name, "type": "message", "callback_id": callback, "description": description}


SCOPES: Mapping[str, str] = {
    "commands": "the slash command and the two message shortcuts",
    "chat:write": "notices in rooms that were subscribed, and answers",
    "app_mentions:read": "being asked by name in a channel",
    "im:history": "being talked to in a direct message",
    "im:write": "opening that conversation, for answers and approvals that only one person may read",
    "channels:read": "the name of a public channel and who sits in it: what may be said there depends on it",
    "groups:read": "the same for private channels that Handshake was invited to",
    "channels:history": "looking whether a notice arrived after the line broke, so that it never comes twice",
    "groups:history": "the same for private channels",
    "users:read": "telling members from guests and programs",
    "users:read.email": "knowing who somebody is by the address Slack confirms",
    "files:read": "reading a CSV file that somebody drops into the direct message",
    "files:write": "bringing an export as a file",
}

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "team_join",
    "tokens_revoked",
    "user_change",
)
