"""`verify` notices every alteration of the history, and names the row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from handlers.publishing import publish_changes
from storage.store import Store
from storage.values.company import Campaign
from storage.values.roadmap import CAMPAIGN_FIELDS, Change, ChangeKind, Status, field_values
from storage.verify import verify
from tests.app import ChatApp, item


async def make_history(store: Store) -> ChatApp:
    """Three revisions: two items and a campaign, a date that slips, something shipped."""
    app = ChatApp(store, ())
    await app.add_teams()
    await app.add_campaign("spring", "Spring Launch", start=date(2027, 3, 1))
    await app.publish(item("WEB-1", campaigns=("spring",), tags=("a",)), item("WEB-2"), reason="first")
    app.advance(timedelta(days=1))
    await app.publish(item("WEB-1", due=date(2027, 1, 9), campaigns=("spring",)), reason="vendor is late")
    app.advance(timedelta(days=1))
    await app.publish(item("WEB-2", status=Status.DONE), reason="shipped")
    return app


async def problem(store: Store, head: str = "") -> str:
    async with store.reading() as session:
        return (await verify(session, head)).problem


async def test_an_untouched_history_holds(store: Store) -> None:
    await make_history(store)

    async with store.reading() as session:
        verdict = await verify(session)

    assert (verdict.problem, verdict.revisions, verdict.head_name) == ("", 3, "R3")


async def test_an_empty_store_holds(store: Store) -> None:
    assert await problem(store) == ""


ALTERATIONS = [
    (
        'UPDATE change SET body = \'{"due":["2026-12-01","2026-12-02"]}\' WHERE revision = 2',
        "R2, change 1 (item WEB-1)",
    ),
    ("UPDATE change SET digest = 'x' WHERE revision = 1 AND seq = 2", "R1, change 2"),
    ("UPDATE change SET key = 'WEB-9' WHERE revision = 3", "R3, change 1"),
    ("UPDATE change SET kind = 'removed' WHERE revision = 3", "R3, change 1"),
    ("DELETE FROM change WHERE revision = 1 AND seq = 2", "R1, change 2 is missing"),
    ("DELETE FROM change WHERE revision = 3", "R3 itself"),
    ("UPDATE revision SET reason = 'nicer words' WHERE number = 2", "R2: its reason"),
    ("UPDATE revision SET author = 'p_other' WHERE number = 2", "R2 itself"),
    ("UPDATE revision SET approver = 'p_other' WHERE number = 2", "R2 itself"),
    ("UPDATE revision SET how = 'two-key' WHERE number = 2", "R2 itself"),
    ("UPDATE revision SET published_at = created_at, created_at = '2020-01-01 00:00:00' WHERE number = 2", "R2 itself"),
    ("UPDATE revision SET state = 'rejected' WHERE number = 3", "R3 is marked rejected"),
    ("UPDATE revision SET hash = 'x' WHERE number = 3", "R3 itself"),
    ("UPDATE revision SET previous_hash = '' WHERE number = 2", "R2 does not follow"),
    ("DELETE FROM revision WHERE number = 2", "R3 does not follow"),
    ("DELETE FROM revision WHERE number = 3", "R3 has changes"),
    ("UPDATE item_version SET title = 'Something else' WHERE key = 'WEB-1' AND to_revision IS NULL", "item WEB-1"),
    ("UPDATE item_version SET due = '2027-06-01' WHERE key = 'WEB-1' AND to_revision IS NULL", "item WEB-1"),
    ("UPDATE item_version SET due = '2027-06-01' WHERE key = 'WEB-1' AND to_revision = 2", "item WEB-1 as of R1"),
    ("UPDATE item_version SET status = 'planned' WHERE key = 'WEB-2' AND to_revision IS NULL", "item WEB-2"),
    ("UPDATE item_version SET status = 'nonsense' WHERE key = 'WEB-2' AND to_revision IS NULL", "item WEB-2"),
    ("UPDATE item_version SET owner = 'p_x' WHERE key = 'WEB-2' AND to_revision IS NULL", "item WEB-2"),
    ("UPDATE item_version SET visible_to = ';web;' WHERE key = 'WEB-2' AND to_revision IS NULL", "item WEB-2"),
    ("UPDATE item_version SET finished_on = '2020-01-01' WHERE key = 'WEB-2' AND to_revision IS NULL", "finishing day"),
    ("UPDATE item_version SET folded = 'other' WHERE key = 'WEB-2' AND to_revision IS NULL", "found by"),
    ("UPDATE item_version SET to_revision = 3 WHERE key = 'WEB-1' AND to_revision = 2", "valid in other revisions"),
    ("DELETE FROM item_version WHERE key = 'WEB-1' AND to_revision IS NULL", "a version is missing"),
    ("UPDATE item_version SET key = 'WEB-3', folded = 'web-3' WHERE key = 'WEB-2'", "WEB-3"),
    ("DELETE FROM item_campaign", "found by"),
    ("UPDATE campaign SET start = '2027-04-01'", "campaign spring"),
    ("UPDATE campaign_version SET start = '2027-04-01'", "campaign spring"),
    ("DELETE FROM campaign_version", "campaign spring"),
]


@pytest.mark.parametrize(("statement", "named"), ALTERATIONS, ids=[statement[:70] for statement, _ in ALTERATIONS])
async def test_an_altered_row_is_named(store: Store, statement: str, named: str) -> None:
    await make_history(store)
    if not store.is_sqlite:
        # PostgreSQL needs quotes around these two column names.
        statement = statement.replace("campaign SET start", 'campaign SET "start"').replace(
            "campaign_version SET start", 'campaign_version SET "start"'
        )
    async with store.transaction() as session:
        await session.execute(text(statement.replace(":", "\\:")))

    assert named in await problem(store)


async def test_a_hash_that_somebody_kept_is_found_in_the_chain(store: Store) -> None:
    await make_history(store)
    async with store.reading() as session:
        head = (await verify(session)).head

    assert await problem(store, head[:12]) == ""
    assert await problem(store, head) == ""


async def test_cutting_the_newest_revision_off_shows_to_whoever_kept_its_hash(store: Store) -> None:
    """The rest is a valid chain, so only the kept hash shows it."""
    await make_history(store)
    async with store.reading() as session:
        head = (await verify(session)).head
    async with store.transaction() as session:
        for statement in (
            "DELETE FROM change WHERE revision = 3",
            "DELETE FROM revision WHERE number = 3",
            "DELETE FROM item_version WHERE from_revision = 3",
            "UPDATE item_version SET to_revision = NULL WHERE to_revision = 3",
        ):
            await session.execute(text(statement))

    assert await problem(store) == ""
    assert "rewritten or cut" in await problem(store, head[:12])


async def test_a_reason_removed_on_request_leaves_the_chain_whole(store: Store) -> None:
    await make_history(store)
    async with store.transaction() as session:
        await session.execute(text("UPDATE revision SET reason = '', reason_salt = '' WHERE number = 2"))

    assert await problem(store) == ""


async def test_campaigns_enter_history_with_the_next_revision_and_then_change_in_it(store: Store) -> None:
    app = await make_history(store)
    spring = Campaign("spring", "Spring Launch", start=date(2027, 3, 1))
    before = field_values(spring)
    moved = Change("campaign", "spring", ChangeKind.CHANGED, {"start": (before["start"], "2027-03-15")})
    assert set(moved.fields) <= set(CAMPAIGN_FIELDS)
    app.advance(timedelta(days=1))

    async with store.transaction() as session:
        await publish_changes(app.ctx, session, "p_x", [moved], reason="fair moved", now=app.now, how="operator")

    assert await problem(store) == ""
