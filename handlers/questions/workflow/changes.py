"""Answer what changed, and why, from the published revisions."""

from __future__ import annotations

from datetime import date

from handlers.questions.rules.change_lines import PublishedChange, days_asked_for, is_asked_for, selecting
from handlers.shared.card_parts import readable_reason
from handlers.shared.rules.dates import end_of_day, start_of_day
from handlers.shared.rules.diff import item_changes_of, visible_to
from storage import item_queries, item_renames, published_changes, roadmap, roadmap_history
from storage.published_changes import RecordedChanges
from storage.store import Session
from storage.values.company import Audience
from storage.values.questions import Plan


async def changes_asked_for(
    session: Session, plan: Plan, audience: Audience, today: date
) -> tuple[PublishedChange, ...]:
    """The changes that *plan* asks for, newest first, to items that *audience* may see both now and at that time."""
    matches = await item_queries.matching(session, selecting(plan), audience, show=0)
    keys = dict(zip(matches.keys, matches.keys, strict=True))
    keys |= {old: new for old, new in (await item_renames.former_keys(session)).items() if new in keys}
    days = days_asked_for(plan, today)
    recorded = await published_changes.item_changes(
        session,
        keys.keys(),
        since=start_of_day(days.first) if days.first else None,
        until=end_of_day(days.last) if days.last else None,
        last=plan.as_of,
    )
    changes: list[PublishedChange] = []
    for of_revision in recorded:
        changes += await _of_revision(session, of_revision, plan, audience, keys)
    return tuple(changes[: plan.limit])


async def _of_revision(
    session: Session, recorded: RecordedChanges, plan: Plan, audience: Audience, keys: dict[str, str]
) -> list[PublishedChange]:
    number = recorded.revision.number
    after = await roadmap.items_with(session, [change.key for change in recorded.changes], number)
    seen = [visible_to(change, audience) for change in item_changes_of(recorded.changes, after)]
    asked_for = [change for change in seen if change is not None and is_asked_for(change, plan.change)]
    if not asked_for:
        return []
    hidden = await roadmap_history.names_hidden_from(session, number, audience)
    reason = readable_reason(recorded.revision, hidden)
    return [PublishedChange(change, recorded.revision, reason, keys[change.key]) for change in asked_for]
