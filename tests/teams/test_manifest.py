"""The app package: Teams accepts it, and it stays within the documented limits."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bot.commands.manifest import MENU, menu_offers, teams
from bot.settings import WrongSettings, load
from integrations.teams.manifest import MAX_COMMANDS, MAX_DESCRIPTION, MAX_TITLE, MenuCommand, app_package, manifest
from tests.fakes.fake_process import ROOT
from tests.fakes.teams_process import APP

ADDRESS = "https://handshake.example.com"
Json = dict[str, Any]


@pytest.fixture
def about() -> Json:
    return manifest(APP, ADDRESS, "0.1.0", menu_offers())


def test_every_text_fits_where_teams_shows_it(about: Json) -> None:
    """https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema"""
    assert len(about["name"]["short"]) <= 30
    assert len(about["name"]["full"]) <= 100
    assert len(about["description"]["short"]) <= 80
    assert len(about["description"]["full"]) <= 4_000
    assert len(about["developer"]["name"]) <= 32
    assert all(
        about["developer"][each].startswith("https://") for each in ("websiteUrl", "privacyUrl", "termsOfUseUrl")
    )


def test_the_menu_holds_what_people_do_most_in_the_words_of_help(about: Json) -> None:
    (bot,) = about["bots"]
    (menu,) = bot["commandLists"]

    assert [each["title"] for each in menu["commands"]] == list(MENU)
    assert len(menu["commands"]) <= MAX_COMMANDS
    for each in menu["commands"]:
        assert 0 < len(each["title"]) <= MAX_TITLE
        assert 0 < len(each["description"]) <= MAX_DESCRIPTION
    assert menu["scopes"] == bot["scopes"] == ["personal", "team", "groupChat"]


def test_longer_lists_and_texts_are_cut() -> None:
    many = [MenuCommand("t" * 40, "d" * 200)] * 20

    (menu,) = manifest(APP, ADDRESS, "0.1.0", many)["bots"][0]["commandLists"]

    assert len(menu["commands"]) == MAX_COMMANDS
    assert {len(each["title"]) <= MAX_TITLE for each in menu["commands"]} == {True}
    assert {len(each["description"]) <= MAX_DESCRIPTION for each in menu["commands"]} == {True}


def test_the_bot_takes_files_and_asks_for_no_rights(about: Json) -> None:
    assert about["bots"][0]["supportsFiles"] is True
    assert about["bots"][0]["botId"] == about["id"] == APP
    assert "authorization" not in about
    assert about["validDomains"] == ["handshake.example.com"]


def test_the_zip_holds_the_manifest_and_both_icons_at_its_top(about: Json) -> None:
    with zipfile.ZipFile(BytesIO(app_package(about))) as zipped:
        assert sorted(zipped.namelist()) == ["color.png", "manifest.json", "outline.png"]
        assert json.loads(zipped.read("manifest.json")) == about
        color, outline = _decoded(zipped.read("color.png")), _decoded(zipped.read("outline.png"))

    assert (len(color), len(color[0])) == (192, 192)
    assert (len(outline), len(outline[0])) == (32, 32)
    assert {pixel[3] for row in color for pixel in row} == {255}
    assert {pixel[:3] for row in outline for pixel in row} == {(255, 255, 255)}
    assert {0, 255} <= {pixel[3] for row in outline for pixel in row}


def test_the_same_version_makes_the_same_bytes(about: Json) -> None:
    assert app_package(about) == app_package(about)


def _decoded(png: bytes) -> list[list[tuple[int, ...]]]:
    """The pixels of an unfiltered RGBA PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, size = 8, b"", (0, 0)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + body),)
        if name == b"IHDR":
            size = struct.unpack(">II", body[:8])
        data += body if name == b"IDAT" else b""
        at += 12 + length
    raw, stride = zlib.decompress(data), size[0] * 4 + 1
    lines = [raw[start : start + stride] for start in range(0, len(raw), stride)]
    assert {line[0] for line in lines} == {0}
    return [[tuple(line[1 + x * 4 : 5 + x * 4]) for x in range(size[0])] for line in lines]


def test_the_package_names_what_is_missing_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match=r"(?s)TEAMS_APP_ID.*HANDSHAKE_PUBLIC_URL"):
        teams(load(), tmp_path / "x.zip")


def test_making_it_loads_nothing_of_the_bot_sdk() -> None:
    """It takes half a second to load, and Slack alone does not need it."""
    code = """if True:
        import bot.commands.manifest, bot.platforms, bot.cli, sys
        print({each.partition(".")[0] for each in sys.modules} & {"botbuilder", "botframework", "msrest", "msal"})
    """

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
