"""The only way to put a notice into the ledger. It belongs into the transaction of the change it tells of."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from structlog.contextvars import get_contextvars

from integrations.ports.cards import Card, to_json
from integrations.ports.inbound import Attachment
from storage import deliveries
from storage.store import Session
from storage.values.deliveries import DeliveryKind

CARD = "card"  # a notice whose payload is the finished card


def notice_id(key: str) -> str:
    """The id of the notice with that key: the same key is the same notice, on every try."""
    return sha256(key.encode()).hexdigest()[:20]


def _correlation_id() -> str:
    """What is going on: the reference of the request, or the name of the job, under which the log knows it."""
    known = get_contextvars()
    return str(known.get("reference") or known.get("job") or "")


async def queue_card(
    session: Session,
    places: Sequence[int],
    card: Card,
    *,
    key: str,
    at: datetime,
) -> int:
    """Say *card* in each of *places*, once per *key*, however often this runs. Returns how many are new.

    Only for cards that hold nothing whose audience could change before they are sent; otherwise `announce`.
    """
    return await queue_notice(session, places, CARD, {"card": to_json(card)}, key=key, at=at)


async def queue_notice(
    session: Session,
    places: Sequence[int],
    kind: str,
    payload: Mapping[str, object],
    *,
    key: str,
    at: datetime,
) -> int:
    """Say something in each of *places* whose words are found when it is sent, by the feature that owns *kind*.

    The post holds it until the place is open (see `opening`).
    """
    notice = await deliveries.write_notice(session, notice_id(key), key, kind, payload, at, _correlation_id())
    return await deliveries.enqueue(session, notice, places, at=at)


async def queue_reply(
    session: Session,
    place: int,
    card: Card,
    *,
    key: str,
    at: datetime,
    thread: str = "",
    only_for: str = "",
    via: str = "",
    file: Attachment | None = None,
) -> int:
    """Answer somebody who asked in *place*: there, or for the account *only_for* alone. Returns how many are new.

    The card was worded for whoever reads it a moment ago, so it is finished. It is forgotten once it was sent.
    """
    payload: dict[str, object] = {"card": to_json(card), "only_for": only_for, "via": via}
    if file:
        payload["file"] = {"name": file.name, "content": base64.b64encode(file.content).decode(), "alt": file.alt}
    notice = await deliveries.write_notice(session, notice_id(key), key, CARD, payload, at, _correlation_id())
    return await deliveries.enqueue(session, notice, [place], at=at, kind=DeliveryKind.REPLY, thread=thread)


async def queue_update(
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
    notice = await deliveries.write_notice(session, notice_id(key), key, kind, payload, at, _correlation_id())
    return await deliveries.enqueue(
        session, notice, tuple(targets), at=at, kind=DeliveryKind.UPDATE, targets=targets, newest=newest
    )


async def queue_delete(session: Session, key: str, *, at: datetime, kind: DeliveryKind = DeliveryKind.POST) -> int:
    """Remove everywhere what the notice with *key* put there. Returns how many cards that concerns."""
    standing = await deliveries.of_notice(session, key, kind)
    return await deliveries.enqueue(
        session, notice_id(key), tuple(standing), at=at, kind=DeliveryKind.DELETE, targets=standing
    )
