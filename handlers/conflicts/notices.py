"""Who is told of a conflict, and when it is forgotten: inside the transaction of the revision that makes it so."""

from __future__ import annotations

from handlers.conflicts import cards, rules
from handlers.context import AppContext
from handlers.shared.conversations import recipient
from integrations.ports.cards import Card
from storage import roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience
from storage.values.deliveries import Delivery

CONFLICT = "conflict"


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
