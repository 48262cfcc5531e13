"""Find the conflicts that a revision makes, and tell the owners."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.conflicts import rules
from handlers.conflicts.notices import queue_conflict
from handlers.context import AppContext
from storage import item_queries, people, reminders, roadmap
from storage.store import Session
from storage.values.company import EVERYTHING, Person
from storage.values.questions import Plan
from storage.values.roadmap import Change, Item, Revision

MAX_NOTICES = 50  # of one revision: a revision with more is an import, and its conflicts are recorded without notices


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Tell both owners of every conflict that is new or got worse. Harmless to repeat."""
    campaigns = {campaign.key: campaign for campaign in await roadmap.campaigns(session)}
    items = await _affected_items(session, changes)
    recorded = await reminders.conflicts(session, list(items))
    conflicts = rules.find_conflicts(items.values(), campaigns)
    news = [
        conflict
        for conflict in conflicts
        if rules.is_news(conflict, recorded.get((conflict.item, conflict.campaign)), ctx.policy.material_days)
    ]
    for resolved in recorded.keys() - {(conflict.item, conflict.campaign) for conflict in conflicts}:
        await reminders.forget_conflict(session, *resolved)

    at = ctx.clock.now()
    for conflict in news:
        await reminders.save_conflict(session, conflict.item, conflict.campaign, conflict.due, conflict.edge, at)
        owner_ids = {items[conflict.item].owner, campaigns[conflict.campaign].owner} - {""}
        owners = await _known(session, owner_ids) if len(news) <= MAX_NOTICES else []
        await queue_conflict(ctx, session, owners, conflict, revision, at)


async def _affected_items(session: Session, changes: Sequence[Change]) -> dict[str, Item]:
    """The items that changed, and those that serve a campaign whose dates did."""
    keys = [change.key for change in changes if change.entity_type == "item"]
    moved = [
        change.key for change in changes if change.entity_type == "campaign" and {"start", "end"} & change.fields.keys()
    ]
    if moved:
        keys += (await item_queries.matching(session, Plan(campaigns=tuple(moved)), EVERYTHING, show=0)).keys
    return await roadmap.items_with(session, keys)


async def _known(session: Session, person_ids: set[str]) -> list[Person]:
    people_or_none = [await people.with_id(session, person_id) for person_id in sorted(person_ids)]
    return [person for person in people_or_none if person]
