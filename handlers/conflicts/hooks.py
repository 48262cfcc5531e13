"""TODO: say what this module is for."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.conflicts import rules
from handlers.conflicts.notices import CONFLICT
from handlers.context import AppContext
from handlers.shared import notify
from handlers.shared.conversations import conversation_with
from storage import people, reminders, roadmap
from storage.store import Session
from storage.values.company import EVERYTHING
from storage.values.questions import Plan
from storage.values.roadmap import Change, Item, Revision

MAX_NOTICES = 50  # of one revision: an import of a whole year is no news to anybody one by one


async def on_published(ctx: AppContext, session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    """Tell both owners of every conflict that this revision made, or made worse. Harmless to repeat."""
    campaigns = {each.key: each for each in await roadmap.campaigns(session)}
    items = await _affected_items(session, changes)
    told = await reminders.conflicts(session, list(items))
    found = rules.find_conflicts(items.values(), campaigns)
    news = [
        each for each in found if rules.is_news(each, told.get((each.item, each.campaign)), ctx.policy.material_days)
    ]
    for gone in told.keys() - {(each.item, each.campaign) for each in found}:
        await reminders.forget_conflict(session, *gone)

    at = ctx.clock.now()
    silent = len(news) > MAX_NOTICES
    for each in news:
        await reminders.save_conflict(session, each.item, each.campaign, each.due, each.edge, at)
        owners = {items[each.item].owner, campaigns[each.campaign].owner} - {""}
        direct = [] if silent else await _conversations_with(ctx, session, owners)
        payload = {"item": each.item, "campaign": each.campaign, "edge": each.edge}
        key = f"{CONFLICT}:{each.item}:{each.campaign}:{revision.name}"
        await notify.queue_notice(session, direct, CONFLICT, payload, key=key, at=at)


async def _affected_items(session: Session, changes: Sequence[Change]) -> dict[str, Item]:
    """The items that changed, and those that serve a campaign whose dates did."""
    keys = [change.key for change in changes if change.entity_type == "item"]
    moved = [
        change.key for change in changes if change.entity_type == "campaign" and {"start", "end"} & change.fields.keys()
    ]
    if moved:
        keys += (await roadmap.matching(session, Plan(campaigns=tuple(moved)), EVERYTHING, show=0)).keys
    return await roadmap.items_with(session, keys)


async def _conversations_with(ctx: AppContext, session: Session, owners: set[str]) -> list[int]:
    known = [await people.with_id(session, each) for each in sorted(owners)]
    return sorted({await conversation_with(session, ctx.policy, each) for each in known if each})
