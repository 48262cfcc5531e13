"""Somebody in Slack who sends too many commands: each kind of request is refused in its own way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.slack.harness import ADA, BO, SlackHarness, slack_harness


@pytest.fixture
async def limited(sqlite_address: str) -> AsyncIterator[SlackHarness]:
    """Two commands a minute for each person."""
    async with slack_harness(sqlite_address, rate_limit="2") as harness:
        yield harness


async def test_the_answer_to_one_command_too_many_says_how_long_to_wait(limited: SlackHarness) -> None:
    answers = [(await limited.command("current")).text for _ in range(4)]

    assert ["You sent 2 commands in a minute. Try again in" in answer for answer in answers] == [False] * 2 + [True] * 2
    assert "R1" in (await limited.command("current", BO)).text


async def test_mentions_and_buttons_beyond_the_limit_are_refused_once_for_all(limited: SlackHarness) -> None:
    for _ in range(6):
        await limited.event(limited.mention_event("current"))
    for _ in range(3):
        await limited.press("ack", "R1", ADA)
    await limited.press("ack", "R1", BO)

    assert "R1" in (await limited.wait_for("response"))[0]["text"], "Bo's alone is answered"
    assert len(await limited.wait_for("post", 2)) == 2
    (refusal,) = await limited.wait_for("ephemeral")
    assert "Too many commands" in str(refusal)
