"""Digests: what waits for a quiet moment. One a place and day, worded when it is sent.

level digest     everything, every working day            level material   the small rest, once a week
level weekly     everything, once a week                  level all        nothing is left for a digest
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers import mail
from handlers.between import campaigns_between, steps_between
from handlers.changes import Step, campaigns_wanted_by, follows, is_material, steps_of, wanted_by
from handlers.hours import Hours
from handlers.notices import cards
from handlers.notices.announcing import by_place
from handlers.notices.news import Heard
from handlers.opening import day_begun, hours_in, is_told_today
from handlers.rhythms import is_due, mark_of
from handlers.toolbox import Toolbox
from integrations.ports.cards import Card
from storage import celebrations, places, reminders, revisions, roadmap
from storage.directory import directory
from storage.reminders import Mark
from storage.store import Session
from storage.values import Audience, Change, Delivery, Place, Recap, Subscription

DIGEST = "digest"
DAILY, WEEKLY = "daily", "weekly"
RHYTHMS: Mapping[str, str] = {"digest": DAILY, "weekly": WEEKLY, "material": WEEKLY}


@dataclass(frozen=True, slots=True)
class Span:
    """The versions that a digest goes over: after *first*, up to *last*."""

    first: int
    last: int


async def put_together(box: Toolbox, session: Session, due: datetime) -> None:
    """For each place whose working day has begun: announce the digest of what it follows, if there is anything in it."""
    newest = await revisions.latest(session)
    if newest is None:
        return
    marks = await reminders.digest_marks(session)
    recaps = await celebrations.recaps(session)
    for subscribed in by_place(await places.subscriptions(session)).values():
        place = subscribed[0].place
        hours = await hours_in(session, box.policy, place)
        today = day_begun(hours, due)
        spans = {}
        for rhythm in sorted({RHYTHMS[each.level] for each in subscribed if each.level in RHYTHMS}):
            mark = marks.get((place.id, rhythm))
            if mark is None:  # whoever begins to follow hears of what comes, not of what was
                await reminders.mark_digest(session, place.id, rhythm, Mark(newest.number, hours.local_day(due)))
            elif today and newest.number > mark.revision and _is_time(rhythm, hours, today, mark):
                spans[rhythm] = Span(mark.revision, newest.number)
        if not spans or today is None or _belongs_to_recap(marks, recaps.get(place.id), place.id, today):
            continue
        if not await is_told_today(session, place, hours, due):
            await _announce(box, session, subscribed, spans, today, due)


async def _announce(
    box: Toolbox,
    session: Session,
    subscribed: Sequence[Subscription],
    spans: Mapping[str, Span],
    today: date,
    due: datetime,
) -> None:
    """Remember how far the digests went; say it, if there is anything in it."""
    place = subscribed[0].place
    for rhythm, span in spans.items():
        await reminders.mark_digest(session, place.id, rhythm, Mark(span.last, today))
    if await _anything(box, session, place, subscribed, spans):
        payload = {rhythm: [span.first, span.last] for rhythm, span in spans.items()}
        await mail.announce(session, [place.id], DIGEST, payload, key=f"{DIGEST}:{place.id}:{today}", at=due)


def _belongs_to_recap(marks: Mapping[tuple[int, str], Mark], how: Recap | None, place: int, today: date) -> bool:
    """One digest a place and day: what was shipped together goes first, and the rest waits until tomorrow."""
    if how is None or not how.rhythm or how.skip_next or (how.paused_until and today < how.paused_until):
        return False
    last = marks.get((place, mark_of(how.rhythm)))
    return last is not None and is_due(how.rhythm, today, last.day)


def _is_time(rhythm: str, hours: Hours, today: date, mark: Mark) -> bool:
    """Once a day, or on the first working day of a week. A day that was missed is made up for on the next."""
    if rhythm == DAILY:
        return mark.day < today
    is_new_week = mark.day.isocalendar()[:2] < today.isocalendar()[:2]
    return is_new_week and (hours.is_first_working_day_of_week(today) or (today - mark.day).days > 7)


async def _anything(
    box: Toolbox, session: Session, place: Place, subscribed: Sequence[Subscription], spans: Mapping[str, Span]
) -> bool:
    audience = await places.audience(session, place)
    return any([await _heard(box, session, subscribed, audience, rhythm, span) for rhythm, span in spans.items()])


async def worded(box: Toolbox, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """The digest as its room may read it now; None when nothing is left."""
    subscribed = await places.subscriptions(session, delivery.place.id)
    spans = {rhythm: Span(*span) for rhythm, span in delivery.notice.payload.items() if isinstance(span, list)}
    newest = max((span.last for span in spans.values()), default=0)
    current = await revisions.numbered(session, newest)
    if not subscribed or current is None:
        return None
    parts = [await _heard(box, session, subscribed, audience, rhythm, span) for rhythm, span in sorted(spans.items())]
    heard = _joined(parts)
    if not heard:
        return None
    names = await directory(session, newest)
    first = min(span.first for span in spans.values())
    return cards.digest(current, first, heard, names if delivery.place.direct else names.publicly(), subscribed)


def _joined(parts: Iterable[Heard]) -> Heard:
    """Each item and campaign once, although two rhythms may both hold it."""
    steps: dict[str, Step] = {}
    campaigns: dict[str, Change] = {}
    for part in parts:
        steps |= {step.key: step for step in part.steps}
        campaigns |= {change.key: change for change in part.campaigns}
    return Heard(tuple(steps[key] for key in sorted(steps)), tuple(campaigns[key] for key in sorted(campaigns)))


async def _heard(
    box: Toolbox, session: Session, subscribed: Sequence[Subscription], audience: Audience, rhythm: str, span: Span
) -> Heard:
    """What a place hears of *span*: the net difference, less what it was told at once."""
    mine = [each for each in subscribed if RHYTHMS.get(each.level) == rhythm]
    whole = [replace(each, level="all") for each in mine if each.level != "material"]
    small = [each for each in mine if each.level == "material"]
    days = box.policy.material_days
    net = await steps_between(session, span.first, span.last, audience)
    moved = await campaigns_between(session, span.first, span.last)
    steps = wanted_by(whole, net, audience, days)
    campaigns = campaigns_wanted_by(whole, moved, days)
    if small:
        told = await _told_at_once(session, span, days)
        rest = [step for step in net if step.key not in told and any(follows(each, step) for each in small)]
        steps = tuple({step.key: step for step in (*steps, *rest)}.values())
    return Heard(tuple(sorted(steps, key=lambda step: step.key)), campaigns)


async def _told_at_once(session: Session, span: Span, days: int) -> frozenset[str]:
    """The items of which some revision of the span was news by itself."""
    told: set[str] = set()
    for revision in await revisions.published(session):
        if not span.first < revision.number <= span.last:
            continue
        changes = await revisions.changes_of(session, revision.number)
        keys = [change.key for change in changes if change.noun == "item"]
        after = await roadmap.items_with(session, keys, revision.number)
        told |= {step.key for step in steps_of(changes, after) if is_material(step, days)}
    return frozenset(told)
