"""Handshake in a Teams client written by others: the Microsoft 365 Agents Playground, in a browser.

It sends no tokens and opens no dialogs; those are tested against our own simulator.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pytest

from tests.e2e.processes import free_port, until_answers

HERE = Path(__file__).parent
PLAYGROUND = HERE / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
HANDSHAKE = Path(sys.executable).with_name("handshake")
ALEX = "alexw@example.com"  # who sits at the Playground

FILES = {
    "teams": "key,name,side\nweb,Web Platform,it\nseo,SEO,marketing\n",
    "people": f"email,name,team,permission\n{ALEX},Alex Wilber,seo,admin\n",
    "campaigns": "key,name,start,end\nspring,Spring Launch,2027-03-01,2027-04-30\n",
    "roadmap": "key,title,team,campaigns,status,due\n"
    "WEB-12,Consent banner,web,spring,in_progress,2027-02-10\n"
    "WEB-13,Faster search,web,spring,blocked,2027-02-20\n",
}

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def _missing() -> str:
    """What this machine lacks, "" when it has everything."""
    if not shutil.which("node"):
        return "node is not installed"
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        return "chromium is not installed (apt-get install chromium)"
    return "" if PLAYGROUND.exists() else "the Playground is not installed (sh tests/e2e/install.sh)"


@dataclass
class PlaygroundUser:
    """Somebody at the Playground."""

    process: subprocess.Popen[str]
    shots: Path

    def command(self, what: str, **how: str) -> str:
        cast(IO[str], self.process.stdin).write(json.dumps({"do": what} | how) + "\n")
        cast(IO[str], self.process.stdin).flush()
        answer = json.loads(cast(IO[str], self.process.stdout).readline())
        assert "failed" not in answer, f"{what} {how}: {answer['failed']}"
        return str(answer["done"])

    def open(self, room: str) -> None:
        self.command("open", room=room)

    def say(self, words: str, until: str) -> str:
        """Say that, and read the card that answers, which holds the words in *until*."""
        self.command("say", words=words)
        return self.wait_for_card(until)

    def mention(self, words: str, until: str) -> str:
        """Say that with the bot's name before it, in a channel."""
        self.command("mention", words=words)
        return self.wait_for_card(until)

    def press(self, name: str, until: str) -> str:
        self.command("press", name=name)
        return self.wait_for_card(until)

    def wait_for_card(self, words: str) -> str:
        """The newest card that holds those words, once there is one."""
        return self.command("until", words=words)

    def wait_for_line(self, words: str) -> None:
        """Wait for a line of plain text."""
        self.command("line", words=words)

    def screenshot(self, name: str) -> None:
        """Save a screenshot for people to look at."""
        self.command("shot", path=str(self.shots / f"{name}.png"))


@dataclass
class InstalledApp:
    """An installed Handshake with its own store."""

    folder: Path
    environment: dict[str, str]

    def run(self, *words: str) -> None:
        command = [str(HANDSHAKE), *words]
        subprocess.run(command, cwd=self.folder, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def import_csv(self, what: str, content: str, *more: str) -> None:
        (self.folder / f"{what}.csv").write_text(content)
        self.run("import", what, f"{what}.csv", *more)


@pytest.fixture
def installed(tmp_path: Path) -> InstalledApp:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("HANDSHAKE_", "SLACK_", "TEAMS_"))}
    made = InstalledApp(
        tmp_path,
        own
        | {
            "HANDSHAKE_DATABASE_URL": f"sqlite:///{tmp_path}/handshake.db",
            "HANDSHAKE_ADMINS": ALEX,
            "HANDSHAKE_RATE_LIMIT": "0",
            "HANDSHAKE_PORT": str(free_port()),
            "TEAMS_ALLOW_ANONYMOUS": "1",
        },
    )
    for what in ("teams", "people", "campaigns"):
        made.import_csv(what, FILES[what])
    made.import_csv("roadmap", FILES["roadmap"], "--publish", "--reason", "First version")
    return made


@pytest.fixture
def alex(installed: InstalledApp) -> Iterator[PlaygroundUser]:
    if lacks := _missing():
        pytest.skip(lacks)
    shots = Path(os.environ.get("E2E_SHOTS") or installed.folder)
    shots.mkdir(parents=True, exist_ok=True)
    port, own = free_port(), installed.environment["HANDSHAKE_PORT"]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    endpoint = f"http://127.0.0.1:{own}/api/messages"
    playground = ["node", str(PLAYGROUND), "start", "-e", endpoint, "-c", "msteams", "-p", str(port)]
    with ExitStack() as stack:
        stack.enter_context(_running([str(HANDSHAKE), "run"], installed))
        until_answers(f"http://127.0.0.1:{own}/healthz")
        stack.enter_context(_running([*playground, "--disable-telemetry"], installed))
        until_answers(f"http://127.0.0.1:{port}/")
        browser = ["node", str(HERE / "browser.mjs"), chromium, f"http://127.0.0.1:{port}/"]
        process = stack.enter_context(_running(browser, installed, piped=True))
        assert json.loads(cast(IO[str], process.stdout).readline()) == {"ready": True}
        yield PlaygroundUser(process, shots)


@contextmanager
def _running(
    command: Sequence[str], installed: InstalledApp, *, piped: bool = False
) -> Iterator[subprocess.Popen[str]]:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE} if piped else {}
    quiet: dict[str, Any] = {} if piped else {"stdout": subprocess.DEVNULL}
    process = subprocess.Popen(
        command, cwd=installed.folder, env=installed.environment, text=True, start_new_session=True, **pipes, **quiet
    )
    with process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # with the browsers it started
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def test_the_first_ten_minutes_in_teams(installed: InstalledApp, alex: PlaygroundUser) -> None:
    """Help, roadmap, a question, "I have it", a notice in a channel, and the next one that marks it."""
    alex.open("Personal Chat")
    assert "Lists what you can say" in alex.say("help", until="What you can say")
    alex.screenshot("1-help")
    assert "WEB-13" in alex.say("roadmap", until="2 items")
    alex.screenshot("2-roadmap")
    assert "Faster search" in alex.say("what is blocked for Spring Launch", until="Understood as")
    alex.screenshot("3-question")
    alex.say("current", until="R1 is the current version")
    alex.screenshot("4-current")
    alex.press("I have R1", until="You are on R1")
    alex.screenshot("5-acknowledged")

    alex.open("Announcements")
    assert "WEB-12" in alex.mention("what is in progress", until="Consent banner")
    alex.command("mention", words="subscribe roadmap all")
    alex.wait_for_line("I answered that in our chat")
    alex.screenshot("6-subscribed")
    moved = FILES["roadmap"].replace("2027-02-10", "2027-03-10")
    installed.import_csv("roadmap", moved, "--publish", "--reason", "The agency needs longer")
    assert "WEB-12" in alex.wait_for_card("The agency needs longer")
    alex.screenshot("7-notice")

    installed.import_csv("roadmap", moved.replace("blocked", "in_progress"), "--publish", "--reason", "Unblocked")
    alex.wait_for_card("Unblocked")
    assert "R2" in alex.wait_for_card("superseded")
    alex.screenshot("8-superseded")
