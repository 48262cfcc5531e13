"""Tell the owners of an item and of a campaign that their dates do not go together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handlers.conflicts import cards, rules
from handlers.context import AppContext
from handlers.shared import notify
from handlers.shared.conversations import recipient
from integrations.ports.cards import Card
from storage import roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.deliveries import Delivery
from storage.values.roadmap import Revision

CONFLICT = "conflict"


async def queue_conflict(
    ctx: AppContext,
    session: Session,
    owners: Iterable[Person],
    conflict: rules.Conflict,
    revision: Revision,
    at: datetime,
) -> None:
    """Once per conflict and revision."""
    payload = {"item": conflict.item, "campaign": conflict.campaign, "edge": conflict.edge}
    key = f"{CONFLICT}:{conflict.item}:{conflict.campaign}:{revision.name}"
    await notify.people(ctx, session, owners, CONFLICT, payload, key=key, at=at)


async def compose_conflict(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The conflict as it is when the card is sent; None if it is gone or the person may not see the item."""
    payload = delivery.notice.payload
    item = (await roadmap.items_with(session, [str(payload["item"])])).get(str(payload["item"]))
    campaigns = {campaign.key: campaign for campaign in await roadmap.campaigns(session)}
    person = await recipient(session, delivery.place)
    if item is None or person is None or not person.audience.may_see(item.visible_to):
        return None
    conflicts = rules.find_conflicts([item], campaigns)
    conflict = next((candidate for candidate in conflicts if candidate.campaign == payload["campaign"]), None)
    if conflict is None:
        return None
    return cards.conflict(item, campaigns[conflict.campaign], conflict.edge, await directory(session))
