"""Permanent errors of Slack: one attempt, then dead, and sent after a retry once the cause is fixed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random

import pytest

from bot.delivery.deliverer import Deliverer
from handlers.shared import notify
from integrations.ports.cards import Card
from integrations.slack.client import SlackClient
from integrations.slack.config import SlackConfig
from integrations.slack.errors import MEANINGS
from integrations.slack.installations import Installations
from integrations.slack.responses import ResponseUrls
from integrations.slack.send import SlackChat
from storage import dead_deliveries, deliveries, places
from storage.dead_deliveries import DeadDeliveries
from storage.store import Session, Store
from storage.values.deliveries import Delivery, DeliveryState
from tests.app import MONDAY, ReversingCipher
from tests.fakes.clock import RunningClock
from tests.fakes.slack import TEAM, TOKEN, FakeSlack, Fault
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_server import serve_slack as slack_serving
from tests.fakes.state import MemorySecretStore
from tests.slack.harness import ROADMAP, fill_acme

FOR_GOOD = sorted(word for word, meaning in MEANINGS.items() if meaning in {"gone", "refused"})


@dataclass
class SlackDelivery:
    deliverer: Deliverer
    front: SlackServer
    store: Store
    clock: RunningClock

    async def notice(self) -> int:
        async with self.store.transaction() as db:
            place = await places.ensure(db, "slack", TEAM, ROADMAP)
            await notify.queue_card(db, [place.id], Card("R42"), key="R42", at=self.clock.now())
            return (await deliveries.of_notice(db, "R42"))[place.id]


@pytest.fixture
async def slack_delivery(sqlite_store: Store) -> AsyncIterator[SlackDelivery]:
    front, clock = SlackServer(FakeSlack()), RunningClock(MONDAY)
    fill_acme(front.slack)
    async with slack_serving(front):
        config = SlackConfig(bot_token=TOKEN, api_url=f"{front.slack.address}/api/")
        web = SlackClient(config)
        async with web.open():
            installs = Installations(config, web, MemorySecretStore(), clock)
            slack = SlackChat(web, installs, ResponseUrls(ReversingCipher(), clock), command="/handshake")
            deliverer = Deliverer(sqlite_store, {"slack": slack}, {}, clock=clock, random=Random(1), sleep=clock.sleep)
            yield SlackDelivery(deliverer, front, sqlite_store, clock)


@pytest.mark.parametrize("word", FOR_GOOD)
async def test_a_refusal_for_good_takes_one_try_and_is_sent_when_its_cause_is_gone(
    slack_delivery: SlackDelivery, word: str
) -> None:
    delivery = await slack_delivery.notice()
    slack_delivery.front.slack.faults = [Fault("chat.postMessage", "error", word)]

    await slack_delivery.deliverer.deliver(delivery)
    tried = slack_delivery.front.asked["chat.postMessage"]
    async with slack_delivery.store.reading() as db:
        [listed] = await deliveries.in_state(db, DeliveryState.DEAD)
    async with slack_delivery.store.transaction() as db:
        await places.rename(db, listed.place.id, "roadmap")  # as when the bot is back in the channel
        assert await dead_deliveries.requeue(db, DeadDeliveries(delivery), slack_delivery.clock.now()) == 1
        # An attempted delivery is first searched for in Slack; reset the attempts so that it is sent.
        await deliveries.schedule_retry(
            db, await _row(db, delivery), slack_delivery.clock.now(), "", uncertain=False, attempts=0
        )
    await slack_delivery.deliverer.deliver(delivery)

    assert tried == 1
    assert (listed.id, listed.attempts, listed.error) == (delivery, 1, f"rejected: {word}")
    assert [line["channel"] for line in slack_delivery.front.slack.entries("post")] == [ROADMAP]


async def _row(db: Session, delivery: int) -> Delivery:
    found = await deliveries.load(db, delivery)
    assert found
    return found
