"""A server with the parts of OpenAI's two APIs that Handshake uses, and with the faults of real servers.

Shapes as in https://platform.openai.com/docs/api-reference; checked with the real client in `tests/contracts/test_language.py`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]
AT_ONCE = {"retry-after-ms": "1"}  # without it the library waits half a second


@dataclass
class OpenAIServer:
    """Its answers call `tool` with `arguments` (text where it must be invalid JSON). Each request uses up one fault."""

    arguments: Json | str = field(default_factory=dict)
    tool: str = ""  # "" for the tool that was offered
    faults: list[str] = field(default_factory=list)
    asked: list[Json] = field(default_factory=list)
    address: str = ""
    sent: int = 0  # bytes of unusual bodies

    async def responses(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        name = self.tool or body["tools"][0]["name"]
        call = {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "c1",
            "name": name,
            "arguments": self._text(),
            "status": "completed",
        }
        return await self._answer(request, body, _response(call, body["model"]))

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        name = self.tool or body["tools"][0]["function"]["name"]
        call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": self._text()}}
        return await self._answer(request, body, _completion(call, body["model"]))

    def _text(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)

    async def _answer(self, request: web.Request, body: Json, good: Json) -> web.StreamResponse:
        self.asked.append(body)
        fault = self.faults.pop(0) if self.faults else ""
        match fault:
            case "":
                return web.json_response(good)
            case "hang":
                await asyncio.sleep(30)
                return web.json_response(good)
            case "cut":
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            case "half":
                reply = web.StreamResponse(headers={"content-type": "application/json", "content-length": "5000"})
                await reply.prepare(request)
                await reply.write(json.dumps(good).encode()[:60])
                assert request.transport is not None
                request.transport.close()
                return reply
            case "garbage":
                return web.Response(text="<html>502 Bad Gateway</html>", content_type="text/html")
            case "not json":
                return web.Response(text='{"output": [', content_type="application/json")
            case "empty":
                return web.json_response({})
            case "nothing":
                return web.json_response(
                    {
                        **good,
                        "output": [],
                        "choices": [
                            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello!"}}
                        ],
                    }
                )
            case "list":
                return web.json_response([good])
            case "null":
                return web.json_response(None)
            case "body":
                assert isinstance(self.arguments, str)
                return web.Response(text=self.arguments, content_type="application/json")
            case "huge" | "huge error" | "endless" | "drip":
                return await self._stream(request, fault)
            case "redirect":
                return web.Response(status=307, headers={"location": str(request.url)}, body=b" " * 5_000_000)
            case "compressed":  # 5 MB that unpack to 5 GB, if one lets them
                packed = gzip.compress(b" " * 1_000_000) * 1_000
                return web.Response(body=packed, headers={"content-encoding": "gzip"}, content_type="application/json")
            case "busy":
                return web.json_response({"error": {"message": "busy"}}, status=429, headers=AT_ONCE)
            case _:
                return web.json_response({"error": {"message": fault}}, status=int(fault), headers=AT_ONCE)

    async def _stream(self, request: web.Request, fault: str) -> web.StreamResponse:
        """200 MB, or a body without an end, quickly or a byte at a time; until the client has had enough."""
        reply = web.StreamResponse(
            status=400 if fault == "huge error" else 200, headers={"content-type": "application/json"}
        )
        if fault.startswith("huge"):
            reply.content_length = 200_000_000
        await reply.prepare(request)
        chunk, pause_s = (b" ", 0.01) if fault == "drip" else (b" " * 50_000, 0)
        try:
            while reply.content_length is None or self.sent < reply.content_length:
                await reply.write(chunk)
                self.sent += len(chunk)
                await asyncio.sleep(pause_s)
        except ConnectionError:
            pass
        return reply


def _response(call: Json, model: str) -> Json:
    return {
        "id": "resp_1", "object": "response", "created_at": 1_790_000_000, "status": "completed", "model": model,
        "output": [call], "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
        "usage": {
            "input_tokens": 120, "output_tokens": 30, "total_tokens": 150,
            "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
        },
    }  # fmt: skip


def _completion(call: Json, model: str) -> Json:
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {
        "id": "chatcmpl_1", "object": "chat.completion", "created": 1_790_000_000, "model": model,
        "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150},
    }  # fmt: skip


@asynccontextmanager
async def openai_server() -> AsyncIterator[OpenAIServer]:
    """A running server on a free port."""
    fake = OpenAIServer()
    app = web.Application()
    app.router.add_post("/v1/responses", fake.responses)
    app.router.add_post("/v1/chat/completions", fake.chat)
    async with TestServer(app) as server:
        fake.address = str(server.make_url("/v1"))
        yield fake
