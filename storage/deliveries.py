"""Every message that is sent, one row per notice and place. The row decides what happens, whichever worker sends it.

new -> sending -> sent | dead        a row left in `sending` is uncertain: it may or may not have arrived
dead -> dropped                      an operator decided that it is not sent (storage/dead_deliveries.py)
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Column,
    Index,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage import delivery_queue
from storage.places import PlaceRow, place_from
from storage.redaction import is_mentioned_in
from storage.store import Session, UtcDateTime, affected, batches, database_now, insert_new, table_of
from storage.values.deliveries import UNSENT_STATES, Delivery, DeliveryKind, DeliveryState, Notice


class NoticeRow(SQLModel, table=True):
    """A message to send. Writing the same `key` again does not make a second notice."""

    __tablename__ = "notice"

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    kind: str
    payload: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    trace: str = ""


_WAITING = text("state IN ('new', 'sending')")


class DeliveryRow(SQLModel, table=True):
    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "place_id", "kind", "seq"),
        # Workers ask every second what waits, and nearly all rows were sent long ago.
        Index("ix_delivery_waiting", "place_id", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    notice_id: str = Field(foreign_key="notice.id")
    place_id: int = Field(foreign_key="place.id", index=True)
    kind: str = DeliveryKind.POST
    seq: int = 0
    target_id: int | None = None
    newest_id: int | None = None
    thread: str = ""
    state: str = DeliveryState.NEW
    attempts: int = 0
    due_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    sending_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    sent_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    remote_id: str = ""
    error: str = ""


DELIVERY = table_of(DeliveryRow)
NOTICE = table_of(NoticeRow)
PLACE = table_of(PlaceRow)


def delivery_from(row: Any) -> Delivery:
    """The delivery in *row*, which `_whole` selected."""
    return Delivery(
        id=row.delivery_id,
        notice=Notice(row.notice_id, row.notice_kind, json.loads(row.payload), row.trace),
        place=place_from(row),
        kind=DeliveryKind(row.delivery_kind),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        sending_at=row.sending_at,
        remote_id=row.remote_id,
        error=row.error,
        thread=row.thread,
        target=row.target_id,
        newest=row.newest_id,
    )


def _whole() -> Select[Any]:
    skipped = {"id", "kind", "place_id", "notice_id"}
    return (
        select(
            PLACE,
            DELIVERY.c.id.label("delivery_id"),
            DELIVERY.c.kind.label("delivery_kind"),
            DELIVERY.c.notice_id,
            *[column for column in DELIVERY.c if column.name not in skipped],
            NOTICE.c.kind.label("notice_kind"),
            NOTICE.c.payload,
            NOTICE.c.trace,
        )
        .select_from(DELIVERY)
        .join(PLACE, PLACE.c.id == DELIVERY.c.place_id)
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
    )


async def write_notice(
    session: Session,
    notice_id: str,
    key: str,
    kind: str,
    payload: Mapping[str, object],
    at: datetime,
    trace: str = "",
) -> str:
    """Store a notice; return its id, or that of the earlier notice with the same *key*."""
    row = {
        "id": notice_id,
        "key": key,
        "kind": kind,
        "payload": json.dumps(payload, ensure_ascii=False),
        "created_at": at,
        "trace": trace,
    }
    await insert_new(session, NoticeRow, [row])
    return cast(str, (await session.execute(select(NOTICE.c.id).where(NOTICE.c.key == key))).scalar_one())


async def enqueue(
    session: Session,
    notice_id: str,
    places: Sequence[int],
    *,
    at: datetime,
    kind: DeliveryKind = DeliveryKind.POST,
    seq: int = 0,
    thread: str = "",
    targets: Mapping[int, int] | None = None,
    newest: Mapping[int, int] | None = None,
) -> int:
    """Add a delivery of that notice to each of *places*; existing ones stay as they are.

    *targets* and *newest* map a place to the delivery that an update is about, and to the one it links to.
    """
    rows = [
        {
            "notice_id": notice_id,
            "place_id": place,
            "kind": str(kind),
            "seq": seq,
            "thread": thread,
            "state": "new",
            "attempts": 0,
            "due_at": at,
            "target_id": (targets or {}).get(place),
            "newest_id": (newest or {}).get(place),
            "remote_id": "",
            "error": "",
        }
        for place in places
    ]
    made = await insert_new(session, DeliveryRow, rows)
    if made:
        await delivery_queue.enqueue_notice(session, notice_id, str(kind), seq, places, await database_now(session))
    return made


async def of_notice(session: Session, key: str, kind: DeliveryKind = DeliveryKind.POST) -> dict[int, int]:
    """Place -> delivery id, for the deliveries of that kind of the notice with *key*."""
    rows = await session.execute(
        select(DELIVERY.c.place_id, DELIVERY.c.id)
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .where(NOTICE.c.key == key, DELIVERY.c.kind == str(kind))
    )
    return {row.place_id: row.id for row in rows}


async def places_addressed(session: Session, kinds: Collection[str], *, key_ending: str) -> frozenset[int]:
    """The open places to which notices of those kinds were addressed whose keys end so, by deliveries of any kind."""
    rows = await session.execute(
        select(DELIVERY.c.place_id)
        .distinct()
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .join(PLACE, PLACE.c.id == DELIVERY.c.place_id)
        .where(NOTICE.c.kind.in_(kinds), NOTICE.c.key.endswith(key_ending, autoescape=True), PLACE.c.closed.is_(False))
    )
    return frozenset(rows.scalars())


async def newest_posted(
    session: Session, kind: str, places: Sequence[int], *, exclude_key: str
) -> dict[int, tuple[int, Mapping[str, object]]]:
    """Place -> (delivery id, payload) of its newest notice of that kind that is posted or still waits.

    The notice with the key *exclude_key* does not count. Source: one descending index scan for each place.
    """
    arrived = and_(DELIVERY.c.state == "sent", DELIVERY.c.remote_id != "")
    newest = (
        select(DELIVERY.c.id)
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .where(DELIVERY.c.place_id == PLACE.c.id, DELIVERY.c.kind == str(DeliveryKind.POST))
        .where(NOTICE.c.kind == kind, NOTICE.c.key != exclude_key)
        .where(or_(DELIVERY.c.state.in_(["new", "sending"]), arrived))
        .order_by(DELIVERY.c.id.desc())
        .limit(1)
        .correlate(PLACE)
        .scalar_subquery()
    )
    posted: dict[int, tuple[int, Mapping[str, object]]] = {}
    for batch in batches(places):
        of_place = select(PLACE.c.id.label("place_id"), newest.label("id")).where(PLACE.c.id.in_(batch)).subquery()
        rows = await session.execute(
            select(of_place.c.place_id, of_place.c.id, NOTICE.c.payload)
            .join(DELIVERY, DELIVERY.c.id == of_place.c.id)
            .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        )
        posted |= {row.place_id: (row.id, json.loads(row.payload)) for row in rows}
    return posted


# Statements that run for every message. They are built once, because building them takes as long as running them.
_WITH_ID = _whole().where(DELIVERY.c.id == bindparam("id"))
_UNLESS_MOVED_ON = update(DELIVERY).where(
    DELIVERY.c.id == bindparam("seen_id"),
    DELIVERY.c.state == bindparam("seen_state"),
    DELIVERY.c.attempts == bindparam("seen_attempts"),
)
_SENT = update(DELIVERY).where(DELIVERY.c.id == bindparam("seen_id")).values(state="sent", error="")


async def load(session: Session, delivery_id: int) -> Delivery | None:
    row = (await session.execute(_WITH_ID, {"id": delivery_id})).one_or_none()
    return delivery_from(row) if row else None


async def due(session: Session, now: datetime, limit: int) -> tuple[int, ...]:
    """The ids of the deliveries that may be tried at *now*, replies first, then oldest first, at most *limit*.

    At most one for each place, its oldest, so that messages arrive in order. Replies do not wait behind notices: people
    are waiting for them.
    """
    answers = DELIVERY.c.kind == str(DeliveryKind.REPLY)
    oldest = (
        select(func.min(DELIVERY.c.id).label("id"))
        .where(DELIVERY.c.state.in_(["new", "sending"]))
        .group_by(DELIVERY.c.place_id, answers)
        .subquery()
    )
    query = (
        select(DELIVERY.c.id)
        .join(oldest, oldest.c.id == DELIVERY.c.id)
        .where(DELIVERY.c.due_at <= now)
        .order_by(answers.desc(), DELIVERY.c.due_at, DELIVERY.c.id)
        .limit(limit)
    )
    return tuple((await session.execute(query)).scalars())


async def claim(session: Session, seen: Delivery, at: datetime) -> bool:
    """Mark this delivery as being sent; False when another worker was first."""
    return await _set(session, seen, state="sending", sending_at=at, attempts=seen.attempts + 1)


async def mark_sent(session: Session, delivery_id: int, remote_id: str, at: datetime) -> None:
    """Record that the message arrived, even if the row has changed meanwhile."""
    await session.execute(_SENT, {"seen_id": delivery_id, "remote_id": remote_id, "sent_at": at})


async def forget_payload(session: Session, notice_id: str) -> None:
    """Delete the content of a notice and keep that it was sent: a reply that arrived is not needed again."""
    await session.execute(update(NOTICE).where(NOTICE.c.id == notice_id).values(payload="{}"))


async def forget_replies_before(session: Session, moment: datetime) -> None:
    """Delete the content of every reply from before *moment* that could not be delivered."""
    answers = select(DELIVERY.c.notice_id).where(
        DELIVERY.c.kind == str(DeliveryKind.REPLY), DELIVERY.c.state.in_(sorted(UNSENT_STATES))
    )
    old = update(NOTICE).where(NOTICE.c.created_at < moment, NOTICE.c.payload != "{}", NOTICE.c.id.in_(answers))
    await session.execute(old.values(payload="{}"))


async def blank_cards(session: Session, words: Sequence[str]) -> int:
    """Delete the content of every card whose text or file mentions any of *words*; return how many.

    Those still waiting are not sent. Notices of other kinds are composed when they are sent; `redaction_sweep` empties
    the files that they carry.
    """
    rows = await session.execute(select(NOTICE.c.id, NOTICE.c.payload).where(NOTICE.c.kind == "card"))
    naming = [row.id for row in rows if is_mentioned_in(json.loads(row.payload), words)]
    for notice_id in naming:
        await forget_payload(session, notice_id)
    return len(naming)


async def mark_dead(session: Session, seen: Delivery, error: str) -> bool:
    """Give up. *error* is one word for the reason, a colon, and what the operator needs to know."""
    return await _set(session, seen, state="dead", error=error)


async def schedule_retry(
    session: Session, seen: Delivery, due_at: datetime, error: str, *, uncertain: bool, attempts: int
) -> bool:
    """Try again at *due_at*. An uncertain one stays in `sending`, so that the platform is searched for it first."""
    state = "sending" if uncertain else "new"
    return await _set(session, seen, state=state, due_at=due_at, error=error, attempts=attempts)


async def defer(session: Session, seen: Delivery, due_at: datetime) -> bool:
    """Wait until *due_at* without counting an attempt, because nothing was tried."""
    return await _set(session, seen, due_at=due_at)


async def _set(session: Session, seen: Delivery, **values: object) -> bool:
    """Change the row, unless it changed since it was *seen*: a worker that was paused must not undo another's work."""
    as_seen = {"seen_id": seen.id, "seen_state": str(seen.state), "seen_attempts": seen.attempts}
    return await affected(session, _UNLESS_MOVED_ON, [as_seen | values]) == 1


