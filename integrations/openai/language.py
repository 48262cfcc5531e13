"""`LanguageModel` over OpenAI's SDK: two calls, each limited in time and size, and ModelFailure for every error.

Both APIs are supported because many compatible servers only have the older one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from integrations.openai import responses, tools
from integrations.ports.language import ComposedAnswer, ExtractedQuery, ModelFailure, TokenUsage, Vocabulary

if TYPE_CHECKING:
    from openai import AsyncOpenAI

TIMEOUT_S = 8.0  # one call with its retry, however slowly the server sends; the caller has its own deadline
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
    timeout_s: float = TIMEOUT_S
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
        return ComposedAnswer(tuple(responses.sentences(called.arguments)), called.usage)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _call(self, tool: str, instructions: str, given: str) -> ToolCall:
        """Have the model call *tool*. Raises ModelFailure."""
        client = await self._shared_client()
        from openai import OpenAIError

        ask, arguments_of = (
            (self._chat, responses.completion_arguments)
            if self.interface == "chat"
            else (self._respond, responses.response_arguments)
        )
        try:
            async with asyncio.timeout(self.timeout_s):
                body = responses.json_object(await ask(client, tool, instructions, given))
        # What the SDK does not translate: a status line or a header that is none, a connection that it cannot close.
        except (OpenAIError, ValueError, TimeoutError, OSError) as error:
            raise ModelFailure(type(error).__name__) from error
        return ToolCall(arguments_of(body, tool), responses.token_usage(body))

    async def _shared_client(self) -> AsyncOpenAI:
        async with self._client_lock:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make_client)
            return self._client

    def _make_client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI

        from integrations.openai.bounded_client import BoundedClient

        return AsyncOpenAI(
            api_key=self.key,
            base_url=self.url or None,
            timeout=self.timeout_s,
            max_retries=self.retries,
            http_client=BoundedClient(),
        )

    async def _respond(self, client: AsyncOpenAI, tool: str, instructions: str, given: str) -> bytes:
        """https://platform.openai.com/docs/api-reference/responses/create"""
        answer = await client.responses.with_raw_response.create(
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
        return answer.content

    async def _chat(self, client: AsyncOpenAI, tool: str, instructions: str, given: str) -> bytes:
        """https://platform.openai.com/docs/api-reference/chat/create"""
        answer = await client.chat.completions.with_raw_response.create(
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
        return answer.content
