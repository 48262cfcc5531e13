"""Every table that holds a person's id is exported and forgotten by a slice, or stands in a list with a reason."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest
from sqlalchemy import Table
from sqlmodel import SQLModel

import storage
from handlers.catalogue import FEATURES
from handlers.feature import Feature
from storage.person_lifecycle import KEPT as MERGE_KEEPS
from storage.person_lifecycle import REWRITTEN, REWRITTEN_JSON

ROOT = Path(__file__).parents[2]

# Columns of one of these names hold the opaque id of a person; so does every column that refers to `person`.
PERSON_COLUMNS = {
    "about", "approver", "asked", "asker", "assignee", "author", "by", "created_by", "decider", "host", "it_partner", "one",
    "other", "owner", "people", "person_id", "planned_by",
}  # fmt: skip

# Columns that keep the opaque id after `me forget`, because the organisation's record needs it and it names nobody.
KEPT = {
    "campaign": "owner and IT partner belong to the roadmap",
    "campaign_version": "owner and IT partner belong to the roadmap's history",
    "item_version": "the owner belongs to the roadmap's history",
}

# Queues that are empty within seconds; the foreign key deletes the rows of a person who is forgotten.
TRANSIENT = {"fan_out_item": "people to whom a notice is still to be addressed"}


def tables() -> dict[str, tuple[str, Table]]:
    """Table name -> the module of storage that defines it, and the table."""
    for module in pkgutil.iter_modules(storage.__path__, "storage."):
        importlib.import_module(module.name)
    rows = [row for row in SQLModel.__subclasses__() if hasattr(row, "__table__")]
    return {row.__table__.name: (row.__module__, row.__table__) for row in rows}


def holds_a_person(table: Table) -> bool:
    refers = any(key.column.table.name == "person" for column in table.columns for key in column.foreign_keys)
    return refers or table.name == "person" or not PERSON_COLUMNS.isdisjoint(table.columns.keys())


def folder_of(feature: Feature) -> str:
    """The slice's folder, from the lazily loaded hooks or its commands."""
    return next(folder.name for folder in sorted((ROOT / "handlers").iterdir()) if _feature_of(folder) is feature)


def _feature_of(folder: Path) -> Feature | None:
    if not (folder / "__init__.py").exists():
        return None
    feature = getattr(importlib.import_module(f"handlers.{folder.name}"), "FEATURE", None)
    return feature if isinstance(feature, Feature) else None


def modules_handled(hook: str) -> set[str]:
    """The modules of storage that the slices' function *hook* uses, for slices that name it in their FEATURE."""
    handled: set[str] = set()
    for feature in FEATURES:
        if getattr(feature, hook) is None:
            continue
        path = ROOT / "handlers" / folder_of(feature) / "hooks.py"
        [function] = [
            node
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.AsyncFunctionDef) and node.name == hook
        ]
        handled |= {f"storage.{node.id}" for node in ast.walk(function) if isinstance(node, ast.Name)}
    return handled


PERSONAL = {
    name: module for name, (module, table) in tables().items() if holds_a_person(table) and name not in TRANSIENT
}
# What a module hands on to another one that holds the second half of its tables.
PARTS = {"storage.dinner_seats": "storage.dinners"}


@pytest.mark.parametrize("table", sorted(PERSONAL))
def test_a_slice_forgets_whom_a_table_names(table: str) -> None:
    module = PARTS.get(PERSONAL[table], PERSONAL[table])

    assert table in KEPT or module in modules_handled("forget_person"), f"no hooks.py forgets {table} of {module}"


@pytest.mark.parametrize("table", sorted(PERSONAL))
def test_a_slice_exports_whom_a_table_names(table: str) -> None:
    module = PARTS.get(PERSONAL[table], PERSONAL[table])

    assert module in modules_handled("export_person"), f"no hooks.py exports {table} of {module}"


@pytest.mark.parametrize("table", sorted(KEPT))
def test_an_exception_is_a_table_that_names_people(table: str) -> None:
    assert table in PERSONAL


def test_a_new_table_with_a_person_would_be_noticed() -> None:
    """The check itself finds the tables that everybody knows to be personal."""
    assert {"person", "acknowledgement", "place_member", "kudos", "dinner_guest", "tour_member"} <= PERSONAL.keys()


@pytest.mark.parametrize("table", sorted(PERSONAL.keys() - {"person"}))
def test_a_merge_rewrites_every_column_with_the_id_of_a_person_or_leaves_history_alone(table: str) -> None:
    _, columns = tables()[table]
    rewritten = {
        name
        for model in (REWRITTEN, REWRITTEN_JSON)
        for row, names in model.items()
        if row.__tablename__ == table
        for name in names
    }

    assert table in MERGE_KEEPS or PERSON_COLUMNS & set(columns.columns.keys()) <= rewritten
