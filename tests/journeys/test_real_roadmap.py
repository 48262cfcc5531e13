"""A real roadmap, quarter by quarter: the report of the import, the state as of a past day, and the answers to questions."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport
from handlers.importing.workflow.files import import_file
from handlers.roadmap.commands import roadmap_csv
from integrations.ports.clock import FixedClock
from storage.store import Store
from storage.values.company import EVERYTHING
from storage.verify import verify
from tests.app import ChatApp

DATA = Path(__file__).parent.parent / "data" / "kubernetes"
QUARTERS = ("2020-07-01", "2020-10-01", "2021-01-01", "2021-04-01")
EXPECTED = {entry["file"]: entry for entry in json.loads((DATA / "expected.json").read_text())}
BOSS = "boss@example.com"


async def kubernetes(store: Store) -> tuple[ChatApp, list[ImportReport]]:
    """The house after four quarters, each published on its day, and what each import reported."""
    app = ChatApp(store, FEATURES, Policy(admins=frozenset({BOSS})))
    for what in ("teams", "campaigns"):
        await import_file(app.ctx, what, (DATA / f"{what}.csv").read_bytes(), ImportOptions(), Importer())
    return app, [await publish(app, day) for day in QUARTERS]


async def publish(app: ChatApp, day: str) -> ImportReport:
    assert isinstance(app.ctx.clock, FixedClock)
    app.ctx.clock.at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    content = (DATA / f"roadmap-{day}.csv").read_bytes()
    return await import_file(
        app.ctx, "roadmap", content, ImportOptions(publish=True, reason=f"Quarter {day}"), Importer()
    )


def rows(content: bytes) -> dict[str, Mapping[str, str]]:
    return {row["key"]: row for row in csv.DictReader(io.StringIO(content.decode()))}


def state_at(day: str) -> dict[str, dict[str, str]]:
    """What the snapshots up to *day* say together: rows that are missing from a later one are left alone."""
    state: dict[str, dict[str, str]] = {}
    for each in QUARTERS[: QUARTERS.index(day) + 1]:
        state |= {key: dict(row) for key, row in rows((DATA / f"roadmap-{each}.csv").read_bytes()).items()}
    return state


async def test_every_import_reports_the_true_difference(store: Store) -> None:
    _, reports = await kubernetes(store)

    for number, (day, report) in enumerate(zip(QUARTERS, reports, strict=True), start=1):
        wanted = EXPECTED[f"roadmap-{day}.csv"]
        assert (report.added, report.changed, report.unchanged) == (
            wanted["added"],
            wanted["changed"],
            wanted["unchanged"],
        )
        assert list(report.changes) == wanted["changes"]
        assert report.revision == number


async def test_the_past_is_exported_as_it_was(store: Store) -> None:
    app, _ = await kubernetes(store)

    for day in QUARTERS:
        async with store.reading() as session:
            number = QUARTERS.index(day) + 1
            content, _ = await roadmap_csv(app.ctx, session, EVERYTHING, number)
        exported, wanted = rows(content), state_at(day)
        assert exported.keys() == wanted.keys()
        for key, row in wanted.items():
            assert {name: exported[key][name].removeprefix("'") for name in row} == row


async def test_changes_are_the_net_difference_of_two_versions(store: Store) -> None:
    app, _ = await kubernetes(store)

    for first in range(1, 4):
        for last in range(first + 1, 5):
            reply = await app.say(BOSS, f"changes R{first}..R{last}")
            before, after = state_at(QUARTERS[first - 1]), state_at(QUARTERS[last - 1])
            wanted = sorted(
                (key, name, old, after[key][name])
                for key, row in before.items()
                for name, old in row.items()
                if after[key][name] != old
            )
            changes = [(c["key"], c["field"], c["old"], c["new"]) for c in reply.facts["changes"]]
            assert sorted(changes) == wanted


async def test_a_question_about_a_team_and_a_release_finds_exactly_their_open_items(store: Store) -> None:
    app, _ = await kubernetes(store)

    reply = await app.say(BOSS, "ask what is SIG Node working on for 1.20?")

    wanted = {
        key
        for key, row in state_at(QUARTERS[-1]).items()
        if row["team"] == "node" and "v1.20" in row["campaigns"].split(";") and row["status"] not in {"done", "dropped"}
    }
    assert wanted
    assert set(reply.facts["items"]) == wanted
    assert reply.facts["outcome"] == "answered"


async def test_the_same_question_as_of_a_day_is_answered_from_that_days_version(store: Store) -> None:
    app, _ = await kubernetes(store)

    reply = await app.say(BOSS, "ask what was SIG Node working on for 1.19 as of 2020-08-01?")

    wanted = {
        key
        for key, row in state_at(QUARTERS[0]).items()
        if row["team"] == "node" and "v1.19" in row["campaigns"].split(";") and row["status"] not in {"done", "dropped"}
    }
    assert set(reply.facts["items"]) == wanted
    assert reply.facts["revision"] == 1


async def test_the_whole_history_verifies(store: Store) -> None:
    await kubernetes(store)

    async with store.reading() as session:
        verdict = await verify(session)

    assert (verdict.problem, verdict.revisions) == ("", len(QUARTERS))
