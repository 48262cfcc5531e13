"""What a delivery asks of its platform, worded at the moment it is sent.

A card is worded late because its readers may have changed since it was written down: who left the room, who was
invited, what was withdrawn.
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
from storage.values.deliveries import Delivery, DeliveryKind, DeliveryState

# Words a notice of one kind; None when nothing is left to say to those who would read it.
Composer = Callable[[Session, Delivery, Audience], Awaitable[Card | None]]


@dataclass(frozen=True, slots=True)
class Post:
    """Put a new card there, with a file beside it where one was asked for."""

    card: Card
    file: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Replace the card that *target* put there."""

    target: Delivery
    card: Card


@dataclass(frozen=True, slots=True)
class Delete:
    """Take away the card that *target* put there."""

    target: Delivery


Call = Post | Update | Delete

WITHHELD = Failed("withheld: nothing is left to say to those who would read it")
TARGET_GONE = Failed("gone: nothing stands there that could be changed")
PLACE_CLOSED = Failed("closed: nothing reaches this place any more")


async def stored_card(_db: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The wording of a notice whose payload is the card itself; None once that was blanked."""
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
    """What to ask of *platform*, or what became of the delivery without asking.

    *later* is when to come back for a card that is to be changed and does not stand yet.
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
    """Make the call, and return the id of the message it was about."""
    to = address_of(delivery)
    match call:
        case Post(card, file):
            return await platform.post(to, card, delivery.tag, file)
        case Update(target, card):
            # The tag names the delivery that stands there, so that it can still be found by it.
            await platform.update(to, target.remote_id, card, target.tag)
            return target.remote_id
        case Delete(target):
            await platform.delete(to, target.remote_id)
            return target.remote_id
        case _:
            assert_never(call)


async def _card(db: Session, delivery: Delivery, composers: Mapping[str, Composer]) -> Card | None:
    return await composers[delivery.notice.kind](db, delivery, await places.audience(db, delivery.place))


async def _posted_target(db: Session, delivery: Delivery, later: datetime) -> Delivery | Outcome:
    """The delivery whose card is to be changed, once that card stands."""
    target = await deliveries.load(db, delivery.target) if delivery.target is not None else None
    if target is None or target.state is DeliveryState.DEAD:
        return TARGET_GONE
    return target if target.state is DeliveryState.SENT else Defer(later)


async def _with_newest_link(db: Session, delivery: Delivery, card: Card, platform: ChatPlatform) -> Card:
    """*card* with the way to the newest one below it, where the platform has addresses for messages."""
    newest = await deliveries.load(db, delivery.newest) if delivery.newest is not None else None
    if newest is None or newest.state is not DeliveryState.SENT:
        return card
    url = platform.link(address_of(newest), newest.remote_id)
    return replace(card, blocks=(*card.blocks, text(Link("Open the newest", url)))) if url else card
