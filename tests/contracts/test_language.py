"""A LanguageModel, real or fake: what it returns, and that every fault raises ModelFailure."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest

from integrations.openai.circuit_breaker import CircuitBreaker
from integrations.openai.language import OpenAIModel
from integrations.ports.clock import FixedClock
from integrations.ports.language import LanguageModel, ModelFailure, QueryPrompt, Sentence, TokenUsage
from tests.fakes.language import FakeLanguage
from tests.fakes.openai_server import OpenAIServer, openai_server

SCHEMA = {"type": "object", "properties": {"campaigns": {"type": "array"}}}
PROMPT = QueryPrompt("what about spring", date(2026, 11, 16), SCHEMA, ("IT", "Web Platform"), ("legal",), "SEO")
LINES = ({"key": "WEB-12", "title": "Consent banner", "status": "blocked"},)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with openai_server() as running:
        yield running


@pytest.fixture(params=["responses", "chat"])
async def language(request: pytest.FixtureRequest, server: OpenAIServer) -> AsyncIterator[OpenAIModel]:
    interface: Literal["responses", "chat"] = request.param
    made = OpenAIModel("small-1", "any", server.address, interface)
    yield made
    await made.close()


async def test_what_it_fills_in_comes_back_with_what_it_took(language: OpenAIModel, server: OpenAIServer) -> None:
    server.arguments = {"answer": "search", "campaigns": ["Spring Launch"]}

    filled = await language.extract_query(PROMPT)

    assert filled.arguments == server.arguments
    assert filled.usage == TokenUsage(120, 30)
    for told in ("what about spring", "2026-11-16", "Web Platform", "legal", "SEO"):
        assert told in repr(server.asked[0])


async def test_what_was_wrong_with_the_last_answer_is_in_the_next_prompt(
    language: OpenAIModel, server: OpenAIServer
) -> None:
    await language.extract_query(replace(PROMPT, problem="limit is no int"))

    assert "limit is no int" in repr(server.asked[0])


@pytest.mark.parametrize("content", ['{"answer": "search"}', 'Sure:\n```json\n{"answer": "search"}\n```'])
async def test_json_in_plain_content_is_taken_for_the_call(
    language: OpenAIModel, server: OpenAIServer, content: str
) -> None:
    """Some compatible servers know no tools."""
    server.faults, server.arguments = ["body"], json.dumps(
        {
            "output": [{"type": "message", "content": [{"type": "output_text", "text": content}]}],
            "choices": [{"message": {"role": "assistant", "content": content}}],
        }
    )  # fmt: skip

    assert (await language.extract_query(PROMPT)).arguments == {"answer": "search"}


async def test_effort_and_size_are_sent_where_they_are_set(language: OpenAIModel, server: OpenAIServer) -> None:
    await language.extract_query(PROMPT)
    language.effort, language.max_tokens = "low", 700
    await language.extract_query(PROMPT)

    without, with_effort = server.asked
    assert "reasoning" not in without
    assert "reasoning_effort" not in without
    assert with_effort.get("reasoning_effort") == "low" or with_effort["reasoning"] == {"effort": "low"}
    assert 700 in (with_effort.get("max_output_tokens"), with_effort.get("max_completion_tokens"))


async def test_a_model_that_fails_three_times_in_a_row_is_skipped_for_a_minute() -> None:
    clock, fake = FixedClock(datetime(2026, 11, 16, 9, tzinfo=UTC)), FakeLanguage(down=True)
    breaker = CircuitBreaker(fake, clock)

    for _ in range(5):
        with pytest.raises(ModelFailure):
            await breaker.extract_query(PROMPT)

    assert len(fake.requests) == 3
    assert breaker.paused_until == clock.at + timedelta(seconds=60)

    clock.at += timedelta(seconds=60)
    fake.down = False
    await breaker.extract_query(PROMPT)
    assert breaker.paused_until is None


async def test_a_success_between_two_failures_keeps_the_model_in_use() -> None:
    fake = FakeLanguage()
    breaker = CircuitBreaker(fake, FixedClock(datetime(2026, 11, 16, 9, tzinfo=UTC)))

    for fake.down in (True, True, False, True, True):
        with contextlib.suppress(ModelFailure):
            await breaker.compose_answer("x", LINES)

    assert breaker.paused_until is None
    assert len(fake.requests) == 5


async def test_sentences_come_back_with_their_keys(language: OpenAIModel, server: OpenAIServer) -> None:
    server.arguments = {"sentences": [{"text": "It is blocked.", "keys": ["WEB-12"]}, {"text": 3, "keys": []}, "x"]}

    worded = await language.compose_answer("is it blocked", LINES)

    assert worded.sentences == (Sentence("It is blocked.", ("WEB-12",)),)


async def test_a_fault_that_passes_is_tried_again(language: OpenAIModel, server: OpenAIServer) -> None:
    server.faults = ["busy"]
    server.arguments = {"understood": True}

    await language.extract_query(PROMPT)

    assert len(server.asked) == 2


FAULTS = (
    "cut",
    "half",
    "garbage",
    "not json",
    "empty",
    "nothing",
    "list",
    "null",
    "busy",
    "500",
    "503",
    "400",
    "401",
    "404",
)


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_breaks_is_one_kind_of_failure(language: OpenAIModel, server: OpenAIServer, fault: str) -> None:
    server.faults = [fault] * 3
    if fault in ("cut", "half"):  # the server cannot say that the library need not wait before it tries again
        language.retries = 0

    with pytest.raises(ModelFailure):
        await language.compose_answer("x", LINES)


@pytest.mark.parametrize("fault", ["huge", "huge error", "endless", "compressed", "redirect"])
async def test_an_answer_without_measure_is_not_read(language: OpenAIModel, server: OpenAIServer, fault: str) -> None:
    server.faults = [fault] * 2

    with pytest.raises(ModelFailure):
        await language.compose_answer("x", LINES)

    assert server.sent < 20_000_000  # what fits into the buffers of two connections


async def test_an_answer_that_drips_is_given_up_in_time(language: OpenAIModel, server: OpenAIServer) -> None:
    """Each byte comes in time; only the whole call has a limit that such a server meets."""
    server.faults, language.timeout_s = ["drip"] * 2, 0.2

    with pytest.raises(ModelFailure, match="TimeoutError"):
        async with asyncio.timeout(5):
            await language.compose_answer("x", LINES)


DEEP = 100_000


@pytest.mark.parametrize(
    "body",
    [
        "[" * DEEP + "]" * DEEP,
        '{"output": ' + "[" * DEEP + "]" * DEEP + "}",
        "[]" * 3,
        "1" * 5_000,
        "NaN",
        '"\\ud800"',
        '{"output": {}, "choices": {}}',
        '{"output": [null, 1, "x", []], "choices": [null, 1, "x", []]}',
        '{"output": [{"type": [], "name": {}}], "choices": [{"message": []}]}',
        '{"output": [{"type": "function_call", "name": "say", "arguments": {"sentences": []}}], "choices": [{"message": {"tool_calls": {}}}]}',
        '{"choices": [{"message": {"tool_calls": [3, {"type": "function", "function": 3}, {"type": "function", "function": {"name": "say", "arguments": 3}}]}}]}',
    ],
    ids=lambda body: body[:40],
)
async def test_a_body_of_another_shape_is_a_failure(language: OpenAIModel, server: OpenAIServer, body: str) -> None:
    server.faults, server.arguments = ["body"], body

    with pytest.raises(ModelFailure):
        await language.compose_answer("x", LINES)


@pytest.mark.parametrize(
    "usage", ['"many"', "[]", '{"input_tokens": -1, "prompt_tokens": "x"}', '{"input_tokens": 1e300}', "null"]
)
async def test_odd_token_figures_are_not_recorded(language: OpenAIModel, server: OpenAIServer, usage: str) -> None:
    call = '"name": "say", "arguments": "{\\"sentences\\": []}"'
    server.faults, server.arguments = ["body"], (
        f'{{"output": [{{"type": "function_call", {call}}}], "usage": {usage}, '
        f'"choices": [{{"message": {{"tool_calls": [{{"type": "function", "function": {{{call}}}}}]}}}}]}}'
    )  # fmt: skip

    assert (await language.compose_answer("x", LINES)).usage == TokenUsage()


async def test_sentences_of_another_shape_are_left_out(language: OpenAIModel, server: OpenAIServer) -> None:
    odd: list[object] = [
        None,
        [],
        {"text": "a", "keys": [3]},
        {"text": ["a"], "keys": []},
        {"text": "b", "keys": ["x"] * 1000},
    ]
    good = {"text": "It is blocked.", "keys": ["WEB-12"]}
    server.arguments = {"sentences": [*odd, *[good] * 5_000], "more": 1}

    worded = await language.compose_answer("is it blocked", LINES)

    assert len(worded.sentences) <= 20
    assert set(worded.sentences) == {Sentence("It is blocked.", ("WEB-12",))}


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "{",
        "[" * DEEP,
        '{"sentences": ' + "[" * DEEP + "]" * DEEP + "}",
        "[]",
        "null",
        '"words"',
        '{"sentences": 3}',
        "{}",
    ],
)
async def test_arguments_that_are_none_are_a_failure(
    language: OpenAIModel, server: OpenAIServer, arguments: str
) -> None:
    server.arguments = arguments

    with pytest.raises(ModelFailure):
        await language.compose_answer("x", LINES)


async def test_a_tool_that_is_not_ours_is_not_obeyed(language: OpenAIModel, server: OpenAIServer) -> None:
    server.tool, server.arguments = "drop_table", {"sentences": []}

    with pytest.raises(ModelFailure):
        await language.compose_answer("x", LINES)


async def test_nobody_there_is_a_failure() -> None:
    language = OpenAIModel("small-1", "any", "http://127.0.0.1:9/v1", retries=0)

    with pytest.raises(ModelFailure):
        await language.extract_query(PROMPT)
    await language.close()


async def test_whoever_waits_may_stop_waiting(language: OpenAIModel, server: OpenAIServer) -> None:
    server.faults = ["hang"]

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await language.extract_query(PROMPT)


async def test_the_fake_fails_as_the_real_one_does() -> None:
    fake: LanguageModel = FakeLanguage(down=True)

    with pytest.raises(ModelFailure):
        await fake.extract_query(PROMPT)
    with pytest.raises(ModelFailure):
        await fake.compose_answer("x", LINES)
