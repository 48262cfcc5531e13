"""`LanguageModel` over OpenAI's SDK: two calls with a timeout each, and ModelFailure for every error.

Both APIs are supported because many compatible servers only have the older one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from integrations.openai import tools
from integrations.ports.language import ComposedAnswer, ExtractedQuery, ModelFailure, Sentence, TokenUsage, Vocabulary

if TYPE_CHECKING:
    from openai import AsyncOpenAI

TIMEOUT_S = 8.0  # one call, without its retry; the caller has its own deadline
RETRIES = 1
MAX_OUTPUT_TOKENS = 1500


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model's call of a tool."""

    arguments: Mapping[str, Any]
    usage: TokenUsage


@dataclass
class OpenAIModel:
    """A model by name. The SDK is loaded on the first call, because that takes a second."""

    model: str
    key: str
    url: str = ""
    interface: Literal["responses", "chat"] = "responses"
    retries: int = RETRIES
    _client: AsyncOpenAI | None = field(default=None, repr=False)
    _client_lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def name(self) -> str:
        return self.model

    async def extract_query(self, question: str, vocabulary: Vocabulary, today: date) -> ExtractedQuery:
        called = await self._call(tools.QUERY_TOOL, *tools.query_prompt(question, vocabulary, today))
        understood = called.arguments.get("understood") is not False
        return ExtractedQuery(called.arguments if understood else None, called.usage)

    async def compose_answer(self, question: str, lines: Sequence[Mapping[str, str]]) -> ComposedAnswer:
        called = await self._call(tools.ANSWER_TOOL, *tools.answer_prompt(question, lines))
        return ComposedAnswer(tuple(_sentences(called.arguments)), called.usage)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _call(self, tool: str, instructions: str, given: str) -> ToolCall:
        """Have the model call *tool*. Raises ModelFailure."""
        client = await self._shared_client()
        from openai import OpenAIError

        try:
            if self.interface == "chat":
                return await self._chat(client, tool, instructions, given)
            return await self._respond(client, tool, instructions, given)
        # A body that is not JSON, or has unexpected types, does not raise OpenAIError (measured on 3.54).
        except (OpenAIError, ValueError, TypeError, KeyError, AttributeError, TimeoutError, OSError) as error:
            raise ModelFailure(type(error).__name__) from error

    async def _shared_client(self) -> AsyncOpenAI:
        async with self._client_lock:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make_client)
            return self._client

    def _make_client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI

        return AsyncOpenAI(api_key=self.key, base_url=self.url or None, timeout=TIMEOUT_S, max_retries=self.retries)

    async def _respond(self, client: AsyncOpenAI, tool: str, instructions: str, given: str) -> ToolCall:
        """https://platform.openai.com/docs/api-reference/responses/create"""
        answer = await client.responses.create(
            model=self.model,
            instructions=instructions,
            input=given,
            tools=[
                {
                    "type": "function",
                    "name": tool,
                    "description": tools.DESCRIPTIONS[tool],
                    "parameters": tools.SCHEMAS[tool],
                    "strict": True,
                }
            ],
            tool_choice={"type": "function", "name": tool},
            max_output_tokens=MAX_OUTPUT_TOKENS,
            store=False,
        )
        usage = answer.usage
        spent = TokenUsage(usage.input_tokens, usage.output_tokens) if usage else TokenUsage()
        for item in answer.output:
            if item.type == "function_call" and item.name == tool:
                return ToolCall(_object(item.arguments), spent)
        raise ModelFailure("no call of our tool")

    async def _chat(self, client: AsyncOpenAI, tool: str, instructions: str, given: str) -> ToolCall:
        """https://platform.openai.com/docs/api-reference/chat/create"""
        answer = await client.chat.completions.create(
            model=self.model,
            messages=[{"role": "system", "content": instructions}, {"role": "user", "content": given}],
            tools=[
                {
                    "type": "function",
                    "function": {
                        "name": tool,
                        "description": tools.DESCRIPTIONS[tool],
                        "parameters": tools.SCHEMAS[tool],
                        "strict": True,
                    },
                }
            ],
            tool_choice={"type": "function", "function": {"name": tool}},
        )
        usage = answer.usage
        spent = TokenUsage(usage.prompt_tokens, usage.completion_tokens) if usage else TokenUsage()
        for call in answer.choices[0].message.tool_calls or []:
            if call.type == "function" and call.function.name == tool:
                return ToolCall(_object(call.function.arguments), spent)
        raise ModelFailure("no call of our tool")


def _object(text: str) -> Mapping[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ModelFailure("arguments that are no object")
    return value


def _sentences(arguments: Mapping[str, Any]) -> list[Sentence]:
    given = arguments.get("sentences")
    if not isinstance(given, list):
        raise ModelFailure("no sentences")
    return [
        Sentence(sentence["text"], tuple(str(key) for key in sentence["keys"]))
        for sentence in given[:20]
        if isinstance(sentence, dict)
        and isinstance(sentence.get("text"), str)
        and isinstance(sentence.get("keys"), list)
    ]
