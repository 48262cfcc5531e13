"""Notices about dinners, composed when they are sent.

A room gets a card when an organiser posts it there; everything else goes to people in private.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.context import AppContext
from handlers.dinners import cards
from handlers.dinners.queries import conversation_topics
from handlers.dinners.queries.dietary_needs import decrypt_needs, needs_for_host
from handlers.dinners.queries.overview import dinner_view, invited
from handlers.dinners.queries.seating_input import seating_input
from handlers.dinners.rules.seating_input import SeatingInput, table_views
from handlers.errors import Refusal
from handlers.feature import Compose
from handlers.shared import notify
from handlers.shared.conversations import conversation_with, recipient
from integrations.ports.cards import Card
from storage import deliveries, dinners, people
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.deliveries import Delivery
from storage.values.dinners import Dinner, DinnerState, RsvpAnswer, SeatStatus

DINNER_CARD = "dinner"  # the poll or the invitation, for a room or a person
OFFER, REMINDER, MOVED, STUCK = "dinner offer", "dinner reminder", "dinner moved", "dinner stuck"
TABLE, CHANGED_TABLE, NEEDS = "dinner table", "dinner changed table", "dinner needs"
THANKS, RESULTS = "dinner thanks", "dinner results"
EDIT_INTERVAL_S, EDIT_DELAY_S = 10, 5


def notice_key(dinner: Dinner, *what: object) -> str:
    return ":".join(["dinner", str(dinner.id), *map(str, what)])


def notice_payload(dinner: Dinner, **more: object) -> dict[str, object]:
    return {"dinner": dinner.key, **more}


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
    recipients = [await people.with_id(session, person_id) for person_id in sorted(set(ids))]
    direct = sorted({await conversation_with(session, ctx.policy, person) for person in recipients if person})
    return await notify.queue_notice(session, direct, kind, payload, key=notice, at=at) if direct else 0


async def notify_invited(ctx: AppContext, session: Session, dinner: Dinner, what: str, at: datetime) -> int:
    """Send the poll (`poll`) or the invitation (`invitation`) to everybody. Returns how many are asked."""
    names = await directory(session)
    everybody = [person.id for person in invited(names)]
    notice = _invitation_key(dinner, what, dinner.sequence)
    return await notify_people(
        ctx, session, everybody, DINNER_CARD, notice_payload(dinner, what=what), notice=notice, at=at
    )


def _invitation_key(dinner: Dinner, what: str, sequence: int) -> str:
    # A new set of days is a new poll and a new invitation.
    return notice_key(dinner, what, sequence)


# ── posted cards ───────────────────────────────────────────────────────────────────────────────────────────────────


async def refresh_rooms(session: Session, dinner: Dinner, now: datetime) -> None:
    """Update the tally of the cards in rooms: soon, and once for all answers of the same few seconds.

    A card is composed when it is edited, so it includes every answer until then.
    """
    number = int(now.timestamp()) // EDIT_INTERVAL_S + 1
    soon = datetime.fromtimestamp(number * EDIT_INTERVAL_S + EDIT_DELAY_S, UTC)
    targets: dict[int, int] = {}
    for place, notice in (await dinners.card_notices(session, dinner.id)).items():
        targets |= {
            at: delivery_id for at, delivery_id in (await deliveries.of_notice(session, notice)).items() if at == place
        }
    await _edit(session, dinner, targets, notice_key(dinner, "tally", number), soon)


async def refresh_all(session: Session, dinner: Dinner, now: datetime) -> None:
    """Update every card of the dinner, in rooms and in private, after its state, day or details changed."""
    await refresh_rooms(session, dinner, now)
    for notice in [
        _invitation_key(dinner, what, sequence)
        for what in ("poll", "invitation")
        for sequence in range(dinner.sequence + 1)
    ]:
        targets = await deliveries.of_notice(session, notice)
        key = notice_key(dinner, "now", notice, dinner.state, dinner.day or "", dinner.sequence)
        await _edit(session, dinner, targets, key, now)


async def _edit(session: Session, dinner: Dinner, targets: dict[int, int], notice: str, at: datetime) -> None:
    if targets:
        payload = notice_payload(dinner, what="edit")
        await notify.queue_update(session, DINNER_CARD, payload, key=notice, targets=targets, newest={}, at=at)


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


async def notify_tables(
    ctx: AppContext, session: Session, dinner: Dinner, ids: Collection[str], now: datetime, *, changed: bool
) -> int:
    """Tell guests their table; *changed* if they were told another one before."""
    kind = CHANGED_TABLE if changed else TABLE
    notice = notice_key(dinner, kind, *([now.isoformat()] if changed else []))
    return await notify_people(ctx, session, ids, TABLE, notice_payload(dinner), notice=notice, at=now)


async def retract(session: Session, notice: str, now: datetime) -> None:
    """Remove the cards of that notice everywhere."""
    await notify.queue_delete(session, notice, at=now)


async def post_in_room(session: Session, dinner: Dinner, place: int, notice: str, now: datetime) -> None:
    """Post the dinner's card in a room, as an organiser asked there."""
    await notify.queue_notice(session, [place], DINNER_CARD, notice_payload(dinner, what="room"), key=notice, at=now)


