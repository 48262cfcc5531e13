"""What each command of the command line loads: no library that it does not use."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import handlers
from tests.journeys.command_line import BOSS, CAMPAIGNS, PEOPLE, ROADMAP, TEAMS

ROOT = Path(__file__).parent.parent.parent
ANA = ("--as", "ana@example.com")

# Libraries that take 20 ms or more to load, or that belong to one platform. rich is not here: structlog loads it.
HEAVY = frozenset(
    [
        "aiohttp",
        "alembic",
        "apscheduler",
        "botbuilder",
        "botframework",
        "cryptography",
        "dateparser",
        "holidays",
        "httpx",
        "hypothesis",
        "icalendar",
        "jinja2",
        "jwt",
        "mako",
        "matplotlib",
        "msal",
        "msrest",
        "numpy",
        "openai",
        "procrastinate",
        "prometheus_client",
        "prompt_toolkit",
        "psycopg",
        "rapidfuzz",
        "scipy",
        "slack_bolt",
        "slack_sdk",
        "starlette",
        "uvicorn",
        "uvloop",
    ]
)

# A store with a roadmap in it, made by the commands themselves. The first one finds no store and makes it.
FIRST = ("import", "teams", "teams.csv")
THEN = (
    ("import", "people", "people.csv"),
    ("import", "campaigns", "campaigns.csv"),
    ("import", "roadmap", "roadmap.csv", "--publish", "--reason", "first", "--at", "2026-11-02"),
)

# Command -> the heavy libraries that it may load.
MAY_LOAD: dict[tuple[str, ...], str] = {
    ("--version",): "",
    ("migrate",): "",
    ("say", "help", *ANA): "",
    ("say", "what is blocked", *ANA): "rapidfuzz",
    ("say", "hlep", *ANA): "rapidfuzz",
    ("say", "roadmap", *ANA): "",
    ("say", "current", *ANA): "",
    ("say", "tours", *ANA): "",
    ("say", "tours plan", "--as", BOSS): "numpy scipy",
    ("say", "recap", *ANA): "",
    ("export", "roadmap"): "",
    ("verify",): "",
    ("jobs",): "",
    ("post", "list"): "",
    ("doctor",): "cryptography rapidfuzz",  # it encrypts something, and sends the model a question
    ("manifest", "slack"): "",
    ("manifest", "teams", "--out", "handshake.zip"): "",
    ("backup", "copy.db"): "",
}


@dataclass(frozen=True)
class CommandRun:
    exit: int
    printed: str
    modules: frozenset[str]

    @property
    def heavy(self) -> frozenset[str]:
        return HEAVY & {module.partition(".")[0] for module in self.modules}


class FreshProcess:
    """Runs every command in a new process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, *words: str) -> CommandRun:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        outcome = json.loads(self._process.stdout.readline())
        return CommandRun(outcome["exit"], outcome["printed"], frozenset(outcome["modules"]))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshProcess]:
    """The terminal, in a folder with the files of a small company."""
    folder = tmp_path_factory.mktemp("start")
    for name, content in (("teams", TEAMS), ("people", PEOPLE), ("campaigns", CAMPAIGNS), ("roadmap", ROADMAP)):
        (folder / f"{name}.csv").write_text(content)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HANDSHAKE_")}
    company = {
        "HANDSHAKE_ADMINS": BOSS,
        "HANDSHAKE_PUBLIC_URL": "https://handshake.example.com",
        "TEAMS_APP_ID": "00000000-0000-4000-8000-000000000001",
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.architecture.fresh_process"],
        cwd=folder,
        env=clean | company,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        yield FreshProcess(process)


@pytest.fixture(scope="module")
def new_store(fresh: FreshProcess) -> CommandRun:
    """What the command loaded that made the store."""
    return fresh.run(*FIRST)


@pytest.fixture(scope="module")
def company(fresh: FreshProcess, new_store: CommandRun) -> FreshProcess:
    """The terminal, when the store holds a published roadmap."""
    assert new_store.exit == 0, new_store.printed
    for words in THEN:
        ran = fresh.run(*words)
        assert ran.exit == 0, ran.printed
        assert not ran.heavy
    return fresh


def test_only_the_first_command_loads_the_migration_tool(new_store: CommandRun) -> None:
    """One query is enough to see that a store exists and is up to date."""
    assert new_store.heavy == {"alembic", "mako"}


@pytest.mark.parametrize("words", MAY_LOAD, ids=lambda words: " ".join(words[:2]))
def test_a_command_loads_no_library_that_it_does_not_use(company: FreshProcess, words: tuple[str, ...]) -> None:
    ran = company.run(*words)

    assert ran.exit == 0 or words == ("doctor",), ran.printed
    assert ran.heavy == set(MAY_LOAD[words].split())


def test_help_loads_no_slice_but_its_own(company: FreshProcess) -> None:
    """The tables of commands in each slice's __init__ suffice; the modules behind them load SQL tables, which takes longest."""
    loaded = company.run("say", "help", *ANA).modules

    slices = {package.name for package in pkgutil.iter_modules(handlers.__path__) if package.ispkg} - {"help", "shared"}
    others = tuple(f"handlers.{name}." for name in slices)
    assert [module for module in loaded if module.startswith(others)] == []
    assert not loaded & {"storage.tours", "storage.dinners", "storage.celebrations", "storage.roadmap"}


def test_a_server_has_loaded_every_slice_before_the_first_request() -> None:
    """A server loads at the start what commands load on first use, so that no request waits for it."""
    program = "import sys; from bot.preloading import preload; preload(); print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True).split())

    modules = {module.name for module in pkgutil.walk_packages(handlers.__path__, "handlers.")}
    assert modules - loaded <= {
        "handlers.dispatch",
        "handlers.shared.command_rate_limit",
    }  # the composition root has them
    assert {"scipy", "numpy", "rapidfuzz", "dateparser", "cryptography"} <= loaded
    assert "matplotlib" not in loaded
