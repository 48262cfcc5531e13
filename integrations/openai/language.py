"""`LanguageModel` over OpenAI's SDK: two calls, each limited in time and size, and ModelFailure for every error.

Both APIs are supported because many compatible servers only have the older one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from integrations.openai import responses, tools
from integrations.ports.language import ComposedAnswer, ExtractedQuery, ModelFailure, QueryPrompt, TokenUsage

if TYPE_CHECKING:
    from openai import AsyncOpenAI

TIMEOUT_S = 8.0  # one call with its retry, however slowly the server sends; the caller has its own deadline
RETRIES = 1
MAX_OUTPUT_TOKENS = 1500

Effort = Literal["", "none", "minimal", "low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model's call of a tool."""

    arguments: Mapping[str, Any]
    usage: TokenUsage


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """A tool as the model is told of it, with the prompt that leads to it."""

    name: str
    schema: Mapping[str, Any]
    instructions: str
    given: str

    @property
    def function(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "description": tools.DESCRIPTIONS[self.name],
            "parameters": dict(self.schema),
            "strict": True,
        }


@dataclass
class OpenAIModel:
    """A model by name. The SDK is loaded on the first call, because that takes a second.

    `effort` is how long a reasoning model may think, "" for its default; other models refuse to be told.
    """

    model: str
    key: str
    url: str = ""
    interface: Literal["responses", "chat"] = "responses"
    effort: Effort = ""
    max_tokens: int = MAX_OUTPUT_TOKENS
    retries: int = RETRIES
    timeout_s: float = TIMEOUT_S
    _client: AsyncOpenAI | None = field(default=None, repr=False)
    _client_lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def name(self) -> str:
        return self.model

    @property
    def paused_until(self) -> datetime | None:
        return None

    async def extract_query(self, prompt: QueryPrompt) -> ExtractedQuery:
        called = await self._call(OfferedTool(tools.QUERY_TOOL, prompt.schema, *tools.query_prompt(prompt)))
        return ExtractedQuery(called.arguments, called.usage)

    async def compose_answer(self, question: str, lines: Sequence[Mapping[str, str]]) -> ComposedAnswer:
        prompt = tools.answer_prompt(question, lines)
        called = await self._call(OfferedTool(tools.ANSWER_TOOL, tools.ANSWER_SCHEMA, *prompt))
        return ComposedAnswer(tuple(responses.sentences(called.arguments)), called.usage)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _call(self, tool: OfferedTool) -> ToolCall:
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
                body = responses.json_object(await ask(client, tool))
        # What the SDK does not translate: a status line or a header that is none, a connection that it cannot close.
        except (OpenAIError, ValueError, TimeoutError, OSError) as error:
            raise ModelFailure(type(error).__name__) from error
        return ToolCall(arguments_of(body, tool.name), responses.token_usage(body))

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

    async def _respond(self, client: AsyncOpenAI, tool: OfferedTool) -> bytes:
        """https://platform.openai.com/docs/api-reference/responses/create"""
        reasoning: dict[str, Any] = {"reasoning": {"effort": self.effort}} if self.effort else {}
        create: Any = client.responses.with_raw_response.create  # its overloads do not take a tool as a dict
        answer = await create(
            model=self.model,
            instructions=tool.instructions,
            input=tool.given,
            tools=[{"type": "function", **tool.function}],
            tool_choice={"type": "function", "name": tool.name},
            max_output_tokens=self.max_tokens,
            store=False,
            **reasoning,
        )
        content: bytes = answer.content
        return content

    async def _chat(self, client: AsyncOpenAI, tool: OfferedTool) -> bytes:
        """https://platform.openai.com/docs/api-reference/chat/create"""
        reasoning: dict[str, Any] = {"reasoning_effort": self.effort} if self.effort else {}
        create: Any = client.chat.completions.with_raw_response.create
        answer = await create(
            model=self.model,
            messages=[{"role": "system", "content": tool.instructions}, {"role": "user", "content": tool.given}],
            tools=[{"type": "function", "function": tool.function}],
            tool_choice={"type": "function", "function": {"name": tool.name}},
            max_completion_tokens=self.max_tokens,
            **reasoning,
        )
        content: bytes = answer.content
        return content
