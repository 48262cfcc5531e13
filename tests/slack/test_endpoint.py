"""Requests of every kind: genuine, forged, expired, repeated, of other workspaces, and malformed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
from structlog.testing import capture_logs

from integrations.plain.refusals import MAX_REFUSALS
from tests.fakes.slack import FakeChannel, Fault, slack_user
from tests.slack.harness import ADA, BO, FORM, ROADMAP, SECRET, SlackHarness

KINDS = ["command", "action", "event"]


def body_of(harness: SlackHarness, kind: str) -> tuple[str, str]:
    match kind:
        case "command":
            return harness.command_body("current"), FORM
        case "action":
            return urlencode({"payload": json.dumps(harness.press_body("current"))}), FORM
        case _:
            return json.dumps(harness.event_body(harness.mention_event("current"))), "application/json"


async def test_a_genuine_request_is_taken(harness: SlackHarness) -> None:
    for kind in KINDS:
        assert (await harness.send_signed(*body_of(harness, kind))).status_code == 200, kind


@pytest.mark.parametrize("how", ["forged", "expired", "unsigned", "odd"])
async def test_what_is_not_from_slack_is_refused_and_logged_once_without_secrets(
    harness: SlackHarness, how: str
) -> None:
    for kind in KINDS:
        body, content_type = body_of(harness, kind)
        with capture_logs() as lines:
            answer = await send_forged(harness, how, body, content_type)

        assert answer.status_code == 401, kind
        refused = [line for line in lines if line.get("action") == "slack.refused"]
        assert len(refused) == 1, kind
        assert SECRET not in str(lines)
        assert "current" not in str(refused)


async def send_forged(harness: SlackHarness, how: str, body: str, content_type: str) -> httpx.Response:
    match how:
        case "forged":
            return await harness.send_signed(body, content_type, secret="another")
        case "expired":
            return await harness.send_signed(body, content_type, age_s=301)
        case "unsigned":
            return await harness.client.post("/slack/events", content=body)
        case _:
            return await harness.send_signed(body, content_type, headers={"x-slack-request-timestamp": "soon"})


GARBAGE = (
    ("", "application/json"),
    ("{", "application/json"),
    ("[1]", "application/json"),
    ("null", "application/json"),
    ("payload=%7B", FORM),
    ("payload=3", FORM),
    ("nonsense", FORM),
    ('{"type":"event_callback"}', "application/json"),
    ('{"type":"event_callback","team_id":"T0ACME","event":{}}', "application/json"),
    ('{"type":"event_callback","team_id":"T0ACME","event":[]}', "application/json"),
    ('{"type":"event_callback","team_id":"T0ACME","event":{"type":"message","channel_type":"im"}}', "application/json"),
    ('{"type":"event_callback","team_id":"T0ACME","event":{"type":"channel_rename"}}', "application/json"),
    ('payload={"type":"block_actions","team":{"id":"T0ACME"},"user":{"id":"U0ADA"},"actions":[]}', FORM),
    ('payload={"type":"view_submission","team":{"id":"T0ACME"},"user":{"id":"U0ADA"},"view":{}}', FORM),
    ("command=/handshake&team_id=T0ACME", FORM),
)


async def test_garbage_is_nobodys_fault_but_the_senders(harness: SlackHarness) -> None:
    """It is distinguished from our own errors, which Slack would retry."""
    for body, content_type in GARBAGE:
        with capture_logs() as lines:
            answer = await harness.send_signed(body, content_type)

        assert answer.status_code in (200, 400, 403), body
        assert [line for line in lines if line.get("action") == "slack.failed"] == [], body
    assert harness.slack.entries("post") == []


async def test_the_very_same_request_again_does_nothing(harness: SlackHarness) -> None:
    """A replay reveals nothing."""
    body, content_type = body_of(harness, "command")
    first = await harness.send_signed(body, content_type)
    again = await harness.client.post("/slack/events", content=body, headers=dict(first.request.headers))

    assert "R1" in first.json()["text"]
    assert (again.status_code, again.text) == (200, "")


async def test_an_event_that_slack_repeats_is_answered_once(harness: SlackHarness) -> None:
    body = json.dumps(harness.event_body(harness.direct_event("current"), event_id="EvSAME"))
    for number in range(4):
        retry = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_timeout"} if number else {}
        answer = await harness.send_signed(body + " " * number, "application/json", headers=retry)
        assert answer.status_code == 200

    await harness.wait_for("post")
    await harness.event(harness.direct_event("current"))
    assert len(await harness.wait_for("post", 2)) == 2


async def test_an_unknown_workspace_is_turned_away(harness: SlackHarness) -> None:
    for kind in KINDS:
        body, content_type = body_of(harness, kind)
        with capture_logs() as lines:
            answer = await harness.send_signed(body.replace("T0ACME", "T0EVIL"), content_type)

        assert [line["reason"] for line in lines if line.get("action") == "slack.refused"] == ["workspace"]
        if kind == "command":
            assert "not installed in this workspace" in answer.json()["text"]
        else:
            assert answer.status_code == 403
            assert answer.headers["x-slack-no-retry"] == "1"
    assert harness.slack.entries("post") == []


async def test_slack_checking_the_address_is_answered(harness: SlackHarness) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c4", "token": "t"})

    assert (await harness.send_signed(body, "application/json")).json() == {"challenge": "c4"}


async def test_a_stranger_in_a_shared_room_is_turned_away_there_alone(harness: SlackHarness) -> None:
    harness.slack.acme.users["U0STRANGER"] = slack_user("U0STRANGER", "ada@example.com", team_id="T0OTHER")
    harness.slack.acme.rooms["C0SHARED"] = FakeChannel(
        "C0SHARED", "shared", members=[ADA, "U0STRANGER"], is_ext_shared=True
    )

    await harness.event(harness.mention_event("roadmap", "U0STRANGER", "C0SHARED") | {"user_team": "T0OTHER"})

    said = (await harness.wait_for("ephemeral"))[0]
    assert said["user"] == "U0STRANGER"
    assert "full members" in said["text"]


async def test_a_shared_room_reads_what_everybody_may(harness: SlackHarness) -> None:
    """Even if all its internal members may see more."""
    harness.slack.acme.rooms["C0SHARED"] = FakeChannel("C0SHARED", "shared", members=[BO], is_ext_shared=True)
    harness.slack.acme.rooms["C0IT"] = FakeChannel("C0IT", "it", members=[BO])

    await harness.event(harness.mention_event("roadmap", BO, "C0SHARED"))
    await harness.event(harness.mention_event("roadmap", BO, "C0IT"))

    said = {post["channel"]: post["text"] for post in await harness.wait_for("post", 2)}
    assert "Secret engine" not in said["C0SHARED"]
    assert "Secret engine" in said["C0IT"]


async def test_when_slack_does_not_tell_who_sits_there_only_what_everybody_may_read_is_said(
    harness: SlackHarness,
) -> None:
    harness.slack.acme.rooms["C0IT"] = FakeChannel("C0IT", "it", members=[BO])
    harness.slack.faults = [Fault("conversations.members", "status", "500", times=-1)]

    await harness.event(harness.mention_event("roadmap", BO, "C0IT"))

    assert "Secret engine" not in (await harness.wait_for("post"))[0]["text"]


async def test_who_comes_into_a_room_narrows_what_is_said_there(harness: SlackHarness) -> None:
    harness.slack.acme.rooms["C0IT"] = FakeChannel("C0IT", "it", members=[BO])
    await harness.event(harness.mention_event("roadmap", BO, "C0IT"))
    await harness.wait_for("post")
    harness.slack.acme.rooms["C0IT"].members.append(ADA)

    await harness.event({"type": "member_joined_channel", "user": ADA, "channel": "C0IT", "team": "T0ACME"})
    await harness.event(harness.mention_event("roadmap", BO, "C0IT"))

    before, after = [post["text"] for post in await harness.wait_for("post", 2)]
    assert "Secret engine" in before
    assert "Secret engine" not in after


async def test_our_own_words_and_those_of_other_programs_are_not_answered(harness: SlackHarness) -> None:
    await harness.event(harness.direct_event("current", bot_id="B0OTHER"))
    await harness.event(harness.direct_event("current", "U0BOT"))
    await harness.event(harness.direct_event("current", subtype="message_changed"))
    await harness.event(harness.direct_event("current", BO))

    assert [post["channel"] for post in await harness.wait_for("post")] == ["D0BO"]
    assert ROADMAP not in str(harness.slack.entries("post"))


async def test_a_repeat_of_what_is_still_under_way_is_not_taken_for_done(harness: SlackHarness) -> None:
    """Slack repeats a request after three seconds, and stops once one is acknowledged."""
    body = json.dumps(harness.event_body(harness.mention_event("current"), event_id="Ev9"))
    harness.slack.faults = [Fault("conversations.info", "held")]

    first = asyncio.create_task(harness.send_signed(body, "application/json"))
    await harness.server.wait_for_fault(harness.slack.faults[0])
    # A repeat has another timestamp and signature.
    repeated = await harness.send_signed(body, "application/json", age_s=5)
    harness.server.go_on.set()

    assert (repeated.status_code, (await first).status_code) == (503, 200)
    assert (await harness.send_signed(body, "application/json", age_s=10)).status_code == 200
    assert len(await harness.wait_for("post")) == 1


async def test_more_than_was_announced_is_refused_without_a_fault(
    harness: SlackHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """Anyone can send it, so it must not fill the log."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x" * 100_000

    stamp = str(int(harness.clock.seconds()))
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={'0' * 64}"}
    answer = await harness.client.post("/slack/events", content=endless(), headers=headers)

    assert answer.status_code == 413
    assert "Traceback" not in caplog.text


