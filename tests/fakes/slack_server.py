"""The fake Slack behind HTTP on loopback: in the test's own process, or in one that outlives its callers.

    python -m tests.fakes.slack_server LOG [--any-channel] [--delay-ms 30] [--cuts 0.0] [--seed 1]

It prints its port. The log is appended to, one JSON object for everything that was carried out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from email.utils import formatdate
from pathlib import Path
from random import Random
from typing import Any, cast

from aiohttp import WSMsgType, web

from tests.fakes.slack import FakeSlack, Fault, Json, SlackError
from tests.fakes.slack_methods import call_method


class SlackServer:
    """The routes of a FakeSlack. *pause* gives the seconds to wait before and after each call is carried out."""

    def __init__(self, slack: FakeSlack, *, pause: Callable[[], float] = lambda: 0) -> None:
        self.slack = slack
        self.sockets: list[web.WebSocketResponse] = []
        self.acks: dict[str, Json] = {}
        self.asked: Counter[str] = Counter()  # how often each method was called, carried out or not
        self.skew_s = 0.0
        self._pause = pause
        self._changed = asyncio.Event()
        self.go_on = asyncio.Event()  # set it to continue held calls
        self.app = web.Application(client_max_size=20_000_000)
        self.app.router.add_route("*", "/api/{method}", self._api)
        self.app.router.add_post("/upload/{file}", self._upload)
        self.app.router.add_get("/files/{file}", self._download)
        self.app.router.add_post("/respond/{way}", self._respond)
        self.app.router.add_get("/socket", self._socket)
        self.app.router.add_post("/_control", self._control)

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until that is true; checked whenever something happens."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    async def wait_for_fault(self, fault: Fault) -> None:
        """Wait until a call has met *fault*."""
        await self.wait_until(lambda: fault.times == 0)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        channel = str(arguments.get("channel", ""))
        self.asked[method] += 1
        self._changed.set()
        if refused := self._refused(method, channel):
            return refused
        if self.slack.fault(method, channel, "cut_before"):
            return _cut(request)
        if delay := self.slack.fault(method, channel, "delay"):
            self._changed.set()
            await asyncio.sleep(float(delay.value))
        if self.slack.fault(method, channel, "held"):
            self._changed.set()
            await self.go_on.wait()
        await asyncio.sleep(self._pause())
        try:
            answer: Json = {"ok": True} | call_method(self.slack, method, token, arguments)
        except SlackError as error:
            answer = {"ok": False, "error": str(error)}
        self._changed.set()
        await asyncio.sleep(self._pause())
        if delay := self.slack.fault(method, channel, "delay_after"):
            await asyncio.sleep(float(delay.value))
        if self.slack.fault(method, channel, "cut_after"):
            return _cut(request)
        return web.json_response(answer, headers=self._headers(token))

    def _headers(self, token: str) -> dict[str, str]:
        workspace = next((entry for entry in self.slack.workspaces.values() if entry.token == token), None)
        date = formatdate(self.slack.now() + self.skew_s, usegmt=True)
        return {"x-oauth-scopes": workspace.scopes if workspace else "", "Date": date}

    def _refused(self, method: str, channel: str) -> web.Response | None:
        fault = self.slack.fault(method, channel, "error", "ratelimited", "status")
        match fault:
            case None:
                return None
            case Fault(kind="ratelimited", value=seconds):
                body = {"ok": False, "error": "ratelimited"}
                return web.json_response(body, status=429, headers={"Retry-After": seconds})
            case Fault(kind="status", value=status):
                return web.Response(status=int(status), text="<html>upstream is away</html>", content_type="text/html")
            case Fault(value=word):
                return web.json_response({"ok": False, "error": word})

    async def _upload(self, request: web.Request) -> web.Response:
        self.slack.files[request.match_info["file"]] = await request.read()
        return web.Response(text="OK")

    async def _download(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            self.slack.workspace_of(token)
        except SlackError:
            return web.Response(text="<html>sign in</html>", content_type="text/html")
        content = self.slack.files.get(request.match_info["file"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _respond(self, request: web.Request) -> web.Response:
        """A response_url: five uses. https://docs.slack.dev/interactivity/handling-user-interaction"""
        way, body = request.match_info["way"], await request.json()
        if self.slack.fault("response_url", way, "cut_before"):
            return cast(web.Response, _cut(request))
        used = self.slack.response_urls.get(way, 0)
        if used >= 5:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        self.slack.response_urls[way] = used + 1
        self.slack.write("response", way=way, text=body.get("text"), blocks=body.get("blocks"), body=body)
        self._changed.set()
        return web.json_response({"ok": True})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.sockets.append(socket)
        self._changed.set()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                envelope = json.loads(message.data)
                self.acks[envelope["envelope_id"]] = envelope.get("payload") or {}
                self._changed.set()
        self.sockets.remove(socket)
        return socket

    async def push(self, kind: str, payload: Json) -> Json:
        """Send an envelope through the socket; return the payload of its acknowledgement."""
        await self.wait_until(lambda: bool(self.sockets))
        envelope = self.slack.new_id("E")
        await self.sockets[-1].send_json(
            {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True}
        )
        await self.wait_until(lambda: envelope in self.acks)
        return self.acks[envelope]

    async def _control(self, request: web.Request) -> web.Response:
        request_body = await request.json()
        match request_body["call"]:
            case "faults":
                self.slack.faults = [Fault(**fault) for fault in request_body["faults"]]
            case "until":
                await self.wait_until(lambda: len(self.slack.entries("post")) >= request_body["posts"])
        return web.json_response({"faults": [asdict(fault) for fault in self.slack.faults]})


