"""The app package that an administrator uploads to Teams: a zip of a manifest and two icons. Does not load the SDK.

https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from integrations.plain.text import clip, one_line
from integrations.teams.markup import Json

VERSION = "1.25"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"

# Every client shows ten commands of these lengths; the schema would allow more.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/create-a-bot-commands-menu
MAX_COMMANDS, MAX_TITLE, MAX_DESCRIPTION = 10, 32, 128
SCOPES = ("personal", "team", "groupChat")

DESCRIPTION = "Keeps Marketing and IT in step: one provable roadmap, answers without meetings."
LONG_DESCRIPTION = (
    "Handshake tells every room what changed on the roadmap and proves who is on the current version, and answers "
    "questions such as “what is IT working on for Spring Launch” from the published roadmap. It reads only what is "
    "said to it, and posts nothing in a channel before somebody there subscribes."
)
# A fixed date makes the zip of one version reproducible; zip has no dates before 1980.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
# color.png fills its square, because Teams rounds the corners; outline.png is white on a transparent background.
ICONS = Path(__file__).parent / "icons"


@dataclass(frozen=True, slots=True)
class MenuCommand:
    """One line of the command menu above the compose box."""

    title: str
    description: str


def manifest(app_id: str, public_url: str, version: str, commands: Sequence[MenuCommand]) -> Json:
    """The manifest of the bot *app_id* at *public_url* (https)."""
    menu = [
        {
            "title": clip(one_line(command.title), MAX_TITLE),
            "description": clip(one_line(command.description), MAX_DESCRIPTION),
        }
        for command in commands[:MAX_COMMANDS]
    ]
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": "Handshake",
            "websiteUrl": public_url,
            "privacyUrl": public_url,
            "termsOfUseUrl": public_url,
        },
        "name": {"short": "Handshake", "full": "Handshake for Marketing and IT"},
        "description": {"short": DESCRIPTION, "full": LONG_DESCRIPTION},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#26547C",
        "bots": [
            {
                "botId": app_id,
                "scopes": list(SCOPES),
                "supportsFiles": True,
                "isNotificationOnly": False,
                "commandLists": [{"scopes": list(SCOPES), "commands": menu}],
            }
        ],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "validDomains": [urlsplit(public_url).hostname or ""],
    }


def app_package(manifest_json: Json) -> bytes:
    """The zip with *manifest_json* and the icons at its top level, where Teams expects them."""
    files = {
        "manifest.json": json.dumps(manifest_json, indent=2, ensure_ascii=False).encode(),
        **{name: (ICONS / name).read_bytes() for name in ("color.png", "outline.png")},
    }
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, content)
    return whole.getvalue()
