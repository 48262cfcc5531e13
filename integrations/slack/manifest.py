"""The app manifest that an administrator pastes at api.slack.com, made from the settings. Pure.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from integrations.slack.elements import Json
from integrations.slack.scopes import EVENTS, SCOPES

REDIRECT_PATH = "/slack/oauth_redirect"  # where Slack sends whoever installs the app
ASK_SHORTCUT, RECORD_SHORTCUT = "ask-handshake", "record-item"  # the shortcuts of a message
NAME = "Handshake"
DESCRIPTION = (
    "Keeps Marketing and IT in step: one roadmap that everybody is provably on, and answers without a meeting."
)
# Slack wants at least 174 characters here.
LONG_DESCRIPTION = (
    "Handshake tells every room that subscribed what changed on the shared roadmap, lets people say “I have it”, knows "
    "who is behind, and answers questions such as “what is IT working on for Spring Launch?” exactly, from the published "
    "version, with keys, dates and owners. It never posts anywhere before somebody subscribed that place."
)


def manifest(*, command: str, public_url: str, socket_mode: bool, org_wide: bool = False) -> Json:
    """The manifest. With *socket_mode* Slack needs no address of ours; *org_wide*: for a whole organisation at once."""
    events: Json = {"bot_events": list(EVENTS)}
    interactivity: Json = {"is_enabled": True}
    slash: Json = {
        "command": command,
        "description": "Ask, acknowledge, subscribe; say nothing to see what people do most",
        "usage_hint": "what is blocked · current · roadmap · help",
        # People and rooms arrive as ids, so that a name two people share means the one who was picked.
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
