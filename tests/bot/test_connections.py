"""Connections over real sockets: half-open ones, endless ones, and too many of them keep nobody else out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.connections import BODY_TIMEOUT_S, HEADER_TIMEOUT_S, READING_TIMEOUT_S, SLOW_BODY_S, ConnectionLimits, Phase
from bot.server import MAX_BODY_BYTES, build_http_app, listen
from bot.settings import Settings

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
WAIT = HEALTH.replace(b"/healthz", b"/wait")
BEGUN = b"GET /healthz HTTP/1.1\r\nHost: local"
UPLOAD = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345"


@dataclass
class RunningServer:
    """A server with few connections, whose clock the test moves."""

    port: int
    limits: ConnectionLimits
    now: list[float]
    go_on: asyncio.Event
    connections: list[Connection] = field(default_factory=list)

    async def connect(self, sent: bytes = b"") -> Connection:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        self.connections.append(Connection(reader, writer))
        return self.connections[-1]

    async def until_in(self, phase: Phase, connections: int = 1) -> None:
        """Wait until so many connections are in *phase*, as the server sees them."""
        while self.count(phase) < connections:  # noqa: ASYNC110  (the server has no event for it)
            await asyncio.sleep(0.001)

    async def until_gone(self) -> None:
        while self.limits.connections:  # noqa: ASYNC110  (as above)
            await asyncio.sleep(0.001)

    def count(self, phase: Phase) -> int:
        return sum(connection.phase is phase for connection in self.limits.connections)

    async def pass_time(self, seconds: float) -> None:
        self.now[0] += seconds
        self.limits.close_overdue()


@dataclass
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def status(self) -> int:
        """The status of the answer; 0 if the server closed the connection without one."""
        with suppress(ConnectionError):
            line = await self.reader.readline()
            return int(line.split()[1]) if line else 0
        return 0

    async def rest(self) -> bytes:
        with suppress(ConnectionError):
            return await self.reader.read()
        return b""


@asynccontextmanager
async def running(limit: int = 8) -> AsyncIterator[RunningServer]:
    now, go_on = [0.0], asyncio.Event()

    async def echo(request: Request) -> Response:
        return Response(await request.body())

    async def wait(_request: Request) -> Response:
        await go_on.wait()
        return PlainTextResponse("done")

    async def large(_request: Request) -> Response:
        return Response(b"x" * 20_000_000)

    routes = [Route("/echo", echo, methods=["POST"]), Route("/wait", wait), Route("/large", large)]
    limits = ConnectionLimits(limit, lambda: now[0])
    settings = Settings(_env_file=None, host="127.0.0.1", port=0)
    async with listen(settings, build_http_app(routes), limits=limits) as port:
        server = RunningServer(port, limits, now, go_on)
        try:
            yield server
        finally:
            go_on.set()
            for connection in server.connections:
                connection.writer.transport.abort()


async def test_half_open_connections_make_room_for_others() -> None:
    async with running() as server:
        half_open = [await server.connect(BEGUN) for _ in range(60)]

        statuses = [await (await server.connect(HEALTH)).status() for _ in range(5)]

        assert statuses == [200] * 5
        assert len(server.limits.connections) <= 8
        assert await half_open[0].status() == 0


async def test_slow_bodies_make_room_for_others() -> None:
    async with running() as server:
        for number in range(6):  # the share of one address
            await server.connect(UPLOAD)
            await server.until_in(Phase.BODY, number + 1)
        await server.pass_time(SLOW_BODY_S + 1)

        statuses = [await (await server.connect(UPLOAD + b"67890")).status() for _ in range(5)]

    assert statuses == [200] * 5


async def test_the_log_says_once_a_minute_that_connections_were_closed() -> None:
    with structlog.testing.capture_logs() as lines:
        async with running() as server:
            for _ in range(60):
                await server.connect(BEGUN)
            await (await server.connect(HEALTH)).status()
            await server.pass_time(61)

    assert [line["action"] for line in lines] == ["http.connection_limit"] * 2
    assert sum(line["evicted"] for line in lines) == 55


async def test_a_header_that_does_not_end_is_given_up() -> None:
    async with running() as server:
        silent, begun = await server.connect(), await server.connect(BEGUN)
        await server.until_in(Phase.WAITING)
        await server.until_in(Phase.HEADER)

        await server.pass_time(HEADER_TIMEOUT_S + 1)

        assert await silent.status() == 0
        assert await begun.status() == 408


async def test_a_kept_connection_may_not_trickle_either() -> None:
    async with running() as server:
        kept = await server.connect(HEALTH)
        assert await kept.status() == 200
        kept.writer.write(BEGUN)
        await server.until_in(Phase.HEADER)

        await server.pass_time(HEADER_TIMEOUT_S + 1)

        assert b" 408 " in await kept.rest()


async def test_a_body_that_does_not_end_is_given_up() -> None:
    async with running() as server:
        slow = await server.connect(UPLOAD)
        await server.until_in(Phase.BODY)

        await server.pass_time(BODY_TIMEOUT_S + 1)

        assert await slow.status() == 408


async def test_an_answer_may_take_long() -> None:
    """The console's event stream stays open for hours."""
    async with running() as server:
        waiting = await server.connect(WAIT)
        await server.until_in(Phase.ANSWERING)

        await server.pass_time(10_000)
        server.go_on.set()

        assert await waiting.status() == 200


async def test_a_client_that_does_not_read_its_answer_is_given_up() -> None:
    async with running() as server:
        deaf = await server.connect(HEALTH.replace(b"/healthz", b"/large"))
        assert await deaf.status() == 200

        await server.pass_time(READING_TIMEOUT_S + 1)

        assert len(await deaf.rest()) < 20_000_000


async def test_a_header_without_end_is_cut() -> None:
    async with running() as server:
        endless = await server.connect(BEGUN + b"x" * 500_000)

        assert await endless.status() == 431


async def test_when_every_connection_is_busy_the_health_check_is_still_answered() -> None:
    async with running() as server:
        for number in range(6):  # the share of one address
            await server.connect(WAIT)
            await server.until_in(Phase.ANSWERING, number + 1)

        statuses = [await (await server.connect(sent)).status() for sent in (HEALTH, WAIT, HEALTH)]

    assert statuses == [200, 503, 200]


@pytest.mark.parametrize(
    "header",
    [f"Content-Length: {MAX_BODY_BYTES + 1}", "Content-Length: many", "Content-Length: -1"],
)
async def test_a_body_that_is_announced_too_long_is_refused_before_it_is_read(header: str) -> None:
    async with running() as server:
        announced = await server.connect(f"POST /echo HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode())

        assert await announced.status() in (400, 413)


async def test_a_body_in_chunks_is_refused_once_it_is_too_long() -> None:
    async with running() as server:
        start = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunked = await server.connect(start + b"%x\r\n" % (2 * MAX_BODY_BYTES) + b"x" * (MAX_BODY_BYTES + 100_000))

        assert await chunked.status() == 413


@pytest.mark.parametrize(
    "sent",
    [
        HEALTH.replace(b"\r\n\r\n", b"\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"),
        b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
async def test_what_is_no_plain_request_leaves_nothing_behind(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with running() as server:
        odd = await server.connect(sent)

        assert await odd.status() in (200, 400)
        odd.writer.transport.abort()
        await server.until_gone()
        assert await (await server.connect(HEALTH)).status() == 200

    assert caplog.records == []
