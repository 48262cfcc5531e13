"""Delivery in a test: a store, a fake platform, a clock that the test moves, and access to the ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from bot.delivery.calls import Composer
from bot.delivery.deliverer import Deliverer
from bot.delivery.retry_policy import RetryPolicy
from bot.delivery.sqlite_worker import deliver_due
from handlers.shared import notify
from integrations.ports.cards import Card
from integrations.ports.chat import ChatPlatform
from integrations.ports.clock import FixedClock
from storage import deliveries, places
from storage.store import Store
from storage.values.deliveries import Delivery, DeliveryKind
from storage.values.places import Place
from tests.fakes.platform import FakePlatform

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


class ProcessKilled(BaseException):
    """Stands for `kill -9`: nothing in the delivery code may catch it."""


@dataclass
class DeliveryHarness:
    """Everything that a delivery needs, and the steps of a test."""

    store: Store
    platform: FakePlatform = field(default_factory=FakePlatform)
    composers: dict[str, Composer] = field(default_factory=dict)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    slept: list[float] = field(default_factory=list)
    other_platforms: Mapping[str, ChatPlatform] = field(default_factory=dict)
    during_sleep: Callable[[], Awaitable[object]] | None = None  # called while the deliverer sleeps
    _keys: count[int] = field(default_factory=lambda: count(1))

    def deliverer(self) -> Deliverer:
        """A fresh one, as after a restart."""
        return Deliverer(
            self.store,
            {self.platform.name: self.platform, **self.other_platforms},
            self.composers,
            clock=self.clock,
            random=Random(7),
            retry_policy=self.retry_policy,
            sleep=self.sleep,
        )

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(timedelta(seconds=seconds))
        if self.during_sleep:
            await self.during_sleep()

    async def take_time(self, time: timedelta) -> None:
        """Let the platform take that long."""
        self.advance(time)

    def advance(self, by: timedelta) -> None:
        self.clock.at += by

    async def add_place(self, name: str, platform: str = "fake") -> Place:
        async with self.store.transaction() as db:
            return await places.ensure(db, platform, "", name)

    async def queue_card(self, title: str, *rooms: Place) -> list[int]:
        """Queue a card for each of *rooms*; return the ids of the deliveries."""
        key = f"notice-{next(self._keys)}"
        async with self.store.transaction() as db:
            await notify.queue_card(db, [room.id for room in rooms], Card(title), key=key, at=self.clock.now())
            by_place = await deliveries.of_notice(db, key)
        return [by_place[room.id] for room in rooms]

    async def queue_notice(self, kind: str, *rooms: Place, payload: Mapping[str, object] | None = None) -> list[int]:
        """Queue a notice that is composed when it is sent; return the ids of the deliveries."""
        key = f"notice-{next(self._keys)}"
        async with self.store.transaction() as db:
            await notify.queue_notice(
                db, [room.id for room in rooms], kind, payload or {}, key=key, at=self.clock.now()
            )
            by_place = await deliveries.of_notice(db, key)
        return [by_place[room.id] for room in rooms]

    async def queue_update(self, kind: str, room: Place, target: int, newest: int | None = None) -> int:
        """Queue an update of the card that delivery *target* posted."""
        key = f"notice-{next(self._keys)}"
        links = {} if newest is None else {room.id: newest}
        async with self.store.transaction() as db:
            await notify.queue_update(
                db, kind, {}, key=key, targets={room.id: target}, newest=links, at=self.clock.now()
            )
            return (await deliveries.of_notice(db, key, DeliveryKind.UPDATE))[room.id]

    async def delivery(self, delivery_id: int) -> Delivery:
        async with self.store.reading() as db:
            delivery = await deliveries.load(db, delivery_id)
        assert delivery is not None
        return delivery

    async def deliver(self, *delivery_ids: int) -> None:
        for delivery_id in delivery_ids:
            await self.deliverer().deliver(delivery_id)

    async def deliver_until_quiet(self, delivery_id: int, rounds: int = 100) -> Delivery:
        """Try one delivery until it is final, moving the clock to each of its due times."""
        for _ in range(rounds):
            row = await self.delivery(delivery_id)
            if row.state in {"sent", "dead"}:
                return row
            self.clock.at = max(self.clock.at, row.due_at)
            await self.deliverer().deliver(delivery_id)
        raise AssertionError(f"still {row.state} after {rounds} rounds: {row.error}")

    async def deliver_due(self) -> int:
        return await deliver_due(self.store, self.deliverer().deliver, self.clock)

    async def states(self, delivery_ids: Sequence[int]) -> list[str]:
        return [str((await self.delivery(delivery_id)).state) for delivery_id in delivery_ids]
