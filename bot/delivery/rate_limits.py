"""When a card may go out: places are posted to at a distance, and what a neighbour closed stays closed for everybody.

One transaction holds the look at the gates, the slot and the claim, so that replicas agree and nothing costs a commit more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.delivery.calls import address_of
from bot.delivery.retry_policy import Defer, RateLimited
from integrations.ports.chat import ChatPlatform
from storage import deliveries, rate_limits
from storage.store import Session
from storage.values.deliveries import Delivery, DeliveryKind, DeliveryState

SPACING_TOLERANCE = timedelta(
    milliseconds=50
)  # the card was there before its answer was here: counted from that, a bit less will do
MAX_SLEEP = timedelta(seconds=30)  # a slot further ahead is not worth holding a worker for


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Its turn comes at `at`: soon enough to wait for it here."""

    at: datetime


Acquired = Delivery | Scheduled | Defer | None


async def acquire(
    db: Session, delivery: Delivery, platform: ChatPlatform, now: datetime, *, is_scheduled: bool
) -> Acquired:
    """The delivery, now ours; or when its turn comes; or None when somebody else got there first."""
    until = await rate_limits.blocked_until(db, rate_limit_keys(delivery), now)
    if until:
        return Defer(until)
    if not is_scheduled and is_rate_limited(delivery, platform):
        place = delivery.place
        account = rate_limits.account_key(place.platform, place.workspace)
        at = await rate_limits.reserve(db, rate_limits.place_key(place.id), account, now, platform.spacing)
        if at > now:
            return Scheduled(at) if at - now <= MAX_SLEEP else Defer(at)
    if not await deliveries.claim(db, delivery, now):
        return None
    return replace(delivery, state=DeliveryState.SENDING, sending_at=now, attempts=delivery.attempts + 1)


async def record_sent(db: Session, delivery: Delivery, platform: ChatPlatform, now: datetime) -> None:
    """It is there: the next one keeps its distance from this moment, however long the way was."""
    if is_rate_limited(delivery, platform):
        next_one = now + platform.spacing - SPACING_TOLERANCE
        await rate_limits.delay_until(db, rate_limits.place_key(delivery.place.id), next_one)


def is_rate_limited(delivery: Delivery, platform: ChatPlatform) -> bool:
    """New messages keep their distance; changes of old ones, and what one account alone is shown, have limits of their own."""
    is_new = delivery.kind in {DeliveryKind.POST, DeliveryKind.REPLY}
    return is_new and bool(platform.spacing) and not address_of(delivery).only_for


def rate_limit_keys(delivery: Delivery) -> tuple[str, str]:
    """The gates that this delivery has to pass."""
    place = delivery.place
    return rate_limits.place_key(place.id), rate_limits.account_key(place.platform, place.workspace)


async def block(db: Session, delivery: Delivery, rate_limited: RateLimited, now: datetime) -> None:
    """Close the gate that a neighbour asked for. A second place of an account that is told to wait closes the account."""
    place, account = rate_limit_keys(delivery)
    if rate_limited.whole_account:
        await rate_limits.block(db, account, account, rate_limited.until, rate_limited.reason)
        return
    if await rate_limits.are_others_blocked(db, account, place, now):
        await rate_limits.block(db, account, account, rate_limited.until, rate_limited.reason)
    await rate_limits.block(db, place, account, rate_limited.until, rate_limited.reason)
