"""Digests: one per place and day, built when it is sent.

level digest     everything, every working day            level material   the small rest, once a week
level weekly     everything, once a week                  level all        nothing is left for a digest
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from handlers.context import AppContext
from handlers.shared.rules.periods import is_due, recap_mark
from handlers.shared.rules.quiet_hours import WorkingHours
from handlers.shared.sending_hours import digest_day, has_digest_today, hours_at
from handlers.subscriptions.notices import queue_digest
from handlers.subscriptions.queries import digest_summary
from handlers.subscriptions.rules import DAILY, RHYTHM_BY_LEVEL, RevisionSpan, subscriptions_by_place
from storage import celebrations, places, reminders, revisions
from storage.reminders import DigestProgress
from storage.store import Session
from storage.values.celebrations import Recap
from storage.values.places import Place, Subscription


async def queue_digests(ctx: AppContext, session: Session, due: datetime) -> None:
    """Queue the digest of each place whose working day has begun, unless it is empty."""
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
        for rhythm in sorted(
            {
                RHYTHM_BY_LEVEL[subscription.level]
                for subscription in subscribed
                if subscription.level in RHYTHM_BY_LEVEL
            }
        ):
            mark = marks.get((place.id, rhythm))
            if mark is None:  # a new subscription begins with the next revision
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
    """Save the digests' progress, and queue the notice unless it is empty."""
    place = subscribed[0].place
    for rhythm, span in spans.items():
        await reminders.save_digest_progress(session, place.id, rhythm, DigestProgress(span.last, today))
    if await _has_content(ctx, session, place, subscribed, spans):
        await queue_digest(session, place.id, spans, today, due)


def _waits_for_recap(
    marks: Mapping[tuple[int, str], DigestProgress], how: Recap | None, place: int, today: date
) -> bool:
    """Whether a recap is due: a place gets one digest or recap a day, and the recap has priority."""
    if how is None or not how.frequency or how.skip_next or (how.paused_until and today < how.paused_until):
        return False
    last = marks.get((place, recap_mark(how.frequency)))
    return last is not None and is_due(how.frequency, today, last.day)


def _is_digest_due(rhythm: str, hours: WorkingHours, today: date, mark: DigestProgress) -> bool:
    """Due once a day, or on the first working day of a week; a missed day is made up for on the next."""
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
        [await digest_summary(ctx, session, subscribed, audience, rhythm, span) for rhythm, span in spans.items()]
    )
