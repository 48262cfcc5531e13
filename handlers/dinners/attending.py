"""What a guest asks for: the calendar entry, their table, a picture; and afterwards, two questions."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from handlers.acting import acting
from handlers.dinners import cards, finding, picture
from handlers.dinners.after_cards import EVENING, NEW_FACES, SCALE, SHOWN_FROM
from handlers.dinners.evening import evening, laid
from handlers.dinners.rules.entries import entry
from handlers.dinners.seating import TOLD
from handlers.dinners.wording import table_card
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.feature import Asked
from handlers.invitation import calendar_file
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Attachment, Reply
from storage import dinners, seats
from storage.directory import directory
from storage.values import DinnerState


async def ics(box: Toolbox, asked: Asked) -> Reply:
    """`dinner ics`: the asker's own calendar entry as a file: new, changed, or taken away."""
    key = finding.quarter_alone(asked)
    if not asked.private:
        raise Refusal("The room would see the file. Ask me in private.", "dinner ics")
    async with acting(box, asked, dinner=key) as session:
        dinner = await finding.meant(session, key)
        names = await directory(session)
        mine = (await dinners.answers(session, dinner.id)).get(asked.person.id)
        organiser = names.email_of(dinner.planned_by)
        made = entry(dinner, mine, organiser=organiser, guest=asked.person.email, now=asked.now)
        if made is None or mine is None:
            raise NotFound(
                f"There is no entry for you yet: {'the day is open' if dinner.day is None else 'you have no seat'}.",
                f"dinner rsvp yes {dinner.key}",
            )
        await dinners.answer(session, dinner.id, [replace(mine, told=made.sequence)])
    file = Attachment(f"dinner-{dinner.key}.ics", calendar_file(made))
    told = {
        "dinner": dinner.key,
        "uid": made.uid,
        "sequence": made.sequence,
        "method": "CANCEL" if made.cancelled else "REQUEST",
        "starts": made.starts.isoformat(),
    }
    return Reply(cards.calendar(dinner, cancels=made.cancelled), facts=told, file=file)


async def table(box: Toolbox, asked: Asked) -> Reply:
    """`dinner table`: where the asker sits, and whom they will meet."""
    key = finding.quarter_alone(asked)
    async with box.store.reading() as session:
        dinner = await finding.meant(session, key)
        found = await evening(session, dinner)
        card = await table_card(session, found, asked.person) if dinner.state in TOLD else None
    if card is None:
        raise NotFound("Who sits where is told on the day, to those who have a seat.", "dinner")
    if not asked.private:
        raise Refusal("I tell you that in private only.", "dinner table")
    mine = next(each for each in laid(found, found.chairs) if asked.person.id in each.people)
    people = [found.names.email_of(each) for each in mine.people]
    return Reply(card, facts={"dinner": dinner.key, "table": mine.number, "people": people})


async def draw(box: Toolbox, asked: Asked) -> Reply:
    """`dinner picture`: the tables as a PNG, with the words that stand for it."""
    key = finding.quarter_alone(asked)
    async with box.store.reading() as session:
        dinner = await finding.meant(session, key)
        if dinner.state not in TOLD and not await finding.runs(session, asked, dinner):
            raise NotAllowed("Who sits where is told on the day.", "dinner")
        found = await evening(session, dinner)
    names = found.names if asked.private else found.names.publicly()
    tables = laid(found, found.chairs)
    if not tables:
        raise NotFound("Nobody is seated yet.", f"dinner seats {dinner.key}")
    png = await asyncio.to_thread(picture.drawn, tables, names, f"Dinner {dinner.key}")
    file = Attachment(f"dinner-{dinner.key}-tables.png", png)
    told = {"dinner": dinner.key, "alt": cards.picture_words(tables, names), "file": file.name}
    return Reply(cards.picture(dinner, tables, names), asked.private, told, file=file)


# ── the pulse ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def pulse(box: Toolbox, asked: Asked) -> Reply:
    """`dinner pulse 5 yes`: two answers without a name, from those who sat there; without words the form."""
    key, said = finding.quarter_in(asked)
    given = {name: asked.words.named[name] for name in (EVENING, NEW_FACES) if name in asked.words.named}
    if not said and not given:
        return await _pulse_form(box, key)
    answers = _answers(said, given)
    async with acting(box, asked) as session:
        dinner = await finding.last_held(session, key)
        sat = await seats.table_of_person(session, dinner.id, asked.person.id)
        if sat is None:
            raise NotAllowed("These questions are for those who sat at one of its tables.")
        if dinner.state is not DinnerState.THANKED:
            raise Refusal("These two questions are open for two weeks, from the day after the dinner.", "dinner")
        fresh = await dinners.pulse(session, dinner.id, asked.person.id, answers)
    return Reply(cards.pulsed(dinner, again=not fresh), facts={"dinner": dinner.key, "counted": fresh})


async def _pulse_form(box: Toolbox, key: str) -> Reply:
    async with box.store.reading() as session:
        dinner = await finding.last_held(session, key)
    return Reply(cards.thanks(dinner), form=replace(cards.PULSE, value=dinner.key), facts={"dinner": dinner.key})


def _answers(said: tuple[str, ...], given: dict[str, str]) -> dict[str, str]:
    evening_mark = given.get(EVENING, said[0] if said else "")
    met = given.get(NEW_FACES, said[1] if len(said) > 1 else "").casefold()
    if evening_mark not in SCALE or met not in {"yes", "no"} or len(said) > 2:
        raise BadInput("Give a mark from 1 to 5, and yes or no.", cards.PULSE.words)
    return {EVENING: evening_mark, NEW_FACES: met}


async def results(box: Toolbox, asked: Asked) -> Reply:
    """`dinner results`: the sums of the pulse, from five replies on."""
    key = finding.quarter_alone(asked)
    async with box.store.reading() as session:
        dinner = await finding.last_held(session, key)
        replies, sums = await dinners.pulses(session, dinner.id)
    shown = {name: dict(each) for name, each in sums.items()} if replies >= SHOWN_FROM else {}
    told = {"dinner": dinner.key, "replies": replies, "sums": shown}
    return Reply(cards.results(dinner, replies, sums), asked.private, told)
