"""What Handshake asks a workspace for, and why. The manifest, the installation and `doctor` read it from here.

https://docs.slack.dev/reference/scopes
"""

from __future__ import annotations

from collections.abc import Mapping

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
