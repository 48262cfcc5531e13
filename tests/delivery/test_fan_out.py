"""Notices for many people: addressed in batches, each person once, whatever interrupts them."""

from __future__ import annotations

import pytest

from handlers.shared import notify
from storage import deliveries, fan_out
from storage.people import forget, save_people
from storage.store import Store
from storage.values.deliveries import DeliveryKind
from tests.app import MONDAY, make_context

KEY = "dinner:1:poll"
MANY = fan_out.MAX_AT_ONCE * 2 + 50


class Killed(Exception):
    """Stands for a process that is killed."""


@pytest.fixture
async def everybody(store: Store) -> set[str]:
    """More people than two batches hold."""
    ids = [f"p_{number}" for number in range(MANY)]
    rows = [{"id": person, "email": f"{person}@x.test", "name": person, "team": "web"} for person in ids]
    async with store.transaction() as session:
        await save_people(session, rows, known=())
    return set(ids)


async def queue_for(store: Store, ids: set[str]) -> int:
    async with store.transaction() as session:
        return await notify.people_with_ids(make_context(store, ()), session, ids, "dinner", {}, key=KEY, at=MONDAY)


async def addressed(store: Store, kind: DeliveryKind = DeliveryKind.POST, key: str = KEY) -> int:
    async with store.reading() as session:
        assert (await deliveries.counts(session)).keys() <= {"new"}
        return len(await deliveries.of_notice(session, key, kind))


async def test_a_batch_is_short_and_the_next_one_goes_on_where_it_ended(store: Store, everybody: set[str]) -> None:
    assert await queue_for(store, everybody) == MANY
    assert await addressed(store) == 0

    async with store.transaction() as session:
        await fan_out.write_batch(session)

    assert await addressed(store) == fan_out.MAX_AT_ONCE
    assert await fan_out.write_waiting(store) == MANY - fan_out.MAX_AT_ONCE
    assert await addressed(store) == MANY


async def test_nobody_is_forgotten_or_asked_twice_after_a_kill_amid_a_batch(store: Store, everybody: set[str]) -> None:
    await queue_for(store, everybody)
    async with store.transaction() as session:
        await fan_out.write_batch(session)
    with pytest.raises(Killed):
        async with store.transaction() as session:
            await fan_out.write_batch(session)
            raise Killed

    await fan_out.write_waiting(store)
    await queue_for(store, everybody)  # the job runs again, because it did not hear of its success
    await fan_out.write_waiting(store)

    assert await addressed(store) == MANY


async def test_few_people_are_addressed_at_once(store: Store, everybody: set[str]) -> None:
    assert await queue_for(store, {"p_1", "p_2", "nobody"}) == 2

    assert await addressed(store) == 2
    assert await fan_out.write_waiting(store) == 0


async def test_an_update_of_many_cards_reaches_each_of_them(store: Store, everybody: set[str]) -> None:
    await queue_for(store, everybody)
    await fan_out.write_waiting(store)
    async with store.transaction() as session:
        await notify.queue_update_of(session, "dinner", {}, key="edit", posted=KEY, at=MONDAY)

    assert await addressed(store, DeliveryKind.UPDATE, "edit") == 0
    await fan_out.write_waiting(store)

    assert await addressed(store, DeliveryKind.UPDATE, "edit") == MANY


async def test_a_person_who_was_forgotten_and_a_notice_that_was_taken_back_reach_nobody_else(
    store: Store, everybody: set[str]
) -> None:
    await queue_for(store, everybody)
    async with store.transaction() as session:
        await fan_out.write_batch(session)
        await forget(session, max(everybody))
        await notify.queue_delete(session, KEY, at=MONDAY)

    await fan_out.write_waiting(store)

    assert await addressed(store) == fan_out.MAX_AT_ONCE
    assert await addressed(store, DeliveryKind.DELETE) == fan_out.MAX_AT_ONCE
