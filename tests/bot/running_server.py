"""A server as `handshake run` starts it, with few file handles, and the signed requests that Slack sends to it."""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack import BOT, TEAM, TOKEN
from tests.fakes.slack_process import ROOT

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
HANDLES = 1_024
HALF_OPEN = 1_100  # more than the handles of the server
LONG_TEXTS = ("<at>" * 25_000, "a <at>b</at> " * 7_500, '"' * 100_000, " " * 50_000 + '" ' * 25_000, "due by " * 14_000)
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@contextmanager
def running_server(
    folder: Path, database_url: str, api_url: str, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[str, Path]]:
    """The address of a running Handshake, and its log."""
    surroundings = {
        **os.environ,
        "HANDSHAKE_DATABASE_URL": database_url,
        "HANDSHAKE_PORT": "0",
        "HANDSHAKE_LOG_FORMAT": "json",
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": api_url,
        "PYTHONPATH": str(ROOT),
        **(environment or {}),
    }
    log = folder / "run.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f'ulimit -n {HANDLES}; exec "$0" -m bot run', sys.executable],
            env=surroundings,
            cwd=folder,
            stderr=written,
        )
        try:
            yield f"http://127.0.0.1:{_port_in(log, process)}", log
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _port_in(log: Path, process: subprocess.Popen[bytes]) -> int:
    while process.poll() is None:
        for line in log.read_text().splitlines():
            if '"run.started"' in line:
                return int(json.loads(line)["port"])
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@contextmanager
def many_handles() -> Iterator[None]:
    """Raise this process's limit of file handles inside the block: a client needs more of them than the server has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8_192), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@asynccontextmanager
async def half_open_connections(address: str) -> AsyncIterator[None]:
    """Begin as many requests as the server has handles and more, and end none inside the block."""
    host, port = address.removeprefix("http://").split(":")
    writers = []
    try:
        for _ in range(HALF_OPEN):
            with suppress(OSError):
                _, writer = await asyncio.open_connection(host, int(port))
                writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n")
                writers.append(writer)
        yield
    finally:
        for writer in writers:
            writer.transport.abort()


class SlackClient:
    """Sends what Slack would send to the server at *address*, with Slack's signature."""

    def __init__(self, address: str, http: aiohttp.ClientSession) -> None:
        self.address = address
        self._http = http
        self.broken: Counter[str] = Counter()  # requests without an answer, by the error's name
        self._numbers = count(1)

    async def send_command(self, words: str, user: str, response_url: str = "") -> tuple[int, bytes]:
        """The status and the body of the answer to a slash command in a direct conversation."""
        fields = {
            "command": "/handshake",
            "text": words,
            "user_id": user,
            "team_id": TEAM,
            "channel_id": f"D{user[1:]}",
        }
        more = {"channel_name": "directmessage", "trigger_id": self._new_id(), "response_url": response_url}
        return await self._send_signed(urlencode(fields | more), FORM)

    async def send_message(self, words: str, user: str, **more: Any) -> tuple[int, bytes]:
        """A message in the direct conversation with *user*."""
        where = {"channel": f"D{user[1:]}", "channel_type": "im", "ts": "1790000000.000300"}
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": f"Ev{self._new_id()}",
            "event": {"type": "message", "user": user, "text": words} | where | more,
            "authorizations": [{"team_id": TEAM, "enterprise_id": None, "is_bot": True, "user_id": BOT}],
        }
        return await self._send_signed(json.dumps(body), JSON)

    async def send_forged(self, body: bytes) -> int:
        headers = {"x-slack-request-timestamp": str(int(time.time())), "x-slack-signature": f"v0={'0' * 64}"}
        return (await self._post(body, headers | {"content-type": FORM}))[0]

    def _new_id(self) -> str:
        return f"{time.time_ns()}.{next(self._numbers)}"

    async def _send_signed(self, body: str, content_type: str) -> tuple[int, bytes]:
        stamp = str(int(time.time()))
        digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), sha256).hexdigest()
        signed = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
        return await self._post(body.encode(), signed | {"content-type": content_type})

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status 0 when the connection broke."""
        try:
            async with self._http.post(f"{self.address}/slack/events", data=body, headers=headers) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.broken[type(error).__name__] += 1
            return 0, b""
