"""The HTTP server for all routes. Its answers reveal nothing about the server to strangers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from socket import AF_INET, AF_INET6, IPPROTO_TCP, SO_REUSEADDR, SOL_SOCKET, TCP_NODELAY, socket
from typing import Any, cast

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.connections import ConnectionLimits, connection_limit
from bot.settings import Settings
from handlers.errors import Refusal

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

MAX_BODY_BYTES = 1_000_000  # no platform sends more in one event
DRAIN_S = 20
TICK_S = 1.0
POLL_S = 0.005  # for the end of the last connection


def _drain_s() -> float:
    return DRAIN_S


class CannotListen(Refusal):
    """The address to listen on is in use or not available."""

    exit = 3


async def alive(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


def build_http_app(routes: Sequence[Any], handlers: Mapping[Any, Any] | None = None) -> Starlette:
    """A Starlette application for *routes* with a limit on body size. *handlers* are its exception handlers."""
    application = Starlette(routes=[Route("/healthz", alive), *routes], exception_handlers=handlers)
    application.add_middleware(BodySizeLimit)
    return application


class BodySizeLimit:
    """Refuses bodies that are longer than anything a platform sends, before they are read."""

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
        except ClientDisconnect:  # the client went away, or exceeded the limit
            if counted.seen > MAX_BODY_BYTES:
                await PlainTextResponse("too large\n", status_code=413)(scope, receive, send)


class _CountingReceive:
    """*receive*, disconnecting a client that sends more than MAX_BODY_BYTES."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self.seen = 0

    async def __call__(self) -> Any:
        message = await self._receive()
        self.seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.seen > MAX_BODY_BYTES else message


class _Server(uvicorn.Server):
    """Uvicorn with an event for "listening", which stops immediately instead of polling every tenth of a second."""

    def __init__(self, config: uvicorn.Config, limits: ConnectionLimits) -> None:
        super().__init__(config)
        self._limits = limits
        self.up = asyncio.Event()
        self._stop_requested = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._stop_requested.set()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # updates the Date header, which has seconds
            self._limits.close_overdue()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._stop_requested.wait()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Close the listeners, let requests finish within `timeout_graceful_shutdown`, and cancel the rest."""
        for listening in self.servers:
            listening.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                # uvicorn's sets have no event for "empty"
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            for task in self.server_state.tasks:
                task.cancel()


@asynccontextmanager
async def listen(
    settings: Settings,
    application: Starlette,
    drain_s: Callable[[], float] = _drain_s,
    limits: ConnectionLimits | None = None,
) -> AsyncIterator[int]:
    """Serve *application* inside the block; on exit let requests finish within *drain_s*. Gives the port.

    Raises CannotListen.
    """
    limits = limits or ConnectionLimits(connection_limit())
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns about each malformed request
    config = uvicorn.Config(
        application,
        http=cast(type[asyncio.Protocol], limits.protocol),
        ws="none",
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=DRAIN_S,
        lifespan="off",
        server_header=False,
    )
    server = _Server(config, limits)
    listener = socket(AF_INET6 if ":" in settings.host else AF_INET)
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))  # uvicorn would print the raw error before our message
    except OSError:
        listener.close()
        raise CannotListen(
            f"Nothing can listen at {settings.host}:{settings.port}; something else may do so already. "
            "Set HANDSHAKE_PORT to another one."
        ) from None
    # Responses are short and written in two parts; the second must not wait for the first to be acknowledged.
    # Accepted connections inherit this option, and asyncio sets it only on sockets that it created.
    listener.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    serving = asyncio.create_task(_serve(server, listener), name="http")
    try:
        await server.up.wait()
        yield int(listener.getsockname()[1])
    finally:
        config.timeout_graceful_shutdown = max(1, int(drain_s()))
        server.stop()
        await serving
        listener.close()


async def _serve(server: uvicorn.Server, listener: socket) -> None:
    # The public `serve` would install its own signal handlers.
    await server._serve([listener])
