"""The only way to put a notice into the ledger. It belongs into the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from integrations.ports.cards import Card, to_json
from storage import deliveries
from storage.store import Session
from storage.values import DeliveryKind

CARD = "card"  # a notice whose payload is the finished card


def notice_id(key: str) -> str:
    """The id of the notice with that key: the same key is the same notice, on every try."""
    return sha256(key.encode()).hexdigest()[:20]


async def post(session: Session, places: Sequence[int], card: Card, *, key: str, at: datetime) -> int:
    """Say *card* in each of *places*, once per *key*, however often this runs. Returns how many are new.

    Only for cards that hold nothing whose audience could change before they are sent; otherwise `announce`.
    """
    return await announce(session, places, CARD, {"card": to_json(card)}, key=key, at=at)


async def announce(
    session: Session, places: Sequence[int], kind: str, payload: Mapping[str, object], *, key: str, at: datetime
) -> int:
    """Say something in each of *places* whose words are found when it is sent, by the feature that owns *kind*."""
    notice = await deliveries.write_notice(session, notice_id(key), key, kind, payload, at)
    return await deliveries.queue(session, notice, places, at=at)


async def update(
    session: Session,
    kind: str,
    payload: Mapping[str, object],
    *,
    key: str,
    targets: Mapping[int, int],
    newest: Mapping[int, int],
    at: datetime,
) -> int:
    """Word cards that stand already anew. *targets* maps a place to the delivery whose card is meant.

    *newest* maps a place to the delivery that the changed card links to, where there is one.
    """
    notice = await deliveries.write_notice(session, notice_id(key), key, kind, payload, at)
    return await deliveries.queue(
        session, notice, tuple(targets), at=at, kind=DeliveryKind.UPDATE, targets=targets, newest=newest
    )


async def take_back(session: Session, key: str, *, at: datetime) -> int:
    """Remove everywhere what the notice with *key* put there. Returns how many cards that concerns."""
    standing = await deliveries.of_notice(session, key)
    return await deliveries.queue(
        session, notice_id(key), tuple(standing), at=at, kind=DeliveryKind.DELETE, targets=standing
    )
