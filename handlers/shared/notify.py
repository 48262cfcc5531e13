"""The only way to queue a delivery. Call it in the transaction of the change that it is about."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from structlog.contextvars import get_contextvars

from handlers.context import AppContext
from handlers.shared.conversations import conversation_with
from integrations.ports.cards import Card, to_json
from integrations.ports.inbound import Attachment
from storage import deliveries, fan_out
from storage.direct_conversations import places_of_people
from storage.store import Session
from storage.values.company import Person
from storage.values.deliveries import DeliveryKind

CARD = "card"  # the kind of notices whose payload is the finished card


def notice_id(key: str) -> str:
    """The id of the notice with that key; the same key is the same notice at every attempt."""
    return sha256(key.encode()).hexdigest()[:20]


def _correlation_id() -> str:
    """The reference of the current request, or the name of the current job, as it is in the log."""
    log_context = get_contextvars()
    return str(log_context.get("reference") or log_context.get("job") or "")


async def person(
    ctx: AppContext,
    session: Session,
    recipient: Person,
    kind: str,
    payload: Mapping[str, object],
    *,
    key: str,
    at: datetime,
) -> int:
    """Queue a notice in the direct conversation with *recipient*; see `queue_notice`."""
    place = await conversation_with(session, ctx.policy, recipient)
    return await queue_notice(session, [place], kind, payload, key=key, at=at)


async def people(
    ctx: AppContext,
    session: Session,
    recipients: Iterable[Person],
    kind: str,
    payload: Mapping[str, object],
    *,
    key: str,
    at: datetime,
) -> int:
    """Queue one notice in the direct conversation with each of *recipients*; see `people_with_ids`."""
    ids = {recipient.id for recipient in recipients}
    return await people_with_ids(ctx, session, ids, kind, payload, key=key, at=at)


async def people_with_ids(
    ctx: AppContext,
    session: Session,
    ids: Collection[str],
    kind: str,
    payload: Mapping[str, object],
    *,
    key: str,
    at: datetime,
) -> int:
    """Queue one notice in the direct conversation with each of those people; see `queue_notice`.

    Many people are addressed afterwards, in batches (`storage.fan_out`), so that nobody waits for this transaction.
    Returns how many are new, or how many will be addressed.
    """
    if len(ids) > fan_out.MAX_AT_ONCE:
        notice = await deliveries.write_notice(session, notice_id(key), key, kind, payload, at, _correlation_id())
        await fan_out.to_people(session, notice, ids, platforms=ctx.policy.platforms, at=at)
        return len(ids)
    places = await places_of_people(session, ids, ctx.policy.platforms)
    return await queue_notice(session, sorted(set(places.values())), kind, payload, key=key, at=at)


async def queue_card(session: Session, places: Sequence[int], card: Card, *, key: str, at: datetime) -> int:
    """Queue a finished card for each of *places*, once per *key* however often this runs. Returns how many are new.

    Only for cards whose content no change of audience can affect; for others see `queue_notice`.
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
    """Queue a notice whose card is built when it is sent, by the feature that owns *kind*. Returns how many are new.

    It is sent once per *key* and place, however often this runs, and outside the place's quiet hours: see
    `sending_hours`.
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
    """Queue the reply to a request from *place*, for everyone there or for the account *only_for*. Returns how many are new.

    The card is finished, because its audience was checked a moment ago. It is deleted once it was sent.
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
    """Queue an update of posted cards. *targets* maps a place to the delivery whose card is edited.

    *newest* maps a place to the delivery that the edited card links to, if there is one.
    """
    notice = await deliveries.write_notice(session, notice_id(key), key, kind, payload, at, _correlation_id())
    return await deliveries.enqueue(
        session, notice, tuple(targets), at=at, kind=DeliveryKind.UPDATE, targets=targets, newest=newest
    )


async def queue_update_of(
    session: Session, kind: str, payload: Mapping[str, object], *, key: str, posted: str, at: datetime
) -> int:
    """Queue an update of every card of the notice with the key *posted*, many of them in batches. Returns how many."""
    targets = await deliveries.of_notice(session, posted)
    if len(targets) <= fan_out.MAX_AT_ONCE:
        return await queue_update(session, kind, payload, key=key, targets=targets, newest={}, at=at) if targets else 0
    notice = await deliveries.write_notice(session, notice_id(key), key, kind, payload, at, _correlation_id())
    await fan_out.to_cards_of(session, notice, notice_id(posted), DeliveryKind.UPDATE, at)
    return len(targets)


async def queue_delete(session: Session, key: str, *, at: datetime, kind: DeliveryKind = DeliveryKind.POST) -> int:
    """Queue the deletion of every card of the notice with *key*, many of them in batches. Returns how many."""
    await fan_out.stop_posting(session, notice_id(key))
    posted = await deliveries.of_notice(session, key, kind)
    if len(posted) > fan_out.MAX_AT_ONCE:
        await fan_out.to_cards_of(session, notice_id(key), notice_id(key), DeliveryKind.DELETE, at)
        return len(posted)
    return await deliveries.enqueue(
        session, notice_id(key), tuple(posted), at=at, kind=DeliveryKind.DELETE, targets=posted
    )
