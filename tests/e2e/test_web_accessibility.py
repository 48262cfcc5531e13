"""The console's views, checked by axe-core for people who use the keyboard, a screen reader, large text or no colours.

Each view is opened in two widths and two themes, with everything unfolded; none may say an error to the browser.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.processes import free_port, until_answers

HERE = Path(__file__).parent
HANDSHAKE = Path(sys.executable).with_name("handshake")
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or ""
VIEWS = {
    "the first screen": "/",
    "choosing who to be": "/people",
    "the tour": "/?as=lena.hoffmann@example.com&tour=1",
    "a room": "/?in=%23roadmap",
    "a room as in Slack": "/?in=%23roadmap&look=slack",
    "a room as in Teams": "/?in=%23roadmap&look=teams",
    "an answer": "/ > what is blocked for Spring Launch",
    "a form": "/ > home ask",
    "the board": "/board?as=greta.sandoval@example.com",
}

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def _missing() -> str:
    """What this machine lacks, "" when it has everything."""
    if not shutil.which("node"):
        return "node is not installed"
    if not BROWSER:
        return "chromium is not installed (apt-get install chromium)"
    return "" if AXE.exists() else "axe-core is not installed (sh tests/e2e/install.sh)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo for these tests."""
    if missing := _missing():
        pytest.skip(missing)
    port = free_port()
    command = [str(HANDSHAKE), "demo", "--no-browser", "--port", str(port)]
    demo = subprocess.Popen(command, cwd=tmp_path_factory.mktemp("demo"), stdout=subprocess.DEVNULL)
    try:
        until_answers(f"http://localhost:{port}/healthz")
        yield f"http://localhost:{port}"
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(30)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_axe_finds_nothing_to_mend(address: str, view: str) -> None:
    found = _axe_violations(address, view)

    assert len(found) == 4
    for each in found:
        assert each["violations"] == [], each["view"]
        assert each["errors"] == [], each["view"]


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_nothing_is_wider_than_a_telephone(address: str, view: str) -> None:
    assert [each["width"] for each in _axe_violations(address, view)] == [1280, 1280, 390, 390]


_seen: dict[str, list[dict[str, Any]]] = {}


def _axe_violations(address: str, view: str) -> list[dict[str, Any]]:
    """What the browser found in that view, once for all tests."""
    if view not in _seen:
        command = ["node", str(HERE / "everybody.mjs"), BROWSER, address, view]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        _seen[view] = [json.loads(line) for line in done.stdout.splitlines()]
    return _seen[view]
