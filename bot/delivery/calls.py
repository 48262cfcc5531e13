"""Turn a delivery into a call to its platform, with the card composed at the time of sending.

Cards are composed late because their readers may have changed since the delivery was queued: members leave or join,
and items are hidden.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.delivery.retry_policy import Defer, Failed, Outcome
from integrations.ports.cards import Card, Link, card_from_json, text
from integrations.ports.chat import Address, ChatPlatform
from integrations.ports.inbound import Attachment
from storage import deliveries, places
from storage.store import Session
from storage.values.company import Audience
from storage.values.deliveries import UNSENT_STATES, Delivery, DeliveryKind, DeliveryState

# Composes the card of one notice kind; None when its readers may see nothing of it.
Composer = Callable[[Session, Delivery, Audience], Awaitable[Card | None]]


@dataclass(frozen=True, slots=True)
class Post:
    """Post a new card, with an optional file."""

    card: Card
    file: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Replace the card that *target* posted."""

    target: Delivery
    card: Card


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the card that *target* posted."""

    target: Delivery


Call = Post | Update | Delete

WITHHELD = Failed("withheld: nothing is left to say to those who would read it")
TARGET_GONE = Failed("gone: nothing stands there that could be changed")
PLACE_CLOSED = Failed("closed: nothing reaches this place any more")


async def stored_card(_db: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The card of a notice that stores it in its payload; None once the payload was erased."""
    card = delivery.notice.payload.get("card")
    return card_from_json(card) if card else None


def address_of(delivery: Delivery) -> Address:
    place, payload = delivery.place, delivery.notice.payload
    only_for, via = str(payload.get("only_for", "")), str(payload.get("via", ""))
    return Address(place.platform, place.workspace, place.conversation, delivery.thread, only_for, via)


def _file(delivery: Delivery) -> Attachment | None:
    match delivery.notice.payload.get("file"):
        case {"name": str(name), "content": str(content), **more}:
            return Attachment(name, base64.b64decode(content), str(more.get("alt", "")))
        case _:
            return None


async def prepare(
    db: Session, delivery: Delivery, platform: ChatPlatform, composers: Mapping[str, Composer], *, later: datetime
) -> Call | Outcome:
    """The call to make, or the outcome if none is needed.

    *later* is when to try again if the card to update or delete has not been posted yet.
    """
    match delivery.kind:
        case DeliveryKind.POST | DeliveryKind.REPLY:
            card = await _card(db, delivery, composers)
            return Post(card, _file(delivery)) if card else WITHHELD
        case DeliveryKind.UPDATE:
            target = await _posted_target(db, delivery, later)
            if not isinstance(target, Delivery):
                return target
            card = await _card(db, delivery, composers)
            return Update(target, await _with_newest_link(db, delivery, card, platform)) if card else WITHHELD
        case DeliveryKind.DELETE:
            target = await _posted_target(db, delivery, later)
            return Delete(target) if isinstance(target, Delivery) else target
        case _:
            assert_never(delivery.kind)


async def call_platform(platform: ChatPlatform, delivery: Delivery, call: Call) -> str:
    """Make the call, and return the id of its message."""
    to = address_of(delivery)
    match call:
        case Post(card, file):
            return await platform.post(to, card, delivery.tag, file)
        case Update(target, card):
            # The tag stays that of the original delivery, so that the message can still be found.
            await platform.update(to, target.remote_id, card, target.tag)
            return target.remote_id
        case Delete(target):
            await platform.delete(to, target.remote_id)
            return target.remote_id
        case _:
            assert_never(call)


async def _card(db: Session, delivery: Delivery, composers: Mapping[str, Composer]) -> Card | None:
    """The card for what everyone in the place may see; None for a notice to somebody who left. Replies say that they left."""
    if delivery.kind is not DeliveryKind.REPLY and await places.is_of_leaver(db, delivery.place):
        return None
    return await composers[delivery.notice.kind](db, delivery, await places.audience(db, delivery.place))


async def _posted_target(db: Session, delivery: Delivery, later: datetime) -> Delivery | Outcome:
    """The delivery whose card is to be updated or deleted, once it has been sent."""
    target = await deliveries.load(db, delivery.target) if delivery.target is not None else None
    if target is None or target.state in UNSENT_STATES:
        return TARGET_GONE
    return target if target.state is DeliveryState.SENT else Defer(later)


async def _with_newest_link(db: Session, delivery: Delivery, card: Card, platform: ChatPlatform) -> Card:
    """*card* with a link to the newest one, where the platform has links to messages."""
    newest = await deliveries.load(db, delivery.newest) if delivery.newest is not None else None
    if newest is None or newest.state is not DeliveryState.SENT:
        return card
    url = platform.link(address_of(newest), newest.remote_id)
    return replace(card, blocks=(*card.blocks, text(Link("Open the newest", url)))) if url else card
