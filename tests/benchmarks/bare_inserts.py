"""The very rows that publishing a revision wrote, and the bare way to write them: one statement a table, no checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from storage.roadmap import split_list
from storage.search import index_row

# Rows of a revision are found by its number; notices and deliveries by the time it was published.
_WRITTEN = {
    "revision": "number = ?",
    "campaign_version": "from_revision = ?",
    "change": "revision = ?",
    "item_version": "from_revision = ?",
    "item_campaign": "version_id IN (SELECT id FROM item_version WHERE from_revision = ?)",
    "notice": "created_at = (SELECT published_at FROM revision WHERE number = ?)",
    "delivery": "due_at = (SELECT published_at FROM revision WHERE number = ?)",
}


class TableRows(NamedTuple):
    """One statement and its rows."""

    statement: str
    rows: Sequence[Sequence[Any]]


def rows_written_by(connection: Any, revision: int) -> list[TableRows]:
    """Everything that *revision* put into the store, in an order in which it can be put into a copy of the one before."""
    sqlite = _is_sqlite(connection)
    replaced = _fetch(connection, "SELECT id FROM item_version WHERE to_revision = ?", [revision])
    closing = f"UPDATE item_version SET to_revision = {revision} WHERE id = ?"
    writings = [TableRows(closing, replaced)] if replaced else []
    for table, condition in _WRITTEN.items():
        rows = _fetch(connection, f"SELECT * FROM {table} WHERE {condition}", [revision])
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            writings.append(TableRows(f"INSERT INTO {table} VALUES ({marks})", rows))
    texts = _fetch(
        connection, "SELECT id, key, title, summary, campaigns FROM item_version WHERE from_revision = ?", [revision]
    )
    words = [
        tuple(index_row(number, key, title, summary, split_list(campaigns)).values())
        for number, key, title, summary, campaigns in texts
    ]
    writings.append(TableRows(_INDEX_SQLITE if sqlite else _INDEX_POSTGRESQL, words))
    return [TableRows(_dialect(each.statement, sqlite=sqlite), each.rows) for each in writings]


_INDEX_SQLITE = "INSERT INTO item_words(rowid, heading, body) VALUES (?, ?, ?)"
_INDEX_POSTGRESQL = (
    "INSERT INTO item_words(version_id, words) VALUES (?, "
    "setweight(to_tsvector('simple', ?), 'A') || setweight(to_tsvector('simple', ?), 'B'))"
)


def write(connection: Any, writings: Iterable[TableRows]) -> None:
    """All of it in one transaction."""
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE" if _is_sqlite(connection) else "BEGIN")
    for each in writings:
        cursor.executemany(each.statement, each.rows)
    cursor.execute("COMMIT")


def _fetch(connection: Any, statement: str, values: Sequence[Any]) -> list[Any]:
    cursor = connection.cursor()
    cursor.execute(_dialect(statement, sqlite=_is_sqlite(connection)), values)
    return list(cursor.fetchall())


def _dialect(statement: str, *, sqlite: bool) -> str:
    return statement if sqlite else statement.replace("?", "%s")


def _is_sqlite(connection: Any) -> bool:
    return type(connection).__module__ == "sqlite3"
