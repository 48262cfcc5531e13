"""The index of words in items: FTS5 on SQLite, a GIN index over a tsvector on PostgreSQL. No extension is needed."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Versions are never changed or removed, so the index needs no copy of their text.
        op.execute(
            "CREATE VIRTUAL TABLE item_words USING fts5("
            "heading, body, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
        return
    op.execute("CREATE TABLE item_words (version_id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)")
    op.execute("CREATE INDEX ix_item_words_words ON item_words USING gin (words)")


def downgrade() -> None:
    op.execute("DROP TABLE item_words")
