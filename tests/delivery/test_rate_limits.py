"""When a card may be sent: spacing between posts, rate limits of a platform, and paused accounts."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from handlers.errors import NotFound
from handlers.operations import workflow
from integrations.ports.chat import Address
from integrations.ports.errors import Paused, Unavailable
from storage import paused_accounts, places, rate_limits
from storage.dead_deliveries import DeadDeliveries
from storage.store import Store
from tests.delivery.harness import NOW, DeliveryHarness
from tests.fakes.platform import FakePlatform

STEP = timedelta(seconds=1.1)


async def test_two_processes_never_take_one_slot(store: Store) -> None:
    async def take() -> datetime:
        async with store.transaction() as db:
            return await rate_limits.reserve(db, "place:1", "account:fake:", NOW, STEP)

    slots = await asyncio.gather(*(take() for _ in range(8)))

    assert [(slot - NOW).total_seconds() for slot in sorted(slots)] == pytest.approx([1.1 * each for each in range(8)])


async def test_an_unused_slot_expires(store: Store) -> None:
    async with store.transaction() as db:
        await rate_limits.reserve(db, "place:1", "account:fake:", NOW, STEP)
        later = await rate_limits.reserve(db, "place:1", "account:fake:", NOW + timedelta(hours=1), STEP)

    assert later == NOW + timedelta(hours=1)


async def test_a_second_card_for_a_room_waits_for_the_spacing(harness: DeliveryHarness) -> None:
    harness.platform = FakePlatform(spacing=STEP)
    hall, yard = await harness.add_place("#hall"), await harness.add_place("#yard")
    first, other = await harness.queue_card("R42", hall, yard)
    [second] = await harness.queue_card("R43", hall)

    await harness.deliver(first, other, second)

    assert harness.slept == [pytest.approx(1.1)]
    assert harness.platform.titles_in("#hall") == ["R42", "R43"]


async def test_the_spacing_counts_from_the_answer_however_long_the_call_took(harness: DeliveryHarness) -> None:
    """After a card that took half a second to arrive, the next must not follow half a second too early."""
    hall = await harness.add_place("#hall")
    harness.platform = FakePlatform(spacing=STEP, pause=lambda: harness.take_time(timedelta(milliseconds=300)))
    [first], [second] = await harness.queue_card("R42", hall), await harness.queue_card("R43", hall)

    await harness.deliver(first, second)

    assert harness.slept == [pytest.approx(1.05)]


async def test_a_room_that_is_told_to_wait_is_left_alone_until_then_and_no_try_is_counted(
    harness: DeliveryHarness,
) -> None:
    hall = await harness.add_place("#hall")
    [first] = await harness.queue_card("R42", hall)
    [second] = await harness.queue_card("R43", hall)
    harness.platform.faults.pauses_s = [45]
    await harness.deliver(first)

    await harness.deliver(second)

    row = await harness.delivery(second)
    assert harness.platform.attempts == ["post"]
    assert (row.state, row.attempts, row.due_at) == ("new", 0, NOW + timedelta(seconds=45))
    assert (await harness.delivery(first)).attempts == 0


async def test_a_second_room_that_is_told_to_wait_stops_its_whole_account(harness: DeliveryHarness) -> None:
    """One slow room has a limit of its own; two mean the workspace's limit."""
    hall, yard, garden = [await harness.add_place(name) for name in ("#hall", "#yard", "#garden")]
    rows = await harness.queue_card("R42", hall, yard, garden)
    harness.platform.faults.pauses_s = [45, 45]
    await harness.deliver(*rows[:2])

    await harness.deliver(rows[2])

    assert harness.platform.attempts == ["post", "post"]
    assert (await harness.delivery(rows[2])).due_at == NOW + timedelta(seconds=45)


