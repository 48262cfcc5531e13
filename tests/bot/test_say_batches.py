"""`handshake say`, one line or many, in this process: what a script gets back, whatever it sends."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.app import App, build_app
from bot.commands import say
from bot.commands.runner import parse_moment
from bot.settings import Settings
from handlers.errors import BadInput
from handlers.importing.rules.report import FileKind, Importer, ImportOptions
from handlers.importing.workflow.files import import_file
from integrations.ports.clock import FixedClock
from integrations.ports.inbound import ConversationRef
from storage import audit, places
from storage.store import Store
from tests.app import MONDAY
from tests.journeys.command_line import BOSS, CAMPAIGNS, PEOPLE, ROADMAP, TEAMS

ANA = "ana@example.com"


async def an_app(store: Store) -> App:
    """One published revision, on the second of November at nine."""
    app = build_app(Settings(admins=BOSS, secret_keys=SecretStr("k" * 40)), store, FixedClock(MONDAY))
    for what, content in (("teams", TEAMS), ("people", PEOPLE), ("campaigns", CAMPAIGNS), ("roadmap", ROADMAP)):
        report = await import_file(
            app.ctx,
            cast(FileKind, what),
            content.encode(),
            ImportOptions(publish=what == "roadmap"),
            Importer(account="root"),
        )
        assert report.written
    return app


async def said(
    app: App, folder: Path, capsys: pytest.CaptureFixture[str], *lines: object, at: str = ""
) -> tuple[int, list[Any]]:
    """The exit status of a batch of these lines, and what each of them got."""
    file = folder / "batch.jsonl"
    file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines), "utf-8")
    status = await say.run_batch(app, say.read_requests(file), account="root", at=at)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]  # the rest is the log
    return status, [json.loads(line) for line in printed]


async def test_lines_commit_one_after_the_other(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each sees what those before it did."""
    app = await an_app(sqlite_store)

    status, replies = await said(
        app, tmp_path, capsys,
        {"text": "item edit WEB-1 status=blocked", "as": ANA}, {"text": "draft show", "as": ANA},
        {"text": "publish --now", "as": BOSS}, {"text": "current", "as": ANA}, {"text": "item edit WEB-1 status=blocked", "as": ANA},
    )  # fmt: skip

    assert status == 0
    assert [replies[1]["facts"]["draft"], replies[3]["facts"]["revision"]] == [1, 2]
    assert replies[4]["facts"]["changed"] is False


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("not json", 2), ("[]", 2), ("null", 2), ('"current"', 2), ("{}", 2), ('{"text": "current"}', 2),
        ('{"as": "ana@example.com"}', 2), ('{"text": 5, "as": "ana@example.com"}', 2), ("[" * 100_000, 2), ("1" * 5_000, 2),
        ({"text": "current", "as": ["ana@example.com"]}, 2), ({"text": "current", "as": ANA, "at": "never"}, 2),
        ({"text": "current", "as": ANA, "at": "0001-01-01T00:00:00+14:00"}, 2),
        ({"text": "current", "as": ANA, "in": "somewhere"}, 2), ({"text": "current", "as": ANA, "in": "console:web"}, 2),
        ({"text": "current", "as": ANA, "in": "slack:T1"}, 2), ({"text": "current", "as": ANA, "in": "teams:"}, 2),
        ({"text": "current", "as": "nobody@example.com"}, 1), ({"text": "current", "as": "an\u0000a\ud800@example.com"}, 0),
        ({"text": "cur\u0000rent\ud83d", "as": ANA}, 0), ({"text": "current", "as": ANA, "id": 5, "tags": []}, 0),
        ({"text": "", "as": ANA}, 0), ({"text": "current", "as": " ANA@Example.com "}, 0), ({"text": "current\u2028", "as": ANA}, 0),
        ({"text": "current", "as": ANA, "at": None, "in": None}, 0),
    ],
)  # fmt: skip
async def test_a_line_that_is_wrong_is_told_and_the_rest_go_on(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: object, status: int
) -> None:
    app = await an_app(sqlite_store)

    worst, replies = await said(app, tmp_path, capsys, line, {"text": "current", "as": ANA})

    assert (worst, len(replies)) == (status, 2)
    assert replies[0].get("exit", 0) == status, replies[0]
    assert ("error" in replies[0]) == bool(status)
    assert replies[1]["facts"]["revision"] == 1