async def _arguments(request: web.Request) -> Json:
    """The arguments, from where Slack accepts them: the query, a form, or JSON with the token in the header."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    elif request.method == "POST":
        arguments |= dict(await request.post())
    for name in ("blocks", "metadata", "view"):
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def _cut(request: web.Request) -> web.StreamResponse:
    """No answer: break the connection."""
    transport: Any = request.transport
    if transport is not None:
        transport.abort()
    return web.Response()


@asynccontextmanager
async def serve_slack(front: SlackServer) -> AsyncIterator[int]:
    """Serve on a free local port inside the block; gives the port."""
    runner = web.AppRunner(front.app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = int(runner.addresses[0][1])
    front.slack.address = f"http://127.0.0.1:{port}"
    try:
        yield port
    finally:
        for socket in list(front.sockets):
            await socket.close()
        await runner.cleanup()


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--any-channel", action="store_true")
    parser.add_argument("--delay-ms", type=float, default=30)
    parser.add_argument("--cuts", type=float, default=0)
    parser.add_argument("--busy", type=float, default=0, help="the share of posts that is answered 429")
    parser.add_argument("--broken", type=float, default=0, help="the share of posts that is answered 503")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    stop, random = asyncio.Event(), Random(options.seed)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with options.log.open("a", encoding="utf-8") as log:

        def write(line: Json) -> None:
            log.write(json.dumps(line) + "\n")
            log.flush()

        slack = FlakySlack(write, random, options.cuts, options.busy, options.broken)
        slack.acme.accepts_any_channel = options.any_channel
        async with serve_slack(SlackServer(slack, pause=lambda: random.uniform(0, options.delay_ms / 1000))) as port:
            print(port, flush=True)
            await stop.wait()


class FlakySlack(FakeSlack):
    """Breaks the connection of a share of the posts, before or after carrying them out, and answers others with 429 or 503."""

    def __init__(self, note: Callable[[Json], None], random: Random, cuts: float, busy: float, broken: float) -> None:
        super().__init__(note)
        self._random = random
        self._cuts = cuts
        self._busy = busy
        self._broken = broken

    def fault(self, method: str, channel: str, *kinds: Any) -> Fault | None:
        for cut in ("cut_before", "cut_after"):
            if method == "chat.postMessage" and cut in kinds and self._random.random() < self._cuts / 2:
                return Fault(method, cast(Any, cut))
        if method == "chat.postMessage" and "ratelimited" in kinds:
            draw = self._random.random()
            if draw < self._busy:
                self.write("limited", channel=channel, until=time.time() + 1)
                return Fault(method, "ratelimited", "1")
            if draw < self._busy + self._broken:
                return Fault(method, "status", "503")
        return super().fault(method, channel, *kinds)


if __name__ == "__main__":
    asyncio.run(main())
