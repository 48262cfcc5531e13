"""What a delivery contains, composed when it is sent: new cards, updates and deletions."""

from __future__ import annotations

from bot.delivery.retry_policy import RetryPolicy
from bot.stored_state import StoredMessageLog
from handlers.shared import notify
from integrations.ports.cards import Card, Link, Text, text
from integrations.web.send import WebChat
from storage import deliveries
from storage.store import Session
from storage.values.company import Audience
from storage.values.deliveries import Delivery
from tests.delivery.harness import NOW, DeliveryHarness


async def superseded(_db: Session, _delivery: Delivery, _audience: Audience) -> Card:
    return Card("R42 (superseded)", (text("There is a newer one."),))


async def test_a_notice_is_composed_for_its_readers_at_the_time_it_is_sent(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    audiences: list[Audience] = []

    async def compose(_db: Session, delivery: Delivery, audience: Audience) -> Card:
        audiences.append(audience)
        return Card(f"R{delivery.notice.payload['revision']}")

    harness.composers["revision"] = compose
    [notice] = await harness.queue_notice("revision", hall, payload={"revision": 42})

    await harness.deliver(notice)

    assert harness.platform.titles_in("#hall") == ["R42"]
    assert audiences == [Audience()]


async def test_a_notice_with_nothing_left_to_say_is_withheld(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")

    async def silent(_db: Session, _delivery: Delivery, _audience: Audience) -> None:
        return None

    harness.composers["revision"] = silent
    [notice] = await harness.queue_notice("revision", hall)

    await harness.deliver(notice)

    row = await harness.delivery(notice)
    assert row.state == "dead"
    assert row.error.startswith("withheld: ")
    assert harness.platform.attempts == []


# Updates and deletions.


async def test_a_card_is_changed_in_place_and_links_to_the_newest(harness: DeliveryHarness) -> None:
    harness.composers["superseded"] = superseded
    hall = await harness.add_place("#hall")
    [old] = await harness.queue_card("R42", hall)
    [new] = await harness.queue_card("R43", hall)
    mark = await harness.queue_update("superseded", hall, old, newest=new)

    assert await harness.deliver_due() == 3

    first, second = harness.platform.messages_in("#hall")
    assert [first.card.title, second.card.title] == ["R42 (superseded)", "R43"]
    assert first.card.blocks[-1] == Text((Link("Open the newest", f"https://chat.example/#hall/{second.id}"),))
    assert first.tag == (await harness.delivery(old)).tag
    assert (await harness.delivery(mark)).state == "sent"


async def test_without_an_address_for_messages_there_is_no_link(harness: DeliveryHarness) -> None:
    harness.composers["superseded"] = superseded
    rooms = StoredMessageLog(harness.store, harness.clock)
    harness.other_platforms = {"console": WebChat(rooms)}
    hall = await harness.add_place("#hall", platform="console")
    [old] = await harness.queue_card("R42", hall)
    [new] = await harness.queue_card("R43", hall)
    mark = await harness.queue_update("superseded", hall, old, newest=new)

    await harness.deliver_due()

    assert await harness.states([old, new, mark]) == ["sent"] * 3


async def test_an_update_waits_for_the_post_it_is_about(harness: DeliveryHarness) -> None:
    harness.composers["superseded"] = superseded
    hall = await harness.add_place("#hall")
    [old] = await harness.queue_card("R42", hall)
    mark = await harness.queue_update("superseded", hall, old)

    await harness.deliver(mark)
    waiting = await harness.delivery(mark)
    await harness.deliver(old)
    await harness.deliver(mark)

    assert (waiting.state, waiting.attempts, waiting.due_at) == ("new", 0, NOW + RetryPolicy().not_ready_delay)
    assert harness.platform.titles_in("#hall") == ["R42 (superseded)"]


async def test_an_update_of_a_dead_post_is_dead_too(harness: DeliveryHarness) -> None:
    harness.composers["superseded"] = superseded
    hall = await harness.add_place("#hall")
    [old] = await harness.queue_card("R42", hall)
    mark = await harness.queue_update("superseded", hall, old)
    async with harness.store.transaction() as db:
        await deliveries.mark_dead(db, await harness.delivery(old), "rejected: invalid_blocks")

    await harness.deliver(mark)

    row = await harness.delivery(mark)
    assert (row.state, row.error) == ("dead", "gone: nothing stands there that could be changed")


async def test_an_interrupted_update_is_repeated(harness: DeliveryHarness) -> None:
    """An update is idempotent, so its outcome need not be looked up."""
    harness.composers["superseded"] = superseded
    hall = await harness.add_place("#hall")
    [old] = await harness.queue_card("R42", hall)
    mark = await harness.queue_update("superseded", hall, old)
    await harness.deliver(old)
    harness.platform.faults.cuts = ["after"]

    row = await harness.deliver_until_quiet(mark)

    assert row.state == "sent"
    assert harness.platform.attempts == ["post", "update", "update"]


async def test_a_notice_can_be_taken_back(harness: DeliveryHarness) -> None:
    hall = await harness.add_place("#hall")
    async with harness.store.transaction() as db:
        await notify.queue_card(db, [hall.id], Card("Oops"), key="oops", at=NOW)
    await harness.deliver_due()
    async with harness.store.transaction() as db:
        assert await notify.queue_delete(db, "oops", at=NOW) == 1

    await harness.deliver_due()

    assert harness.platform.titles_in("#hall") == []


async def test_a_card_that_was_blanked_meanwhile_is_withheld(harness: DeliveryHarness) -> None:
    """It named a person who asked to be deleted."""
    hall = await harness.add_place("#hall")
    [notice] = await harness.queue_card("Ada is ill", hall)
    async with harness.store.transaction() as db:
        assert await deliveries.blank_cards(db, ["Ada"]) == 1

    row = await harness.deliver_until_quiet(notice)

    assert (row.state, row.error.partition(":")[0]) == ("dead", "withheld")
    assert harness.platform.attempts == []
