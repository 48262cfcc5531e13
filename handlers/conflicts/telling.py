"""Who is told of a conflict, and when it is forgotten: inside the transaction of the revision that makes it so."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import mail
from handlers.conflicts import cards, rules
from handlers.private import conversation_with, recipient
from handlers.toolbox import AppContext
from integrations.ports.cards import Card
from storage import people, reminders, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.company import EVERYTHING, Audience
from storage.values.post import Delivery
from storage.values.questions import Plan
from storage.values.roadmap import Change, Item, Revision

CONFLICT = "conflict"
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
        await mail.queue_notice(session, direct, CONFLICT, payload, key=key, at=at)


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


async def compose_conflict(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The conflict as it stands when it is said; None when it is none any more, or not for those eyes."""
    payload = delivery.notice.payload
    item = (await roadmap.items_with(session, [str(payload["item"])])).get(str(payload["item"]))
    campaigns = {each.key: each for each in await roadmap.campaigns(session)}
    person = await recipient(session, delivery.place)
    if item is None or person is None or not person.audience.may_see(item.visible_to):
        return None
    standing = [each for each in rules.find_conflicts([item], campaigns) if each.campaign == payload["campaign"]]
    if not standing:
        return None
    return cards.conflict(item, campaigns[standing[0].campaign], standing[0].edge, await directory(session))
