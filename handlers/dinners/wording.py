"""What each card that goes out by itself says, found when it is sent. None when it is out of date or not for those eyes."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.dinners import after_cards, asking_cards, plan_cards, prompts, table_cards
from handlers.dinners.asking import decrypt_needs, dinner_view
from handlers.dinners.evening import SeatingInput, seating_input, table_views
from handlers.errors import Refusal
from handlers.private import recipient
from handlers.toolbox import AppContext
from integrations.ports.cards import Card
from storage import dinners
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Person
from storage.values.dinners import Dinner, DinnerState, RsvpAnswer, SeatStatus
from storage.values.post import Delivery


@dataclass(frozen=True, slots=True)
class DinnerAndReader:
    """The dinner that a delivery is about, and who reads it (nobody in particular, in a room)."""

    dinner: Dinner
    person: Person | None


async def _dinner_and_reader(session: Session, delivery: Delivery) -> DinnerAndReader | None:
    dinner = await dinners.with_key(session, str(delivery.notice.payload.get("dinner", "")))
    person = await recipient(session, delivery.place) if delivery.place.direct else None
    return DinnerAndReader(dinner, person) if dinner and (person or not delivery.place.direct) else None


async def invitation(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The poll or the invitation, with the one tally there is."""
    read = await _dinner_and_reader(session, delivery)
    if read is None:
        return None
    names = await directory(session)
    if read.person is None:
        return asking_cards.dinner_card(await dinner_view(session, read.dinner, names.with_public_names()))
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    voted = (await dinners.votes(session, read.dinner.id)).get(read.person.id)
    return asking_cards.dinner_card(await dinner_view(session, read.dinner, names.with_public_names()), mine, voted)


async def offered(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """A seat that is held for the reader; None when it no longer is."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None:
        return None
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    if mine is None or mine.seat_status is not SeatStatus.OFFERED or read.dinner.is_over:
        return None
    return asking_cards.offer(
        await dinner_view(session, read.dinner, (await directory(session)).with_public_names()), mine
    )


async def reminded(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """None for whoever answered meanwhile, and once it is too late."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or _has_begun(ctx, read.dinner):
        return None
    mine = (await dinners.rsvps(session, read.dinner.id)).get(read.person.id)
    if mine and mine.answer in (RsvpAnswer.YES, RsvpAnswer.NO):
        return None
    return asking_cards.reminder(
        await dinner_view(session, read.dinner, (await directory(session)).with_public_names()), mine
    )


def _has_begun(ctx: AppContext, dinner: Dinner) -> bool:
    return dinner.is_over or (dinner.starts_at is not None and dinner.starts_at <= ctx.clock.now())


async def has_moved(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    return (
        plan_cards.moved(read.dinner, (await directory(session)).with_public_names()) if read and read.person else None
    )


async def is_stuck(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or read.dinner.day or read.dinner.is_over:
        return None
    found = await dinner_view(session, read.dinner, await directory(session))
    without = {each for tally in found.tallies for each in tally.without}
    return plan_cards.stuck(read.dinner, sorted(found.names.name_of(each) for each in without))


async def meeting(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The reader's own table; None when they have none, or the evening is past."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or read.dinner.is_over:
        return None
    if read.dinner.ends_at and read.dinner.ends_at <= ctx.clock.now():
        return None
    return await table_card(session, await seating_input(session, read.dinner), read.person)


async def table_card(session: Session, found: SeatingInput, person: Person) -> Card | None:
    """Where that person sits, with whom, and what to talk about."""
    tables = table_views(found, found.chairs)
    mine = next((each for each in tables if person.id in each.people), None)
    if mine is None:
        return None
    said = await prompts.topics_for_table(session, found, mine)
    # At the table everybody is seen: only cards that others read leave names out.
    return table_cards.meeting(found.dinner, mine, person.id, said, found.names)


async def dietary_needs(ctx: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Diet and access, opened for the host at the moment of sending and kept nowhere readable."""
    read = await _dinner_and_reader(session, delivery)
    if read is None or read.person is None or read.person.id != read.dinner.host or read.dinner.is_over:
        return None
    found = await seating_input(session, read.dinner)
    coming = set(found.coming)
    told = {}
    for person, closed in (await needs_for_host(session, found)).items():
        if person in coming:
            told[person] = _decrypted(ctx, closed)
    return table_cards.dietary_needs(read.dinner, told, found.names)


async def needs_for_host(session: Session, found: SeatingInput) -> dict[str, str]:
    """Person -> sealed: what they told for this dinner, else the diet of their row."""
    from storage import people

    own = {each: await people.encrypted_diet(session, each) for each in found.coming if each in found.diets}
    told = await dinners.encrypted_needs(session, found.dinner.id)
    return {each: closed for each, closed in (own | dict(told)).items() if closed}


def _decrypted(ctx: AppContext, closed: str) -> tuple[str, str]:
    try:
        return decrypt_needs(ctx, closed)
    except Refusal:
        return "cannot be opened: the key it was closed with is gone", ""
    except ValueError:  # a diet from people.csv is sealed as it is
        return ctx.cipher.decrypt(closed), ""


async def thanked(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    return (
        after_cards.thanks(read.dinner) if read and read.person and read.dinner.state is DinnerState.THANKED else None
    )


async def results(_box: AppContext, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _dinner_and_reader(session, delivery)
    return (
        after_cards.results(read.dinner, *await dinners.pulse_counts(session, read.dinner.id))
        if read and read.person
        else None
    )
