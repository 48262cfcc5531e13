"""Notices about finished work and thanks. Composed when sent, for the audience at that moment, without people who opted out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handlers.celebrations import cards
from handlers.celebrations.queries import credits_of, recap_content, rooms_without_card
from handlers.celebrations.rules.fingerprints import CARD, DRAFT, HINT, KUDOS, THANKED, id_in, period_in
from handlers.celebrations.rules.recognition import REMAINING_ROOMS, REMINDER
from handlers.context import AppContext
from handlers.feature import Compose
from handlers.shared import notify
from handlers.shared.conversations import conversation_with, recipient
from handlers.shared.posted_cards import is_superseded
from handlers.shared.rules.periods import RECAP
from integrations.ports.cards import Card
from storage import celebrations, people, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.celebrations import Celebration, CelebrationState
from storage.values.company import Audience
from storage.values.deliveries import Delivery, DeliveryKind
from storage.values.roadmap import Item


async def _celebration_of(session: Session, delivery: Delivery) -> tuple[Celebration, Item] | None:
    celebration = await celebrations.celebration(session, id_in(delivery.notice.payload, "celebration"))
    item = (await roadmap.items_with(session, [celebration.item])).get(celebration.item) if celebration else None
    return (celebration, item) if celebration and item else None


async def draft(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Ask a person to decide. None if it was decided before sending; an update of a sent card shows the decision."""
    subject, person = await _celebration_of(session, delivery), await recipient(session, delivery.place)
    if subject is None or person is None or person.id != delivery.notice.payload["person"]:
        return None
    celebration, item = subject
    if not person.audience.may_see(item.visible_to) or await is_superseded(session, delivery):
        return None
    names = await directory(session)
    people = await credits_of(session, celebration, item, names)
    rooms = await rooms_without_card(session, celebration, item)
    if celebration.state is CelebrationState.DRAFT:
        return cards.celebration.draft(
            celebration, item, people, names, rooms=len(rooms), again=delivery.notice.payload["step"] == REMINDER
        )
    if delivery.kind is DeliveryKind.UPDATE or delivery.notice.payload["step"] == REMAINING_ROOMS:
        return cards.celebration.decided(celebration, item, rooms=len(rooms))
    return None


async def celebrated(_ctx: AppContext, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """Announce a finished item to a room. An update after the item was reopened says so."""
    subject = await _celebration_of(session, delivery)
    if subject is None or not audience.may_see(subject[1].visible_to) or await is_superseded(session, delivery):
        return None
    celebration, item = subject
    names = await directory(session)
    if celebration.state is CelebrationState.REOPENED:
        return cards.celebration.reopened(item, names) if delivery.kind is DeliveryKind.UPDATE else None
    if celebration.state is not CelebrationState.POSTED:
        return None
    return cards.celebration.announcement(
        celebration, item, await credits_of(session, celebration, item, names), names.with_public_names()
    )


async def kudos(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Show a thank-you in the room where it was given, to the recipients who made it public."""
    kudos = await celebrations.kudos(session, id_in(delivery.notice.payload, "kudos"))
    if kudos is None or kudos.undone or not kudos.public_recipients or await is_superseded(session, delivery):
        return None
    return cards.thanks.public_kudos(kudos, (await directory(session)).with_public_names())


async def thanked(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Tell a person that they are thanked."""
    kudos = await celebrations.kudos(session, id_in(delivery.notice.payload, "kudos"))
    person = await recipient(session, delivery.place)
    if kudos is None or kudos.undone or person is None or person.id not in kudos.to:
        return None
    again = bool(delivery.notice.payload.get("again"))
    return cards.thanks.thanked(kudos, person.id, await directory(session), again=again)


async def recap(_ctx: AppContext, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    """Look back on a period, with what the room may see now."""
    period = period_in(delivery.notice.payload)
    names = (await directory(session)).with_public_names()
    content = await recap_content(session, period, audience, names, room=delivery.place)
    if not content and delivery.kind is not DeliveryKind.UPDATE:
        return None
    return cards.recap.recap(content, str(delivery.notice.payload["rhythm"]), preview=False)


async def hint(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Tell a lead what was never celebrated, or which team was never thanked."""
    payload, person = delivery.notice.payload, await recipient(session, delivery.place)
    if person is None or person.id != payload["person"]:
        return None
    names = await directory(session)
    team = str(payload.get("team", ""))
    if team:
        return cards.celebration.unthanked(names.team[team].name if team in names.team else team)
    ids = payload.get("celebrations")
    drafts = (
        [await celebrations.celebration(session, celebration_id) for celebration_id in ids]
        if isinstance(ids, list)
        else []
    )
    waiting = [celebration for celebration in drafts if celebration and celebration.state is CelebrationState.DRAFT]
    items = await roadmap.items_with(session, [celebration.item for celebration in waiting])
    rows = [
        (celebration, items[celebration.item])
        for celebration in waiting
        if celebration.item in items and person.audience.may_see(items[celebration.item].visible_to)
    ]
    return cards.celebration.uncelebrated(rows) if rows else None


async def notify_lead(
    ctx: AppContext, session: Session, person_id: str, what: dict[str, object], key: str, at: datetime
) -> None:
    """Send a hint to a lead in private, once per *key*."""
    person = await people.with_id(session, person_id)
    if person is None:
        return
    place = await conversation_with(session, ctx.policy, person)
    await notify.queue_notice(session, [place], HINT, {"person": person_id, **what}, key=f"{HINT}:{key}", at=at)


NOTICES: Mapping[str, Compose] = {
    DRAFT: draft,
    CARD: celebrated,
    KUDOS: kudos,
    THANKED: thanked,
    RECAP: recap,
    HINT: hint,
}
