"""A migration keeps what the store holds, and one that fails changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from storage import drafts, item_queries, schema_version, title_search, verify
from storage.store import Store, parse_url
from storage.upgrade import config
from storage.values.company import UNRESTRICTED
from storage.values.questions import ItemTitle
from tests.app import ChatApp, item

SECOND_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{latest}"


def upgrade() -> None:
    with op.batch_alter_table("item_version") as table:
        table.add_column(sa.Column("estimate", sa.Integer(), nullable=False, server_default="3"))
    op.execute("UPDATE item_version SET estimate = 5 WHERE key = 'WEB-2'")
    {last_step}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that only this test uses: its tables are changed."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    return str(request.getfixturevalue("postgres_address"))


def with_second_migration(address: str, folder: Path, *, last_step: str = "") -> Config:
    """The configuration of alembic with one more migration, which exists in this test only."""
    file = folder / "versions" / "9999_estimate.py"
    file.parent.mkdir()
    file.write_text(SECOND_MIGRATION.format(latest=schema_version.LATEST_MIGRATION, last_step=last_step))
    settings = config(parse_url(address))
    script_location = settings.get_main_option("script_location")
    settings.set_main_option("path_separator", "os")
    settings.set_main_option("version_locations", f"{script_location}/versions{os.pathsep}{file.parent}")
    return settings


async def filled(address: str) -> Store:
    store = Store(address)
    await store.migrate()
    app = ChatApp(store, ())
    await app.publish(item("WEB-1", "Gate for lorries", summary="By the harbour"), item("WEB-2", "Quay"))
    async with store.transaction() as session:
        await drafts.append_edits(session, [drafts.Edit("item", "WEB-1", {"due": "2027-01-15"}, "p_ana", app.now)])
    await store.close()
    return store


async def test_a_later_migration_keeps_what_the_store_holds(address: str, tmp_path: Path) -> None:
    store = await filled(address)

    command.upgrade(with_second_migration(address, tmp_path), "head")

    async with store.reading() as session:
        assert (await verify.verify(session)).problem == ""
        estimates = (await session.execute(text("SELECT key, estimate FROM item_version ORDER BY key"))).all()
        assert [tuple(row) for row in estimates] == [("WEB-1", 3), ("WEB-2", 5)]
        assert await title_search.titles_in(session, "who owns the gate for lorries?", UNRESTRICTED) == (
            ItemTitle("Gate for lorries", "WEB-1"),
        )
        assert [match.key for match in await item_queries.search_items(session, "harbour", UNRESTRICTED)] == ["WEB-1"]
        assert [(edit.author, dict(edit.fields)) for edit in await drafts.edits(session)] == [
            ("p_ana", {"due": "2027-01-15"})
        ]
        assert await schema_version.schema_state(session) is schema_version.SchemaState.NEWER
    await store.close()


async def test_a_migration_that_fails_changes_nothing(address: str, tmp_path: Path) -> None:
    store = await filled(address)

    with pytest.raises(RuntimeError, match="power cut"):
        command.upgrade(with_second_migration(address, tmp_path, last_step='raise RuntimeError("power cut")'), "head")

    await store.open()
    async with store.reading() as session:
        assert await schema_version.schema_state(session) is schema_version.SchemaState.CURRENT
        assert (await verify.verify(session)).problem == ""
        columns = (await session.execute(text("SELECT * FROM item_version"))).keys()
        assert "estimate" not in columns
    await store.close()
