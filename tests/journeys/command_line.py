"""The command, run as a user would: a process of its own, in a folder of its own, with an environment of its own.

To load it takes a second, and these tests run it two hundred times: so it is loaded once, in a process that does nothing
but fork. `as_installed` starts it from nothing, as the shell does.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from io import FileIO, TextIOWrapper
from pathlib import Path
from typing import Any

BOSS = "boss@example.com"
TEAMS = "key,name,side,aliases\nweb,Web Platform,it,website\nseo,SEO,marketing,\n"
PEOPLE = "email,name,team,permission\nana@example.com,Ana Lima,web,contributor\nbo@example.com,Bo Chen,seo,viewer\n"
CAMPAIGNS = "key,name,aliases,start,end\nspring,Spring Launch,launch,2027-03-01,2027-05-31\n"
ROADMAP = (
    "key,title,team,campaigns,status,due,owner_email,visible_to\n"
    "WEB-1,Consent banner,web,spring,in_progress,2027-02-01,ana@example.com,\n"
    "WEB-2,=SUM(A1),web,spring,planned,,,\n"
    "SEO-1,Landing pages,seo,spring,blocked,2027-02-15,bo@example.com,seo\n"
)


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "bot.cli",
        "bot.commands.say",
        "bot.commands.import_",
        "bot.doctor.checks",
        "storage.migrations",
        "rich",
        "tests.journeys.preload",
    ]
)


def _command(words: tuple[str, ...], folder: Path, environment: dict[str, str], out: Path, err: Path) -> None:
    """The command in this process, which was made for it."""
    for path, number in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)
    sys.stdout, sys.stderr = (TextIOWrapper(FileIO(number, "w", closefd=False), "utf-8") for number in (1, 2))
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["handshake", *words]
    from bot.cli import main

    try:
        main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _seen(outcome: CommandOutcome) -> CommandOutcome:
    assert "Traceback" not in outcome.output, outcome.output
    return outcome


@dataclass(frozen=True)
class CommandOutcome:
    """How a command ended, and what it printed."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def output(self) -> str:
        return self.out + self.err


class CommandLine:
    """A folder in which somebody uses the command."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HANDSHAKE_")}
        self.environment = clean | {"HANDSHAKE_ADMINS": BOSS} | environment

    @property
    def store(self) -> Path:
        return self.folder / "var" / "handshake.db"

    def run(self, *words: str) -> CommandOutcome:
        printed = self.folder / "printed-out", self.folder / "printed-err"
        process = _FORKS.Process(target=_command, args=(words, self.folder, self.environment, *printed))
        process.start()
        process.join(60)
        assert process.exitcode is not None, f"{words} did not end"
        out, err = (path.read_bytes().decode() for path in printed)
        for path in printed:
            path.unlink()
        return _seen(CommandOutcome(process.exitcode, out, err))

    def run_installed(self, *words: str) -> CommandOutcome:
        """Like `run`, from nothing."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(Path(__file__).parent.parent.parent)},
            capture_output=True,
            timeout=60,
            check=False,
        )
        return _seen(CommandOutcome(done.returncode, done.stdout.decode(), done.stderr.decode()))

    def write_file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def import_roadmap(self) -> None:
        """Teams, people, a campaign and one published revision."""
        for what, content in (("teams", TEAMS), ("people", PEOPLE), ("campaigns", CAMPAIGNS)):
            assert self.run("import", what, self.write_file(f"{what}.csv", content)).exit == 0
        published = self.run(
            "import",
            "roadmap",
            self.write_file("roadmap.csv", ROADMAP),
            "--publish",
            "--reason",
            "first",
            "--at",
            "2026-11-02",
        )
        assert published.exit == 0, published.output

    def row_counts(self) -> dict[str, int]:
        """How many rows each table has: what an import that was refused must not have changed."""
        with sqlite3.connect(self.store) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counted = [name for name in names if not name.startswith(("sqlite", "item_words"))]
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in counted}
