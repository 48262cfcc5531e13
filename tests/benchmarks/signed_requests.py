"""What Slack and Teams wait for: signed requests through the real server, beside a bare server doing the same.

The sample company; one worker; one connection; ours, the floor and the signature alone in turn. And a fan-out to
1,000 rooms of a fake Slack that answers after 100 ms, beside a bare client with one session, 20 in flight on both sides.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import IO, Any, cast
from urllib.parse import urlencode

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import App, open_app
from bot.demo.build import build_sample
from bot.demo.company import sample_company
from bot.settings import load
from handlers.shared import notify
from integrations.ports.cards import Card, text
from integrations.ports.inbound import Account, CommandText, ConversationRef
from integrations.slack.render import message
from storage import people, places
from tests.benchmarks.databases import Databases, analyze
from tests.benchmarks.replies import recorded_statements
from tests.benchmarks.timing import Measurement, Timings, print_progress
from tests.fakes.slack import TEAM, TOKEN, Fault
from tests.fakes.slack_process import SlackProcess
from tests.fakes.teams_process import TeamsSimulator

SECRET = "a signing secret of the benchmark"
KEY = "a key of the benchmark with forty characters"
USER = "U0BENCH"
ROOMS = 1_000
AT_ONCE = 20
SLOW = Fault("chat.postMessage", "delay", "0.1", times=-1)  # seconds
SAID = {
    "help": "help",
    "roadmap": "roadmap Spring Launch",
    "ask": "ask what is IT working on for Spring Launch?",
}
ROOT = Path(__file__).parents[2]
AIM = 0.5  # of the floor


async def measure(stores: Databases, folder: Path, calls: int) -> list[Measurement]:
    print_progress(f"doors on {stores.name}")
    address = stores.empty()
    async with open_app(load(database_url=address, two_key="auto", secret_keys=KEY, rate_limit=0)) as app:
        await build_sample(app, sample_company(app.ctx.clock.now().date()))
        email = await _linked(app)
        statements = {name: await _statements(app, email, words) for name, words in SAID.items()}
    analyze(address)
    figures = await _commands(address, statements, folder, calls, stores.name)
    figures.append(await _fan_out(stores, folder))
    stores.drop(address)
    return figures


async def _linked(app: App) -> str:
    """Somebody of the sample company who uses Slack and Teams; their e-mail."""
    async with app.store.transaction() as session:
        person = (await people.everybody_ever(session))[10]
        await people.link(session, person.id, "slack", TEAM, USER, at=app.ctx.clock.now())
        await people.link(session, person.id, "teams", "", "29:mia", at=app.ctx.clock.now())
    return person.email


async def _statements(app: App, email: str, words: str) -> list[tuple[str, Any]]:
    """The SELECTs that these words cost, by an account that is known."""
    event = CommandText(
        account=Account("slack", USER, TEAM, email=""),
        conversation=ConversationRef("slack", f"@{USER}", TEAM, direct=True),
        words=words,
    )
    await app.dispatch(event)
    with recorded_statements() as statements:
        await app.dispatch(event)
    return list(statements)


async def _commands(
    address: str, statements: Mapping[str, list[tuple[str, Any]]], folder: Path, calls: int, store: str
) -> list[Measurement]:
    figures = []
    with ExitStack() as stack:
        slack = stack.enter_context(SlackProcess(folder / f"slack-{store}.log", delay_ms=0))
        (folder / f"teams-{store}").mkdir()
        simulator = stack.enter_context(TeamsSimulator(folder / f"teams-{store}"))
        ours = stack.enter_context(_ours(address, slack.api_url, folder, simulator.environment))
        idle_mb = ours.memory_mb
        async with aiohttp.ClientSession() as http:
            sizes = {name: await _size(http, ours, words) for name, words in SAID.items()}
            noted_down = folder / f"statements-{store}"
            noted_down.write_bytes(pickle.dumps((statements, sizes, _keys(simulator))))
            floor = stack.enter_context(_bare_server(noted_down, address))
            for name, words in SAID.items():
                figures.append(await _one(http, name, words, ours, floor, calls, store))
            figures.append(await _refusals(http, ours, calls, store))
            figures.append(await _messages(http, simulator, ours, floor, calls, store))
        figures[0] = replace(figures[0], facts={**figures[0].facts, "idle_mb": idle_mb})
    return figures


def _keys(simulator: TeamsSimulator) -> dict[str, Any]:
    announced = simulator.http.get(f"{simulator.base}/v1/.well-known/openidconfiguration").json()
    return {each["kid"]: each for each in simulator.http.get(announced["jwks_uri"]).json()["keys"]}


async def _refusals(http: aiohttp.ClientSession, ours: MeasuredServer, calls: int, store: str) -> Measurement:
    """A forged command compared with a valid one: refusing must not cost more than answering."""
    forged, good = list[float](), list[float]()
    for number in range(calls + 10):
        forged.append((await _post(http, ours.port, "/slack/events", SAID["help"], number, secret="wrong"))[0])
        good.append((await _post(http, ours.port, "/slack/events", SAID["help"], number))[0])
    timings = Timings(tuple(forged[10:]), tuple(good[10:]))
    facts = {"p50_ms": median(timings.ours) * 1000, "good_p50_ms": median(timings.bare) * 1000}
    kept = median(timings.ours) < median(timings.bare)
    return Measurement("slack", "forged, beside a good one", store, timings, facts, "cheaper than a good one", kept)


async def _messages(
    http: aiohttp.ClientSession,
    simulator: TeamsSimulator,
    ours: MeasuredServer,
    floor: MeasuredServer,
    calls: int,
    store: str,
) -> Measurement:
    """A message in Teams until it is taken: verified and written down, on both sides."""
    token = await asyncio.to_thread(simulator.mint)
    taken: dict[str, list[float]] = {"ours": [], "floor": []}
    for _ in range(calls + 10):
        for who, port, path in (("ours", ours.port, "/api/messages"), ("floor", floor.port, "/teams")):
            said = simulator.message_activity("mia", "current")
            started = time.perf_counter()
            headers = {"Authorization": f"Bearer {token}"}
            async with http.post(f"http://127.0.0.1:{port}{path}", json=said, headers=headers) as response:
                await response.read()
                if response.status != 202:
                    raise RuntimeError(f"{path} did not take a message: {response.status}")
            taken[who].append(time.perf_counter() - started)
    kept = {who: found[10:] for who, found in taken.items()}
    share = median(kept["floor"]) / median(kept["ours"])
    facts = {
        "p50_ms": median(kept["ours"]) * 1000,
        "p99_ms": _p99(kept["ours"]) * 1000,
        "floor_p50_ms": median(kept["floor"]) * 1000,
        "floor_p99_ms": _p99(kept["floor"]) * 1000,
        "share_of_the_floor": share,
    }
    return Measurement("teams", "a message, taken", store, Timings(tuple(kept["ours"]), tuple(kept["floor"])), facts)


class MeasuredServer:
    """A process that serves, and its port."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    @property
    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status")
        line = next((each for each in status.read_text().splitlines() if each.startswith("VmRSS:")), "VmRSS: 0")
        return int(line.split()[1]) / 1024


