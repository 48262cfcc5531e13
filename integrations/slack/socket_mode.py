"""Socket Mode: Slack's requests come down a line that we opened, so no public address is needed.

The SDK's own client tries a stale address for ever, and tells its log what people said; the protocol is a small one:
https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from integrations.ports.errors import Rejected, Unavailable
from integrations.slack.background import SlackBackgroundTasks
from integrations.slack.client import SlackClient
from integrations.slack.markup import Json

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

HEARTBEAT_S = 15
RECONNECT_DELAYS_S = (0.2, 1, 2, 5, 10, 30)  # before the next line, longer while nothing helps

BoltDispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class SocketModeConnection:
    """Keeps a line to Slack open, and a new one before the old one is taken away."""

    def __init__(
        self,
        client: SlackClient,
        app_token: str,
        dispatch: BoltDispatch,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._app_token = app_token
        self._dispatch = dispatch
        self._sleep = sleep
        self._background = SlackBackgroundTasks()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.connected = asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen for as long as the block lasts; what came in is answered before the line is cut."""
        keeping = asyncio.create_task(self._reconnect_loop(), name="socket mode")
        try:
            yield
        finally:
            self._closing = True
            await self._background.drain()
            everything = {keeping, *self._tasks}
            for task in everything:
                task.cancel()
            await asyncio.gather(*everything, return_exceptions=True)

    async def _reconnect_loop(self) -> None:
        tries = 0
        while True:
            self.connected.clear()
            wanted = asyncio.Event()  # set when this line is about to go: time for the next
            task = asyncio.create_task(self._listen(wanted), name="socket mode line")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await wanted.wait()
            tries = 0 if self.connected.is_set() else tries + 1
            await self._sleep(RECONNECT_DELAYS_S[min(tries, len(RECONNECT_DELAYS_S) - 1)])

    async def _listen(self, wanted: asyncio.Event) -> None:
        try:
            address = (await self._client.call(self._app_token, "apps.connections.open"))["url"]
            async with self._client.session.ws_connect(str(address), heartbeat=HEARTBEAT_S) as socket:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._receive(socket, json.loads(message.data), wanted)
        except (Unavailable, Rejected, aiohttp.ClientError, OSError, ValueError) as problem:
            log.warning("no line to Slack", action="slack.socket_down", kind=type(problem).__name__)
        finally:
            wanted.set()

    def _receive(self, socket: aiohttp.ClientWebSocketResponse, envelope: Json, wanted: asyncio.Event) -> None:
        match envelope:
            case {"type": "hello"}:
                log.info("listening", action="slack.socket_up")
                self.connected.set()
            case {"type": "disconnect"}:
                wanted.set()  # this line serves on until Slack cuts it
            case {"envelope_id": str(envelope_id), "payload": dict(payload)} if not self._closing:
                self._background.start(self._answer(socket, envelope_id, payload), "envelope")

    async def _answer(self, socket: aiohttp.ClientWebSocketResponse, envelope_id: str, payload: Json) -> None:
        response = await self._dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))
        if response.status >= 500:
            return  # not acknowledged: Slack sends it again
        acknowledged: Json = {"envelope_id": envelope_id}
        if response.status == 200 and response.body:
            acknowledged["payload"] = _payload(response.body)
        try:
            await socket.send_str(json.dumps(acknowledged))
        except (ConnectionError, aiohttp.ClientError):
            log.warning("an answer did not get through", action="slack.socket_cut")


def _payload(body: Any) -> Json:
    """What an HTTP answer would have held: JSON, or bare words."""
    if isinstance(body, str) and body.startswith("{"):
        found = json.loads(body)
        if isinstance(found, dict):
            return found
    return {"text": str(body)}
