"""The one HTTP front: every door's routes behind it, and nothing that a stranger could find out more from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from socket import AF_INET, AF_INET6, IPPROTO_TCP, SO_REUSEADDR, SOL_SOCKET, TCP_NODELAY, socket
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.settings import Settings
from handlers.errors import Refusal

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

MAX_BODY_BYTES = 1_000_000  # bytes; no platform sends more in one event
DRAIN_S = 20
TICK_S = 1.0
LOOK_S = 0.005  # between two looks whether the last connection has ended


def _drain_s() -> float:
    return DRAIN_S


class CannotListen(Refusal):
    """The address to listen at is taken or not ours."""

    exit = 3


async def alive(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


def build_http_app(routes: Sequence[Any], handlers: Mapping[Any, Any] | None = None) -> Starlette:
    """The application that serves *routes*, with a limit on what anybody may send. *handlers* answer for errors."""
    application = Starlette(routes=[Route("/healthz", alive), *routes], exception_handlers=handlers)
    application.add_middleware(BodySizeLimit)
    return application


class BodySizeLimit:
    """Refuses bodies that are longer than anything a platform sends, before anybody reads them."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            await PlainTextResponse("too large\n", status_code=413)(scope, receive, send)
            return
        counted = _CountingReceive(receive)
        try:
            await self._app(scope, counted, send)
        except ClientDisconnect:  # nobody's fault here: they went away, or were sent away
            if counted.seen > MAX_BODY_BYTES:
                await PlainTextResponse("too large\n", status_code=413)(scope, receive, send)


class _CountingReceive:
    """*receive*, ending the conversation with whoever sends more than was announced."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self.seen = 0

    async def __call__(self) -> Any:
        message = await self._receive()
        self.seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.seen > MAX_BODY_BYTES else message


class _Server(uvicorn.Server):
    """Uvicorn that says when it listens, and stops when told to instead of looking every tenth of a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._told = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._told.set()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # sets the Date header, which counts seconds
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._told.wait()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Take nobody in any more; let what is under way end within `timeout_graceful_shutdown`, and cut off the rest."""
        for each in self.servers:
            each.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                # uvicorn's sets tell nobody when they are empty
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_S)
        except TimeoutError:
            for task in self.server_state.tasks:
                task.cancel()


@asynccontextmanager
async def listen(
    settings: Settings, application: Starlette, drain_s: Callable[[], float] = _drain_s
) -> AsyncIterator[int]:
    """Serve *application* for as long as the block lasts, and what is under way then for *drain_s*; gives the port.

    Raises NoRoom.
    """
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=DRAIN_S,
        lifespan="off",
        server_header=False,
    )
    server = _Server(config)
    ours = socket(AF_INET6 if ":" in settings.host else AF_INET)
    ours.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        ours.bind((settings.host, settings.port))  # uvicorn's own way would print the raw error above our words
    except OSError:
        ours.close()
        raise CannotListen(
            f"Nothing can listen at {settings.host}:{settings.port}; something else may do so already. "
            "Set HANDSHAKE_PORT to another one."
        ) from None
    # Answers are short and written in two pieces; the second must not wait for the first to be acknowledged.
    # Accepted connections inherit it, and asyncio sets it by itself only on sockets that it made.
    ours.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    serving = asyncio.create_task(_serve(server, ours), name="front")
    try:
        await server.up.wait()
        yield int(ours.getsockname()[1])
    finally:
        config.timeout_graceful_shutdown = max(1, int(drain_s()))
        server.stop()
        await serving
        ours.close()


async def _serve(server: uvicorn.Server, ours: socket) -> None:
    # `serve` would take the signals away from us.
    await server._serve([ours])