@dataclass(frozen=True, slots=True)
class DinnerAndReader:
    """The dinner of a delivery and its recipient; no person for a room."""

    dinner: Dinner
    person: Person | None


async def _dinner_and_reader(session: Session, delivery: Delivery) -> DinnerAndReader | None:
    dinner = await dinners.with_key(session, str(delivery.notice.payload.get("dinner", "")))
    person = await recipient(session, delivery.place) if delivery.place.direct else None
    return DinnerAndReader(dinner, person) if dinner and (person or not delivery.place.direct) else None


async def invitation(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The poll or the invitation, with the current tally."""
    read = await _dinner_and_reader(session, delivery)
    if read is None:
        return None
    names = await directory(session)
    if read.person is None:
        return cards.rsvp.dinner_card(await dinner_view(session, read.dinner, names.with_public_names()))
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    voted = (await dinners.votes(session, read.dinner.id)).get(read.person.id)
    return cards.rsvp.dinner_card(await dinner_view(session, read.dinner, names.with_public_names()), mine, voted)


async def offered(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Offer the recipient a seat; None if it is no longer held for them."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None:
        return None
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    if mine is None or mine.seat_status is not SeatStatus.OFFERED or read.dinner.is_over:
        return None
    return cards.rsvp.offer(
        await dinner_view(session, read.dinner, (await directory(session)).with_public_names()), mine
    )


async def reminded(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Remind the recipient to answer; None if they answered meanwhile or the dinner has begun."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or _has_begun(ctx, read.dinner):
        return None
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    if mine and mine.answer in (RsvpAnswer.YES, RsvpAnswer.NO):
        return None
    return cards.rsvp.reminder(
        await dinner_view(session, read.dinner, (await directory(session)).with_public_names()), mine
    )


def _has_begun(ctx: AppContext, dinner: Dinner) -> bool:
    return dinner.is_over or (dinner.starts_at is not None and dinner.starts_at <= ctx.clock.now())


async def has_moved(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    return (
        cards.planning.moved(read.dinner, (await directory(session)).with_public_names())
        if read and read.person
        else None
    )


async def is_stuck(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or read.dinner.day or read.dinner.is_over:
        return None
    view = await dinner_view(session, read.dinner, await directory(session))
    without = {person_id for tally in view.tallies for person_id in tally.without}
    return cards.planning.stuck(read.dinner, sorted(view.names.name_of(person_id) for person_id in without))


async def meeting(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Tell the recipient their table; None without one, or after the dinner."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or read.dinner.is_over:
        return None
    if read.dinner.ends_at and read.dinner.ends_at <= ctx.clock.now():
        return None
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
    if read is None or read.person is None or read.person.id != read.dinner.host or read.dinner.is_over:
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
    read = await _dinner_and_reader(session, delivery)
    return (
        cards.afterwards.thanks(read.dinner)
        if read and read.person and read.dinner.state is DinnerState.THANKED
        else None
    )


async def results(_ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    return (
        cards.afterwards.results(read.dinner, *await dinners.pulse_counts(session, read.dinner.id))
        if read and read.person
        else None
    )


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
