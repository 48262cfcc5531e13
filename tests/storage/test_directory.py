"""The directory is read every time, and is the same object while nothing in it changes."""

from __future__ import annotations

from storage.directory import directory
from storage.store import Store
from storage.values.company import Directory
from tests.app import ChatApp


async def test_what_was_worked_out_from_the_names_can_be_kept_while_nothing_changes(store: Store) -> None:
    """To index thousands of people for every question takes longer than to answer it."""
    app = ChatApp(store, ())
    await app.add_teams()
    await app.add_person("ada@example.com", team="web")

    first, again = await _read(store), await _read(store)

    assert again is first


async def test_a_change_is_seen_at_once(store: Store) -> None:
    app = ChatApp(store, ())
    await app.add_teams()
    before = await _read(store)

    await app.add_person("ada@example.com", team="web")
    await app.add_campaign("spring", "Spring Launch")
    after = await _read(store)

    assert [person.email for person in after.people] == ["ada@example.com"]
    assert [campaign.name for campaign in after.campaigns] == ["Spring Launch"]
    assert not before.people


async def _read(store: Store) -> Directory:
    async with store.reading() as session:
        return await directory(session)