async def test_an_odd_timestamp_is_refused_before_the_body_is_read(harness: SlackHarness) -> None:
    for stamp in ("9" * 400, "9" * 5000, "-1", "1e9", "٣", "", "NaN"):
        headers = {b"x-slack-request-timestamp": stamp.encode(), b"x-slack-signature": b"v0=" + b"0" * 64}

        answer = await harness.client.post("/slack/events", content=b"x", headers=headers)

        assert answer.status_code == 401, stamp


async def test_an_interaction_without_its_type_is_malformed(harness: SlackHarness) -> None:
    body = {"team": {"id": "T0ACME"}, "user": {"id": ADA}, "view": {"callback_id": "thanks", "state": {}}}

    assert (await harness.interact(body)).status_code == 400


async def test_a_command_about_a_payload_is_a_command(harness: SlackHarness) -> None:
    """Bolt takes every form with that word in it for an interaction."""
    answer = await harness.command("help payload")

    assert answer.status_code == 200
    assert answer.json()["text"]


async def test_a_flood_of_forged_requests_is_logged_once_and_keeps_nobody_out(harness: SlackHarness) -> None:
    """Behind a proxy, forged and genuine requests may have one address."""
    with capture_logs() as lines:
        answers = [await harness.client.post("/slack/events", content="x") for _ in range(MAX_REFUSALS + 20)]
        genuine = await harness.command("current")

    assert [answer.status_code for answer in answers] == [401] * MAX_REFUSALS + [429] * 20
    assert answers[-1].headers["retry-after"] == "60"
    assert len([line for line in lines if line.get("action") == "slack.refused"]) == MAX_REFUSALS
    assert len([line for line in lines if line.get("action") == "http.refusal_limit"]) == 1
    assert genuine.status_code == 200
    assert "R1" in genuine.json()["text"]