class RevokedPlatform(FakePlatform):
    """A platform whose workspace removed the app."""

    async def post(self, to: Address, *_more: object, **_named: object) -> str:
        self.attempts.append(to.conversation)
        raise Paused("fake", "token_revoked", retry_after=timedelta(minutes=10))


async def test_a_revoked_token_pauses_the_workspace_and_keeps_every_row(harness: DeliveryHarness) -> None:
    harness.platform = RevokedPlatform()
    hall, yard = await harness.add_place("#hall"), await harness.add_place("#yard")
    rows = await harness.queue_card("R42", hall, yard)

    await harness.deliver(*rows)

    assert harness.platform.attempts == ["#hall"]
    assert await harness.states(rows) == ["new", "new"]
    async with harness.store.reading() as db:
        [closed] = await rate_limits.blocks_at(db, harness.clock.now())
    assert (closed.key, closed.reason) == ("account:fake:", "token_revoked")


async def test_paused_deliveries_are_sent_once_the_account_works_again(harness: DeliveryHarness) -> None:
    harness.platform = RevokedPlatform()
    hall = await harness.add_place("#hall")
    [row] = await harness.queue_card("R42", hall)
    await harness.deliver(row)

    harness.platform = FakePlatform()
    async with harness.store.transaction() as db:
        await paused_accounts.resume(db, "fake", "", harness.clock.now())
    await harness.deliver_due()

    assert await harness.states([row]) == ["sent"]
    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_post_retry_asks_a_paused_account_again_though_nothing_is_dead(harness: DeliveryHarness) -> None:
    """Deliveries of a paused account are not dead, and `post retry` must not answer that there is nothing to do."""
    harness.platform = RevokedPlatform()
    hall = await harness.add_place("#hall")
    [row] = await harness.queue_card("R42", hall)
    await harness.deliver(row)

    harness.platform = FakePlatform()
    async with harness.store.transaction() as db:
        done = await workflow.retry(db, DeadDeliveries(), harness.clock.now())
    await harness.deliver_due()

    assert (done, await harness.states([row])) == ((0, 1), ["sent"])
    async with harness.store.transaction() as db:
        with pytest.raises(NotFound):
            await workflow.retry(db, DeadDeliveries(), harness.clock.now())


async def test_a_rate_limit_ends_when_the_platform_said_and_not_earlier(harness: DeliveryHarness) -> None:
    """Fixing nothing helps, and a second request before that time makes it worse."""
    hall, yard = await harness.add_place("#hall"), await harness.add_place("#yard")
    harness.platform.faults.pauses_s = [45, 45]
    await harness.deliver(*await harness.queue_card("R42", hall, yard))

    async with harness.store.transaction() as db:
        resumed = await paused_accounts.resume_all(db, harness.clock.now())
    await harness.deliver_due()

    assert (resumed, harness.platform.attempts) == (0, ["post", "post"])


async def test_a_process_that_was_stopped_after_its_claim_looks_before_it_posts(harness: DeliveryHarness) -> None:
    """SIGSTOP: another process continued in the meantime, and the room already has the card."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    deliverer = harness.deliverer()

    class Slow:
        """A claim whose result takes a minute to be read, while another process does the work."""

        async def write(self, work: object) -> object:
            result: object = await together.write(work)  # type: ignore[arg-type]
            if not harness.platform.attempts:
                harness.advance(timedelta(minutes=1))
                await harness.deliver_until_quiet(notice)
            return result

    together, deliverer.group_commit = deliverer.group_commit, Slow()  # type: ignore[assignment]
    await deliverer.deliver(notice)

    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_unavailable_without_a_time_closes_nothing(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [row] = await harness.queue_card("R42", hall)
    harness.platform.faults.down = True

    await harness.deliver(row)

    async with harness.store.reading() as db:
        assert await rate_limits.blocks_at(db, harness.clock.now()) == ()
        assert await places.find(db, "fake", "", "#hall")
    assert str(Unavailable("fake")) in (await harness.delivery(row)).error
