"""`python -m tests.benchmarks.questions [STORE …] [--wrong]`: ask everything, compare with the predicates, print the figures."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.app import App
from bot.logs import configure
from handlers.importing.rules.report import FileKind
from integrations.ports.inbound import Account, CommandText, ConversationRef
from tests.benchmarks.app import import_csv, measured_app
from tests.benchmarks.questions.gold import GoldQuestion, questions_of

HERE = Path(__file__).parent
KINDS: tuple[FileKind, ...] = ("teams", "people", "campaigns", "roadmap")
DAYS = {"company": date(2026, 11, 16), "kubernetes": date(2021, 4, 5), "airline": date(2026, 11, 16)}


@dataclass(frozen=True)
class ScoredAnswer:
    """A question, what came of it, and how well that fits."""

    asked: GoldQuestion
    outcome: str
    keys: frozenset[str]
    said: str

    @property
    def exact(self) -> bool:
        return self.outcome == self.asked.outcome and (self.asked.items is None or self.keys == self.asked.items)

    @property
    def f1(self) -> float:
        gold = self.asked.items or frozenset()
        if not gold and not self.keys:
            return 1.0
        return 2 * len(gold & self.keys) / (len(gold) + len(self.keys))


async def ask_all(folder: Path, today: date) -> list[ScoredAnswer]:
    """Every question of *folder*, asked of a store that holds its files."""
    with tempfile.TemporaryDirectory(prefix="hs-ask-") as name:
        async with measured_app(f"sqlite:///{name}/ask.db", datetime.combine(today, time(9), UTC)) as app:
            await app.store.open()
            for what in KINDS:
                await import_csv(app, what, (folder / f"{what}.csv").read_bytes())
            return [await _ask(app, asked) for asked in questions_of(folder, today)]


async def _ask(app: App, asked: GoldQuestion) -> ScoredAnswer:
    place = ConversationRef("console", f"@{asked.who}", direct=True)
    account = Account("console", asked.who, email=asked.who)
    # As from a terminal: each question stands alone.
    reply = await app.dispatch(
        CommandText(account=account, conversation=place, words=f"ask {asked.text}", operator="bench")
    )
    facts = reply.facts
    return ScoredAnswer(asked, str(facts.get("outcome")), frozenset(facts.get("items", ())), reply.card.title)


def _table(judged: Sequence[ScoredAnswer]) -> Table:
    table = Table("category", "questions", "right", "exact set, non-empty", "F1", title="Questions understood")
    for category in [*sorted({each.asked.category for each in judged}), "all"]:
        of = [each for each in judged if category in ("all", each.asked.category)]
        table.add_row(category, *_figures(of))
    return table


def _figures(judged: Sequence[ScoredAnswer]) -> tuple[str, ...]:
    full = [each for each in judged if each.asked.items]
    return (
        str(len(judged)),
        _share(each.exact for each in judged),
        _share(each.exact for each in full),
        f"{sum(each.f1 for each in full) / len(full):.3f}" if full else "–",
    )


def _share(right: Iterable[bool]) -> str:
    found = list(right)
    return f"{sum(found) / len(found):.3f} ({sum(found)}/{len(found)})" if found else "–"


def _summary(judged: Sequence[ScoredAnswer]) -> str:
    without = [each for each in judged if each.asked.outcome != "answered"]
    answerable = [each for each in judged if each.asked.outcome == "answered"]
    refused = [each.outcome != "answered" for each in answerable]
    return (
        f"right outcome where nothing can be answered: {_share(e.outcome == e.asked.outcome for e in without)}; "
        f"false refusals: {_share(refused)}"
    )


def _wrong(each: ScoredAnswer) -> str:
    wanted = sorted(each.asked.items or ())
    return f"{each.asked.id} {each.asked.text!r}\n   {each.asked.outcome} {wanted}\n   {each.outcome} {sorted(each.keys)}: {each.said}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.questions", description=__doc__)
    parser.add_argument("stores", nargs="*", default=sorted(DAYS))
    parser.add_argument(
        "--wrong", action="store_true", help="print every question that was not answered as it should be"
    )
    chosen = parser.parse_args()
    screen = Console(width=160)
    with tempfile.TemporaryDirectory(prefix="hs-log-") as name:
        configure("json", Path(name) / "log")
        for store in chosen.stores:
            judged = asyncio.run(ask_all(HERE / store, DAYS[store]))
            screen.print(f"\n[bold]{store}[/]", _table(judged), _summary(judged), sep="\n")
            if chosen.wrong:
                screen.print(*[_wrong(each) for each in judged if not each.exact], sep="\n", markup=False)


if __name__ == "__main__":
    main()
