"""Queue the notices about dinners, and keep the cards that are posted up to date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from handlers.context import AppContext
from handlers.dinners import cards
from handlers.dinners.notices.kinds import (
    CHANGED_TABLE,
    DINNER_CARD,
    MOVED,
    NEEDS,
    OFFER,
    POLL,
    REMINDER,
    ROOM,
    TABLE,
    THANKS,
    notice_key,
    notice_payload,
)
from handlers.dinners.queries.overview import dinner_view
from handlers.dinners.rules.views import DinnerView
from handlers.shared import notify, posted_cards
from handlers.shared.posted_cards import CardContent, Fingerprint, PostedCardKinds
from integrations.ports.cards import Card, to_json
from storage import dinners, people
from storage.directory import directory
from storage.store import Session
from storage.values.dinners import Dinner, Rsvp, RsvpAnswer


async def notify_people(
    ctx: AppContext,
    session: Session,
    ids: Iterable[str],
    kind: str,
    payload: dict[str, object],
    *,
    notice: str,
    at: datetime,
) -> int:
    """Send the same kind of card to each of these people in private. Returns how many are new."""
    return await notify.people_with_ids(ctx, session, set(ids), kind, payload, key=notice, at=at)


async def notify_invited(ctx: AppContext, session: Session, dinner: Dinner, what: str, at: datetime) -> int:
    """Send the poll or the invitation (`kinds.POLL`, `INVITATION`) to everybody. Returns how many are asked."""
    everybody = await people.ids_with_team(session)
    # A new set of days is a new poll and a new invitation.
    subject = notice_key(dinner, what, dinner.sequence)
    return await _post_to(ctx, session, dinner, everybody, subject, DINNER_CARD, at, what=what)


async def remind(ctx: AppContext, session: Session, dinner: Dinner, ids: Collection[str], at: datetime) -> int:
    """Ask those who have not answered once more."""
    subject = notice_key(dinner, REMINDER, dinner.day)
    return await _post_to(ctx, session, dinner, ids, subject, REMINDER, at)


async def offer_seat(ctx: AppContext, session: Session, dinner: Dinner, rsvp: Rsvp, at: datetime) -> int:
    """Offer a seat that came free to somebody on the waiting list."""
    until = rsvp.offered_until.isoformat() if rsvp.offered_until else ""
    subject = notice_key(dinner, OFFER, rsvp.person, until)
    return await _post_to(ctx, session, dinner, [rsvp.person], subject, OFFER, at, person=rsvp.person, until=until)


async def notify_tables(
    ctx: AppContext, session: Session, dinner: Dinner, ids: Collection[str], now: datetime, *, changed: bool
) -> int:
    """Tell guests their table; *changed* if they were told another one before."""
    subject = notice_key(dinner, CHANGED_TABLE, now.isoformat()) if changed else notice_key(dinner, TABLE)
    return await _post_to(ctx, session, dinner, ids, subject, TABLE, now)


async def thank(ctx: AppContext, session: Session, dinner: Dinner, ids: Collection[str], at: datetime) -> int:
    """Thank the guests, and ask them the two questions."""
    return await _post_to(ctx, session, dinner, ids, notice_key(dinner, THANKS), THANKS, at)


async def _post_to(
    ctx: AppContext,
    session: Session,
    dinner: Dinner,
    ids: Collection[str],
    subject: str,
    kind: str,
    at: datetime,
    **more: object,
) -> int:
    content = CardContent(kind, notice_payload(dinner, **more))
    return await posted_cards.post_to_people(ctx, session, POSTED, subject, content, set(ids), at)


async def notify_moved(ctx: AppContext, session: Session, dinner: Dinner, now: datetime) -> int:
    """Tell guests who said yes, or have a calendar entry, that the dinner has moved or is called off."""
    rsvps = await dinners.rsvps(session, dinner.id)
    guests = [
        rsvp.person for rsvp in rsvps.values() if rsvp.calendar_sequence is not None or rsvp.answer is RsvpAnswer.YES
    ]
    notice = notice_key(dinner, "moved", dinner.sequence, dinner.state)
    notified = await notify_people(ctx, session, guests, MOVED, notice_payload(dinner), notice=notice, at=now)
    await refresh_all(session, dinner, now)
    return notified


async def retract(session: Session, notice: str, now: datetime) -> None:
    """Remove the cards of that notice everywhere."""
    await notify.queue_delete(session, notice, at=now)


async def refresh_needs(session: Session, dinner: Dinner, now: datetime) -> None:
    """Compose the cards about diet and access again, without the guest who was forgotten."""
    for notice in await dinners.needs_notices(session, dinner.id):
        key = f"{notice}:without:{now.isoformat()}"
        await notify.queue_update_of(session, NEEDS, notice_payload(dinner), key=key, posted=notice, at=now)


async def post_in_room(session: Session, dinner: Dinner, place: int, now: datetime) -> int:
    """Post the dinner's card in a room, as an organiser asked there. Returns 0 if it is posted there already."""
    content = CardContent(DINNER_CARD, notice_payload(dinner, what=ROOM))
    return await posted_cards.post(session, POSTED, notice_key(dinner, ROOM, place), content, [place], now)


