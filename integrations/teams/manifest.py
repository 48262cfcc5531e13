"""The app package that an administrator uploads: a manifest and two icons in a zip. Pure; loads nothing of the SDK.

https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import hypot
from urllib.parse import urlsplit

from integrations.plain.text import clip, one_line
from integrations.teams.markup import Json

VERSION = "1.25"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"

# Ten commands with these lengths show everywhere; the schema would allow more.
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/create-a-bot-commands-menu
MAX_COMMANDS, MAX_TITLE, MAX_DESCRIPTION = 10, 32, 128
SCOPES = ("personal", "team", "groupChat")

DESCRIPTION = "Keeps Marketing and IT in step: one provable roadmap, answers without meetings."
LONG_DESCRIPTION = (
    "Handshake tells every room what changed on the roadmap and proves who is on the current version, and answers "
    "questions such as “what is IT working on for Spring Launch” from the published roadmap. It reads only what is "
    "said to it, and posts nothing in a channel before somebody there subscribes."
)
# The zip of one version is the same bytes each time; a zip knows no year before 1980.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class MenuCommand:
    """One line of the menu that Teams shows above the box where people type."""

    title: str
    description: str


def manifest(app_id: str, public_url: str, version: str, commands: Sequence[MenuCommand]) -> Json:
    """The manifest of the bot *app_id*, which answers at *public_url* (https)."""
    menu = [
        {
            "title": clip(one_line(each.title), MAX_TITLE),
            "description": clip(one_line(each.description), MAX_DESCRIPTION),
        }
        for each in commands[:MAX_COMMANDS]
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
    """The zip with *manifest_json* as its manifest; the files lie at its top, where Teams looks for them."""
    files = {
        "manifest.json": json.dumps(manifest_json, indent=2, ensure_ascii=False).encode(),
        "color.png": color_icon(),
        "outline.png": outline_icon(),
    }
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, content)
    return whole.getvalue()


COLOR_SIZE = 192
OUTLINE_SIZE = 32

Rgba = tuple[int, int, int, int]
BLUE: Rgba = (38, 84, 124, 255)
WHITE: Rgba = (255, 255, 255, 255)
AMBER: Rgba = (255, 196, 87, 255)
TRANSPARENT: Rgba = (255, 255, 255, 0)

# In parts of the icon's width: where the rings are, how large and how thick.
_LEFT, _RIGHT, _MIDDLE, _RADIUS, _THICK = 0.38, 0.62, 0.5, 0.21, 0.075
_GAP = 0.025  # around the ring that lies on top, so that one sees which does


def color_icon() -> bytes:
    """The full-colour one, as PNG: the ground fills it to the edge, because Teams rounds the corners itself."""
    return _draw_icon(COLOR_SIZE, BLUE, (WHITE, AMBER))


def outline_icon() -> bytes:
    """The one for the sidebar, as PNG: white on nothing."""
    return _draw_icon(OUTLINE_SIZE, TRANSPARENT, (WHITE, WHITE))


def _draw_icon(size: int, ground: Rgba, rings: tuple[Rgba, Rgba]) -> bytes:
    rows = [[_pixel((x + 0.5) / size, (y + 0.5) / size, size, ground, rings) for x in range(size)] for y in range(size)]
    return _png(rows)


def _pixel(x: float, y: float, size: int, ground: Rgba, rings: tuple[Rgba, Rgba]) -> Rgba:
    first, second = (_LEFT, rings[0]), (_RIGHT, rings[1])
    # The left ring lies on top in the upper half, the right one in the lower: so they hold each other.
    order = (second, first) if y < _MIDDLE else (first, second)
    color = ground
    for centre, ink in order:
        away = abs(hypot(x - centre, y - _MIDDLE) - _RADIUS)
        color = _over(ground, _cover(away, _THICK / 2 + _GAP, size), color)
        color = _over(ink, _cover(away, _THICK / 2, size), color)
    return color


def _cover(away: float, reach: float, size: int) -> float:
    """How much of a pixel lies within *reach*, from 0 to 1: soft edges."""
    return min(1.0, max(0.0, (reach - away) * size + 0.5))


def _over(ink: Rgba, cover: float, below: Rgba) -> Rgba:
    mixed = [round(above * cover + under * (1 - cover)) for above, under in zip(ink, below, strict=True)]
    return mixed[0], mixed[1], mixed[2], mixed[3]


def _png(rows: list[list[Rgba]]) -> bytes:
    """https://www.w3.org/TR/png-3/"""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)
    raw = b"".join(b"\0" + bytes(_flat(row)) for row in rows)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _flat(row: Iterable[Rgba]) -> Iterable[int]:
    return (part for pixel in row for part in pixel)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
