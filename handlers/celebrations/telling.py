"""What is read about what shipped, worded when it is sent: for who reads there then, without whoever opted out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from handlers.celebrations import cards, recap_cards, thanks_cards
from handlers.celebrations.drafting import CARD, DRAFT, HINT, KUDOS, RECAP, THANKED
from handlers.celebrations.looking import look_back
from handlers.celebrations.rules import parts
from handlers.feature import Compose
from handlers.private import reader
from handlers.rhythms import Period
from handlers.toolbox import Toolbox
from integrations.ports.cards import Card
from storage import celebrations, places, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values import Audience, Celebration, CelebrationState, Delivery, Item


async def _found(session: Session, delivery: Delivery) -> tuple[Celebration, Item] | None:
    number = delivery.notice.payload["celebration"]
    found = await celebrations.celebration(session, number) if isinstance(number, int) else None
    item = (await roadmap.items_with(session, [found.item])).get(found.item) if found else None
    return (found, item) if found and item else None


async def draft(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To whoever decides; None when it was decided before it was sent."""
    found, person = await _found(session, delivery), await reader(session, delivery.place)
    if found is None or person is None or person.id != delivery.notice.payload["person"]:
        return None
    if found[0].state is not CelebrationState.DRAFT or found[0].asked != person.id:
        return None
    names = await directory(session)
    return cards.draft(*found, parts(found[1], names.campaign, found[0].thanks), names, again=found[0].reminded)


async def celebrated(_box: Toolbox, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    found = await _found(session, delivery)
    if found is None or found[0].state is not CelebrationState.POSTED or not audience.may_see(found[1].visible_to):
        return None
    names = await directory(session)
    return cards.celebration(*found, parts(found[1], names.campaign, found[0].thanks), names.publicly())


async def kudos(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """In the room where it was given, with those who want it seen."""
    number = delivery.notice.payload["kudos"]
    found = await celebrations.kudos(session, number) if isinstance(number, int) else None
    if found is None or found.undone or not found.shown:
        return None
    return thanks_cards.kudos(found, (await directory(session)).publicly())


async def thanked(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To one who is thanked."""
    number = delivery.notice.payload["kudos"]
    found = await celebrations.kudos(session, number) if isinstance(number, int) else None
    person = await reader(session, delivery.place)
    if found is None or found.undone or person is None or person.id not in found.to:
        return None
    return thanks_cards.thanked(found, await directory(session))


async def recap(_box: Toolbox, session: Session, delivery: Delivery, audience: Audience) -> Card | None:
    payload = delivery.notice.payload
    period = Period(
        date.fromisoformat(str(payload["first"])), date.fromisoformat(str(payload["last"])), str(payload["words"])
    )
    names = (await directory(session)).publicly()
    sitting = await places.sitting_in(session, [delivery.place.id])
    looked = await look_back(session, period, audience, sitting, names, remember=True)
    return recap_cards.recap(looked, str(payload["rhythm"]), preview=False) if looked else None


async def hint(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """To a lead: what nobody celebrated, or a team that nobody thanked."""
    payload, person = delivery.notice.payload, await reader(session, delivery.place)
    if person is None or person.id != payload["person"]:
        return None
    names = await directory(session)
    team = str(payload.get("team", ""))
    if team:
        return cards.unthanked(names.team[team].name if team in names.team else team)
    ids = payload.get("celebrations")
    found = [await celebrations.celebration(session, each) for each in ids] if isinstance(ids, list) else []
    waiting = [each for each in found if each and each.state is CelebrationState.DRAFT]
    items = await roadmap.items_with(session, [each.item for each in waiting])
    rows = [
        (each, items[each.item])
        for each in waiting
        if each.item in items and person.audience.may_see(items[each.item].visible_to)
    ]
    return cards.uncelebrated(rows) if rows else None


NOTICES: Mapping[str, Compose] = {
    DRAFT: draft,
    CARD: celebrated,
    KUDOS: kudos,
    THANKED: thanked,
    RECAP: recap,
    HINT: hint,
}
