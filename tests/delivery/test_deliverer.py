"""One delivery: what arrives on the platform, and what the ledger says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery.calls import address_of, stored_card
from bot.delivery.retry_policy import RetryPolicy
from integrations.ports.cards import Card
from storage import dead_deliveries, deliveries, places
from storage.dead_deliveries import DeadDeliveries
from storage.values.deliveries import DeliveryKind
from tests.delivery.harness import NOW, DeliveryHarness, ProcessKilled
from tests.fakes.platform import Cut, FakePlatform

CALL = RetryPolicy().call_timeout + RetryPolicy().settle_time  # until an interrupted request has certainly ended


async def test_a_notice_arrives_and_the_ledger_keeps_where(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)

    await harness.deliver(notice)

    [message] = harness.platform.messages_in("#hall")
    row = await harness.delivery(notice)
    assert (message.card, message.tag) == (Card("R42"), row.tag)
    assert (row.state, row.remote_id, row.attempts, row.error) == ("sent", message.id, 1, "")


async def test_delivering_again_changes_nothing(harness: DeliveryHarness) -> None:
    """A worker may repeat the ids of deliveries."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)

    await harness.deliver(notice, notice, notice)

    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_an_id_that_is_not_in_the_ledger_is_ignored(harness: DeliveryHarness) -> None:
    await harness.deliver(404)

    assert harness.platform.attempts == []


async def test_a_reply_goes_into_its_thread(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    async with harness.store.transaction() as db:
        at = harness.clock.now()
        payload = {"card": {"type": "Card", "title": "Done", "blocks": []}}
        notice = await deliveries.write_notice(db, "n", "reply", "card", payload, at)
        await deliveries.enqueue(db, notice, [hall.id], at=at, kind=DeliveryKind.REPLY, thread="t7")

    await harness.deliver_due()

    assert [message.thread for message in harness.platform.messages_in("#hall")] == ["t7"]


# Killed halfway.


async def test_a_process_killed_after_the_claim_loses_nothing_and_repeats_nothing(harness: DeliveryHarness) -> None:
    """The row says `sending`, the platform has nothing: it is searched for twice, then sent."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    async with harness.store.transaction() as db:
        assert await deliveries.claim(db, await harness.delivery(notice), harness.clock.now())

    row = await harness.deliver_until_quiet(notice)

    assert row.state == "sent"
    assert harness.platform.titles_in("#hall") == ["R42"]
    assert harness.platform.attempts == ["find", "find", "post"]


async def test_a_process_killed_after_the_post_does_not_post_again(harness: DeliveryHarness) -> None:
    """The row says `sending`, the platform has the card: it is found, and the ledger learns of it."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)

    def die(*_what: object) -> None:
        raise ProcessKilled

    harness.platform = FakePlatform(on_change=die)
    with pytest.raises(ProcessKilled):
        await harness.deliver(notice)
    assert (await harness.delivery(notice)).state == "sending"
    row = await harness.deliver_until_quiet(notice)

    assert (row.state, row.remote_id) == ("sent", harness.platform.messages_in("#hall")[0].id)
    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_an_interrupted_delivery_is_left_alone_until_its_request_has_ended(harness: DeliveryHarness) -> None:
    """The request of the killed process may still be on its way."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    async with harness.store.transaction() as db:
        await deliveries.claim(db, await harness.delivery(notice), harness.clock.now())

    harness.advance(timedelta(seconds=5))
    await harness.deliver(notice)

    row = await harness.delivery(notice)
    assert harness.platform.attempts == []
    assert (row.state, row.due_at, row.attempts) == ("sending", NOW + CALL, 1)


async def test_a_message_that_appears_late_is_found_by_the_second_search(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    row = await harness.delivery(notice)
    async with harness.store.transaction() as db:
        await deliveries.claim(db, row, harness.clock.now())
    harness.during_sleep = lambda: harness.platform.post(address_of(row), Card("R42"), row.tag)

    row = await harness.deliver_until_quiet(notice)

    assert row.state == "sent"
    assert harness.platform.titles_in("#hall") == ["R42"]
    assert harness.slept == [2.0]


async def test_a_platform_that_cannot_find_gets_it_again(harness: DeliveryHarness) -> None:
    """At least once: on such a platform a double is better than a loss."""
    harness.platform.can_find = False
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.cuts = ["after"]

    row = await harness.deliver_until_quiet(notice)

    assert row.state == "sent"
    assert harness.platform.titles_in("#hall") == ["R42", "R42"]


async def test_a_paused_sender_does_not_undo_what_another_did(harness: DeliveryHarness) -> None:
    """A paused process wakes up, its call has timed out, and meanwhile another one found the message."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    async with harness.store.transaction() as db:
        await deliveries.claim(db, await harness.delivery(notice), harness.clock.now())
    slept = await harness.delivery(notice)
    await harness.deliver_until_quiet(notice)

    async with harness.store.transaction() as db:
        undone = await deliveries.schedule_retry(db, slept, NOW, "uncertain: fake", uncertain=True, attempts=1)
        killed = await deliveries.mark_dead(db, slept, "unavailable: fake")

    assert (undone, killed) == (False, False)
    assert (await harness.delivery(notice)).state == "sent"


# Failures of the platform.


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_broken_connection_leaves_exactly_one_post(harness: DeliveryHarness, cut: Cut) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.cuts = [cut]

    row = await harness.deliver_until_quiet(notice)

    assert row.state == "sent"
    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_a_timeout_is_uncertain(harness: DeliveryHarness) -> None:
    """A platform that accepts the request and never answers blocks nothing."""
    harness.retry_policy = replace(RetryPolicy(), call_timeout=timedelta(milliseconds=20))
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)

    with harness.platform.hold():
        await harness.deliver(notice)

    row = await harness.delivery(notice)
    assert (row.state, row.error) == ("sending", "uncertain: fake is not available")


