"""Signed requests whose payload is almost right: never our fault, never a traceback, and nothing else is lost."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from structlog.testing import capture_logs

from integrations.slack.manifest import ASK_SHORTCUT
from tests.fakes.slack import TEAM
from tests.hypothesis_profiles import example_count
from tests.mutations import Mutations, mutations
from tests.slack.harness import ADA, BO, FORM, ROADMAP, SlackHarness

WORKSPACE = {
    "team": {"id": TEAM, "domain": "acme"},
    "enterprise": None,
    "is_enterprise_install": False,
    "response_url": "https://hooks.slack.com/actions/T0ACME/1/x",
}
WHO = {"id": ADA, "team_id": TEAM, "name": "ada"}
INTERACTIONS: tuple[Any, ...] = (
    WORKSPACE
    | {
        "type": "block_actions",
        "user": WHO,
        "actions": [{"type": "button", "action_id": "ack#0", "block_id": "b", "value": "R1"}],
        "channel": {"id": ROADMAP, "name": "roadmap"},
        "message": {"ts": "1.1", "thread_ts": "1.0"},
        "container": {"type": "message", "channel_id": ROADMAP},
    },
    WORKSPACE
    | {
        "type": "block_actions",
        "user": WHO,
        "actions": [
            {"type": "static_select", "action_id": "help#0", "selected_option": {"value": "x", "text": {"text": "X"}}}
        ],
        "view": {"type": "home", "id": "V1"},
    },
    WORKSPACE
    | {
        "type": "view_submission",
        "user": WHO,
        "view": {
            "id": "V1",
            "type": "modal",
            "hash": "1.h",
            "callback_id": "kudos",
            "private_metadata": json.dumps({"v": "", "w": {"c": ROADMAP, "n": "#roadmap", "t": ""}, "a": ""}),
            "state": {
                "values": {
                    "to": {"to": {"type": "plain_text_input", "value": "bo"}},
                    "days": {"days": {"type": "checkboxes", "selected_options": [{"value": "a"}]}},
                    "due": {"due": {"type": "datepicker", "selected_date": "2027-01-01"}},
                }
            },
            "blocks": [{"type": "input", "block_id": "to"}],
        },
    },
    WORKSPACE
    | {
        "type": "message_action",
        "user": WHO,
        "callback_id": ASK_SHORTCUT,
        "channel": {"id": ROADMAP},
        "message": {"ts": "1790000000.000100", "text": "what is blocked", "thread_ts": "1.0"},
    },
)


def event(kind: str, **fields: Any) -> dict[str, Any]:
    authorized = {"team_id": TEAM, "enterprise_id": None, "is_bot": True, "user_id": "U0BOT"}
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "event": {"type": kind, **fields},
        "authorizations": [authorized],
        "is_ext_shared_channel": False,
    }


FILE = {
    "id": "F1",
    "name": "all.csv",
    "size": 10,
    "url_private_download": "https://elsewhere.example/x",
    "mode": "hosted",
}
USER = {"id": BO, "team_id": TEAM, "profile": {"real_name": "Bo", "email": "bo@example.com"}, "is_restricted": False}
EVENTS: tuple[Any, ...] = (
    event("app_mention", user=ADA, text="<@U0BOT> current", ts="1.2", channel=ROADMAP, thread_ts="1.1", team=TEAM),
    event("message", user=ADA, text="current", ts="1.2", channel="D0ADA", channel_type="im", client_msg_id="c"),
    event("message", user=ADA, subtype="file_share", channel="D0ADA", channel_type="im", files=[FILE], text=""),
    event("app_home_opened", user=ADA, tab="home", channel="D0ADA", view={"id": "V"}),
    event("member_joined_channel", user=BO, channel=ROADMAP, team=TEAM, inviter=ADA),
    event("member_left_channel", user=BO, channel=ROADMAP),
    event("channel_rename", channel={"id": ROADMAP, "name": "plans"}),
    event("channel_archive", channel="C0OTHER", user=ADA),
    event("user_change", user=USER),
    event("tokens_revoked", tokens={"oauth": ["U1"], "bot": []}),
    {"type": "url_verification", "challenge": "c", "token": "t"},
)
COMMAND = {
    "command": "/handshake",
    "text": "help <@U0BO|bo>",
    "user_id": ADA,
    "team_id": TEAM,
    "channel_id": ROADMAP,
    "channel_name": "roadmap",
}

many_on_one_server = settings(
    max_examples=example_count(300, sample=8), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def send(harness: SlackHarness, body: str, content_type: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    with capture_logs() as lines:
        answer = await harness.send_signed(body, content_type)

    assert answer.status_code < 500, (body[:2000], answer.status_code)
    assert [line for line in lines if line.get("exc_info")] == [], body[:2000]
    assert [record for record in caplog.records if record.exc_info] == []


@many_on_one_server
@given(odd=mutations)
async def test_an_odd_interaction_is_nobodys_fault_but_the_senders(
    harness: SlackHarness, caplog: pytest.LogCaptureFixture, odd: Mutations
) -> None:
    await send(harness, urlencode({"payload": json.dumps(odd.of(INTERACTIONS))}), FORM, caplog)


@many_on_one_server
@given(odd=mutations)
async def test_an_odd_event_is_nobodys_fault_but_the_senders(
    harness: SlackHarness, caplog: pytest.LogCaptureFixture, odd: Mutations
) -> None:
    await send(harness, json.dumps(odd.of(EVENTS)), "application/json", caplog)


@many_on_one_server
@given(odd=mutations)
async def test_an_odd_command_is_nobodys_fault_but_the_senders(
    harness: SlackHarness, caplog: pytest.LogCaptureFixture, odd: Mutations
) -> None:
    fields = odd.of((COMMAND,))
    texts = fields if isinstance(fields, dict) else {"x": fields}
    body = urlencode({name: str(value)[:2000].encode(errors="surrogatepass") for name, value in texts.items()})
    await send(harness, body, FORM, caplog)


async def test_the_payloads_themselves_are_right(harness: SlackHarness) -> None:
    for payload in INTERACTIONS:
        assert (await harness.interact(payload)).status_code == 200, payload["type"]
    for payload in EVENTS:
        assert (await harness.send_signed(json.dumps(payload), "application/json")).status_code == 200, payload["type"]


async def test_after_odd_payloads_a_command_is_answered(harness: SlackHarness) -> None:
    for payload in (*INTERACTIONS, *EVENTS):
        odd_ones: list[Any] = [[], {}, {**payload, "type": 5}, {**payload, "team_id": [], "team": 7}]
        for odd in odd_ones:
            await harness.send_signed(json.dumps(odd), "application/json")

    assert "R1" in (await harness.command("current")).json()["text"]
