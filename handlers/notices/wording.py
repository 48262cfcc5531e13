"""Notices of revisions, worded at the moment they are sent: for who reads the room then, and what it wants then."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.notices import cards
from handlers.notices.announcing import IMMEDIATE_LEVELS
from handlers.notices.news import RoomSummary, revision_summary_of, summary_for_room
from handlers.toolbox import AppContext
from integrations.ports.cards import Card
from storage import deliveries, places, revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Directory
from storage.values.post import Delivery, DeliveryState, Subscription
from storage.values.roadmap import Revision


@dataclass(frozen=True, slots=True)
class RevisionNotice:
    """A revision as one room hears of it now."""

    revision: Revision
    room_summary: RoomSummary
    previous: int | None
    following: tuple[Subscription, ...]
    names: Directory


async def compose_revision(ctx: AppContext, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """The notice of a revision. One that comes late says at once which version is current meanwhile."""
    found = await _numbered(session, delivery.notice.payload["revision"])
    told = await _revision_notice(ctx, session, delivery, audience, found) if found else None
    if told is None or not told.room_summary:
        return None
    newest = await revisions.latest(session)

    if newest and newest.number > told.revision.number:
        where = f"{newest.name} is the current version."
        return cards.superseded(told.revision, newest, told.room_summary, told.names, told.following, where)
    return cards.revision(told.revision, told.room_summary, told.names, told.following, told.previous)


async def compose_superseded(ctx: AppContext, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """An older card, marked in place."""
    was = await _numbered(session, delivery.notice.payload["was"])
    newest = await _numbered(session, delivery.notice.payload["revision"])
    if was is None or newest is None:
        return None
    told = await _revision_notice(ctx, session, delivery, audience, was)
    if told is None:
        return cards.stopped(was, newest, delivery.place)
    card = await deliveries.load(session, delivery.newest) if delivery.newest is not None else None

    if card and card.state is not DeliveryState.DEAD:
        where = f"{newest.name} has its own card here."
    else:
        where = f"{newest.name} is the current version; nothing in it concerns this room."
    return cards.superseded(told.revision, newest, told.room_summary, told.names, told.following, where)


async def _revision_notice(
    ctx: AppContext, session: Session, delivery: Delivery, audience: Audience, found: Revision
) -> RevisionNotice | None:
    """None when the room follows nothing any more."""
    here = await places.subscriptions(session, delivery.place.id)
    following = tuple(each for each in here if each.level in IMMEDIATE_LEVELS)
    if not following:
        return None
    revision_summary = await revision_summary_of(session, found)
    names = await directory(session, found.number)
    room_summary = summary_for_room(revision_summary, following, audience, ctx.policy.material_days)
    return RevisionNotice(
        found,
        room_summary,
        revision_summary.previous,
        following,
        names if delivery.place.direct else names.with_public_names(),
    )


async def _numbered(session: Session, number: object) -> Revision | None:
    return await revisions.numbered(session, number) if isinstance(number, int) else None
