"""When a card may go out: places are posted to at a distance, and what a neighbour closed stays closed for everybody.

One transaction holds the look at the gates, the slot and the claim, so that replicas agree and nothing costs a commit more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.post.outcomes import Hold, Wait
from bot.post.wording import address
from integrations.ports.chat import ChatPlatform
from storage import deliveries, gates
from storage.store import Session
from storage.values import Delivery, DeliveryKind, DeliveryState

SPARE = timedelta(
    milliseconds=50
)  # the card was there before its answer was here: counted from that, a bit less will do
LONGEST_SLEEP = timedelta(seconds=30)  # a slot further ahead is not worth holding a worker for


@dataclass(frozen=True, slots=True)
class Slot:
    """Its turn comes at `at`: soon enough to wait for it here."""

    at: datetime


Turn = Delivery | Slot | Wait | None


async def turn(db: Session, delivery: Delivery, platform: ChatPlatform, now: datetime, *, has_slot: bool) -> Turn:
    """The delivery, now ours; or when its turn comes; or None when somebody else got there first."""
    until = await gates.held_until(db, keys(delivery), now)
    if until:
        return Wait(until)
    if not has_slot and is_paced(delivery, platform):
        place = delivery.place
        account = gates.account_key(place.platform, place.workspace)
        at = await gates.reserve(db, gates.place_key(place.id), account, now, platform.spacing)
        if at > now:
            return Slot(at) if at - now <= LONGEST_SLEEP else Wait(at)
    if not await deliveries.claim(db, delivery, now):
        return None
    return replace(delivery, state=DeliveryState.SENDING, sending_at=now, attempts=delivery.attempts + 1)


async def stands(db: Session, delivery: Delivery, platform: ChatPlatform, now: datetime) -> None:
    """It is there: the next one keeps its distance from this moment, however long the way was."""
    if is_paced(delivery, platform):
        next_one = now + platform.spacing - SPARE
        await gates.not_before(db, gates.place_key(delivery.place.id), next_one)


def is_paced(delivery: Delivery, platform: ChatPlatform) -> bool:
    """New messages keep their distance; changes of old ones, and what one account alone is shown, have limits of their own."""
    is_new = delivery.kind in {DeliveryKind.POST, DeliveryKind.REPLY}
    return is_new and bool(platform.spacing) and not address(delivery).only_for


def keys(delivery: Delivery) -> tuple[str, str]:
    """The gates that this delivery has to pass."""
    place = delivery.place
    return gates.place_key(place.id), gates.account_key(place.platform, place.workspace)


async def close(db: Session, delivery: Delivery, hold: Hold, now: datetime) -> None:
    """Close the gate that a neighbour asked for. A second place of an account that is told to wait closes the account."""
    place, account = keys(delivery)
    if hold.whole_account:
        await gates.hold(db, account, account, hold.until, hold.reason)
        return
    if await gates.are_others_held(db, account, place, now):
        await gates.hold(db, account, account, hold.until, hold.reason)
    await gates.hold(db, place, account, hold.until, hold.reason)
