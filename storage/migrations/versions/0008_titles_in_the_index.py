"""The index of words also knows each title as a whole; it is made anew from the items that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.search import index_row

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BATCH = 2000
_VERSIONS = sa.text(
    "SELECT id, key, title, summary, campaigns FROM item_version WHERE id > :after ORDER BY id LIMIT :batch"
)
_SQLITE = sa.text("INSERT INTO item_words(rowid, heading, body) VALUES (:version_id, :heading, :body)")
_POSTGRESQL = sa.text(
    "INSERT INTO item_words(version_id, words) VALUES (:version_id, "
    "setweight(to_tsvector('simple', :heading), 'A') || setweight(to_tsvector('simple', :body), 'B'))"
)


def upgrade() -> None:
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    # An index without a copy of its text can neither change nor forget a row.
    if sqlite:
        op.execute("DROP TABLE item_words")
        op.execute(
            "CREATE VIRTUAL TABLE item_words USING fts5("
            "heading, body, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
    else:
        op.execute("DELETE FROM item_words")
    for rows in _batches(connection):
        connection.execute(_SQLITE if sqlite else _POSTGRESQL, rows)


def downgrade() -> None:
    """A word more in the index disturbs nobody."""


def _batches(connection: sa.Connection) -> Iterator[list[Mapping[str, Any]]]:
    after = 0
    while versions := connection.execute(_VERSIONS, {"after": after, "batch": BATCH}).all():
        yield [index_row(v.id, v.key, v.title, v.summary, filter(None, v.campaigns.split(";"))) for v in versions]
        after = versions[-1].id
