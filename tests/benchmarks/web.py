"""The console as a newcomer meets it, beside the bare library: the demo started, painted and asked, and many tabs at once.

The start is a warm one: the sample company is built. What it takes besides is named by the way.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.timing import Measurement, Timings, print_progress
from tests.e2e.processes import free_port, until_answers

E2E = Path(__file__).parent.parent / "e2e"
HANDSHAKE = Path(sys.executable).with_name("handshake")
ASKED = "What is IT working on for Spring Launch?"
TABS, ASKERS = 200, 500
CARDS = ASKERS * 2  # the words, and their answer
QUIET_S = 5.0
BARE = "import sys, uvicorn\nfrom starlette.applications import Starlette\nfrom starlette.routing import Route\nfrom starlette.responses import PlainTextResponse\nuvicorn.run(Starlette(routes=[Route('/healthz', lambda _: PlainTextResponse('ok'))]), port=int(sys.argv[1]), log_level='error')"


async def measure(folder: Path, runs: int) -> list[Measurement]:
    """The figures of the console; those of a browser only where one is installed."""
    print_progress("console")
    home = await asyncio.to_thread(_built, folder / "larkfield")
    figures = [await _listening(home)]
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None or not (E2E / "node_modules" / "playwright-core").exists():
        print_progress("  no browser here: sh tests/e2e/install.sh and chromium bring one; painting is not measured")
        return figures
    return [await asyncio.to_thread(_first_screen, home, browser, runs), *figures]


def _built(home: Path) -> Path:
    """A folder whose demo has its company and did nothing yet."""
    home.mkdir()
    command = [str(HANDSHAKE), "demo", "--terminal"]
    subprocess.run(command, cwd=home, input="", check=True, capture_output=True, text=True)
    return home


def _first_screen(home: Path, browser: str, runs: int) -> Measurement:
    ours, bare, facts = [], [], []
    for _ in range(runs + 1):
        seconds, figures = _painted(home, browser)
        ours.append(seconds)
        facts.append(figures)
        bare.append(_bare_start(home))
    last = facts[-1]
    return Measurement("console", "demo to first paint", "sqlite", Timings(tuple(ours[1:]), tuple(bare[1:])), last)


def _painted(home: Path, browser: str) -> tuple[float, dict[str, float]]:
    """Seconds from the command to the first paint, and from there to an answer; bytes of the first page."""
    port = free_port()
    with _browser(browser, port) as tabs:
        began = time.perf_counter()
        with _demo(home, port):
            up = time.perf_counter()
            _does(tabs, "open", path="/")
            paint = float(
                _does(tabs, "ask", script="performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
            weight = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            size = float(_does(tabs, "ask", script=f"{weight}.reduce((sum, each) => sum + each.transferSize, 0)"))
            asked = time.perf_counter()
            _does(tabs, "say", words=ASKED)
            _does(tabs, "until", selector="#cards .card", words="open items of IT")
            answered = time.perf_counter() - asked
    return up - began + paint / 1000, {"first_answer_ms": answered * 1000, "first_page_kB": size / 1000}


def _bare_start(home: Path) -> float:
    """Seconds until a server that only says ok is up."""
    port = free_port()
    began = time.perf_counter()
    with _running([sys.executable, "-c", BARE, str(port)], home):
        until_answers(f"http://localhost:{port}/healthz", every_s=0.005)
        return time.perf_counter() - began


async def _listening(home: Path) -> Measurement:
    """Many tabs receive a burst of cards: the time until each has all of them, compared with a single tab."""
    alone, _ = await _heard(home, 1)
    many, facts = await _heard(home, TABS)
    return Measurement("console", f"{CARDS:,} cards, {TABS} tabs", "sqlite", Timings((many,), (alone,)), facts)


async def _heard(home: Path, tabs: int) -> tuple[float, dict[str, float]]:
    port = free_port()
    with _demo(home, port) as process:
        address = f"http://localhost:{port}"
        before = _memory_mb(process.pid)
        limits = httpx.Limits(max_connections=tabs + 5)
        async with httpx.AsyncClient(
            base_url=address, timeout=60, limits=limits, headers={"origin": address}
        ) as client:
            room, ready = f"#burst-{tabs}", asyncio.Barrier(tabs + 1)
            seat = {"as": "bo.lindqvist@example.com", "in": room, "look": "console", "state": "0.0.0"}
            listeners = [asyncio.create_task(_listen(client, seat, ready)) for _ in range(tabs)]
            await ready.wait()
            began = time.perf_counter()
            for number in range(ASKERS):
                said = {**seat, "do": "say", "words": f"@handshake what is blocked? {number}"}
                (await client.post("/act", json=said)).raise_for_status()
            heard = await asyncio.gather(*listeners)
            standing = await _posted_cards(client, seat)
        taken = max(last for _, last in heard) - began
        facts = {
            "cards": float(len(standing)),
            "missed": float(sum(len(standing - seen) for seen, _ in heard)),
            "MB_more": _memory_mb(process.pid) - before,
        }
    return taken, facts


async def _listen(client: httpx.AsyncClient, seat: dict[str, str], ready: asyncio.Barrier) -> tuple[set[str], float]:
    """The cards that one tab received until no more came, and the time of the last one."""
    seen: set[str] = set()
    last = time.perf_counter()
    async with client.stream("GET", "/events", params=seat) as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        await ready.wait()
        events = _events(lines)
        while True:
            try:
                kind, event = await asyncio.wait_for(anext(events), QUIET_S)
            except TimeoutError:
                return seen, last
            last = time.perf_counter()
            seen |= (
                {event["id"]} if kind == "card" else await _posted_cards(client, seat) if kind == "behind" else set()
            )


async def _posted_cards(client: httpx.AsyncClient, seat: dict[str, str]) -> set[str]:
    """Every card of the room, page by page: what a tab does when it has missed events."""
    found: set[str] = set()
    before = ""
    while True:
        page = await client.get("/cards", params={**seat, "before": before} if before else seat)
        found.update(re.findall(r'data-id="(\d+)"', page.text))
        before = page.headers["x-older"]
        if not before:
            return found


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, Any]]:
    kind = ""
    async for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield kind, json.loads(line.removeprefix("data: "))


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def _demo(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [str(HANDSHAKE), "demo", "--no-browser", "--port", str(port)]
    with _running(command, home) as process:
        until_answers(f"http://localhost:{port}/healthz", every_s=0.005)
        yield process


@contextmanager
def _running(command: list[str], home: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, cwd=home, text=True, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@contextmanager
def _browser(browser: str, port: int) -> Iterator[subprocess.Popen[str]]:
    command = ["node", str(E2E / "tabs.mjs"), browser, f"http://localhost:{port}"]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait(30)


def _does(tabs: subprocess.Popen[str], what: str, **how: object) -> Any:
    assert tabs.stdin
    assert tabs.stdout
    tabs.stdin.write(json.dumps({"tab": "you", "do": what} | how) + "\n")
    tabs.stdin.flush()
    answer = json.loads(tabs.stdout.readline())
    if "failed" in answer:
        raise RuntimeError(answer["failed"])
    return answer["done"]
