"""Compose the card of each notice when it is sent: None if nothing is left to say, and an update without dead buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.context import AppContext
from handlers.dinners import cards
from handlers.dinners.notices.kinds import (
    DINNER_CARD,
    MOVED,
    NEEDS,
    OFFER,
    POLL,
    REMINDER,
    RESULTS,
    STUCK,
    TABLE,
    THANKS,
)
from handlers.dinners.queries import conversation_topics
from handlers.dinners.queries.dietary_needs import decrypt_needs, needs_for_host
from handlers.dinners.queries.overview import dinner_view
from handlers.dinners.queries.seating_input import seating_input
from handlers.dinners.rules import timeline
from handlers.dinners.rules.seating_input import SeatingInput, table_views
from handlers.dinners.rules.views import DinnerView
from handlers.errors import Refusal
from handlers.feature import Compose
from handlers.shared.conversations import recipient
from handlers.shared.posted_cards import is_superseded
from integrations.ports.cards import Card
from storage import dinners
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.deliveries import Delivery, DeliveryKind
from storage.values.dinners import Dinner, DinnerState, RsvpAnswer, SeatStatus


@dataclass(frozen=True, slots=True)
class DinnerAndReader:
    """The dinner of a delivery and its recipient; no person for a room. `is_update`: the card is posted already."""

    dinner: Dinner
    person: Person | None
    is_update: bool


async def _dinner_and_reader(session: Session, delivery: Delivery) -> DinnerAndReader | None:
    dinner = await dinners.with_key(session, str(delivery.notice.payload.get("dinner", "")))
    person = await recipient(session, delivery.place) if delivery.place.direct else None
    if dinner is None or (person is None and delivery.place.direct):
        return None
    return DinnerAndReader(dinner, person, delivery.kind is DeliveryKind.UPDATE)


async def _view(ctx: AppContext, session: Session, dinner: Dinner) -> DinnerView:
    """The dinner as everybody may see it."""
    names = (await directory(session)).with_public_names()
    return await dinner_view(session, dinner, names, ctx.clock.now())


async def invitation(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The poll or the invitation, with the current tally."""
    read = await _dinner_and_reader(session, delivery)
    if read is None:
        return None
    if read.person is None:
        if delivery.place.external or (not read.is_update and await is_superseded(session, delivery)):
            return None
        return cards.rsvp.dinner_card(await _view(ctx, session, read.dinner))
    if not read.is_update and not timeline.takes_answers(read.dinner, ctx.clock.now()):
        return None
    if delivery.notice.payload.get("what") == POLL and read.dinner.day:
        return cards.rsvp.poll_closed(read.dinner) if read.is_update else None
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    voted = (await dinners.votes(session, read.dinner.id)).get(read.person.id)
    return cards.rsvp.dinner_card(await _view(ctx, session, read.dinner), mine, voted)


async def offered(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Offer the recipient a seat; an update says what became of the offer."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None:
        return None
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    is_open = timeline.takes_answers(read.dinner, ctx.clock.now())
    if is_open and mine and mine.seat_status is SeatStatus.OFFERED:
        return cards.rsvp.offer(await _view(ctx, session, read.dinner), mine)
    return cards.rsvp.offer_closed(read.dinner, mine) if read.is_update else None


async def reminded(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Remind the recipient to answer; None if they answered meanwhile or the dinner has begun."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None:
        return None
    if not timeline.takes_answers(read.dinner, ctx.clock.now()):
        return cards.rsvp.closed(read.dinner) if read.is_update else None
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    if not read.is_update and mine and mine.answer in (RsvpAnswer.YES, RsvpAnswer.NO):
        return None
    return cards.rsvp.reminder(await _view(ctx, session, read.dinner), mine)


async def has_moved(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None:
        return None
    return cards.planning.moved(read.dinner, (await directory(session)).with_public_names())


async def is_stuck(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or read.dinner.day or read.dinner.is_over:
        return None
    view = await dinner_view(session, read.dinner, await directory(session), ctx.clock.now())
    without = {person_id for tally in view.tallies for person_id in tally.without}
    names = sorted(view.names.name_of(person_id) for person_id in without)
    return cards.planning.stuck(read.dinner, names, [tally.day for tally in view.tallies])


async def meeting(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Tell the recipient their table; None without one, or after the dinner."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None:
        return None
    if not timeline.takes_answers(read.dinner, ctx.clock.now()):
        return cards.rsvp.closed(read.dinner) if read.is_update else None
    return await table_card(session, await seating_input(session, read.dinner), read.person)


async def table_card(session: Session, inputs: SeatingInput, person: Person) -> Card | None:
    """The card of a person's table: who sits there, and what to talk about. None without a table."""
    tables = table_views(inputs, inputs.chairs)
    mine = next((table for table in tables if person.id in table.people), None)
    if mine is None:
        return None
    topics = await conversation_topics.topics_for_table(session, inputs, mine)
    # Guests of one table meet anyway, so this card names people who opted out of being named in public.
    return cards.tables.meeting(inputs.dinner, mine, person.id, topics, inputs.names)


async def dietary_needs(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Diet and access for the host, decrypted when sent and stored nowhere in plain text."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or read.person.id != read.dinner.host:
        return None
    if read.dinner.is_over and not read.is_update:
        return None
    inputs = await seating_input(session, read.dinner)
    coming = set(inputs.coming)
    needs = {}
    for person, encrypted in (await needs_for_host(session, inputs)).items():
        if person in coming:
            needs[person] = _decrypted(ctx, encrypted)
    return cards.tables.dietary_needs(read.dinner, needs, inputs.names)


def _decrypted(ctx: AppContext, encrypted: str) -> tuple[str, str]:
    try:
        return decrypt_needs(ctx, encrypted)
    except Refusal:
        return "cannot be opened: the key it was closed with is gone", ""
    except ValueError:  # a diet from people.csv is encrypted plain text, not JSON
        return ctx.cipher.decrypt(encrypted), ""


async def thanked(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Thank the recipient and ask the two questions; an update after they closed only thanks."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None:
        return None
    is_open = read.dinner.state is DinnerState.THANKED
    return cards.afterwards.thanks(read.dinner, asks=is_open) if is_open or read.is_update else None


async def results(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None:
        return None
    return cards.afterwards.results(read.dinner, *await dinners.pulse_counts(session, read.dinner.id))


NOTICES: Mapping[str, Compose] = {
    DINNER_CARD: invitation,
    OFFER: offered,
    REMINDER: reminded,
    MOVED: has_moved,
    STUCK: is_stuck,
    TABLE: meeting,
    NEEDS: dietary_needs,
    THANKS: thanked,
    RESULTS: results,
}
