"""The server as `handshake run` starts it, with few file handles, while strangers and an insider attack it."""

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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from statistics import quantiles
from typing import cast
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.fakes.slack import TEAM, TOKEN
from tests.fakes.slack_process import ROOT, SlackProcess

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
HANDLES = 1_024
HALF_OPEN = 1_100
ATTACK_S = 4.0
LONGEST_S = 0.2  # for the 99th percentile of the health check, on a machine with nothing else to do
LONG_TEXTS = ("<at>" * 25_000, "a <at>b</at> " * 7_500, '"' * 100_000, "=" * 100_000, "due by " * 14_000)
FORM = {"content-type": "application/x-www-form-urlencoded"}


@contextmanager
def handshake(folder: Path, api_url: str, root: Path = ROOT) -> Iterator[tuple[str, Path]]:
    """The address of a running Handshake of *root*, and its log."""
    surroundings = {
        **os.environ,
        "HANDSHAKE_DATABASE_URL": f"sqlite:///{folder}/handshake.db",
        "HANDSHAKE_PORT": "0",
        "HANDSHAKE_LOG_FORMAT": "json",
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": api_url,
        "PYTHONPATH": str(root),
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
            yield f"http://127.0.0.1:{port_in(log, process)}", log
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def port_in(log: Path, process: subprocess.Popen[bytes]) -> int:
    while process.poll() is None:
        for line in log.read_text().splitlines():
            if '"run.started"' in line:
                return int(json.loads(line)["port"])
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@contextmanager
def many_handles() -> Iterator[None]:
    """The attacker needs more of them than the server has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8_192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Attack:
    """What is done to the server at *address*, and what it answers."""

    def __init__(self, address: str, http: aiohttp.ClientSession) -> None:
        self.address = address
        self.http = http
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.health_s: list[float] = []

    async def hold_half_open(self) -> None:
        """Begin as many requests as there are handles and more, end none, and begin again what is closed."""
        host, port = self.address.removeprefix("http://").split(":")
        writers = []
        for _ in range(HALF_OPEN):
            with suppress(OSError):
                _, writer = await asyncio.open_connection(host, int(port))
                writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n")
                writers.append(writer)
        try:
            await asyncio.sleep(60)
        finally:
            for writer in writers:
                writer.transport.abort()

    async def send_forged(self) -> None:
        while True:
            headers = {"x-slack-request-timestamp": str(int(time.time())), "x-slack-signature": f"v0={'0' * 64}"}
            await self._post("forged", b"x" * 10_000, headers)

    async def send_long_texts(self) -> None:
        """Genuine commands of 100,000 characters, by somebody whom Handshake does not know."""
        number = 0
        while True:
            number += 1
            text = LONG_TEXTS[number % len(LONG_TEXTS)]
            await self.send_command(text, number, "long")
            await asyncio.sleep(0.2)

    async def send_command(self, text: str, number: int, kind: str) -> int:
        fields = {"command": "/handshake", "text": text, "user_id": "U0ADA", "team_id": TEAM, "channel_id": "D0ADA"}
        body = urlencode(fields | {"channel_name": "directmessage", "trigger_id": f"{kind}{number}{time.time()}"})
        stamp = str(int(time.time()))
        digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), sha256).hexdigest()
        signed = {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
        return await self._post(kind, body.encode(), signed)

    async def _post(self, kind: str, body: bytes, headers: dict[str, str]) -> int:
        status = 0
        with suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with self.http.post(f"{self.address}/slack/events", data=body, headers=FORM | headers) as answer:
                await answer.read()
                status = answer.status
        self.statuses[kind, status] += 1
        return status

    async def watch_health(self) -> None:
        command = [sys.executable, "-m", "tests.bot.health_probe", f"{self.address}/healthz", str(ATTACK_S)]
        probe = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
        printed, _ = await probe.communicate()
        for status, seconds in json.loads(printed):
            self.health_s.append(seconds)
            self.statuses["health", status] += 1

    @property
    def p99_s(self) -> float:
        return quantiles(self.health_s, n=100)[98]


async def watch(address: str, how: str = "") -> Attack:
    """Ask for the server's health for some seconds, in which it is left alone or attacked."""
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as http:
        attack = Attack(address, http)
        await attack.send_command("help", 0, "before")
        attacks = [attack.hold_half_open, *[attack.send_forged] * 4, attack.send_long_texts] if how else []
        tasks = [asyncio.create_task(one()) for one in attacks]
        await attack.watch_health()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await attack.send_command("help", 0, "after")
    return attack


def programs_for_each_core() -> float:
    """How many programs share a core of this machine now; at least 1."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.mark.proof
async def test_under_attack_the_health_check_is_prompt_and_a_command_is_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        many_handles(),
        SlackProcess(tmp_path / "slack.jsonl", delay_ms=0) as slack,
        handshake(tmp_path, slack.api_url) as (address, log),
    ):
        quiet = await watch(address)
        done = await watch(address, "attacked")
        lines = [cast("dict[str, object]", json.loads(line)) for line in log.read_text().splitlines()]

    with capsys.disabled():
        print(
            f"\n/healthz, p99: quiet {quiet.p99_s * 1000:.0f} ms, attacked {done.p99_s * 1000:.0f} ms, {dict(done.statuses)}"
        )
    assert {status for kind, status in done.statuses if kind in ("health", "before", "after", "long")} == {200}
    assert {status for kind, status in done.statuses if kind == "forged"} <= {401, 429}
    assert any(line.get("action") == "http.connection_limit" for line in lines)
    assert not any("exception" in line for line in lines)
    assert done.p99_s < LONGEST_S * programs_for_each_core()