def test_signs_at_which_other_tools_end_a_line_stay_inside_one(tmp_path: Path) -> None:
    """JSON allows them in a string as they are."""
    file = tmp_path / "batch.jsonl"
    file.write_text('\ufeff{"text": "a\u2028b\u0085c", "as": "x"}\r\n\n{"text": "d", "as": "y"}\n', "utf-8")

    assert [(each.text, each.email) for each in say.read_requests(file) if isinstance(each, say.SayRequest)] == [
        ("a\u2028b\u0085c", "x"), ("d", "y"),
    ]  # fmt: skip


@pytest.mark.parametrize("content", [None, b"\xff\xfe{", b"caf\xe9"])
def test_a_batch_that_cannot_be_read_is_refused_whole(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "batch.jsonl"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BadInput, match=r"batch\.jsonl"):
        say.read_requests(file)


async def test_the_clock_is_the_lines_own_or_the_batchs(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which revision is read does not depend on it."""
    app = await an_app(sqlite_store)

    _, replies = await said(
        app, tmp_path, capsys,
        {"text": "item edit WEB-1 due=tomorrow", "as": ANA, "at": "2026-12-24T12:00:00+01:00"},
        {"text": "item edit WEB-1 due=tomorrow", "as": ANA}, {"text": "current", "as": ANA, "at": "2020-01-01"},
        at="2027-02-27",
    )  # fmt: skip

    assert "25 Dec 2026" in replies[0]["text"]
    assert "28 Feb 2027" in replies[1]["text"]
    assert replies[2]["facts"]["revision"] == 1


async def test_publishing_before_the_latest_revision_is_bad_input(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = await an_app(sqlite_store)

    status, replies = await said(
        app, tmp_path, capsys,
        {"text": "item edit WEB-1 status=done", "as": ANA}, {"text": "publish --now", "as": BOSS, "at": "2026-11-01"},
        {"text": "current", "as": ANA},
    )  # fmt: skip

    assert (status, replies[1]["exit"], replies[2]["facts"]["revision"]) == (2, 2, 1)


async def test_a_room_is_made_on_first_use_and_only_by_what_writes(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = await an_app(sqlite_store)

    await said(app, tmp_path, capsys, {"text": "roadmap", "as": ANA, "in": "console:#read"})
    await said(app, tmp_path, capsys, {"text": "subscribe roadmap", "as": BOSS, "in": "console:#write"})

    async with sqlite_store.reading() as session:
        assert await places.find(session, "console", "", "#read") is None
        assert await places.find(session, "console", "", "#write") is not None


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("", ConversationRef("console", "@ana@example.com", direct=True)),
        ("console:#launch room", ConversationRef("console", "#launch room", name="#launch room")),
        ("slack:T1/C2", ConversationRef("slack", "C2", "T1")),
        ("teams:19:abc@thread.v2", ConversationRef("teams", "19:abc@thread.v2")),
    ],
)
def test_a_place_is_named_as_the_contract_says(words: str, place: ConversationRef) -> None:
    assert say.parse_conversation(words, ANA) == place


@given(st.text(max_size=40))
def test_no_place_and_no_moment_breaks_it(words: str) -> None:
    for read in (lambda: say.parse_conversation(words, ANA), lambda: parse_moment(words)):
        with suppress(BadInput):
            read()


async def test_the_audit_names_the_account_of_the_terminal(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = await an_app(sqlite_store)

    await said(app, tmp_path, capsys, {"text": "item edit WEB-1 status=blocked", "as": ANA})

    async with sqlite_store.reading() as session:
        lines = await audit.newest(session, 5)
    assert [(line["act"], line["operator"]) for line in lines][:2] == [
        ("item edit", "root"),
        ("import roadmap", "root"),
    ]
