"""Digests: what waits for a quiet moment. One a place and day, worded when it is sent.

level digest     everything, every working day            level material   the small rest, once a week
level weekly     everything, once a week                  level all        nothing is left for a digest
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers import mail
from handlers.between import campaign_changes_between, item_changes_between
from handlers.changes import (
    ItemChange,
    follows,
    is_material,
    item_changes_of,
    subscribed_campaign_changes,
    subscribed_item_changes,
)
from handlers.hours import WorkingHours
from handlers.notices import cards
from handlers.notices.announcing import subscriptions_by_place
from handlers.notices.news import RoomSummary
from handlers.opening import digest_day, has_digest_today, hours_at
from handlers.rhythms import is_due, recap_mark
from handlers.toolbox import AppContext
from integrations.ports.cards import Card
from storage import celebrations, places, reminders, revisions, roadmap
from storage.directory import directory
from storage.reminders import DigestProgress
from storage.store import Session
from storage.values.celebrations import Recap
from storage.values.company import Audience
from storage.values.post import Delivery, Place, Subscription
from storage.values.roadmap import Change

DIGEST = "digest"
DAILY, WEEKLY = "daily", "weekly"
RHYTHM_BY_LEVEL: Mapping[str, str] = {"digest": DAILY, "weekly": WEEKLY, "material": WEEKLY}


@dataclass(frozen=True, slots=True)
class RevisionSpan:
    """The versions that a digest goes over: after *first*, up to *last*."""

    first: int
    last: int


async def queue_digests(ctx: AppContext, session: Session, due: datetime) -> None:
    """For each place whose working day has begun: announce the digest of what it follows, if there is anything in it."""
    newest = await revisions.latest(session)
    if newest is None:
        return
    marks = await reminders.digest_progress(session)
    recaps = await celebrations.recaps(session)
    for subscribed in subscriptions_by_place(await places.subscriptions(session)).values():
        place = subscribed[0].place
        hours = await hours_at(session, ctx.policy, place)
        today = digest_day(hours, due)
        spans = {}
        for rhythm in sorted({RHYTHM_BY_LEVEL[each.level] for each in subscribed if each.level in RHYTHM_BY_LEVEL}):
            mark = marks.get((place.id, rhythm))
            if mark is None:  # whoever begins to follow hears of what comes, not of what was
                await reminders.save_digest_progress(
                    session, place.id, rhythm, DigestProgress(newest.number, hours.local_day(due))
                )
            elif today and newest.number > mark.revision and _is_digest_due(rhythm, hours, today, mark):
                spans[rhythm] = RevisionSpan(mark.revision, newest.number)
        if not spans or today is None or _waits_for_recap(marks, recaps.get(place.id), place.id, today):
            continue
        if not await has_digest_today(session, place, hours, due):
            await _queue_digest(ctx, session, subscribed, spans, today, due)


async def _queue_digest(
    ctx: AppContext,
    session: Session,
    subscribed: Sequence[Subscription],
    spans: Mapping[str, RevisionSpan],
    today: date,
    due: datetime,
) -> None:
    """Remember how far the digests went; say it, if there is anything in it."""
    place = subscribed[0].place
    for rhythm, span in spans.items():
        await reminders.save_digest_progress(session, place.id, rhythm, DigestProgress(span.last, today))
    if await _has_content(ctx, session, place, subscribed, spans):
        payload = {rhythm: [span.first, span.last] for rhythm, span in spans.items()}
        await mail.queue_notice(session, [place.id], DIGEST, payload, key=f"{DIGEST}:{place.id}:{today}", at=due)


def _waits_for_recap(
    marks: Mapping[tuple[int, str], DigestProgress], how: Recap | None, place: int, today: date
) -> bool:
    """One digest a place and day: what was shipped together goes first, and the rest waits until tomorrow."""
    if how is None or not how.frequency or how.skip_next or (how.paused_until and today < how.paused_until):
        return False
    last = marks.get((place, recap_mark(how.frequency)))
    return last is not None and is_due(how.frequency, today, last.day)


def _is_digest_due(rhythm: str, hours: WorkingHours, today: date, mark: DigestProgress) -> bool:
    """Once a day, or on the first working day of a week. A day that was missed is made up for on the next."""
    if rhythm == DAILY:
        return mark.day < today
    is_new_week = mark.day.isocalendar()[:2] < today.isocalendar()[:2]
    return is_new_week and (hours.is_first_working_day_of_week(today) or (today - mark.day).days > 7)


async def _has_content(
    ctx: AppContext,
    session: Session,
    place: Place,
    subscribed: Sequence[Subscription],
    spans: Mapping[str, RevisionSpan],
) -> bool:
    audience = await places.audience(session, place)
    return any(
        [await _digest_summary(ctx, session, subscribed, audience, rhythm, span) for rhythm, span in spans.items()]
    )


async def compose_digest(ctx: AppContext, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """The digest as its room may read it now; None when nothing is left."""
    subscribed = await places.subscriptions(session, delivery.place.id)
    spans = {rhythm: RevisionSpan(*span) for rhythm, span in delivery.notice.payload.items() if isinstance(span, list)}
    newest = max((span.last for span in spans.values()), default=0)
    current = await revisions.numbered(session, newest)
    if not subscribed or current is None:
        return None
    parts = [
        await _digest_summary(ctx, session, subscribed, audience, rhythm, span)
        for rhythm, span in sorted(spans.items())
    ]
    room_summary = _merged(parts)
    if not room_summary:
        return None
    names = await directory(session, newest)
    first = min(span.first for span in spans.values())
    return cards.digest(
        current, first, room_summary, names if delivery.place.direct else names.with_public_names(), subscribed
    )


def _merged(parts: Iterable[RoomSummary]) -> RoomSummary:
    """Each item and campaign once, although two rhythms may both hold it."""
    steps: dict[str, ItemChange] = {}
    campaigns: dict[str, Change] = {}
    for part in parts:
        steps |= {item_change.key: item_change for item_change in part.item_changes}
        campaigns |= {change.key: change for change in part.campaign_changes}
    return RoomSummary(tuple(steps[key] for key in sorted(steps)), tuple(campaigns[key] for key in sorted(campaigns)))


async def _digest_summary(
    ctx: AppContext,
    session: Session,
    subscribed: Sequence[Subscription],
    audience: Audience,
    rhythm: str,
    span: RevisionSpan,
) -> RoomSummary:
    """What a place hears of *span*: the net difference, less what it was told at once."""
    mine = [each for each in subscribed if RHYTHM_BY_LEVEL.get(each.level) == rhythm]
    whole = [replace(each, level="all") for each in mine if each.level != "material"]
    small = [each for each in mine if each.level == "material"]
    days = ctx.policy.material_days
    net = await item_changes_between(session, span.first, span.last, audience)
    moved = await campaign_changes_between(session, span.first, span.last)
    steps = subscribed_item_changes(whole, net, audience, days)
    campaigns = subscribed_campaign_changes(whole, moved, days)
    if small:
        told = await _keys_sent_at_once(session, span, days)
        rest = [
            item_change
            for item_change in net
            if item_change.key not in told and any(follows(each, item_change) for each in small)
        ]
        steps = tuple({item_change.key: item_change for item_change in (*steps, *rest)}.values())
    return RoomSummary(tuple(sorted(steps, key=lambda item_change: item_change.key)), campaigns)


async def _keys_sent_at_once(session: Session, span: RevisionSpan, days: int) -> frozenset[str]:
    """The items of which some revision of the span was news by itself."""
    told: set[str] = set()
    for revision in await revisions.published(session):
        if not span.first < revision.number <= span.last:
            continue
        changes = await revisions.changes_of(session, revision.number)
        keys = [change.key for change in changes if change.entity_type == "item"]
        after = await roadmap.items_with(session, keys, revision.number)
        told |= {item_change.key for item_change in item_changes_of(changes, after) if is_material(item_change, days)}
    return frozenset(told)
