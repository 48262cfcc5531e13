"""Socket Mode: Slack sends requests over a WebSocket that we open, so no public address is needed.

The SDK's own client retries a stale URL forever and logs message text; the protocol is small:
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
from slack_bolt.response import BoltResponse

from integrations.plain.background import BackgroundTasks
from integrations.plain.incoming import read_json
from integrations.ports.errors import Rejected, Unavailable
from integrations.slack.client import SlackClient
from integrations.slack.markup import Json

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

HEARTBEAT_S = 15
RECONNECT_DELAYS_S = (0.2, 1, 2, 5, 10, 30)  # longer after each failure

BoltDispatch = Callable[[Json], Awaitable[BoltResponse]]


class SocketModeConnection:
    """Keeps a connection to Slack open, and opens the next one before Slack closes the current one."""

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
        self._background = BackgroundTasks()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.connected = asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen within the block; requests that have arrived are answered before the connection closes."""
        reconnecting = asyncio.create_task(self._reconnect_loop(), name="socket mode")
        try:
            yield
        finally:
            self._closing = True
            await self._background.drain()
            tasks = {reconnecting, *self._tasks}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _reconnect_loop(self) -> None:
        failures = 0
        while True:
            self.connected.clear()
            closing = asyncio.Event()  # set when this connection is about to close
            task = asyncio.create_task(self._listen(closing), name="socket mode connection")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await closing.wait()
            failures = 0 if self.connected.is_set() else failures + 1
            await self._sleep(RECONNECT_DELAYS_S[min(failures, len(RECONNECT_DELAYS_S) - 1)])

    async def _listen(self, closing: asyncio.Event) -> None:
        try:
            address = (await self._client.call(self._app_token, "apps.connections.open"))["url"]
            async with self._client.session.ws_connect(str(address), heartbeat=HEARTBEAT_S) as socket:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._receive(socket, read_json(message.data), closing)
        except (Unavailable, Rejected, aiohttp.ClientError, OSError, ValueError) as problem:
            log.warning("no connection to Slack", action="slack.socket_down", kind=type(problem).__name__)
        finally:
            closing.set()

    def _receive(self, socket: aiohttp.ClientWebSocketResponse, envelope: object, closing: asyncio.Event) -> None:
        match envelope:
            case {"type": "hello"}:
                log.info("listening", action="slack.socket_up")
                self.connected.set()
            case {"type": "disconnect"}:
                closing.set()  # the connection still works until Slack closes it
            case {"envelope_id": str(envelope_id), "payload": dict(payload)} if not self._closing:
                self._background.start(self._answer(socket, envelope_id, payload), "envelope")

    async def _answer(self, socket: aiohttp.ClientWebSocketResponse, envelope_id: str, payload: Json) -> None:
        response = await self._dispatch(payload)
        if response.status >= 500:
            return  # not acknowledged: Slack sends it again
        acknowledged: Json = {"envelope_id": envelope_id}
        if response.status == 200 and response.body:
            acknowledged["payload"] = _payload(response.body)
        try:
            await socket.send_str(json.dumps(acknowledged))
        except (ConnectionError, aiohttp.ClientError):
            log.warning("response not sent", action="slack.socket_cut")


def _payload(body: Any) -> Json:
    """The body of an HTTP response as a payload: JSON, or plain text."""
    if isinstance(body, str) and body.startswith("{"):
        payload = json.loads(body)
        if isinstance(payload, dict):
            return payload
    return {"text": str(body)}
