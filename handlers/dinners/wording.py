"""What each card that goes out by itself says, found when it is sent. None when it is out of date or not for those eyes."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.dinners import cards, prompts
from handlers.dinners.asking import opened, standing
from handlers.dinners.evening import Evening, evening, laid
from handlers.errors import Refusal
from handlers.private import reader
from handlers.toolbox import Toolbox
from integrations.ports.cards import Card
from storage import dinners
from storage.directory import directory
from storage.store import Session
from storage.values import Answer, Audience, Delivery, Dinner, DinnerState, Person, Stand


@dataclass(frozen=True, slots=True)
class Read:
    """The dinner that a delivery is about, and who reads it (nobody in particular, in a room)."""

    dinner: Dinner
    person: Person | None


async def _read(session: Session, delivery: Delivery) -> Read | None:
    dinner = await dinners.with_key(session, str(delivery.notice.payload.get("dinner", "")))
    person = await reader(session, delivery.place) if delivery.place.direct else None
    return Read(dinner, person) if dinner and (person or not delivery.place.direct) else None


async def stands(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The poll or the invitation, with the one tally there is."""
    read = await _read(session, delivery)
    if read is None:
        return None
    names = await directory(session)
    if read.person is None:
        return cards.standing(await standing(session, read.dinner, names.publicly()))
    mine = (await dinners.answers(session, read.dinner.id)).get(read.person.id)
    voted = (await dinners.votes(session, read.dinner.id)).get(read.person.id)
    return cards.standing(await standing(session, read.dinner, names.publicly()), mine, voted)


async def offered(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """A seat that is held for the reader; None when it no longer is."""
    read = await _read(session, delivery)
    if read is None or read.person is None:
        return None
    mine = (await dinners.answers(session, read.dinner.id)).get(read.person.id)
    if mine is None or mine.stand is not Stand.OFFERED or read.dinner.is_over:
        return None
    return cards.offer(await standing(session, read.dinner, (await directory(session)).publicly()), mine)


async def reminded(box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """None for whoever answered meanwhile, and once it is too late."""
    read = await _read(session, delivery)
    if read is None or read.person is None or _has_begun(box, read.dinner):
        return None
    mine = (await dinners.answers(session, read.dinner.id)).get(read.person.id)
    if mine and mine.answer in (Answer.YES, Answer.NO):
        return None
    return cards.reminder(await standing(session, read.dinner, (await directory(session)).publicly()), mine)


def _has_begun(box: Toolbox, dinner: Dinner) -> bool:
    return dinner.is_over or (dinner.starts_at is not None and dinner.starts_at <= box.clock.now())


async def has_moved(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _read(session, delivery)
    return cards.moved(read.dinner, (await directory(session)).publicly()) if read and read.person else None


async def is_stuck(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _read(session, delivery)
    if read is None or read.person is None or read.dinner.day or read.dinner.is_over:
        return None
    found = await standing(session, read.dinner, await directory(session))
    without = {each for tally in found.tallies for each in tally.without}
    return cards.stuck(read.dinner, sorted(found.names.name_of(each) for each in without))


async def meeting(box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """The reader's own table; None when they have none, or the evening is past."""
    read = await _read(session, delivery)
    if read is None or read.person is None or read.dinner.is_over:
        return None
    if read.dinner.ends_at and read.dinner.ends_at <= box.clock.now():
        return None
    return await table_card(session, await evening(session, read.dinner), read.person)


async def table_card(session: Session, found: Evening, person: Person) -> Card | None:
    """Where that person sits, with whom, and what to talk about."""
    tables = laid(found, found.chairs)
    mine = next((each for each in tables if person.id in each.people), None)
    if mine is None:
        return None
    said = await prompts.for_table(session, found, mine)
    # At the table everybody is seen: only cards that others read leave names out.
    return cards.meeting(found.dinner, mine, person.id, said, found.names)


async def needs(box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    """Diet and access, opened for the host at the moment of sending and kept nowhere readable."""
    read = await _read(session, delivery)
    if read is None or read.person is None or read.person.id != read.dinner.host or read.dinner.is_over:
        return None
    found = await evening(session, read.dinner)
    coming = set(found.coming)
    told = {}
    for person, closed in (await host_reads(session, found)).items():
        if person in coming:
            told[person] = _opened(box, closed)
    return cards.needs(read.dinner, told, found.names)


async def host_reads(session: Session, found: Evening) -> dict[str, str]:
    """Person -> sealed: what they told for this dinner, else the diet of their row."""
    from storage import people

    own = {each: await people.sealed_diet(session, each) for each in found.coming if each in found.diets}
    told = await dinners.sealed_needs(session, found.dinner.id)
    return {each: closed for each, closed in (own | dict(told)).items() if closed}


def _opened(box: Toolbox, closed: str) -> tuple[str, str]:
    try:
        return opened(box, closed)
    except Refusal:
        return "cannot be opened: the key it was closed with is gone", ""
    except ValueError:  # a diet from people.csv is sealed as it is
        return box.seal.open(closed), ""


async def thanked(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _read(session, delivery)
    return cards.thanks(read.dinner) if read and read.person and read.dinner.state is DinnerState.THANKED else None


async def results(_box: Toolbox, session: Session, delivery: Delivery, _audience: Audience) -> Card | None:
    read = await _read(session, delivery)
    return cards.results(read.dinner, *await dinners.pulses(session, read.dinner.id)) if read and read.person else None
