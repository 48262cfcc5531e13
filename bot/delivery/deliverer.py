"""Deliver one row of the ledger to its platform. Both workers call this.

1  load it                       sent or dead: nothing to do
2  found in `sending`            a process stopped halfway: wait until the call is over, look for the message, go on
3  compose the card              for what everyone in its place may see now
4  pass rate limits and claim    a committed compare-and-set: from here on the outcome is uncertain
5  call the platform             with no transaction open
6  record the outcome
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from random import Random
from typing import TypeVar, assert_never

import structlog

from bot.delivery import rate_limits
from bot.delivery.calls import (
    PLACE_CLOSED,
    Call,
    Composer,
    Delete,
    Post,
    Update,
    address_of,
    call_platform,
    prepare,
    stored_card,
)
from bot.delivery.group_commit import GroupCommit
from bot.delivery.rate_limits import Acquired, Scheduled
from bot.delivery.retry_policy import (
    Defer,
    Failed,
    Outcome,
    Retry,
    RetryPolicy,
    Sent,
    after_failure,
    error_kind,
    gave_up,
    may_have_been_sent,
)
from handlers.shared.notify import CARD
from integrations.ports.chat import ChatPlatform
from integrations.ports.clock import Clock
from integrations.ports.errors import Rejected, Unavailable
from storage import deliveries, places
from storage.store import Session, Store, StoreProblem
from storage.values.deliveries import FINAL_STATES, Delivery, DeliveryKind, DeliveryState
from storage.values.places import Place

T = TypeVar("T")
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

# Repeating one of these changes nothing, so they are not looked up before a retry.
IDEMPOTENT_KINDS = frozenset({DeliveryKind.UPDATE, DeliveryKind.DELETE})


# When a notice may be posted to a place: the given time, or a later one.
NextSendingTime = Callable[[Session, Place, datetime], Awaitable[datetime]]
# Called in the transaction that closes a place, with the delivery, the platform's reason and the time.
OnUnreachable = Callable[[Session, Delivery, str, datetime], Awaitable[None]]


def _always_ready(_platform: str) -> bool:
    return True


async def _send_any_time(_db: Session, _place: Place, at: datetime) -> datetime:
    return at


async def _notify_nobody(_db: Session, _delivery: Delivery, _reason: str, _now: datetime) -> None:
    """The default OnUnreachable: no notice."""


class Deliverer:
    """Sends deliveries by id. Raises StoreProblem when the ledger cannot be used, and nothing else."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, ChatPlatform],
        composers: Mapping[str, Composer],
        *,
        clock: Clock,
        random: Random,
        retry_policy: RetryPolicy | None = None,
        is_platform_ready: Callable[[str], bool] = _always_ready,
        on_unreachable: OnUnreachable = _notify_nobody,
        next_sending_time: NextSendingTime = _send_any_time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.store = store
        self.group_commit = GroupCommit(store)
        self.platforms = dict(platforms)
        self.composers: dict[str, Composer] = {CARD: stored_card, **composers}
        self.clock = clock
        self.random = random
        self.retry_policy = retry_policy or RetryPolicy()
        self.is_platform_ready = is_platform_ready
        self.on_unreachable = on_unreachable
        self.next_sending_time = next_sending_time
        self.sleep = sleep

    async def deliver(self, delivery_id: int) -> None:
        """Send that delivery, or postpone it if it cannot be sent now. Safe to call again, in any process."""
        async with self.store.reading() as db:
            delivery = await deliveries.load(db, delivery_id)
            if delivery is None or delivery.state in FINAL_STATES:
                return
            platform = self.platforms.get(delivery.place.platform)
            later = await self._not_before(db, delivery)
            interrupted = delivery.state is DeliveryState.SENDING and not delivery.place.closed
            # An interrupted delivery is looked up first and composed only after that.
            ready = PLACE_CLOSED if interrupted or later else await self._prepared(db, delivery, platform)
        if later or platform is None:
            await self._record(delivery, Defer(later or self.clock.now() + self.retry_policy.unserved_delay))
            return

        if interrupted:
            ready = await self._recover(delivery, platform) or await self._prepared_now(delivery, platform)
        if not isinstance(ready, Post | Update | Delete):
            await self._record(delivery, ready)
            return
        await self._send(delivery, platform, ready)

    async def _not_before(self, db: Session, delivery: Delivery) -> datetime | None:
        """When to try again if the place may not be posted to yet; None if it may, or if it is closed."""
        place, now = delivery.place, self.clock.now()
        if place.closed or delivery.kind is DeliveryKind.REPLY:
            return None
        if not self.is_platform_ready(place.platform):
            # Members may have changed while we were down. Replies need not wait: their event has just been received.
            return now + self.retry_policy.not_ready_delay
        # Updates and deletions notify nobody; neither does looking up an interrupted call.
        if delivery.kind is DeliveryKind.POST and delivery.state is DeliveryState.NEW:
            opens = await self.next_sending_time(db, place, now)
            return opens if opens > now else None
        return None

    async def _send(self, delivery: Delivery, platform: ChatPlatform, ready: Call) -> None:
        """Make the call when rate limits allow. After a wait the card is composed again: its readers may have changed."""
        acquired = await self._acquire(delivery, platform)
        if isinstance(acquired, Scheduled):
            await self.sleep((acquired.at - self.clock.now()).total_seconds())
            recomposed = await self._prepared_now(delivery, platform)
            if not isinstance(recomposed, Post | Update | Delete):
                await self._record(delivery, recomposed)
                return
            ready, acquired = recomposed, await self._acquire(delivery, platform, is_scheduled=True)
        match acquired:
            case Defer():
                await self._record(delivery, acquired)
            case Delivery() if await self._is_still_ours(acquired):
                await self._record(acquired, await self._attempt(acquired, platform, ready))

    async def _prepared_now(self, delivery: Delivery, platform: ChatPlatform) -> Call | Outcome:
        async with self.store.reading() as db:
            return await self._prepared(db, delivery, platform)

    async def _prepared(self, db: Session, delivery: Delivery, platform: ChatPlatform | None) -> Call | Outcome:
        """The call to make, or the outcome if none is needed."""
        if delivery.place.closed or platform is None:
            return PLACE_CLOSED
        try:
            later = self.clock.now() + self.retry_policy.not_ready_delay
            return await prepare(db, delivery, platform, self.composers, later=later)
        except StoreProblem:
            raise
        except Exception as error:  # noqa: BLE001  (`_outcome_of` logs it)
            return self._outcome_of(delivery, error, attempts=delivery.attempts + 1, uncertain=False)

    async def _recover(self, delivery: Delivery, platform: ChatPlatform) -> Outcome | None:
        """The outcome of a delivery that was interrupted; None when it is safe to send it again."""
        can_find = self._can_find(delivery, platform)
        if delivery.kind not in IDEMPOTENT_KINDS and not can_find and (held := may_have_been_sent(delivery)):
            return held
        settled = self.retry_policy.settled_at(delivery)
        if self.clock.now() < settled:
            return Defer(settled)
        try:
            if can_find and (remote_id := await self._find(delivery, platform)):
                return Sent(remote_id)
        except Exception as error:  # noqa: BLE001  (`_outcome_of` logs it)
            return self._outcome_of(delivery, error, attempts=delivery.attempts + 1, uncertain=True)
        if self.retry_policy.is_exhausted(delivery.attempts, delivery.error):
            return gave_up(delivery.attempts, delivery.error)
        return None

    async def _find(self, delivery: Delivery, platform: ChatPlatform) -> str | None:
        """The message's id if it exists. Asks twice, because platforms show new messages with a small delay."""
        since = (delivery.sending_at or delivery.due_at) - self.retry_policy.clock_skew
        remote_id = await self._within_timeout(platform, platform.find(address_of(delivery), delivery.tag, since))
        if remote_id is None:
            await self.sleep(self.retry_policy.second_find_delay.total_seconds())
            remote_id = await self._within_timeout(platform, platform.find(address_of(delivery), delivery.tag, since))
        return remote_id

    def _can_find(self, delivery: Delivery, platform: ChatPlatform) -> bool:
        # An ephemeral message cannot be looked up; a second copy is better than no reply.
        return platform.can_find and delivery.kind not in IDEMPOTENT_KINDS and not address_of(delivery).only_for

    async def _acquire(self, delivery: Delivery, platform: ChatPlatform, *, is_scheduled: bool = False) -> Acquired:
        """The claimed delivery, the time of its rate-limit slot, or None when another process claimed it."""
        now = self.clock.now()
        return await self.group_commit.write(
            lambda db: rate_limits.acquire(db, delivery, platform, now, is_scheduled=is_scheduled)
        )

    async def _is_still_ours(self, claimed: Delivery) -> bool:
        """False if this process was suspended after the claim and another one has taken over."""
        if self.clock.now() - (claimed.sending_at or claimed.due_at) < self.retry_policy.settle_time:
            return True
        async with self.store.reading() as db:
            current = await deliveries.load(db, claimed.id)
        return current is not None and (current.state, current.attempts) == (claimed.state, claimed.attempts)

    async def _attempt(self, claimed: Delivery, platform: ChatPlatform, call: Call) -> Outcome:
        try:
            return Sent(await self._within_timeout(platform, call_platform(platform, claimed, call)))
        except Exception as error:  # noqa: BLE001  (`_outcome_of` logs it)
            certain = isinstance(error, Rejected) or (isinstance(error, Unavailable) and not error.uncertain)
            # A bug of ours may have struck before the request or while reading its answer: uncertain.
            can_find = self._can_find(claimed, platform)
            return self._outcome_of(claimed, error, attempts=claimed.attempts, uncertain=not certain, can_find=can_find)

    async def _within_timeout(self, platform: ChatPlatform, answer: Awaitable[T]) -> T:
        """The platform's answer. A timeout raises Unavailable (uncertain); other errors pass through."""
        try:
            async with asyncio.timeout(self.retry_policy.call_timeout.total_seconds()):
                return await answer
        except TimeoutError as error:
            raise Unavailable(platform.name, uncertain=True) from error

    def _outcome_of(
        self, delivery: Delivery, error: Exception, *, attempts: int, uncertain: bool, can_find: bool = False
    ) -> Outcome:
        if not isinstance(error, Rejected | Unavailable):
            log.error("bug while delivering", action="delivery.fault", delivery=delivery.id, exc_info=error)
        return after_failure(
            delivery,
            error,
            attempts=attempts,
            uncertain=uncertain,
            can_find=can_find,
            now=self.clock.now(),
            retry_policy=self.retry_policy,
            jitter=self.random.random(),
        )

    async def _record(self, delivery: Delivery, outcome: Outcome) -> None:
        await self.group_commit.write(lambda db: self._record_in(db, delivery, outcome))
        _log_outcome(delivery, outcome)

    async def _record_in(self, db: Session, delivery: Delivery, outcome: Outcome) -> None:
        match outcome:
            case Sent(remote_id):
                now, platform = self.clock.now(), self.platforms.get(delivery.place.platform)
                await deliveries.mark_sent(db, delivery.id, remote_id, now)
                if platform:
                    await rate_limits.record_sent(db, delivery, platform, now)
                if delivery.kind is DeliveryKind.REPLY:
                    await deliveries.forget_payload(db, delivery.notice.id)
            case Failed(error, closes_place):
                await deliveries.mark_dead(db, delivery, error)
                if closes_place:
                    await self.on_unreachable(db, delivery, error.partition(": ")[2], self.clock.now())
                    await places.close(db, delivery.place.id)
            case Retry(due_at, error, uncertain, attempts, rate_limited):
                await deliveries.schedule_retry(db, delivery, due_at, error, uncertain=uncertain, attempts=attempts)
                if rate_limited:
                    await rate_limits.block(db, delivery, rate_limited, self.clock.now())
            case Defer(until):
                await deliveries.defer(db, delivery, until)
            case _:
                assert_never(outcome)


def _log_outcome(delivery: Delivery, outcome: Outcome) -> None:
    """Log the outcome: ids and reasons, never text of a card."""
    bound = log.bind(delivery=delivery.id, platform=delivery.place.platform, attempt=delivery.attempts)
    if delivery.notice.trace:  # the reference in the log lines of the originating request
        bound = bound.bind(reference=delivery.notice.trace)
    match outcome:
        case Sent():
            bound.info("delivery sent", action="delivery.sent")
        case Failed(error, closes_place):
            bound.warning(
                "delivery given up", action="delivery.dead", reason=error_kind(error), closes_place=closes_place
            )
        case Retry(due_at, error):
            bound.info(
                "delivery will be retried",
                action="delivery.retried",
                reason=error_kind(error),
                due_at=due_at.isoformat(),
            )
        case Defer(until):
            bound.debug("delivery deferred", action="delivery.deferred", due_at=until.isoformat())
        case _:
            assert_never(outcome)
