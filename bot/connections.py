"""Limits on the connections of the HTTP server, which uvicorn does not have.

waiting     nothing is under way; uvicorn closes the connection after five seconds
header      the request's first bytes are there; the rest must follow within HEADER_TIMEOUT_S
body        the body must be complete within BODY_TIMEOUT_S
answering   as long as the answer takes, and while the client reads it

When there are too many connections, the oldest one without a complete request makes room. If every one is busy, further
connections get 503, except for the health check.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from functools import partial
from typing import Any

import structlog
from uvicorn.protocols.http.flow_control import service_unavailable
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

HEADER_TIMEOUT_S = 10.0
BODY_TIMEOUT_S = 30.0
SLOW_BODY_S = 2.0  # from then on, it makes room for other connections
READING_TIMEOUT_S = 30.0  # for a client that does not read its answer
MAX_HEADER_BYTES = 64_000
MAX_REQUEST_BYTES = 2_000_000  # twice the longest body: what comes after an early answer is read and dropped
MAX_CONNECTIONS = 2_000
SPARE_CONNECTIONS = 16  # above the limit, for health checks
REPORT_EVERY_S = 60.0
HEALTH_PATH = b"/healthz"

HEADER_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


def connection_limit() -> int:
    """How many connections may be open: half of the file handles, which the store and our own calls need too."""
    handles, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if handles == resource.RLIM_INFINITY else max(16, min(MAX_CONNECTIONS, handles // 2))


class Phase(Enum):
    """What a connection is doing."""

    WAITING = auto()
    HEADER = auto()
    BODY = auto()
    ANSWERING = auto()


class Disposition(Enum):
    """What would be lost with a connection: nothing, a further request, one that is too slow, or one under way."""

    HALF_OPEN = auto()
    KEPT = auto()
    SLOW_BODY = auto()
    BUSY = auto()


_TIMEOUTS_S = {Phase.WAITING: HEADER_TIMEOUT_S, Phase.HEADER: HEADER_TIMEOUT_S, Phase.BODY: BODY_TIMEOUT_S}


class ConnectionLimits:
    """All connections of one server, oldest first. No address may have more than three quarters of *limit*."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._limit = limit
        self._open: dict[LimitedProtocol, None] = {}
        self._surplus: dict[LimitedProtocol, None] = {}  # over the limit, for health checks
        self._by_address: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()  # since the last line in the log
        self._reported_at = float("-inf")

    @property
    def protocol(self) -> Callable[..., LimitedProtocol]:
        """What uvicorn makes for each connection."""
        return partial(LimitedProtocol, limits=self)

    @property
    def connections(self) -> tuple[LimitedProtocol, ...]:
        return (*self._open, *self._surplus)

    def add(self, connection: LimitedProtocol) -> None:
        """Count a new connection, and close an unfinished one if there are too many."""
        share = self._limit * 3 // 4
        has_room = len(self._open) < self._limit or self._evict(self._unfinished())
        if has_room and (
            self._by_address[connection.address] < share or self._evict(self._unfinished(connection.address))
        ):
            self._open[connection] = None
            self._by_address[connection.address] += 1
            return
        if len(self._surplus) >= SPARE_CONNECTIONS:
            self._evict(self._surplus)
        connection.is_surplus = True
        self._surplus[connection] = None
        self.count("refused")

    def remove(self, connection: LimitedProtocol) -> None:
        self._surplus.pop(connection, None)
        if connection in self._open:
            del self._open[connection]
            self._by_address[connection.address] -= 1
            if not self._by_address[connection.address]:
                del self._by_address[connection.address]

    def close_overdue(self) -> None:
        """Close the connections that take too long. To be called every second."""
        now = self.clock()
        for connection in [connection for connection in self.connections if connection.is_overdue(now)]:
            connection.give_up()
            self.count("too_slow")
        self._report()

    def _unfinished(self, address: str = "") -> Iterator[LimitedProtocol]:
        """The connections without a complete request, of *address* if it is given, in the order to close them in.

        First those that never sent a header, then those kept for another request, then slow bodies; each oldest first.
        """
        now = self.clock()
        for disposition in (Disposition.HALF_OPEN, Disposition.KEPT, Disposition.SLOW_BODY):
            for other in self._open:
                if (not address or other.address == address) and other.disposition(now) is disposition:
                    yield other

    def _evict(self, candidates: Iterable[LimitedProtocol]) -> bool:
        oldest = next(iter(candidates), None)
        if oldest is None:
            return False
        self.count("evicted")
        self.remove(oldest)
        oldest.transport.abort()
        return True

    def count(self, what: str) -> None:
        """Count a connection that was closed, and why; the log gets one line a minute."""
        self._counts[what] += 1
        self._report()

    def _report(self) -> None:
        now = self.clock()
        if self._counts and now - self._reported_at >= REPORT_EVERY_S:
            log.warning(
                "connections were closed",
                action="http.connection_limit",
                open=len(self.connections),
                **dict(self._counts),
            )
            self._counts.clear()
            self._reported_at = now


