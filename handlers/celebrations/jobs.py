"""Scheduled work of recognition: reminders, scheduled posts, recaps, hints. Nothing becomes public without a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from handlers.celebrations.notices import notify_lead
from handlers.celebrations.queries import recap_content, rooms_following
from handlers.celebrations.rules.recognition import (
    REMINDER,
    UNCELEBRATED,
    UNDECIDED,
    DraftAction,
    action_due,
    deciders_of,
    lead_of,
    unthanked_teams,
)
from handlers.celebrations.workflow import ask_to_decide, post_card, post_in_rooms, refresh_cards
from handlers.context import AppContext
from handlers.shared.rules.dates import start_of_day
from handlers.shared.rules.periods import RECAP, is_due, period_before, quarter_of, recap_mark
from handlers.shared.sending_hours import digest_day, has_digest_today, hours_at, hours_of_person
from storage import celebrations, places, posted_cards, reminders, revisions, roadmap
from storage.directory import directory
from storage.reminders import DigestProgress
from storage.store import Session
from storage.values.celebrations import Celebration, CelebrationState, Recap
from storage.values.company import Directory
from storage.values.places import Place
from storage.values.roadmap import Item

HINTED_FROM_DAY = 30  # of a quarter; earlier, a team without thanks means nothing


async def tick(ctx: AppContext, session: Session, due: datetime) -> None:
    """Remind people of drafts, post what is scheduled, and refresh the posted cards."""
    names = await directory(session)
    waiting = await celebrations.in_states(session, UNDECIDED)
    items = await roadmap.items_with(session, [celebration.item for celebration in waiting])
    for celebration in waiting:
        item = items.get(celebration.item)
        if item is None:
            continue
        if celebration.state is CelebrationState.SCHEDULED:
            await _post_when_due(session, celebration, item, names, due)
        else:
            await _remind(ctx, session, celebration, item, names, due)
    await posted_cards.forget_before(session, due - timedelta(days=ctx.policy.retention_days))
    await refresh_cards(session, due)


async def _post_when_due(
    session: Session, celebration: Celebration, item: Item, names: Directory, now: datetime
) -> None:
    if celebration.due_at is None or celebration.due_at > now:
        return
    if not await post_in_rooms(session, celebration, item, await rooms_following(session, item), names, now):
        await celebrations.update_celebration(session, celebration.id, state=CelebrationState.DRAFT, due_at=None)


async def _remind(
    ctx: AppContext, session: Session, celebration: Celebration, item: Item, names: Directory, now: datetime
) -> None:
    asked, deciders = names.person.get(celebration.decider), deciders_of(item, names)
    if asked is None or not asked.audience.may_see(item.visible_to):  # left the company, or may no longer see the item
        await _ask_next(ctx, session, celebration, deciders[:1], now)
        return
    match action_due(celebration, hours_of_person(ctx.policy, asked), now):
        case DraftAction.REMIND:
            await celebrations.update_celebration(session, celebration.id, reminded=True)
            await ask_to_decide(ctx, session, celebration, celebration.decider, now, step=REMINDER)
        case DraftAction.ASK_LEAD:
            after = deciders[deciders.index(asked.id) + 1 :] if asked.id in deciders else ()
            lead = lead_of(item.team, names)
            await _ask_next(ctx, session, celebration, [decider for decider in after if decider == lead], now)
        case DraftAction.NOTHING:
            pass


async def _ask_next(
    ctx: AppContext, session: Session, celebration: Celebration, deciders: Sequence[str], now: datetime
) -> None:
    """Ask the first of *deciders*. With nobody left to ask, the draft stays listed and appears in the recap."""
    person = next(iter(deciders), "")
    await celebrations.update_celebration(
        session, celebration.id, decider=person or celebration.decider, asked_at=now, reminded=True
    )
    if person:
        await ask_to_decide(ctx, session, celebration, person, now, step=REMINDER if celebration.reminded else "")


async def recap(ctx: AppContext, session: Session, due: datetime) -> None:
    """Post the recap of each room whose week, month or quarter ended, on its next working day; at most one digest a day."""
    newest = await revisions.latest(session)
    settings = {place: how for place, how in (await celebrations.recaps(session)).items() if how.frequency}
    if newest is None or not settings:
        return
    marks = await reminders.digest_progress(session)
    names = await directory(session)
    for place in await places.with_ids(session, list(settings)):
        how = settings[place.id]
        hours = await hours_at(session, ctx.policy, place)
        today, key = digest_day(hours, due), recap_mark(how.frequency)
        last = marks.get((place.id, key))
        if last is None:  # a new schedule covers periods that end from now on
            await reminders.save_digest_progress(
                session, place.id, key, DigestProgress(newest.number, hours.local_day(due))
            )
            continue
        if place.closed or today is None or not is_due(how.frequency, today, last.day):
            continue
        if await has_digest_today(session, place, hours, due):
            continue
        await reminders.save_digest_progress(session, place.id, key, DigestProgress(newest.number, today))
        if _is_paused(how, today):
            continue
        if how.skip_next:
            await celebrations.set_recap(session, place.id, skip_next=False)
            continue
        await _post_recap(session, place, how, names, due, today)


def _is_paused(how: Recap, today: date) -> bool:
    return how.paused_until is not None and today < how.paused_until


async def _post_recap(session: Session, place: Place, how: Recap, names: Directory, due: datetime, today: date) -> None:
    period = period_before(how.frequency, today)
    audience = await places.audience(session, place)
    if not await recap_content(session, period, audience, names, room=place):
        return
    payload = {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "words": period.words,
        "rhythm": how.frequency,
    }
    key = f"{RECAP}:{place.id}:{how.frequency}:{period.first.isoformat()}"
    await post_card(session, key, RECAP, payload, [place.id], due)


async def hint(ctx: AppContext, session: Session, due: datetime) -> None:
    """Tell leads in private what was never celebrated, and once a quarter which of their teams was never thanked.

    People who said `nudges off` get none of this.
    """
    names = await directory(session)
    resting = await reminders.snoozed(session, due)
    old = [
        celebration
        for celebration in await celebrations.in_states(session, (CelebrationState.DRAFT,))
        if due - celebration.made_at >= UNCELEBRATED
    ]
    items = await roadmap.items_with(session, [celebration.item for celebration in old])
    by_lead: dict[str, list[int]] = {}
    for celebration in old:
        lead = lead_of(items[celebration.item].team, names) if celebration.item in items else ""
        if (
            lead
            and lead not in resting
            and await celebrations.record_hint(session, f"uncelebrated:{celebration.id}", due)
        ):
            by_lead.setdefault(lead, []).append(celebration.id)
    for lead, ids in sorted(by_lead.items()):
        await notify_lead(ctx, session, lead, {"celebrations": ids}, f"{due.date()}:{lead}", due)
    await _hint_at_teams(ctx, session, names, resting, due)


async def _hint_at_teams(
    ctx: AppContext, session: Session, names: Directory, resting: frozenset[str], due: datetime
) -> None:
    quarter = quarter_of(due.date())
    if (due.date() - quarter.first).days < HINTED_FROM_DAY:
        return
    since = start_of_day(quarter.first)
    given = await celebrations.kudos_since(session, since)
    posted = await celebrations.in_states(session, (CelebrationState.POSTED,), since)
    thanked = frozenset(person_id for kudos in given for person_id in kudos.to) | frozenset(
        person_id for celebration in posted for person_id, _ in celebration.people
    )
    for team in unthanked_teams(names, thanked):
        lead = lead_of(team, names)
        if lead and lead not in resting and await celebrations.record_hint(session, f"{quarter.words}:{team}", due):
            await notify_lead(ctx, session, lead, {"team": team}, f"{quarter.words}:{team}", due)
