"""The script that alembic runs: one connection, one transaction, and no other process migrating meanwhile."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL
from sqlmodel import SQLModel

from storage.store import set_up_sqlite

MIGRATION_LOCK = 724_502


def include(_thing: object, name: str | None, kind: str, _reflected: object, _compared: object) -> bool:
    """False for the tables without a model: the search index, and those of procrastinate."""
    without_model = ("item_words", "procrastinate_")
    return not (kind in {"table", "index"} and (name or "").removeprefix("ix_").startswith(without_model))


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        include_object=include,
        transaction_per_migration=False,
    )
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    url: URL = context.config.attributes["url"]
    sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(url.set(drivername="sqlite+pysqlite") if sqlite else url)
    if sqlite:
        event.listen(engine, "connect", set_up_sqlite)
        # Tables are created inside the transaction too: a second process waits for the first, then has nothing to do.
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            migrate(connection)
    finally:
        engine.dispose()


run()
