"""The stores that the questions of the corpus are about, read from their CSV files without the program's importer."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.roadmap import Item, Kind, Status
from tests.features.questions.gold import COMPANIES, QuestionContext

CORPUS = Path(os.environ.get("CORPUS", Path(__file__).parent))


@dataclass(frozen=True)
class Store(QuestionContext):
    """A company's teams, people, campaigns and items, and who asks on which day."""

    name: str


@cache
def store(name: str) -> Store:
    """The store in the folder of that name, or a company of the gold questions."""
    if name in COMPANIES:
        context = COMPANIES[name]
        return Store(context.names, context.items, context.asker, context.today, name)
    folder = CORPUS / "stores" / name
    about = json.loads((folder / "store.json").read_text(encoding="utf-8"))
    people = tuple(_person(row) for row in _rows(folder, "people"))
    names = Directory(
        tuple(
            Team(row["key"], row["name"], Side(row["side"]), _list(row["aliases"])) for row in _rows(folder, "teams")
        ),
        tuple(_campaign(row) for row in _rows(folder, "campaigns")),
        people,
    )
    items = tuple(_item(row) for row in _rows(folder, "roadmap"))
    return Store(names, items, names.by_email[about["asker"]], date.fromisoformat(about["today"]), name)


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)]


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _person(row: dict[str, str]) -> Person:
    return Person(row["email"], row["email"], row["name"], row.get("team", ""), row.get("role", ""))


def _campaign(row: dict[str, str]) -> Campaign:
    return Campaign(
        row["key"],
        row["name"],
        _list(row.get("aliases", "")),
        row.get("owner_email", ""),
        row.get("it_partner_email", ""),
        _day(row.get("start", "")),
        _day(row.get("end", "")),
        row.get("status", ""),
    )


def _item(row: dict[str, str]) -> Item:
    due = _day(row.get("due", ""))
    return Item(
        row["key"],
        row["title"],
        row["team"],
        _list(row["campaigns"]),
        Status(row["status"]),
        start=_day(row.get("start", "")),
        due=due,
        owner=row.get("owner_email", ""),
        summary=row.get("summary", ""),
        kind=Kind(row.get("kind") or "work"),
        tags=_list(row.get("tags", "")),
        finished_on=due if row["status"] == "done" else None,
    )
