"""Rate limits: a minimum spacing between messages in one place, and blocks that platforms ask for.

Checking blocks, reserving a slot and claiming happen in one transaction, so that replicas agree.
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

# The platform received the card before we got its answer, so the next one may follow slightly earlier.
SPACING_TOLERANCE = timedelta(milliseconds=50)
MAX_SLEEP = timedelta(seconds=30)  # for a later slot, release the worker and defer


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A slot is reserved at `at`, soon enough to wait for it."""

    at: datetime


Acquired = Delivery | Scheduled | Defer | None


async def acquire(
    db: Session, delivery: Delivery, platform: ChatPlatform, now: datetime, *, is_scheduled: bool
) -> Acquired:
    """The claimed delivery, the time of its slot, or None when another process claimed it."""
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
    """Count the spacing to the next message from now on, when this one is known to have arrived."""
    if is_rate_limited(delivery, platform):
        earliest = now + platform.spacing - SPACING_TOLERANCE
        await rate_limits.delay_until(db, rate_limits.place_key(delivery.place.id), earliest)


def is_rate_limited(delivery: Delivery, platform: ChatPlatform) -> bool:
    """True for new messages. Updates, deletions and ephemeral messages have limits that we do not reach."""
    is_new = delivery.kind in {DeliveryKind.POST, DeliveryKind.REPLY}
    return is_new and bool(platform.spacing) and not address_of(delivery).only_for


def rate_limit_keys(delivery: Delivery) -> tuple[str, str]:
    """The rate limits that apply: the place's and the account's."""
    place = delivery.place
    return rate_limits.place_key(place.id), rate_limits.account_key(place.platform, place.workspace)


async def block(db: Session, delivery: Delivery, rate_limited: RateLimited, now: datetime) -> None:
    """Block the place or account for as long as the platform asked. A second blocked place blocks its whole account."""
    place, account = rate_limit_keys(delivery)
    if rate_limited.whole_account:
        await rate_limits.block(db, account, account, rate_limited.until, rate_limited.reason)
        return
    if await rate_limits.are_others_blocked(db, account, place, now):
        await rate_limits.block(db, account, account, rate_limited.until, rate_limited.reason)
    await rate_limits.block(db, place, account, rate_limited.until, rate_limited.reason)
