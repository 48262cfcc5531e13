"""The latest activity of a store: recorded events count, due times do not."""

from __future__ import annotations

from datetime import timedelta

from storage import activity, audit, console, deliveries, places
from storage.store import Store
from tests.app import MONDAY


async def test_nothing_has_happened_in_an_empty_store(store: Store) -> None:
    async with store.reading() as session:
        assert await activity.latest(session) is None


async def test_the_newest_of_all_records_counts(store: Store) -> None:
    async with store.transaction() as session:
        await audit.record(session, "item edit", at=MONDAY)
        await console.put(session, "#roadmap", {}, "t", MONDAY + timedelta(hours=2))
        await audit.record(session, "ack", at=MONDAY + timedelta(hours=1))

    async with store.reading() as session:
        assert await activity.latest(session) == MONDAY + timedelta(hours=2)


async def test_what_is_still_to_come_has_not_happened(store: Store) -> None:
    """A notice that is due tomorrow morning was written today."""
    async with store.transaction() as session:
        place = await places.ensure(session, "console", "", "#roadmap")
        notice = await deliveries.write_notice(session, "n_1", "key", "card", {}, MONDAY)
        await deliveries.enqueue(session, notice, [place.id], at=MONDAY + timedelta(days=1))

    async with store.reading() as session:
        assert await activity.latest(session) == MONDAY