async def take_out_of_room(session: Session, dinner: Dinner, place: int, now: datetime) -> int:
    """Remove the dinner's card from a room. Returns 0 if there is none."""
    return await posted_cards.take_down(session, notice_key(dinner, ROOM, place), now)


async def refresh_rooms(session: Session, dinner: Dinner, now: datetime) -> None:
    """Update the tally of the cards in rooms: soon, and once for all answers of the same few seconds."""
    await posted_cards.refresh(session, POSTED, now, notice_key(dinner, ROOM), grouped=True)


async def refresh_all(session: Session, dinner: Dinner, now: datetime) -> None:
    """Update every card of the dinner, in rooms and in private, after its state, day or details changed."""
    await refresh_rooms(session, dinner, now)
    await posted_cards.refresh(session, POSTED, now, notice_key(dinner))


async def refresh_offers(session: Session, dinner: Dinner, now: datetime) -> None:
    """Update the offers of seats that were taken, declined or have lapsed."""
    await posted_cards.refresh(session, POSTED, now, notice_key(dinner, OFFER))


async def leave_cards_as_they_are(session: Session, dinner: Dinner) -> None:
    """The dinner is planned anew: the cards of the one that was called off say so, and stay."""
    await posted_cards.stop_refreshing(session, notice_key(dinner))


async def _load_fingerprints(session: Session, contents: Sequence[CardContent]) -> Fingerprint:
    sources = {}
    names = (await directory(session)).with_public_names() if contents else None
    for key in {str(content.payload["dinner"]) for content in contents}:
        dinner = await dinners.with_key(session, key)
        if dinner and names:
            view = await dinner_view(session, dinner, names)
            sources[key] = (view, await dinners.rsvps(session, dinner.id))
    return lambda content: _fingerprint(content, *sources[key]) if (key := content.payload["dinner"]) in sources else ""


def _fingerprint(content: CardContent, view: DinnerView, rsvps: Mapping[str, Rsvp]) -> str:
    """What the card shows. The tally of a card in private is that of the moment when it was posted or last edited."""
    dinner, payload = view.dinner, content.payload
    if content.kind == THANKS:
        return str(dinner.state)
    if content.kind == OFFER:
        mine = rsvps.get(str(payload["person"]))
        is_held = mine and mine.offered_until and mine.offered_until.isoformat() == payload["until"]
        return f"{_digest(cards.rsvp.closed(dinner))} {mine.seat_status if mine and is_held else ''}"
    if payload.get("what") == ROOM:
        return _digest(cards.rsvp.dinner_card(view))
    if payload.get("what") == POLL and dinner.day:
        return _digest(cards.rsvp.poll_closed(dinner))
    return _digest(cards.rsvp.dinner_card(view.without_answers()))


def _digest(card: Card) -> str:
    return sha256(str(to_json(card)).encode()).hexdigest()[:20]


POSTED = PostedCardKinds((DINNER_CARD, OFFER, REMINDER, TABLE, THANKS), _load_fingerprints)
