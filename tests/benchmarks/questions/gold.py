"""What the right answer to a question is: a predicate over the rows of a CSV file, worked out without the program.

A line of `questions.jsonl` is {"id", "category", "as", "text", "outcome", "gold", "key"}. `gold` is a Python expression
over `i`, a row with its lists split and its dates read, and True for exactly the items that belong into the answer;
`key` is the one item asked for by "next", "first" or "last".
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

OPEN = frozenset({"planned", "in_progress", "at_risk", "blocked", "on_hold"})
LISTS, DATES = ("campaigns", "visible_to", "tags"), ("start", "due")
COLUMNS = ("key", "title", "team", "campaigns", "status", "start", "due", "owner_email", "summary", "url", "kind", "visible_to", "tags")  # fmt: skip


@dataclass(frozen=True)
class GoldQuestion:
    """One question with its right answer. `items` is None where no item is asked for."""

    id: str
    store: str
    category: str
    who: str
    text: str
    outcome: str
    items: frozenset[str] | None


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """The roadmap of *folder* as predicates see it."""
    teams = {row["key"]: row for row in _csv(folder / "teams.csv")}
    return [_row(row, teams) for row in _csv(folder / "roadmap.csv")]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _row(row: Mapping[str, str], teams: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {column: (row.get(column) or "").strip() for column in COLUMNS}
    found |= {name: [each for each in found[name].split(";") if each] for name in LISTS}
    found |= {name: date.fromisoformat(found[name]) if found[name] else None for name in DATES}
    found["kind"] = found["kind"] or "work"
    return found | {"open": found["status"] in OPEN, "side": teams[found["team"]]["side"]}


def questions_of(folder: Path, today: date) -> list[GoldQuestion]:
    """Every question about the store in *folder*, with the keys that its predicate picks."""
    rows = rows_of(folder)
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [_asked(json.loads(line), folder.name, rows, today) for line in lines if line.strip()]


def _asked(line: Mapping[str, Any], store: str, rows: list[dict[str, Any]], today: date) -> GoldQuestion:
    items = None
    if line.get("key"):
        items = frozenset({line["key"]})
    elif line["gold"] is not None and line["outcome"] == "answered":
        items = frozenset(row["key"] for row in rows if _holds(line["gold"], row, today))
    return GoldQuestion(line["id"], store, line["category"], line["as"], line["text"], line["outcome"], items)


def _holds(predicate: str, row: dict[str, Any], today: date) -> bool:
    # The expressions are this repository's own files, written by people; nothing from outside is evaluated.
    return bool(eval(predicate, {"i": row, "TODAY": today, "D": date}))
