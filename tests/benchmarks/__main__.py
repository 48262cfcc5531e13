"""`make bench`, or `python -m tests.benchmarks --only read,start --sizes 160,10000 --json figures.json`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bot.logs import configure
from tests.benchmarks import (
    attack,
    celebrations,
    delivery,
    dinners,
    importing,
    publishing,
    replies,
    signed_requests,
    start_up,
    web,
)
from tests.benchmarks.databases import Databases, databases
from tests.benchmarks.timing import Measurement, high, low

PARTS = ("import", "publish", "read", "start", "doors", "post", "console", "dinners", "recognition", "attack")
STORES = ("sqlite", "postgresql")
SIZES = (160, 10_000, 100_000)
SMALLEST_IMPORT = 1_000  # rows; below that an import is over before it can be measured


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _numbers(text: str) -> list[int]:
    return sorted(int(word) for word in _words(text))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Speed as ratios to the bare library doing the same."
    )
    parser.add_argument("--only", type=_words, default=list(PARTS), metavar=",".join(PARTS))
    parser.add_argument("--stores", type=_words, default=list(STORES), metavar=",".join(STORES))
    parser.add_argument("--sizes", type=_numbers, default=list(SIZES), metavar="160,10000", help="items or rows")
    parser.add_argument("--runs", type=int, default=5, help="pairs of runs for each figure, after a warm-up")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    options = parser.parse_args()
    for given, allowed in ((options.only, PARTS), (options.stores, STORES)):
        if unknown := set(given) - set(allowed):
            parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(allowed)}")
    return options


async def _measure(chosen: argparse.Namespace, stores: Databases, folder: Path) -> list[Measurement]:
    figures: list[Measurement] = []
    if "start" in chosen.only:
        figures += await start_up.measure(stores, folder, chosen.runs * 2 + 1)
    if "import" in chosen.only:
        sizes = [size for size in chosen.sizes if size >= SMALLEST_IMPORT]
        figures += await importing.measure(stores, sizes, folder, chosen.runs)
    if "publish" in chosen.only:
        figures += await publishing.measure(stores, chosen.runs)
    if "read" in chosen.only:
        figures += await replies.measure(stores, chosen.sizes)
    if "post" in chosen.only:
        figures += await delivery.measure(stores, folder, max(1, chosen.runs // 2))
    if "doors" in chosen.only:
        figures += await signed_requests.measure(stores, folder, chosen.runs * 60)
    return figures


def _table(figures: Sequence[Measurement]) -> Table:
    table = Table(title="Ours beside the bare library, medians", title_justify="left")
    for heading in ("", "case", "store"):
        table.add_column(heading)
    for heading in ("ours", "bare", "ratio", "spread"):
        table.add_column(heading, justify="right")
    table.add_column("besides", overflow="fold")
    for part in dict.fromkeys(figure.part for figure in figures):
        for figure in figures:
            if figure.part == part:
                table.add_row(*_cells(figure))
        table.add_section()
    return table


def _cells(figure: Measurement) -> tuple[str, ...]:
    ratios = figure.timings.ratios
    return (
        figure.part,
        figure.case,
        figure.store,
        _spoken(median(figure.timings.ours)),
        _spoken(median(figure.timings.bare)),
        f"[bold]{median(ratios):.1f}[/]",
        f"{low(ratios):.1f}–{high(ratios):.1f}",
        ", ".join((*_facts(figure), *_verdict(figure))),
    )


def _facts(figure: Measurement) -> list[str]:
    return [f"{name.replace('_', ' ')} {value:,.{0 if value >= 100 else 1}f}" for name, value in figure.facts.items()]


def _verdict(figure: Measurement) -> list[str]:
    if figure.kept is None:
        return []
    return [f"[green]{figure.bar}: kept[/]" if figure.kept else f"[bold red]{figure.bar}: missed[/]"]


def _spoken(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def main() -> None:
    chosen = _arguments()
    figures: list[Measurement] = []
    with tempfile.TemporaryDirectory(prefix="hs-bench-") as name, databases(chosen.stores) as kinds:
        folder = Path(name)
        configure("json", folder / "log")
        for stores in kinds:
            figures += asyncio.run(_measure(chosen, stores, folder))
        if "console" in chosen.only:  # it has a store of its own
            figures += asyncio.run(web.measure(folder, chosen.runs))
        if "dinners" in chosen.only:  # it needs none
            figures += dinners.measure()
        if "recognition" in chosen.only:  # it has a store of its own
            figures += celebrations.measure(folder)
        if "attack" in chosen.only:  # it has a store of its own
            figures += asyncio.run(attack.measure(folder))
    if chosen.json:
        chosen.json.write_text(json.dumps([figure.as_json() for figure in figures], indent=1) + "\n")
    Console(width=None if sys.stdout.isatty() else 200).print(_table(figures))


if __name__ == "__main__":
    main()
