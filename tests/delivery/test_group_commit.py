"""Writes that share a transaction behave as if alone: committed when they return, and each fails by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.delivery.group_commit import GroupCommit
from storage import processed_events
from storage.store import Session, Store

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


async def is_processed(store: Store, event: str) -> bool:
    async with store.transaction() as session:
        return not await processed_events.record_once(session, "slack", event, NOW)


async def test_a_write_is_committed_when_the_call_returns(store: Store) -> None:
    together = GroupCommit(store)

    assert await together.write(lambda db: processed_events.record_once(db, "slack", "E1", NOW))

    assert await is_processed(store, "E1")


async def test_many_at_once_share_transactions_and_each_gets_its_own_answer(store: Store) -> None:
    together, transactions = GroupCommit(store), set[int]()

    async def take(db: Session, event: str) -> bool:
        transactions.add(id(db))
        return await processed_events.record_once(db, "slack", event, NOW)

    events = [f"E{number // 2}" for number in range(40)]
    answers = await asyncio.gather(*(together.write(lambda db, event=event: take(db, event)) for event in events))  # type: ignore[misc]

    assert answers == [True, False] * 20
    assert len(transactions) < 5


async def test_one_that_fails_does_not_fail_the_others(store: Store) -> None:
    together = GroupCommit(store)

    async def stumble(db: Session) -> None:
        await processed_events.record_once(db, "slack", "lost", NOW)
        raise ValueError("mine alone")

    failed, kept = await asyncio.gather(
        together.write(stumble),
        together.write(lambda db: processed_events.record_once(db, "slack", "kept", NOW)),
        return_exceptions=True,
    )

    assert isinstance(failed, ValueError)
    assert kept is True
    assert [await is_processed(store, event) for event in ("kept", "lost")] == [True, False]


async def test_a_cancelled_write_does_not_cancel_the_others(store: Store) -> None:
    together = GroupCommit(store)
    first = asyncio.create_task(together.write(lambda db: processed_events.record_once(db, "slack", "E1", NOW)))
    second = asyncio.create_task(together.write(lambda db: processed_events.record_once(db, "slack", "E2", NOW)))
    await asyncio.sleep(0)
    first.cancel()

    assert await second
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await is_processed(store, "E2")
