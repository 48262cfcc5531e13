"""The app manifest: complete, within Slack's limits, and consistent with the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from integrations.slack.manifest import ASK_SHORTCUT, EVENTS, RECORD_SHORTCUT, SCOPES, manifest
from integrations.slack.markup import Json
from integrations.slack.membership import UNINSTALL_EVENTS
from integrations.slack.payloads import CHANNEL_CHANGED, CHANNEL_CLOSED

PUBLIC = "https://handshake.example.com"

# Every key of https://docs.slack.dev/reference/app-manifest, and the limits of its texts.
TEXT = {"name": 35, "description": 140, "long_description": 4_000, "background_color": 7}
KNOWN = {
    "": {"_metadata", "display_information", "features", "oauth_config", "settings"},
    "display_information": set(TEXT),
    "features": {"app_home", "bot_user", "slash_commands", "shortcuts"},
    "oauth_config": {"scopes", "redirect_urls"},
    "settings": {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    },
}
# The scope that each event needs: https://docs.slack.dev/reference/events
NEEDS = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "team_join": "users:read",
    "user_change": "users:read",
    **{event: "channels:read" for event in EVENTS if event.startswith(("channel_", "member_"))},
    **{event: "groups:read" for event in EVENTS if event.startswith("group_")},
}


def check_manifest(found: Json) -> None:
    """Slack would accept it, by its documented rules."""
    for part, keys in KNOWN.items():
        assert set(found[part] if part else found) <= keys, part
    for name, longest in TEXT.items():
        assert 1 <= len(found["display_information"][name]) <= longest
    assert len(found["display_information"]["long_description"]) >= 175
    assert re.fullmatch("#[0-9a-f]{6}", found["display_information"]["background_color"])
    for command in found["features"]["slash_commands"]:
        assert re.fullmatch("/[a-z0-9_-]{1,31}", command["command"])
        assert 1 <= len(command["description"]) <= 2_000
        assert 1 <= len(command["usage_hint"]) <= 1_000
    assert 1 <= len(found["features"]["shortcuts"]) <= 10
    for shortcut in found["features"]["shortcuts"]:
        assert set(shortcut) == {"name", "type", "callback_id", "description"}
        assert 1 <= len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    assert len(set(found["settings"]["event_subscriptions"]["bot_events"])) <= 100


@pytest.mark.parametrize("socket_mode", [True, False])
def test_slack_takes_it(socket_mode: bool) -> None:
    check_manifest(manifest(command="/handshake", public_url=PUBLIC, socket_mode=socket_mode))


def test_over_http_everything_goes_to_one_address() -> None:
    found = manifest(command="/handshake", public_url=PUBLIC, socket_mode=False)

    addresses = set(re.findall(r'"(?:url|request_url)": "([^"]*)"', json.dumps(found)))
    assert addresses == {f"{PUBLIC}/slack/events"}
    assert found["oauth_config"]["redirect_urls"] == [f"{PUBLIC}/slack/oauth_redirect"]


def test_in_socket_mode_no_address_is_named() -> None:
    found = manifest(command="/handshake", public_url="", socket_mode=True)

    assert "http" not in json.dumps(found)
    assert found["settings"]["socket_mode_enabled"] is True


def test_people_and_rooms_arrive_as_ids() -> None:
    assert manifest(command="/hs", public_url="", socket_mode=True)["features"]["slash_commands"][0]["should_escape"]


def test_every_event_that_is_asked_for_is_handled_and_allowed() -> None:
    handled = {"app_home_opened", "app_mention", "message.im", "member_joined_channel", "member_left_channel"}

    assert set(EVENTS) == handled | {
        "team_join",
        "user_change",
        "channel_id_changed",
        *CHANNEL_CHANGED,
        *CHANNEL_CLOSED,
        *UNINSTALL_EVENTS,
    }
    assert all(NEEDS[event] in SCOPES for event in EVENTS if event in NEEDS)


def test_the_shortcuts_are_those_that_are_answered() -> None:
    found = manifest(command="/hs", public_url="", socket_mode=True)["features"]["shortcuts"]

    assert [shortcut["callback_id"] for shortcut in found] == [ASK_SHORTCUT, RECORD_SHORTCUT]


def test_every_scope_has_a_reason() -> None:
    assert all(len(reason) > 20 for reason in SCOPES.values())


def test_the_command_prints_it(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    ran = CliRunner().invoke(
        cli, ["manifest", "slack"], env={"HANDSHAKE_COMMAND": "/hs", "HANDSHAKE_PUBLIC_URL": f"{PUBLIC}/"}
    )

    found = json.loads(ran.stdout)
    check_manifest(found)
    assert found["features"]["slash_commands"][0]["command"] == "/hs"
    assert found["settings"]["event_subscriptions"]["request_url"] == f"{PUBLIC}/slack/events"


def test_the_documents_give_the_same_reasons() -> None:
    told = (Path(__file__).parents[2] / "docs" / "slack.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `([a-z_]+(?:[:.][a-z.]+)*)` \| (.+) \|$", told, re.MULTILINE) == list(SCOPES.items())
