"""The command line keeps the contract: exit codes, JSON, batches, and messages instead of tracebacks."""

from __future__ import annotations

import csv
import io
import json
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.journeys.command_line import BOSS, ROADMAP, CommandLine


@pytest.fixture(scope="module")
def command_line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A command line with a small roadmap. Tests that use it only read, or are refused."""
    made = CommandLine(tmp_path_factory.mktemp("desk"))
    made.import_roadmap()
    return made


def test_a_reply_is_one_json_object_of_four_parts(command_line: CommandLine) -> None:
    reply = command_line.run_installed("say", "current", "--as", "ana@example.com", "--json")

    assert reply.exit == 0
    assert reply.json.keys() == {"text", "card", "private", "facts"}
    facts = reply.json["facts"]
    assert (facts["revision"], facts["state"], facts["acknowledged"]) == (1, "published", False)
    assert facts["published_at"].startswith("2026-11-02T00:00:00")


def test_the_version_is_that_of_the_package(command_line: CommandLine) -> None:
    shown = command_line.run("--version")

    assert (shown.exit, shown.out) == (0, f"handshake {version('handshake')}\n")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("say", "roadmap", "--as", "ana@example.com"), 0),
        (("say", "item NOPE-1", "--as", "ana@example.com"), 1),
        (("say", "publish", "--as", "bo@example.com"), 1),
        (("say", "current", "--as", "stranger@example.com"), 1),
        (("say", "roadmap --bogus", "--as", "ana@example.com"), 2),
        (("say", "current"), 2),
        (("say", "current", "--as", "ana@example.com", "--at", "yesterday"), 2),
        (("say", "current", "--as", "ana@example.com", "--in", "somewhere"), 2),
        (("import", "cookies", "x.csv"), 2),
        (("import", "roadmap", "missing.csv"), 2),
        (("export", "cookies"), 2),
        (("post", "retry", "all-dead"), 1),
        (("verify", "--head", "123456789abc"), 1),
        (("nonsense",), 2),
    ],
)
def test_the_exit_status_says_whose_move_it_is(command_line: CommandLine, words: tuple[str, ...], status: int) -> None:
    assert command_line.run(*words).exit == status


def test_a_question_always_ends_well(command_line: CommandLine) -> None:
    lines = [
        {"text": "what is IT working on for the launch?", "as": "ana@example.com"},
        {"text": "ask what is blocked?", "as": "ana@example.com"},
        {"text": "what's the weather", "as": "ana@example.com"},
        {"text": "what is blocked?", "as": "bo@example.com"},
    ]
    batch = command_line.write_file("ask.jsonl", "\n".join(json.dumps(line) for line in lines))

    replies = command_line.run("say", "--batch", batch)

    replies_facts = [json.loads(line)["facts"] for line in replies.out.splitlines()]
    assert replies.exit == 0
    assert [facts["outcome"] for facts in replies_facts] == ["answered", "none", "not_understood", "answered"]
    assert [facts["items"] for facts in replies_facts] == [["WEB-1", "WEB-2"], [], [], ["SEO-1"]]


def test_a_batch_answers_every_line_in_order_and_ends_with_the_worst_status(command_line: CommandLine) -> None:
    batch = command_line.write_file(
        "batch.jsonl",
        '{"text": "current", "as": "ana@example.com"}\nnot json\n{"text": "item NOPE", "as": "ana@example.com"}\n'
        '{"as": "ana@example.com"}\n{"text": "current", "as": "ana@example.com", "at": "never"}\n'
        '{"text": "current", "as": "ana@example.com", "in": "console:#web"}\n',
    )

    done = command_line.run("say", "--batch", batch)

    replies = [json.loads(line) for line in done.out.splitlines()]
    assert [reply.get("exit", 0) for reply in replies] == [0, 2, 1, 2, 2, 0]
    assert all("error" in reply for reply in replies if reply.get("exit"))
    assert done.exit == 2


def test_what_is_exported_can_be_imported_and_changes_nothing(command_line: CommandLine) -> None:
    exported = command_line.run("export", "roadmap").out
    again = command_line.run("import", "roadmap", command_line.write_file("again.csv", exported), "--publish", "--json")

    formula = next(row for row in csv.DictReader(io.StringIO(exported)) if row["key"] == "WEB-2")
    assert formula["title"] == "'=SUM(A1)"
    assert (again.json["unchanged"], again.json["revision"], again.json["changes"]) == (3, None, [])


def test_the_export_of_a_day_before_the_first_revision_is_refused(command_line: CommandLine) -> None:
    assert command_line.run("export", "roadmap", "--as-of", "2020-01-01").exit == 1


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "latin-1": ("key,title,team,status\nWEB-9,Pr\xe9sentation,web,planned\n".encode("latin-1"), "UTF-8"),
    "utf-16": (ROADMAP.encode("utf-16"), "UTF-"),
    "empty": (b"", "empty"),
    "a workbook": (b"PK\x03\x04" + bytes(200), "CSV"),
    "no header": (b"WEB-9,Something,web,planned\n", "key"),
    "missing columns": (b"key,title\nWEB-9,Something\n", "team"),
    "unknown status": (b"key,title,team,status\nWEB-9,Something,web,in progess\n", "in_progress"),
    "a day that does not exist": (b"key,title,team,status,due\nWEB-9,Something,web,planned,2027-02-30\n", "2027-02-30"),
    "a key twice": (b"key,title,team,status\nWEB-9,A,web,planned\nWEB-9,B,web,planned\n", "WEB-9"),
    "unknown team": (b"key,title,team,status\nWEB-9,A,wbe,planned\n", "web"),
    "unknown campaign": (b"key,title,team,status,campaigns\nWEB-9,A,web,planned,sprnig\n", "spring"),
    "unknown owner": (b"key,title,team,status,owner_email\nWEB-9,A,web,planned,anna@example.com\n", "ana@example.com"),
    "a script as address": (b"key,title,team,status,url\nWEB-9,A,web,planned,javascript:alert(1)\n", "http"),
    "a title of 10,000 characters": (b"key,title,team,status\nWEB-9," + b"x" * 10_000 + b",web,planned\n", "10,000"),
    "one good row and one bad": (b"key,title,team,status\nWEB-8,A,web,planned\nWEB-9,B,web,nope\n", "nope"),
    "too large": (b"key,title,team,status\n" + b"WEB-9,A,web,planned\n" * 1_700_000, "MB"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_explained_and_changes_nothing(command_line: CommandLine, name: str) -> None:
    content, named = BAD_FILES[name]
    before = command_line.row_counts()

    refused = command_line.run("import", "roadmap", command_line.write_file("bad.csv", content), "--publish")

    assert refused.exit == 2
    assert named in refused.output
    assert command_line.row_counts() == before


def test_two_people_with_one_address_are_refused(command_line: CommandLine) -> None:
    people = "email,name,team\nsam@example.com,Sam One,web\nSAM@example.com,Sam Two,web\n"
    before = command_line.row_counts()

    refused = command_line.run("import", "people", command_line.write_file("people2.csv", people), "--json")

    assert refused.exit == 2
    assert refused.json["errors"][0]["row"] == 3
    assert command_line.row_counts() == before


def test_hostile_text_is_kept_as_text(tmp_path: Path) -> None:
    command_line = CommandLine(tmp_path)
    command_line.import_roadmap()
    title = '<!channel> <script>alert("1")</script> *bold* مرحبا 🎉 </at>'
    file = io.StringIO()
    csv.writer(file).writerows([["key", "title", "team", "status"], ["WEB-7", title, "web", "planned"]])

    assert (
        command_line.run(
            "import",
            "roadmap",
            command_line.write_file("hostile.csv", file.getvalue()),
            "--publish",
            "--at",
            "2026-11-03",
        ).exit
        == 0
    )
    shown = command_line.run("say", "item WEB-7", "--as", "ana@example.com", "--json")

    assert shown.json["card"]["title"] == f"WEB-7 {title}"
    assert title in shown.json["text"]


def test_nothing_is_published_before_what_is_published_already(command_line: CommandLine) -> None:
    changed = ROADMAP.replace("blocked", "done")
    before = command_line.row_counts()

    refused = command_line.run(
        "import", "roadmap", command_line.write_file("r.csv", changed), "--publish", "--at", "2026-01-01"
    )

    assert refused.exit == 2
    assert "R1" in refused.output
    assert command_line.row_counts() == before


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("sqlite:///letter.db", "not a database"),
        ("sqlite:////proc/nowhere/x.db", ""),
        ("mysql://somebody@somewhere/else", "SQLite or PostgreSQL"),
        ("postgresql://nobody@127.0.0.1:1/x?connect_timeout=2", "cannot be reached"),
    ],
)
def test_a_store_that_cannot_be_used_ends_with_three(tmp_path: Path, address: str, named: str) -> None:
    command_line = CommandLine(tmp_path, HANDSHAKE_DATABASE_URL=address)
    command_line.write_file("letter.db", "Dear all, " * 500)

    failed = command_line.run("say", "current", "--as", BOSS)

    assert failed.exit == 3
    assert named in failed.output


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    failed = CommandLine(tmp_path, HANDSHAKE_TIMEZONE="Mars/Olympus").run("say", "current", "--as", BOSS)

    assert failed.exit == 2
    assert "HANDSHAKE_TIMEZONE" in failed.output


def test_doctor_names_the_first_things_to_do(tmp_path: Path) -> None:
    found = CommandLine(tmp_path, HANDSHAKE_ADMINS="").run("doctor")

    assert found.exit == 1
    assert "me admin " in found.out
    assert "handshake import teams" in found.out
