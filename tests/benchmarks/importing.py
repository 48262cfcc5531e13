"""A roadmap file, imported and published, beside the bare insert of the rows that come of it.

Every run is a process of its own, so that its peak of memory is its own and nothing is left from the run before.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks import bare_inserts, company
from tests.benchmarks.databases import Databases, raw_connection
from tests.benchmarks.timing import Measurement, measure_in_turn, peak_mb, print_progress, stopwatch

REVISION = 1  # the import is the first thing that is published


class Run(NamedTuple):
    seconds: float
    peak_mb: float


async def measure(stores: Databases, sizes: Sequence[int], folder: Path, runs: int) -> list[Measurement]:
    """One figure a size; those after the first also say how much longer the larger file took."""
    figures: list[Measurement] = []
    smaller: tuple[int, float] | None = None
    for size in sizes:
        print_progress(f"import {size:,} rows on {stores.name}")
        figure, seconds = await _size(stores, size, folder, runs if size < 50_000 else max(3, runs // 2), smaller)
        figures.append(figure)
        smaller = size, seconds
    return figures


async def _size(
    stores: Databases, size: int, folder: Path, runs: int, smaller: tuple[int, float] | None
) -> tuple[Measurement, float]:
    file = folder / f"roadmap-{size}.csv"
    file.write_bytes(company.roadmap_csv(size))
    furnished = stores.empty()
    _run("furnish", furnished)
    source = stores.copy(furnished)
    _run("ours", source, file)
    ours, others = list[Run](), list[Run]()

    async def once(who: str, kept: list[Run]) -> float:
        address = stores.copy(furnished)
        kept.append(_run(who, address, file if who == "ours" else source))
        stores.drop(address)
        return kept[-1].seconds

    timings = await measure_in_turn(partial(once, "ours", ours), partial(once, "bare", others), runs=runs)
    stores.drop(source)
    stores.drop(furnished)
    seconds = median(timings.ours)
    facts = {
        "rows_a_second": size / seconds,
        "bare_rows_a_second": size / median(timings.bare),
        "peak_mb": median(run.peak_mb for run in ours),
        "bare_peak_mb": median(run.peak_mb for run in others),
    }
    if smaller:
        facts["times_the_rows"] = size / smaller[0]
        facts["times_as_long"] = seconds / smaller[1]
    return Measurement("import", f"{size:,} rows", stores.name, timings, facts), seconds


def _run(who: str, address: str, what: Path | str = "") -> Run:
    command = [sys.executable, "-m", "tests.benchmarks.importing", who, address, str(what)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{who} failed on {address}:\n{done.stderr}")
    return Run(*json.loads(done.stdout))


async def _import_company(address: str) -> None:
    from tests.benchmarks.app import import_company, measured_app

    async with measured_app(address) as app:
        await import_company(app)


async def _ours(address: str, content: bytes) -> float:
    from tests.benchmarks.app import import_csv, measured_app

    async with measured_app(address) as app:
        with stopwatch() as taken:
            await import_csv(app, "roadmap", content)
    return taken[0]


def _bare(address: str, source: str) -> float:
    there = raw_connection(source)
    writings = bare_inserts.rows_written_by(there, REVISION)
    there.close()
    connection = raw_connection(address)
    with stopwatch() as taken:
        bare_inserts.write(connection, writings)
    connection.close()
    return taken[0]


def main(who: str, address: str, what: str) -> None:
    """One run: prints its seconds and its peak of memory."""
    seconds = 0.0
    match who:
        case "furnish":
            asyncio.run(_import_company(address))
        case "ours":
            seconds = asyncio.run(_ours(address, Path(what).read_bytes()))
        case "bare":
            seconds = _bare(address, what)
    print(json.dumps([seconds, peak_mb()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
