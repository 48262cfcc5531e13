"""The console in a real browser: the tour, two people side by side, a form, a narrow dark screen, keys alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pytest

from tests.e2e.processes import free_port, until_answers

HERE = Path(__file__).parent
HANDSHAKE = Path(sys.executable).with_name("handshake")
SPRING = "/?as={}&in=%23spring-launch"
LENA, BO = "lena.hoffmann@example.com", "bo.lindqvist@example.com"


def _missing() -> str:
    """What this machine lacks, "" when it has everything."""
    if not shutil.which("node"):
        return "node is not installed"
    if not _chromium():
        return "chromium is not installed (apt-get install chromium)"
    driver = HERE / "node_modules" / "playwright-core"
    return "" if driver.exists() else "what drives a browser is not installed (sh tests/e2e/install.sh)"


def _chromium() -> str:
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300), pytest.mark.skipif(bool(_missing()), reason=_missing())]


@dataclass
class BrowserProcess:
    """The tabs of one browser; each is one person."""

    process: subprocess.Popen[str]
    shots: Path

    def command(self, tab: str, what: str, **how: object) -> Any:
        cast(IO[str], self.process.stdin).write(json.dumps({"tab": tab, "do": what} | how) + "\n")
        cast(IO[str], self.process.stdin).flush()
        answer = json.loads(cast(IO[str], self.process.stdout).readline())
        assert "failed" not in answer, f"{tab} {what} {how}: {answer['failed']}"
        return answer["done"]

    def open(self, tab: str, path: str, **how: object) -> None:
        self.command(tab, "open", path=path, **how)

    def wait_for_card(self, tab: str, words: str, selector: str = "#cards .card") -> str:
        return str(self.command(tab, "until", selector=selector, words=words))

    def screenshot(self, tab: str, name: str) -> None:
        """Save a screenshot for people to look at."""
        self.command(tab, "shot", path=str(self.shots / f"{name}.png"))


@contextmanager
def _running(command: list[str], **how: Any) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, text=True, **how) as process:
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()  # it closes its browser then
            else:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@pytest.fixture(scope="session")
def larkfield(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that has built its company and done nothing yet."""
    folder = tmp_path_factory.mktemp("larkfield")
    subprocess.run(
        [str(HANDSHAKE), "demo", "--terminal"], cwd=folder, input="", check=True, stdout=subprocess.DEVNULL, text=True
    )
    return folder


@contextmanager
def running_demo(
    larkfield: Path, folder: Path, before: Callable[[Path], None] = lambda _var: None
) -> Iterator[BrowserProcess]:
    """A browser at a fresh demo. Pictures are kept where HANDSHAKE_SHOTS says, or thrown away."""
    shutil.copytree(larkfield / "var", folder / "var")
    before(folder / "var")
    port = free_port()
    demo = [str(HANDSHAKE), "demo", "--no-browser", "--port", str(port)]
    address = f"http://localhost:{port}"
    shots = Path(os.environ.get("HANDSHAKE_SHOTS", folder))
    shots.mkdir(parents=True, exist_ok=True)
    with _running(demo, cwd=folder, stdout=subprocess.DEVNULL):
        until_answers(f"{address}/healthz")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with _running(["node", str(HERE / "tabs.mjs"), _chromium(), address], **pipes) as process:
            cast(IO[str], process.stdout).readline()
            found = BrowserProcess(process, shots)
            yield found
            assert found.command("", "troubles") == []


@pytest.fixture
def browser(larkfield: Path, tmp_path: Path) -> Iterator[BrowserProcess]:
    with running_demo(larkfield, tmp_path) as found:
        yield found


