"""Notices of revisions and digests, built when they are sent, for the audience and subscriptions of that moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.context import AppContext
from handlers.shared import notify
from handlers.subscriptions import cards
from handlers.subscriptions.queries import digest_summary, revision_summary_of
from handlers.subscriptions.rules import (
    IMMEDIATE_LEVELS,
    RevisionSpan,
    RoomSummary,
    merge_summaries,
    summary_for_room,
)
from integrations.ports.cards import Card
from storage import deliveries, places, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Directory
from storage.values.deliveries import UNSENT_STATES, Delivery
from storage.values.places import Subscription
from storage.values.roadmap import Revision

REVISION = "revision"
SUPERSEDED = "superseded"
DIGEST = "digest"


def revision_key_ending(number: int) -> str:
    """How the keys end of the notices of R*number* and of the marks that name it, except those made for good."""
    return f":R{number}"


def revision_key(number: int) -> str:
    return f"{REVISION}{revision_key_ending(number)}"


def superseded_key(was: int, number: int, *, for_good: bool = False) -> str:
    return f"{SUPERSEDED}:R{was}{revision_key_ending(number)}{':for good' if for_good else ''}"


async def queue_revision(ctx: AppContext, session: Session, revision: Revision, recipients: Sequence[int]) -> None:
    """One notice of *revision* for each place."""
    key, at = revision_key(revision.number), ctx.clock.now()
    await notify.queue_notice(session, recipients, REVISION, {"revision": revision.number}, key=key, at=at)


async def queue_superseded(
    ctx: AppContext,
    session: Session,
    revision: Revision,
    was: int,
    *,
    targets: Mapping[int, int],
    newest: Mapping[int, int],
    for_good: bool,
) -> None:
    """Mark the cards of R*was* as superseded by *revision*. For *targets* and *newest* see `notify.queue_update`."""
    await notify.queue_update(
        session,
        SUPERSEDED,
        {"revision": revision.number, "was": was},
        key=superseded_key(was, revision.number, for_good=for_good),
        targets=targets,
        newest=newest,
        at=ctx.clock.now(),
    )


async def queue_digest(
    session: Session, place: int, spans: Mapping[str, RevisionSpan], today: date, at: datetime
) -> None:
    """One digest a place and local day."""
    payload = {rhythm: [span.first, span.last] for rhythm, span in spans.items()}
    await notify.queue_notice(session, [place], DIGEST, payload, key=f"{DIGEST}:{place}:{today}", at=at)


@dataclass(frozen=True, slots=True)
class RevisionNotice:
    """A revision as one room may see it now."""

    revision: Revision
    room_summary: RoomSummary
    previous: int | None
    following: tuple[Subscription, ...]
    names: Directory


async def compose_revision(ctx: AppContext, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """The notice of a revision; already marked as superseded if a newer one was published before it was sent."""
    revision = await _numbered(session, delivery.notice.payload["revision"])
    told = await _revision_notice(ctx, session, delivery, audience, revision) if revision else None
    if told is None or not told.room_summary:
        return None
    newest = await revisions.latest(session)

    if newest and newest.number > told.revision.number:
        where = f"{newest.name} is the current version."
        return cards.superseded(told.revision, newest, told.room_summary, told.names, told.following, where)
    return cards.revision(told.revision, told.room_summary, told.names, told.following, told.previous)


async def compose_superseded(ctx: AppContext, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """An older card, marked as superseded."""
    was = await _numbered(session, delivery.notice.payload["was"])
    newest = await _numbered(session, delivery.notice.payload["revision"])
    if was is None or newest is None:
        return None
    told = await _revision_notice(ctx, session, delivery, audience, was)
    if told is None:
        return cards.stopped(was, newest, delivery.place)
    card = await deliveries.load(session, delivery.newest) if delivery.newest is not None else None

    if card and card.state not in UNSENT_STATES:
        where = f"{newest.name} has its own card here."
    else:
        where = f"{newest.name} is the current version; nothing in it concerns this room."
    return cards.superseded(told.revision, newest, told.room_summary, told.names, told.following, where)


async def _revision_notice(
    ctx: AppContext, session: Session, delivery: Delivery, audience: Audience, revision: Revision
) -> RevisionNotice | None:
    """None if the room has no subscription any longer."""
    here = await places.subscriptions(session, delivery.place.id)
    following = tuple(subscription for subscription in here if subscription.level in IMMEDIATE_LEVELS)
    if not following:
        return None
    revision_summary = await revision_summary_of(session, revision)
    names = await directory(session, revision.number)
    room_summary = summary_for_room(revision_summary, following, audience, ctx.policy.material_days)
    return RevisionNotice(
        revision,
        room_summary,
        revision_summary.previous,
        following,
        names if delivery.place.direct else names.with_public_names(),
    )


async def _numbered(session: Session, number: object) -> Revision | None:
    return await revisions.numbered(session, number) if isinstance(number, int) else None


async def compose_digest(ctx: AppContext, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """The digest as its room may see it now; None if nothing is left."""
    subscribed = await places.subscriptions(session, delivery.place.id)
    spans = {rhythm: RevisionSpan(*span) for rhythm, span in delivery.notice.payload.items() if isinstance(span, list)}
    newest = max((span.last for span in spans.values()), default=0)
    current = await revisions.numbered(session, newest)
    if not subscribed or current is None:
        return None
    parts = [
        await digest_summary(ctx, session, subscribed, audience, rhythm, span) for rhythm, span in sorted(spans.items())
    ]
    room_summary = merge_summaries(parts)
    if not room_summary:
        return None
    names = await directory(session, newest)
    first = min(span.first for span in spans.values())
    return cards.digest(
        current, first, room_summary, names if delivery.place.direct else names.with_public_names(), subscribed
    )