class LimitedProtocol(HttpToolsProtocol):
    """A connection of uvicorn that keeps to *limits*."""

    def __init__(self, *arguments: Any, limits: ConnectionLimits, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._limits = limits
        self._asgi_app = self.app
        self._received = 0  # bytes of this request
        self._since = limits.clock()
        self._unread_since = float("inf")  # when the client stopped reading
        self.phase = Phase.WAITING
        self.address = ""
        self.is_surplus = False

    def _enter(self, phase: Phase) -> None:
        self.phase, self._since = phase, self._limits.clock()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        self._limits.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._limits.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self.phase is Phase.WAITING:
            self._received = 0
            self._enter(Phase.HEADER)
        self._received += len(data)
        super().data_received(data)
        if self.phase is Phase.HEADER and self._received > MAX_HEADER_BYTES:
            self._reject(HEADER_TOO_LONG)
        elif self._received > MAX_REQUEST_BYTES:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        self._limits.count("malformed")
        super().send_400_response(msg)

    def pause_writing(self) -> None:
        self._unread_since = self._limits.clock()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._unread_since = float("inf")
        super().resume_writing()

    def on_headers_complete(self) -> None:
        self._received = 0
        self._enter(Phase.BODY)
        is_served = not self.is_surplus or self.url == HEALTH_PATH
        self.app = self._asgi_app if is_served else service_unavailable
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._enter(Phase.WAITING if self.cycle.response_complete else Phase.ANSWERING)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.phase is Phase.ANSWERING and self.cycle.response_complete:
            self._enter(Phase.WAITING)

    def disposition(self, now: float) -> Disposition:
        """Whether the connection can be closed for another one's sake."""
        if self.phase is Phase.BODY:
            return Disposition.SLOW_BODY if now - self._since > SLOW_BODY_S else Disposition.BUSY
        if self.phase is Phase.ANSWERING:
            return Disposition.BUSY
        return Disposition.HALF_OPEN if self.cycle is None else Disposition.KEPT

    def is_overdue(self, now: float) -> bool:
        """True if the client has sent, or has read, nothing useful for too long."""
        if self.transport.is_closing():  # our last bytes are not read yet
            self._unread_since = min(self._unread_since, now)
        is_slow_sender = now - self._since > _TIMEOUTS_S.get(self.phase, float("inf"))
        return is_slow_sender or now - self._unread_since > READING_TIMEOUT_S

    def give_up(self) -> None:
        """Close the connection, saying why if the request had begun."""
        begun = self.phase in (Phase.HEADER, Phase.BODY) and (self.cycle is None or self.cycle.response_complete)
        waits_for_body = self.phase is Phase.BODY and not self.cycle.response_started
        if self.transport.is_closing() or not (begun or waits_for_body):
            self.transport.abort()
        else:
            self._reject(TOO_SLOW)

    def _reject(self, response: bytes) -> None:
        self.transport.write(response)
        self.transport.close()