def test_the_tour_leads_from_nothing_to_a_notice_that_everybody_hears(browser: BrowserProcess) -> None:
    """Bo watches the room in a tab of his own while the other three act."""
    begun = time.monotonic()
    browser.open("bo", SPRING.format(BO))
    browser.open("you", "/")
    browser.screenshot("you", "first")
    browser.command("you", "follow", name="Tour")
    browser.command("you", "press", name="Say “What is IT working on for Spring Launch?”")
    assert "WEB-12" in browser.wait_for_card("you", "open items of IT")
    browser.screenshot("you", "answer")
    browser.command("you", "follow", name="Next step")
    browser.command("you", "press", name="Say “catchup”")
    browser.wait_for_card("you", "Blocked")
    browser.command("you", "press", name="I have R41")
    browser.wait_for_card("you", "You are on R41")
    browser.command("you", "follow", name="Next step")
    browser.command("you", "press", name='Say “publish "Spring dates"”')
    browser.wait_for_card("you", "R42")
    browser.command("you", "follow", name="Next step")
    browser.command("you", "press", name="Say “approve R42”")
    browser.wait_for_card("you", "R41 → R42", selector="#happened")
    browser.wait_for_card("you", "sent", selector="#happened")
    browser.command("you", "follow", name="Next step")
    browser.wait_for_card("you", "R41 is superseded by R42")

    assert "WEB-12" in browser.wait_for_card("bo", "Roadmap R42")
    browser.wait_for_card("bo", "R41 is superseded by R42")
    browser.screenshot("bo", "notice")
    assert time.monotonic() - begun < 120
    browser.command("you", "press", name="I have R42")
    assert "only you see this" in browser.wait_for_card("you", "You are on R42", selector=".entry")
    browser.command("you", "follow", name="leave the tour")


def test_a_form_says_what_is_wrong_beside_the_field_and_is_taken_then(browser: BrowserProcess) -> None:
    browser.open("bo", f"/?as={BO}")
    browser.command("bo", "say", words="home ask")
    browser.wait_for_card("bo", "What would you like to know?", selector="#form form")
    browser.command("bo", "ask", script="document.querySelector('#form form').noValidate = true")
    browser.command("bo", "press", name="Ask")
    wrong = browser.wait_for_card("bo", "Please check", selector="#form .field .error")
    browser.screenshot("bo", "form")
    browser.command("bo", "fill", label="What would you like to know?", words="what is blocked for Spring Launch?")
    browser.command("bo", "press", name="Ask")

    assert wrong
    assert "WEB-3" in browser.wait_for_card("bo", "blocked")


@pytest.mark.parametrize(("width", "dark"), [(390, True), (390, False), (1280, True)])
def test_no_page_is_wider_than_its_screen(browser: BrowserProcess, width: int, dark: bool) -> None:
    tab = f"{width}-{'dark' if dark else 'light'}"
    for name, path in {
        "first": "/",
        "room": SPRING.format(LENA),
        "slack": SPRING.format(LENA) + "&look=slack",
        "teams": SPRING.format(LENA) + "&look=teams",
        "text": SPRING.format(LENA) + "&look=text",
        "tour": "/?tour=3&as=helena.marsh@example.com",
        "people": "/people",
    }.items():
        browser.open(tab, path, width=width, height=844, dark=dark)
        browser.screenshot(tab, f"{tab}-{name}")
        wide = browser.command(tab, "ask", script="document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, name


def test_keys_alone_are_enough(browser: BrowserProcess) -> None:
    browser.open("lena", "/")
    browser.command("lena", "key", key="Tab")
    browser.command("lena", "key", key="Enter")  # skip to where you type
    for letter in "catc":
        browser.command("lena", "key", key=letter)
    browser.command("lena", "key", key="Tab")  # completed
    browser.command("lena", "key", key="Enter")
    browser.wait_for_card("lena", "I have R41")
    for _ in range(40):
        browser.command("lena", "key", key="Shift+Tab")
        focused = browser.command("lena", "ask", script="document.activeElement.textContent")
        if focused == "I have R41":
            break
    browser.command("lena", "key", key="Enter")

    browser.wait_for_card("lena", "You are on R41")