async def in_state(session: Session, state: DeliveryState | None = None, limit: int = 200) -> tuple[Delivery, ...]:
    """The newest deliveries, of one state or of any."""
    query = _whole().order_by(DELIVERY.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(DELIVERY.c.state == str(state))
    return tuple(delivery_from(row) for row in await session.execute(query))


async def newest(session: Session) -> int:
    """The id of the newest delivery, 0 while there is none."""
    return (await session.execute(select(func.max(DELIVERY.c.id)))).scalar_one() or 0


async def after(session: Session, delivery_id: int, limit: int = 50) -> tuple[Delivery, ...]:
    """The deliveries that were added after that one, oldest first."""
    query = _whole().where(DELIVERY.c.id > delivery_id).order_by(DELIVERY.c.id).limit(limit)
    return tuple(delivery_from(row) for row in await session.execute(query))


async def counts(session: Session) -> dict[str, int]:
    """How many deliveries there are in each state."""
    rows = await session.execute(select(DELIVERY.c.state, func.count()).group_by(DELIVERY.c.state))
    return {state: count for state, count in rows}  # noqa: C416  (a Row is no plain pair to the type checker)


async def waiting(session: Session) -> dict[str, int]:
    """How many deliveries wait for each platform."""
    rows = await session.execute(
        select(PLACE.c.platform, func.count())
        .join(DELIVERY, DELIVERY.c.place_id == PLACE.c.id)
        .where(DELIVERY.c.state.in_(["new", "sending"]))
        .group_by(PLACE.c.platform)
    )
    return {platform: count for platform, count in rows}  # noqa: C416  (a Row is no plain pair to the type checker)


async def oldest_waiting(session: Session) -> datetime | None:
    """When the delivery that has waited longest was due."""
    query = select(func.min(DELIVERY.c.due_at)).where(DELIVERY.c.state.in_(["new", "sending"]))
    return cast(datetime | None, (await session.execute(query)).scalar_one_or_none())


async def was_notified(session: Session, kinds: Collection[str], place: int, since: datetime) -> bool:
    """Whether that place got a notice of one of those kinds since then, or has one on its way to it."""
    query = (
        select(DELIVERY.c.id)
        .join(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
        .where(DELIVERY.c.place_id == place, DELIVERY.c.kind == str(DeliveryKind.POST))
        .where(NOTICE.c.kind.in_(sorted(kinds)))
        .where(or_(DELIVERY.c.state.in_(["new", "sending"]), DELIVERY.c.sent_at >= since))
        .limit(1)
    )
    return (await session.execute(query)).one_or_none() is not None
