"""A store of an older version keeps what it holds on its way to today's tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import bindparam, create_engine, inspect, text

from storage import drafts, posted_cards, roadmap, title_search
from storage.store import Store, UtcDateTime, parse_url
from storage.upgrade import config
from storage.values.company import UNRESTRICTED
from storage.values.questions import ItemTitle
from tests.app import ChatApp, item

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table, or one that can be taken back to an older version."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    return str(request.getfixturevalue("postgres_address"))


def migrate_to(address: str, version: str) -> None:
    """Bring the store to exactly that version."""
    url = parse_url(address)
    engine = create_engine(url.set(drivername="sqlite+pysqlite") if address.startswith("sqlite") else url)
    made = inspect(engine).has_table("alembic_version")
    engine.dispose()
    (command.downgrade if made else command.upgrade)(config(url), version)


async def test_titles_are_found_in_a_store_whose_index_did_not_know_them(address: str) -> None:
    migrate_to(address, "0007")
    older = Store(address)
    app = ChatApp(older, ())
    await app.publish(item("WEB-1", "Gate for lorries", summary="By the harbour"), item("WEB-2", "Quay"))
    await _forget_words(older)
    await older.close()

    store = Store(address)
    await store.migrate()

    async with store.reading() as session:
        assert await title_search.titles_in(session, "who owns the gate for lorries?", UNRESTRICTED) == (
            ItemTitle("Gate for lorries", "WEB-1"),
        )
        assert [each.key for each in await roadmap.search_items(session, "harbour", UNRESTRICTED)] == ["WEB-1"]
        assert [each.key for each in await roadmap.search_items(session, "quay", UNRESTRICTED)] == ["WEB-2"]
    await store.close()


async def _forget_words(store: Store) -> None:
    async with store.transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            await session.execute(text("INSERT INTO item_words(item_words) VALUES ('delete-all')"))
        else:
            await session.execute(text("DELETE FROM item_words"))


async def test_edits_that_wait_in_a_draft_of_one_author_a_thing_still_wait(address: str) -> None:
    migrate_to(address, "0006")
    older = Store(address)
    async with older.transaction() as session:
        await drafts.append_edits(session, [drafts.Edit("item", "WEB-1", {"due": "2027-01-15"}, "p_ana", AT)])
    await older.close()

    store = Store(address)
    await store.migrate()

    async with store.transaction() as session:
        await drafts.add_edits(session, [drafts.Edit("item", "WEB-1", {"status": "blocked"}, "p_bo", AT)])
        waiting = await drafts.edits(session)
    await store.close()
    assert [(edit.author, dict(edit.fields)) for edit in waiting] == [
        ("p_ana", {"due": "2027-01-15"}),
        ("p_bo", {"status": "blocked"}),
    ]


async def test_cards_of_recognition_that_stood_before_are_looked_after(address: str) -> None:
    migrate_to(address, "0018")
    older = Store(address)
    insert = (
        "INSERT INTO notice (id, key, kind, payload, created_at, trace) VALUES (:id, :key, :kind, :payload, :at, '')"
    )
    async with older.transaction() as session:
        for number, (key, kind) in enumerate(
            [("celebration:3", "celebration"), ("celebration:3:edit:1", "celebration"), ("revision:R1", "revision")]
        ):
            row = {"id": f"n{number}", "key": key, "kind": kind, "payload": '{"celebration": 3}', "at": AT}
            await session.execute(text(insert).bindparams(bindparam("at", type_=UtcDateTime())), row)
    await older.close()

    store = Store(address)
    await store.migrate()

    async with store.reading() as session:
        found = await posted_cards.posted(session)
    assert [(each.subject, each.key, each.payload, each.fingerprint) for each in found] == [
        ("celebration:3", "celebration:3", {"celebration": 3}, "")
    ]
    await store.close()
