"""The guarantees of a store: atomic transactions, explained problems, and the same tables as the models on both databases."""

from __future__ import annotations

import pkgutil
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

import storage
from storage import processed_events, schema_version
from storage.schema_version import MIGRATIONS
from storage.store import Store, StoreProblem, parse_url
from storage.upgrade import config

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


async def test_a_transaction_that_fails_keeps_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError, match="halfway"):
        async with store.transaction() as session:
            await processed_events.record_once(session, "slack", "E1", NOW)
            raise RuntimeError("halfway")

    async with store.transaction() as session:
        assert await processed_events.record_once(session, "slack", "E1", NOW)


async def test_an_event_is_taken_once(store: Store) -> None:
    async with store.transaction() as session:
        assert await processed_events.record_once(session, "slack", "E1", NOW)
        assert not await processed_events.record_once(session, "slack", "E1", NOW)


async def test_a_transaction_inside_a_transaction_is_a_mistake_of_ours(store: Store) -> None:
    async with store.transaction():
        with pytest.raises(RuntimeError, match="inside"):
            async with store.transaction():
                pass


def test_models_and_migrations_describe_the_same_tables(store_address: str) -> None:
    for module in pkgutil.iter_modules(storage.__path__):  # each module defines the models of its own tables
        import_module(f"storage.{module.name}")

    command.check(config(parse_url(store_address)))


def test_the_chain_of_versions_is_the_chain_of_files() -> None:
    steps = reversed(list(ScriptDirectory.from_config(config()).walk_revisions()))

    assert tuple(step.revision for step in steps) == MIGRATIONS


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear all, " * 1000)
    store = Store(f"sqlite:///{path}")

    with pytest.raises(StoreProblem, match="not a database"):
        await store.open()

    await store.close()
    assert path.read_text().startswith("Dear all")


async def test_a_store_from_a_newer_version_is_refused(store: Store) -> None:
    async with store.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9000'"))

    with pytest.raises(StoreProblem, match="newer"):
        await store.open()


async def test_a_store_from_before_the_first_release_is_refused(store: Store) -> None:
    """Its tables had other names; neither opening nor migrating it may look like a success or a fault of ours."""
    async with store.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0019'"))

    with pytest.raises(StoreProblem, match="before the first release"):
        await store.open()
    with pytest.raises(StoreProblem, match="before the first release"):
        await store.migrate()


async def test_a_store_from_an_older_version_asks_for_migrate(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_version, "MIGRATIONS", (*MIGRATIONS, "9999"))
    monkeypatch.setattr(schema_version, "LATEST_MIGRATION", "9999")

    with pytest.raises(StoreProblem, match="handshake migrate"):
        await store.open()


async def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'other.db'}")
    async with store.transaction() as session:
        await session.execute(text("CREATE TABLE cookies (id INTEGER)"))

    with pytest.raises(StoreProblem, match="another program"):
        await store.open()

    await store.close()


async def test_a_database_that_does_not_answer_is_said_in_words() -> None:
    store = Store("postgresql://nobody@127.0.0.1:1/handshake?connect_timeout=2")

    with pytest.raises(StoreProblem, match="cannot be reached"):
        await store.open()

    await store.close()


@pytest.mark.parametrize("address", ["mysql://x/y", "handshake.db", "sqlite://", "sqlite:///:memory:"])
def test_an_address_that_cannot_work_says_what_to_write(address: str) -> None:
    with pytest.raises(StoreProblem, match="HANDSHAKE_DATABASE_URL|neither"):
        parse_url(address)
