"""What recognition does by itself. Nothing is said in public here that nobody decided on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from handlers.celebrations.queries import recap_content, rooms_following
from handlers.celebrations.rules.fingerprints import HINT
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
from handlers.shared import notify
from handlers.shared.conversations import conversation_with
from handlers.shared.rules.dates import start_of_day
from handlers.shared.rules.periods import RECAP, is_due, period_before, quarter_of, recap_mark
from handlers.shared.sending_hours import digest_day, has_digest_today, hours_at, hours_of
from storage import celebrations, people, places, posted_cards, reminders, revisions, roadmap
from storage.directory import directory
from storage.reminders import DigestProgress
from storage.store import Session
from storage.values.celebrations import Celebration, CelebrationState, Recap
from storage.values.company import Directory
from storage.values.places import Place
from storage.values.roadmap import Item

HINTED_FROM_DAY = 30  # of a quarter: before that, nobody can say that somebody was forgotten


async def tick(ctx: AppContext, session: Session, due: datetime) -> None:
    """Remind of drafts, post what was put off until now, and keep right whatever stands: names, thanks, decisions."""
    names = await directory(session)
    waiting = await celebrations.in_states(session, UNDECIDED)
    items = await roadmap.items_with(session, [each.item for each in waiting])
    for found in waiting:
        item = items.get(found.item)
        if item is None:
            continue
        if found.state is CelebrationState.SCHEDULED:
            await _post_when_due(session, found, item, names, due)
        else:
            await _remind(ctx, session, found, item, names, due)
    await posted_cards.forget_before(session, due - timedelta(days=ctx.policy.retention_days))
    await refresh_cards(session, due)


async def _post_when_due(session: Session, found: Celebration, item: Item, names: Directory, now: datetime) -> None:
    if found.due_at is None or found.due_at > now:
        return
    if not await post_in_rooms(session, found, item, await rooms_following(session, item), names, now):
        await celebrations.update_celebration(session, found.id, state=CelebrationState.DRAFT, due_at=None)


async def _remind(
    ctx: AppContext, session: Session, found: Celebration, item: Item, names: Directory, now: datetime
) -> None:
    asked, deciders = names.person.get(found.decider), deciders_of(item, names)
    if asked is None or not asked.audience.may_see(item.visible_to):  # left, or moved to where they may not know of it
        await _ask_next(ctx, session, found, deciders[:1], now)
        return
    match action_due(found, hours_of(ctx.policy, Place(0, "", "", "", direct=True), asked), now):
        case DraftAction.REMIND:
            await celebrations.update_celebration(session, found.id, reminded=True)
            await ask_to_decide(ctx, session, found, found.decider, now, step=REMINDER)
        case DraftAction.ASK_LEAD:
            after = deciders[deciders.index(asked.id) + 1 :] if asked.id in deciders else ()
            lead = lead_of(item.team, names)
            await _ask_next(ctx, session, found, [each for each in after if each == lead], now)
        case DraftAction.NOTHING:
            pass


async def _ask_next(
    ctx: AppContext, session: Session, found: Celebration, deciders: Sequence[str], now: datetime
) -> None:
    """Ask the first of *deciders*; with nobody left to ask it stays on the list, and in the recap."""
    person = next(iter(deciders), "")
    await celebrations.update_celebration(session, found.id, asked=person or found.decider, asked_at=now, reminded=True)
    if person:
        await ask_to_decide(ctx, session, found, person, now, step=REMINDER if found.reminded else "")


# ── recaps ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def recap(ctx: AppContext, session: Session, due: datetime) -> None:
    """Let each room look back whose week, month or quarter ended, on its next working day; one digest a day."""
    newest = await revisions.latest(session)
    wanted = {place: how for place, how in (await celebrations.recaps(session)).items() if how.frequency}
    if newest is None or not wanted:
        return
    marks = await reminders.digest_progress(session)
    names = await directory(session)
    for place in await places.with_ids(session, list(wanted)):
        how = wanted[place.id]
        hours = await hours_at(session, ctx.policy, place)
        today, key = digest_day(hours, due), recap_mark(how.frequency)
        last = marks.get((place.id, key))
        if last is None:  # whoever begins looks back on what ends from now on
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


# ── hints ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def hint(ctx: AppContext, session: Session, due: datetime) -> None:
    """Show leads, privately, what nobody celebrated, and once a quarter which of their teams nobody thanked.

    Whoever said `nudges off` hears none of it.
    """
    names = await directory(session)
    resting = await reminders.snoozed(session, due)
    old = [
        each
        for each in await celebrations.in_states(session, (CelebrationState.DRAFT,))
        if due - each.made_at >= UNCELEBRATED
    ]
    items = await roadmap.items_with(session, [each.item for each in old])
    by_lead: dict[str, list[int]] = {}
    for each in old:
        lead = lead_of(items[each.item].team, names) if each.item in items else ""
        if lead and lead not in resting and await celebrations.record_hint(session, f"uncelebrated:{each.id}", due):
            by_lead.setdefault(lead, []).append(each.id)
    for lead, ids in sorted(by_lead.items()):
        await _notify_lead(ctx, session, lead, {"celebrations": ids}, f"{due.date()}:{lead}", due)
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
    thanked = frozenset(each for one in given for each in one.to) | frozenset(
        each for one in posted for each, _ in one.people
    )
    for team in unthanked_teams(names, thanked):
        lead = lead_of(team, names)
        if lead and lead not in resting and await celebrations.record_hint(session, f"{quarter.words}:{team}", due):
            await _notify_lead(ctx, session, lead, {"team": team}, f"{quarter.words}:{team}", due)


async def _notify_lead(
    ctx: AppContext, session: Session, person_id: str, what: dict[str, object], key: str, at: datetime
) -> None:
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    await notify.queue_notice(session, [place], HINT, {"person": person_id, **what}, key=f"{HINT}:{key}", at=at)