async def test_a_platform_that_is_down_is_tried_eight_times_with_growing_pauses(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.down = True

    pauses = []
    while (row := await harness.delivery(notice)).state == "new":
        harness.clock.at = row.due_at
        await harness.deliver(notice)
        pauses.append((await harness.delivery(notice)).due_at - harness.clock.at)

    assert (row.state, row.error) == ("dead", "unavailable: fake is not available; gave up after 8 tries")
    assert harness.platform.attempts == ["post"] * 8
    for tried, pause in enumerate(pauses[:-1], start=1):
        assert timedelta(seconds=0.75 * 2**tried) <= pause <= timedelta(seconds=1.25 * 2**tried)


def test_no_pause_is_longer_than_ten_minutes() -> None:
    assert RetryPolicy().backoff(attempts=1000, jitter=1) == timedelta(minutes=10)


async def test_an_eighth_try_that_is_uncertain_is_looked_up_before_it_is_given_up(harness: DeliveryHarness) -> None:
    """Otherwise the ledger would call a delivery dead whose card is in the room."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.cuts.extend(["before"] * 7)
    harness.platform.faults.cuts.append("after")

    row = await harness.deliver_until_quiet(notice)

    assert harness.platform.attempts.count("post") == 8
    assert row.state == "sent"
    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_a_retry_after_is_obeyed_and_counts_no_attempt(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.pauses_s = [30] * 20

    await harness.deliver(notice)
    first = await harness.delivery(notice)
    row = await harness.deliver_until_quiet(notice)

    assert (first.state, first.due_at, first.attempts) == ("new", NOW + timedelta(seconds=30), 0)
    assert (row.state, row.attempts) == ("sent", 1)


async def test_a_platform_that_cannot_be_asked_whether_it_arrived_gets_nothing_twice(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.cuts = ["after"]
    await harness.deliver(notice)

    harness.platform.faults.down = True
    harness.advance(CALL)
    await harness.deliver(notice)
    waiting = await harness.delivery(notice)
    harness.platform.faults.down = False
    row = await harness.deliver_until_quiet(notice)

    assert (waiting.state, waiting.attempts) == ("sending", 2)
    assert row.state == "sent"
    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_a_refusal_is_final_at_once_and_closes_the_place(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    first, second = [(await harness.queue_card(title, hall))[0] for title in ("R42", "R43")]
    harness.platform.faults.archived = ["#hall"]

    await harness.deliver(first, second)

    assert (await harness.delivery(first)).error == "rejected: is_archived"
    assert (await harness.delivery(second)).error.startswith("closed: ")
    assert await harness.states([first, second]) == ["dead", "dead"]
    assert harness.platform.attempts == ["post"]
    async with harness.store.reading() as db:
        closed = await places.find(db, "fake", "", "#hall")
    assert closed is not None
    assert closed.closed


async def test_a_dead_delivery_is_sent_when_somebody_revives_it(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.down = True
    await harness.deliver_until_quiet(notice)

    harness.platform.faults.down = False
    harness.advance(CALL)
    async with harness.store.transaction() as db:
        assert await dead_deliveries.requeue(db, DeadDeliveries(), harness.clock.now()) == 1
    await harness.deliver_due()

    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_a_revived_delivery_that_may_have_arrived_is_searched_for_first(harness: DeliveryHarness) -> None:
    """The connection broke after it arrived, and the platform was down whenever it was searched for."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.cuts = ["after"]
    await harness.deliver(notice)
    harness.platform.faults.down = True
    dead = await harness.deliver_until_quiet(notice)

    harness.platform.faults.down = False
    async with harness.store.transaction() as db:
        await dead_deliveries.requeue(db, DeadDeliveries(notice), harness.clock.now())
    revived = await harness.deliver_until_quiet(notice)

    assert (dead.state, revived.state) == ("dead", "sent")
    assert harness.platform.titles_in("#hall") == ["R42"]


async def test_a_revived_delivery_that_was_never_tried_is_not_searched_for(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_notice("horoscope", hall)
    await harness.deliver_until_quiet(notice)

    harness.composers["horoscope"] = stored_card
    async with harness.store.transaction() as db:
        await dead_deliveries.requeue(db, DeadDeliveries(notice), harness.clock.now())

    assert (await harness.delivery(notice)).state == "new"


# Mistakes of our own.


async def test_a_card_that_breaks_its_renderer_ends_after_three_tries(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("R42", hall)
    harness.platform.faults.bugs = 100

    with capture_logs() as lines:
        row = await harness.deliver_until_quiet(notice)

    assert row.error == "fault: ValueError; gave up after 3 tries"
    assert harness.platform.attempts.count("post") == 3
    assert [line["action"] for line in lines if line["log_level"] == "error"] == ["delivery.fault"] * 3


async def test_a_notice_of_an_unknown_kind_ends_after_three_tries(harness: DeliveryHarness) -> None:
    """An older version wrote it, or a newer one: it must not be retried for ever."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_notice("horoscope", hall)

    row = await harness.deliver_until_quiet(notice)

    assert (row.state, row.error) == ("dead", "fault: KeyError; gave up after 3 tries")
    assert harness.platform.attempts == []


# Platforms and their order.


async def test_a_platform_of_another_process_is_left_to_it(harness: DeliveryHarness) -> None:
    """`handshake demo` beside a ledger with Slack's rooms in it must not spoil them."""
    general = await harness.add_place("C1", platform="slack")
    [notice] = await harness.queue_card("R42", general)

    await harness.deliver(notice)

    row = await harness.delivery(notice)
    assert (row.state, row.attempts, row.due_at) == ("new", 0, NOW + timedelta(minutes=1))


async def test_the_deliveries_of_a_room_arrive_in_order(harness: DeliveryHarness) -> None:
    """A notice whose try failed holds back those behind it; other rooms go on."""
    hall, kitchen = await harness.add_place("#hall"), await harness.add_place("#kitchen")
    await harness.queue_card("one", hall)
    await harness.queue_card("two", hall, kitchen)
    harness.platform.faults.pauses_s = [30]

    await harness.deliver_due()
    meanwhile = harness.platform.titles_in("#hall"), harness.platform.titles_in("#kitchen")
    harness.advance(timedelta(seconds=30))
    await harness.deliver_due()

    assert meanwhile == ([], ["two"])
    assert harness.platform.titles_in("#hall") == ["one", "two"]


async def test_log_lines_contain_ids_and_never_text(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("The secret launch", hall)

    with capture_logs() as lines:
        await harness.deliver(notice)

    assert lines == [
        {
            "event": "delivery sent",
            "log_level": "info",
            "action": "delivery.sent",
            "delivery": notice,
            "platform": "fake",
            "attempt": 1,
        }
    ]
