"""`dinner table`, `picture`, `ics`, `pulse`, `results`: what guests ask for, and the survey afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.dinners import cards
from handlers.dinners.cards.afterwards import EVENING_FIELD, MET_FIELD, SCALE, SHOWN_FROM
from handlers.dinners.cards.seating_chart import seating_chart_png
from handlers.dinners.commands import lookup
from handlers.dinners.notices.compose import table_card
from handlers.dinners.queries import known_dinners
from handlers.dinners.queries.seating_input import seating_input
from handlers.dinners.rules.calendar_entry import calendar_entry
from handlers.dinners.rules.seating_input import SEATS_PUBLIC, table_views
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.rules.ical import calendar_file
from integrations.ports.inbound import Attachment, Reply
from storage import dinner_seats, dinners
from storage.directory import directory
from storage.values.dinners import DinnerState


async def ics(ctx: AppContext, request: Request) -> Reply:
    """`dinner ics`: the person's own calendar entry as a file: new, updated or cancelled."""
    key = lookup.only_quarter_in(request)
    if not request.private:
        raise Refusal("The room would see the file. Ask me in private.", f"dinner ics {key}".strip())
    async with write(ctx, request, dinner=key) as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        names = await directory(session)
        mine = (await dinners.rsvps(session, dinner.id)).get(request.person.id)
        organiser = names.email_of(dinner.planned_by)
        made = calendar_entry(dinner, mine, organiser=organiser, guest=request.person.email, now=request.now)
        if made is None or mine is None:
            raise NotFound(
                f"There is no entry for you yet: {'the day is open' if dinner.day is None else 'you have no seat'}.",
                f"dinner {dinner.key}" if dinner.is_over or mine else f"dinner rsvp yes {dinner.key}",
            )
        await dinners.save_rsvps(session, dinner.id, [replace(mine, calendar_sequence=made.sequence)])
    file = Attachment(f"dinner-{dinner.key}.ics", calendar_file(made))
    reply_facts = {
        "dinner": dinner.key,
        "uid": made.uid,
        "sequence": made.sequence,
        "method": "CANCEL" if made.cancelled else "REQUEST",
        "starts": made.starts.isoformat(),
    }
    return Reply(cards.afterwards.calendar(dinner, cancels=made.cancelled), facts=reply_facts, file=file)


async def table(ctx: AppContext, request: Request) -> Reply:
    """`dinner table`: the person's own table, and whom they will meet."""
    key = lookup.only_quarter_in(request)
    async with ctx.store.reading() as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        inputs = await seating_input(session, dinner)
        card = await table_card(session, inputs, request.person) if dinner.state in SEATS_PUBLIC else None
    if card is None:
        reason = "You have no seat at it." if dinner.state in SEATS_PUBLIC else "Guests get their tables on the day."
        raise NotFound(f"No table of yours at the dinner of {dinner.key}: {reason}", f"dinner {dinner.key}")
    if not request.private:
        raise Refusal("I tell you that in private only.", f"dinner table {dinner.key}")
    mine = next(chair for chair in table_views(inputs, inputs.chairs) if request.person.id in chair.people)
    people = [inputs.names.email_of(person_id) for person_id in mine.people]
    return Reply(card, facts={"dinner": dinner.key, "table": mine.number, "people": people})


async def draw(ctx: AppContext, request: Request) -> Reply:
    """`dinner picture`: the tables as a PNG with alt text."""
    key = lookup.only_quarter_in(request)
    async with ctx.store.reading() as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        if dinner.state not in SEATS_PUBLIC and not await known_dinners.may_run(session, request, dinner):
            raise NotAllowed("Guests get their tables on the day.", f"dinner {dinner.key}")
        is_runner = await known_dinners.may_run(session, request, dinner)
        inputs = await seating_input(session, dinner)
    names = inputs.names if request.private else inputs.names.with_public_names()
    tables = table_views(inputs, inputs.chairs)
    if not tables:
        raise NotFound("Nobody is seated yet.", f"dinner {'seats ' if is_runner else ''}{dinner.key}")
    png = await asyncio.to_thread(seating_chart_png, tables, names, f"Dinner {dinner.key}")
    file = Attachment(f"dinner-{dinner.key}-tables.png", png)
    reply_facts = {"dinner": dinner.key, "alt": cards.tables.picture_alt_text(tables, names), "file": file.name}
    return Reply(cards.tables.picture(dinner, tables, names), request.private, reply_facts, file=file)


async def pulse(ctx: AppContext, request: Request) -> Reply:
    """`dinner pulse 5 yes`: two anonymous answers from a guest. Without arguments, the form."""
    key, words = lookup.quarter_in(request)
    given = {name: request.args.named[name] for name in (EVENING_FIELD, MET_FIELD) if name in request.args.named}
    if not words and not given:
        return await _pulse_form(ctx, request, key)
    answers = _answers(words, given)
    async with write(ctx, request) as session:
        dinner = await known_dinners.begun_dinner(session, request, key)
        if await dinner_seats.seat_of_person(session, dinner.id, request.person.id) is None:
            raise NotAllowed(
                f"The two questions are for those who sat at a table of the dinner of {dinner.key}.",
                f"dinner results {dinner.key}",
            )
        if dinner.state is not DinnerState.THANKED:
            raise Refusal(
                "These two questions are open for two weeks, from the day after the dinner.", f"dinner {dinner.key}"
            )
        fresh = await dinners.record_pulse(session, dinner.id, request.person.id, answers)
    return Reply(cards.afterwards.pulsed(dinner, again=not fresh), facts={"dinner": dinner.key, "counted": fresh})


async def _pulse_form(ctx: AppContext, request: Request, key: str) -> Reply:
    async with ctx.store.reading() as session:
        dinner = await known_dinners.begun_dinner(session, request, key)
    return Reply(
        cards.afterwards.thanks(dinner),
        form=replace(cards.afterwards.PULSE_FORM, value=dinner.key),
        facts={"dinner": dinner.key},
    )


def _answers(words: tuple[str, ...], given: dict[str, str]) -> dict[str, str]:
    evening_mark = given.get(EVENING_FIELD, words[0] if words else "")
    met = given.get(MET_FIELD, words[1] if len(words) > 1 else "").casefold()
    if evening_mark not in SCALE or met not in {"yes", "no"} or len(words) > 2:
        raise BadInput("Give a mark from 1 to 5, and yes or no.", cards.afterwards.PULSE_FORM.words)
    return {EVENING_FIELD: evening_mark, MET_FIELD: met}


async def results(ctx: AppContext, request: Request) -> Reply:
    """`dinner results`: the totals of the pulse, from five replies on."""
    key = lookup.only_quarter_in(request)
    async with ctx.store.reading() as session:
        dinner = await known_dinners.begun_dinner(session, request, key)
        replies, sums = await dinners.pulse_counts(session, dinner.id)
    shown = {name: dict(counts) for name, counts in sums.items()} if replies >= SHOWN_FROM else {}
    reply_facts = {"dinner": dinner.key, "replies": replies, "sums": shown}
    return Reply(cards.afterwards.results(dinner, replies, sums), request.private, reply_facts)