@contextmanager
def _ours(address: str, api_url: str, folder: Path, teams: Mapping[str, str] | None = None) -> Iterator[MeasuredServer]:
    surroundings = {
        **os.environ,
        **(teams or {}),
        "HANDSHAKE_DATABASE_URL": address,
        "HANDSHAKE_SECRET_KEYS": KEY,
        "HANDSHAKE_PORT": "0",
        "HANDSHAKE_RATE_LIMIT": "0",
        "HANDSHAKE_LOG_FORMAT": "json",
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": api_url,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "bot", "run"]
    process = subprocess.Popen(command, env=surroundings, cwd=folder, stderr=subprocess.PIPE, text=True)
    try:
        yield MeasuredServer(process, _port_in(cast(IO[str], process.stderr)))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def _port_in(log: IO[str]) -> int:
    for line in log:
        if '"run.started"' in line:
            # Whatever else it logs has to be read, or its pipe fills up.
            threading.Thread(target=lambda: [None for _ in log], daemon=True).start()
            return int(json.loads(line)["port"])
    raise RuntimeError("handshake run did not start")


@contextmanager
def _bare_server(statements: Path, address: str) -> Iterator[MeasuredServer]:
    command = [sys.executable, "-m", "tests.benchmarks.bare_server", str(statements), address]
    surroundings = {**os.environ, "SLACK_SIGNING_SECRET": SECRET}
    process = subprocess.Popen(command, env=surroundings, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield MeasuredServer(process, int(cast(IO[str], process.stdout).readline()))
    finally:
        process.terminate()
        process.communicate(timeout=30)


async def _one(
    http: aiohttp.ClientSession,
    name: str,
    words: str,
    ours: MeasuredServer,
    floor: MeasuredServer,
    calls: int,
    store: str,
) -> Measurement:
    taken: dict[str, list[float]] = {"ours": [], "floor": [], "signature": []}
    for number in range(calls + 10):
        for who, port, path in (
            ("ours", ours.port, "/slack/events"),
            ("floor", floor.port, f"/sql/{name}"),
            ("signature", floor.port, "/signature"),
        ):
            seconds, _ = await _post(http, port, path, words, number)
            taken[who].append(seconds)
    kept = {who: found[10:] for who, found in taken.items()}
    share = median(kept["floor"]) / median(kept["ours"])
    facts = {
        "p50_ms": median(kept["ours"]) * 1000,
        "p99_ms": _p99(kept["ours"]) * 1000,
        "floor_p50_ms": median(kept["floor"]) * 1000,
        "floor_p99_ms": _p99(kept["floor"]) * 1000,
        "signature_p50_ms": median(kept["signature"]) * 1000,
        "share_of_the_floor": share,
    }
    timings = Timings(tuple(kept["ours"]), tuple(kept["floor"]))
    # Help reads who asks and nothing else: there the signature is the floor, and no share is aimed at.
    aimed = name != "help"
    return Measurement(
        "slack",
        f"/handshake {name}",
        store,
        timings,
        facts,
        f"share >= {AIM:g}" if aimed else "",
        share >= AIM if aimed else None,
    )


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[-1]


async def _size(http: aiohttp.ClientSession, ours: MeasuredServer, words: str) -> int:
    _, size = await _post(http, ours.port, "/slack/events", words, -1)
    return size


async def _post(
    http: aiohttp.ClientSession, port: int, path: str, words: str, number: int, secret: str = SECRET
) -> tuple[float, int]:
    """Seconds until the answer was read, and how long it was. A refusal that was not asked for is no figure."""
    body = urlencode(
        {
            "command": "/handshake",
            "text": words,
            "user_id": USER,
            "user_name": "bench",
            "team_id": TEAM,
            "channel_id": "D0BENCH",
            "channel_name": "directmessage",
            "trigger_id": f"{time.time_ns()}.{number}",
            "response_url": f"http://127.0.0.1:1/respond/{number}",
        }
    ).encode()
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    started = time.perf_counter()
    async with http.post(f"http://127.0.0.1:{port}{path}", data=body, headers=headers) as response:
        answer = await response.read()
        if secret != SECRET and response.status == 401:
            return time.perf_counter() - started, len(answer)
        if response.status != 200 or not answer or b"Sorry" in answer or b"do not know you" in answer:
            raise RuntimeError(f"{path} did not answer “{words}”: {response.status} {answer[:300]!r}")
    return time.perf_counter() - started, len(answer)


async def _fan_out(stores: Databases, folder: Path) -> Measurement:
    print_progress(f"fan-out to {ROOMS:,} rooms on {stores.name}")
    card = Card("Roadmap R42", (text("Search moves to 1 March 2027."),))
    address = stores.empty()
    async with (
        open_app(load(database_url=address, two_key="auto", secret_keys=KEY, rate_limit=0)) as app,
        app.store.transaction() as session,
    ):
        found = [(await places.ensure(session, "slack", TEAM, f"C{number:05d}")).id for number in range(ROOMS)]
        await notify.queue_card(session, found, card, key="R42", at=app.ctx.clock.now())
    analyze(address)
    with SlackProcess(folder / f"fan-out-{stores.name}.log", delay_ms=0) as slack:
        await slack.set_faults([SLOW])
        started = time.perf_counter()
        with _ours(address, slack.api_url, folder):
            first = time.perf_counter()
            await slack.wait_for_posts(ROOMS)
            ours = time.perf_counter() - first
        arrived = {each["channel"] for each in slack.entries("post")}
        if len(arrived) != ROOMS:
            raise RuntimeError(f"{len(arrived)} rooms of {ROOMS} heard of it")
        start_up = first - started
    with SlackProcess(folder / f"bare-{stores.name}.log", delay_ms=0) as slack:
        await slack.set_faults([SLOW])
        bare = await _bare_posts(slack)
    stores.drop(address)
    share = bare / ours
    facts = {"rooms_a_second": ROOMS / ours, "share_of_the_bare_client": share, "start_s": start_up}
    timings = Timings((ours,), (bare,))
    case = f"fan-out to {ROOMS:,} rooms"
    return Measurement("slack", case, stores.name, timings, facts, f"share >= {AIM:g}", share >= AIM)


async def _bare_posts(slack: SlackProcess) -> float:
    said = message(Card("Roadmap R42", (text("Search moves to 1 March 2027."),)), "tag")
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(TOKEN, base_url=slack.api_url, session=session, retry_handlers=[])
        free = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with free:
                await client.chat_postMessage(channel=f"C{number:05d}", **said)

        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(ROOMS):
                group.create_task(one(number))
        return time.perf_counter() - started
