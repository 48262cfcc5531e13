"""`make chaos` ends with a table: each fault, on which store, and the result."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Row = Callable[..., None]
_ROWS = pytest.StashKey[list[tuple[str, ...]]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ROWS] = []


@pytest.fixture
def report_row(request: pytest.FixtureRequest) -> Row:
    """Add a row: what was done, on which store, and the figures."""

    def add(what: str, store: str, figures: str) -> None:
        request.config.stash[_ROWS].append((what, store.partition(":")[0].partition("+")[0], figures))

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash.get(_ROWS, [])
    if not rows:
        return
    terminalreporter.write_line("")
    terminalreporter.write_line("| what was done | store | what came of it, by the platform's own log |")
    terminalreporter.write_line("|---|---|---|")
    for row in sorted(rows):
        terminalreporter.write_line(f"| {' | '.join(row)} |")
