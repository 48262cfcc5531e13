"""How promptly a running server says that it is healthy while large work and attacks reach it, beside the idle server.

One process as `handshake run` starts it, with five thousand people in SQLite; `/healthz` is asked by another process.
Ours and idle are compared percentile by percentile, so the median ratio is that of the medians.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import aiohttp

from storage.people import IdentityRow
from storage.store import Store, insert_all
from tests.app import ChatApp
from tests.benchmarks.databases import SqliteFiles
from tests.benchmarks.timing import Measurement, Timings, print_progress
from tests.bot.large_company import BOSS, PEOPLE, QUESTION, large_company, roadmap_file
from tests.bot.running_server import LONG_TEXTS, SlackClient, half_open_connections, many_handles, running_server
from tests.fakes.fake_process import ROOT
from tests.fakes.openai_server import OpenAIServer, openai_server
from tests.fakes.slack import TEAM
from tests.fakes.slack_process import SlackProcess

LEAST_S, MOST_S = 5.0, 15.0  # how long the server is watched in each case; work that takes longer is "unfinished"
TOGETHER_S = 30.0  # the most for all attacks at once
ITEMS = 17_000  # a file of just under 5 MB, which is what a chat accepts
LONG_MESSAGES, COMMANDS, ANSWERS = 25, 150, 3
PAUSE_S = 0.2
BOSS_ACCOUNT = "U0BOSS"
WAITING = b"Working on it"  # what Slack is answered when a command takes longer than Slack waits

Attack = Callable[[], Awaitable[None]]


def account_of(number: int) -> str:
    return f"U{number:05d}"


@dataclass(frozen=True, slots=True)
class HealthAnswers:
    """What the probe saw: seconds of each answer, how many requests had none, and how long the work went on."""

    seconds: tuple[float, ...]
    unanswered: int
    work_s: float

    @property
    def percentiles(self) -> tuple[float, ...]:
        return tuple(quantiles(self.seconds, n=100))

    @property
    def facts(self) -> dict[str, float]:
        return {
            "p50_ms": self.percentiles[49] * 1000,
            "p99_ms": self.percentiles[98] * 1000,
            "longest_ms": max(self.seconds) * 1000,
            "unanswered": self.unanswered,
            "work_s": self.work_s,
        }


async def measure(folder: Path) -> list[Measurement]:
    print_progress("attack")
    home = folder / "attack"
    home.mkdir()
    address = SqliteFiles(home).empty()
    await _prepare(address)
    with many_handles(), SlackProcess(home / "slack.jsonl", delay_ms=0) as slack:
        async with openai_server() as model, _client() as http:
            model_settings = {"OPENAI_MODEL": "small-1", "OPENAI_API_KEY": "any", "OPENAI_BASE_URL": model.address}
            with running_server(home, address, slack.api_url, model_settings) as (server, log):
                figures = await _cases(server, Attacker(SlackClient(server, http), slack, model))
            exceptions = log.read_text().count('"exception"')
            print_progress(f"  exceptions in the server's log: {exceptions}")
    return figures


async def _cases(server: str, attacker: Attacker) -> list[Measurement]:
    idle = await _watch(server)
    attacks: dict[str, Attack] = {
        "idle again": _nothing,
        f"{LONG_MESSAGES} messages of 100,000 characters": attacker.send_long_messages,
        "a roadmap of 5 MB imported": lambda: attacker.import_roadmap("ONE"),
        f"{ANSWERS} answers of a model of 200 MB": attacker.ask,
        "1,100 half-open connections": lambda: attacker.hold_half_open(server),
        f"{COMMANDS} commands of one person": lambda: attacker.flood(account_of(1)),
        f"a dinner opened for {PEOPLE:,} people": lambda: attacker.open_dinner("Q1"),
    }
    figures = [await _figure(case, [attack], idle, server) for case, attack in attacks.items()]
    together = (
        attacker.send_long_messages,
        lambda: attacker.import_roadmap("TWO"),
        attacker.ask,
        lambda: attacker.hold_half_open(server),
        lambda: attacker.flood(account_of(3)),
        lambda: attacker.open_dinner("Q2"),
    )
    return [*figures, await _figure("all of these together", together, idle, server, TOGETHER_S)]


async def _figure(
    case: str, attacks: Sequence[Attack], idle: HealthAnswers, server: str, most_s: float = MOST_S
) -> Measurement:
    print_progress(f"  {case}")
    unfinished = 0

    async def carry_out(attack: Attack) -> None:
        nonlocal unfinished
        try:
            async with asyncio.timeout(most_s):
                await attack()
        except TimeoutError:
            unfinished += 1

    async def carry_out_all() -> None:
        async with asyncio.TaskGroup() as group:
            for attack in attacks:
                group.create_task(carry_out(attack))

    answers = await _watch(server, carry_out_all)
    timings = Timings(answers.percentiles, idle.percentiles)
    facts = answers.facts | ({"unfinished": unfinished} if unfinished else {})
    return Measurement("attack", f"/healthz: {case}", "sqlite", timings, facts)


async def _prepare(address: str) -> None:
    """The company, whose people all use Slack, with two dinners that nobody was asked about yet."""
    store = Store(address)
    app = await large_company(store)
    await _link_everybody(app)
    for quarter in ("Q1", "Q2"):
        await app.say(BOSS, f"dinner plan {quarter}")
    await store.close()


async def _link_everybody(app: ChatApp) -> None:
    accounts = {f"p_{number}": account_of(number) for number in range(PEOPLE)} | {"p_boss": BOSS_ACCOUNT}
    rows = [
        {"platform": "slack", "workspace": TEAM, "external_id": account, "person_id": person, "linked_at": app.now}
        for person, account in accounts.items()
    ]
    async with app.store.transaction() as session:
        await insert_all(session, IdentityRow, rows)


@asynccontextmanager
async def _client() -> AsyncIterator[aiohttp.ClientSession]:
    # A connection for each request: the server closes idle ones to make room while half-open ones take their places.
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    timeout = aiohttp.ClientTimeout(total=TOGETHER_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as http:
        yield http


# ── what is done to the server ───────────────────────────────────────────────────────────────────────────────────────


async def _nothing() -> None:
    pass


class Attacker:
    """Each attack ends when the server has done the work, which its answers in the fake Slack show."""

    def __init__(self, client: SlackClient, slack: SlackProcess, model: OpenAIServer) -> None:
        self._client = client
        self._slack = slack
        self._model = model
        self._commands = 0

    async def send_long_messages(self) -> None:
        for number in range(LONG_MESSAGES):
            # Of many people, so that no rate limit refuses them.
            status, _ = await self._client.send_message(LONG_TEXTS[number % len(LONG_TEXTS)], account_of(100 + number))
            _check(status == 200, f"a long message was answered {status}: {self._client.broken}")
            await asyncio.sleep(PAUSE_S)

    async def import_roadmap(self, prefix: str) -> None:
        name, content = f"{prefix}.csv", roadmap_file(ITEMS, prefix)
        place = f"http://127.0.0.1:{self._slack.port}"
        async with aiohttp.ClientSession(trust_env=False) as http:
            (await http.post(f"{place}/upload/{name}", data=content)).raise_for_status()
        file = {"id": prefix, "name": name, "size": len(content), "url_private_download": f"{place}/files/{name}"}
        earlier = len(self._slack.entries("post"))
        await self._client.send_message("import roadmap", BOSS_ACCOUNT, subtype="file_share", files=[file])
        await self._until("post", lambda entry: f"{ITEMS:,} added" in entry["text"], after=earlier)

    async def open_dinner(self, quarter: str) -> None:
        """The answer is there at once; the people are asked in the background, while the server is still watched."""
        answer = await self._command(f"dinner open {quarter}", BOSS_ACCOUNT)
        _check("is open" in answer, answer)

    async def ask(self) -> None:
        for _ in range(ANSWERS):
            self._model.faults, self._model.sent = ["huge"], 0
            answer = await self._command(f"ask {QUESTION}", account_of(2))
            _check("A-1" in answer and self._model.sent > 0, answer)

    async def flood(self, account: str) -> None:
        answers = await asyncio.gather(*[self._client.send_command("help", account) for _ in range(COMMANDS)])
        _check({status for status, _ in answers} == {200}, f"a command was not answered: {self._client.broken}")

    async def hold_half_open(self, server: str) -> None:
        async with half_open_connections(server):
            await asyncio.sleep(LEAST_S)

    async def _command(self, words: str, account: str) -> str:
        """The answer to a command: at once, or later through its response URL."""
        self._commands += 1
        way = f"way{self._commands}"
        status, body = await self._client.send_command(
            words, account, f"http://127.0.0.1:{self._slack.port}/respond/{way}"
        )
        _check(status == 200, f"{words}: {status}")
        if body and WAITING not in body:
            return body.decode()
        return json.dumps(await self._until("response", lambda entry: entry["way"] == way))

    async def _until(self, did: str, matches: Callable[[dict[str, Any]], bool], after: int = 0) -> dict[str, Any]:
        """The first entry of that kind in the fake Slack's log that matches, once there is one; *after* are passed over."""
        while True:
            entries = await asyncio.to_thread(self._slack.entries, did)
            if entry := next(filter(matches, entries[after:]), None):
                return entry
            await asyncio.sleep(PAUSE_S)


def _check(condition: bool, problem: str) -> None:
    if not condition:
        raise RuntimeError(f"the server did not do the work that is measured: {problem[:500]}")


# ── what is measured ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _watch(server: str, attack: Attack = _nothing) -> HealthAnswers:
    """Ask for the server's health during *attack*, and for LEAST_S at least."""
    command = [sys.executable, "-m", "tests.benchmarks.health_probe", f"{server}/healthz"]
    probe = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert probe.stdout
    await probe.stdout.readline()
    started = time.perf_counter()
    try:
        await attack()
        work_s = time.perf_counter() - started
        await asyncio.sleep(LEAST_S - work_s)
    finally:
        probe.terminate()
        printed, _ = await probe.communicate()
    answers: Sequence[tuple[int, float]] = json.loads(printed)
    seconds = tuple(taken for _, taken in answers)
    return HealthAnswers(seconds, sum(status != 200 for status, _ in answers), work_s)
