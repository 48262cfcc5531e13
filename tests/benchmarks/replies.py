"""What somebody waits for: a list and an answer through the dispatcher, beside the SELECTs that it made.

The statements of each call are noted and repeated through the bare driver at once, so both read the same.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, product
from statistics import median
from typing import Any

from sqlalchemy import Engine, event

from bot.app import App
from integrations.ports.inbound import Account, CommandText, ConversationRef, Reply
from tests.benchmarks import company
from tests.benchmarks.app import import_company, import_csv, measured_app
from tests.benchmarks.databases import Databases, analyze, raw_connection
from tests.benchmarks.timing import Measurement, Timings, high, print_progress

CALLS = 120
WARM_UP = 10
BAR_MS = 150  # for an answer from a hundred thousand items, p95

Statement = tuple[str, Any]


async def measure(stores: Databases, sizes: Sequence[int]) -> list[Measurement]:
    figures: list[Measurement] = []
    for size in sizes:
        print_progress(f"read from {size:,} items on {stores.name}")
        address = stores.empty()
        async with measured_app(address) as app:
            await import_company(app)
            await import_csv(app, "roadmap", company.roadmap_csv(size))
        analyze(address)
        async with measured_app(address) as app:
            for what, words in (("roadmap", _lists()), ("ask", _questions())):
                figures.append(await _calls(app, address, what, words, size, stores.name))
        stores.drop(address)
    return figures


def _lists() -> list[str]:
    names = (*company.CAMPAIGNS, *company.TEAMS)
    return [f"roadmap {name}" for name in islice(names * CALLS, CALLS + WARM_UP)]


def _questions() -> list[str]:
    askable = ("IT", "Marketing", *company.TEAMS)
    pairs = [(who, campaign) for who, campaign in product(askable, company.CAMPAIGNS)]
    pairs = pairs[::3] + pairs[1::3] + pairs[2::3]
    return [f"ask what is {who} working on for {campaign}?" for who, campaign in islice(pairs * 2, CALLS + WARM_UP)]


async def _calls(app: App, address: str, what: str, said: Sequence[str], size: int, store: str) -> Measurement:
    connection = raw_connection(address)
    ours, others = list[float](), list[float]()
    with recorded_statements() as statements:
        for number, words in enumerate(said):
            statements.clear()
            if number % 10 == 0:
                gc.collect()
            started = time.perf_counter()
            reply = await _say(app, words, company.TEAMS[number % len(company.TEAMS)])
            ours.append(time.perf_counter() - started)
            _check(reply, words)
            others.append(_repeat(connection, statements))
    connection.close()
    timings = Timings(tuple(ours[WARM_UP:]), tuple(others[WARM_UP:]))
    facts = {
        "p50_ms": median(timings.ours) * 1000,
        "p95_ms": high(timings.ours) * 1000,
        "bare_p50_ms": median(timings.bare) * 1000,
        "bare_p95_ms": high(timings.bare) * 1000,
    }
    judged = what == "ask" and size >= 100_000
    bar = f"p95 < {BAR_MS} ms" if judged else ""
    kept = facts["p95_ms"] < BAR_MS if judged else None
    return Measurement(what, f"{size:,} items", store, timings, facts, bar, kept)


async def _say(app: App, words: str, team: str) -> Reply:
    email = company.email_of(team, 1)
    return await app.dispatch(
        CommandText(
            account=Account("console", email, email=email),
            conversation=ConversationRef("console", f"@{email}", direct=True),
            words=words,
        )
    )


def _check(reply: Reply, words: str) -> None:
    """A refusal is fast, and no figure."""
    if reply.exit or reply.facts.get("outcome", "answered") not in ("answered", "none"):
        raise RuntimeError(f"“{words}” was not answered: {reply.facts}")


@contextmanager
def recorded_statements() -> Iterator[list[Statement]]:
    """Every SELECT that is sent meanwhile, with its values."""
    statements: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            statements.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _repeat(connection: Any, statements: Sequence[Statement]) -> float:
    cursor = connection.cursor()
    started = time.perf_counter()
    for statement, values in statements:
        cursor.execute(statement, values)
        cursor.fetchall()
    return time.perf_counter() - started
