"""How long the command line takes to answer from nothing, beside an interpreter that only loads the two big libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks import company
from tests.benchmarks.app import import_company, measured_app
from tests.benchmarks.databases import Databases
from tests.benchmarks.timing import Measurement, measure_in_turn, print_progress, stopwatch

BAR = 1.5  # times the bare imports


async def measure(stores: Databases, folder: Path, runs: int) -> list[Measurement]:
    print_progress(f"start on {stores.name}")
    address = stores.empty()
    async with measured_app(address) as app:
        await import_company(app)
    environment = {**os.environ, "HANDSHAKE_DATABASE_URL": address}
    say = [sys.executable, "-m", "bot", "say", "help", "--as", company.email_of(company.TEAMS[0], 1)]
    load = [sys.executable, "-c", "import sqlmodel, alembic"]

    async def ours() -> float:
        return _seconds(say, environment, folder)

    async def others() -> float:
        return _seconds(load, environment, folder)

    timings = await measure_in_turn(ours, others, runs=runs)
    stores.drop(address)
    ratio = sorted(timings.ratios)[len(timings.ratios) // 2]
    return [Measurement("start", "say help", stores.name, timings, bar=f"ratio <= {BAR:g}", kept=ratio <= BAR)]


def _seconds(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    with stopwatch() as taken:
        subprocess.run(command, env=environment, cwd=folder, check=True, capture_output=True)
    return taken[0]
