"""The installed command, run as a user would: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it printed."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        return self.out + self.err


class Desk:
    """A folder in which somebody uses the command."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HANDSHAKE_")}
        self.environment = clean | {"HANDSHAKE_ADMINS": BOSS} | environment

    @property
    def store(self) -> Path:
        return self.folder / "var" / "handshake.db"

    def run(self, *words: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(Path(__file__).parent.parent.parent)},
            capture_output=True,
            timeout=60,
            check=False,
        )
        outcome = Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in outcome.said, outcome.said
        return outcome

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def has_a_roadmap(self) -> None:
        """Teams, people, a campaign and one published revision."""
        for what, content in (("teams", TEAMS), ("people", PEOPLE), ("campaigns", CAMPAIGNS)):
            assert self.run("import", what, self.file(f"{what}.csv", content)).exit == 0
        published = self.run(
            "import",
            "roadmap",
            self.file("roadmap.csv", ROADMAP),
            "--publish",
            "--reason",
            "first",
            "--at",
            "2026-11-02",
        )
        assert published.exit == 0, published.said

    def rows(self) -> dict[str, int]:
        """How many rows each table has: what an import that was refused must not have changed."""
        with sqlite3.connect(self.store) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counted = [name for name in names if not name.startswith(("sqlite", "item_words"))]
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in counted}
