"""`dinner seats` and `dinner reseat`: show, compute and repair the tables."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.context import AppContext, Request
from handlers.dinners import cards
from handlers.dinners.commands import lookup
from handlers.dinners.queries import known_dinners
from handlers.dinners.queries.seating_input import seating_input
from handlers.dinners.rules import timeline
from handlers.dinners.rules.seating_input import (
    SEATS_PUBLIC,
    SeatingInput,
    chairs_of,
    current_seating,
    is_mixed,
    seating_figures,
    seating_for,
    table_views,
)
from handlers.dinners.rules.views import TableView
from handlers.dinners.workflow import save_seating
from handlers.errors import BadInput, NotAllowed, Refusal
from handlers.shared.audited_transaction import write
from integrations.ports.inbound import Reply
from storage import dinners
from storage.values.dinners import DinnerState, SeatAssignment, Seating


async def show(ctx: AppContext, request: Request) -> Reply:
    """`dinner seats`: show the tables. For organisers they are brought up to date first; `anew` starts from scratch."""
    return await _seats(ctx, request, keeps=False)


async def reseat(ctx: AppContext, request: Request) -> Reply:
    """`dinner reseat`: update the tables with as few people as possible changing theirs."""
    return await _seats(ctx, request, keeps=True)


async def _seats(ctx: AppContext, request: Request, *, keeps: bool) -> Reply:
    key, words = lookup.quarter_in(request)
    words = tuple(word.casefold() for word in words)
    if words not in {(), ("anew",)}:
        raise BadInput(f"“{' '.join(words)}” is no quarter. Write Q1, or 2027-Q1.", request.args.command)
    async with ctx.store.reading() as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        if dinner.state is DinnerState.CANCELLED:
            raise Refusal(f"The dinner of {dinner.key} is called off.", f"dinner {dinner.key}")
        is_runner = await known_dinners.may_run(session, request, dinner)
        inputs = await seating_input(session, dinner)
    if not is_runner:
        return _for_guests(request, inputs)

    anew = "anew" in words and not keeps and dinner.state not in SEATS_PUBLIC
    # Once people sit there, the tables are what they were, without those who did not come.
    if (inputs.is_settled and not anew) or dinner.is_over or timeline.has_begun(dinner, request.now):
        seating, chairs = await asyncio.to_thread(current_seating, inputs), inputs.chairs
    else:
        seating = await asyncio.to_thread(seating_for, inputs, keeps=keeps, anew=anew)
        chairs = await _keep(ctx, request, inputs, chairs_of(seating, () if anew else inputs.chairs))
    before = inputs.at_table
    moved = [chair.person for chair in chairs if before.get(chair.person, chair.table) != chair.table]
    joined = [chair.person for chair in chairs if chair.person not in before] if before else []
    return _reply(request, inputs, chairs, seating, moved=moved if keeps else None, joined=joined)


async def _keep(
    ctx: AppContext, request: Request, inputs: SeatingInput, chairs: Sequence[SeatAssignment]
) -> tuple[SeatAssignment, ...]:
    """Save the seats, without people who dropped out during the computation."""
    async with write(ctx, request, dinner=inputs.dinner.key) as session:
        dinner = await dinners.lock_dinner(session, inputs.dinner.id)
        rsvps = await dinners.rsvps(session, dinner.id)
        kept = tuple(chair for chair in chairs if chair.person in rsvps and rsvps[chair.person].has_seat)
        await save_seating(ctx, session, replace(inputs, dinner=dinner), kept, request.now)
    return kept


def _for_guests(request: Request, inputs: SeatingInput) -> Reply:
    if inputs.dinner.state not in SEATS_PUBLIC:
        raise NotAllowed(
            f"Who sits where is told on the day. Whoever runs the dinner of {inputs.dinner.key} sees it before.",
            f"dinner {inputs.dinner.key}",
        )
    return _reply(request, inputs, inputs.chairs, None, moved=None, joined=())


def _reply(
    request: Request,
    inputs: SeatingInput,
    chairs: Sequence[SeatAssignment],
    seating: Seating | None,
    *,
    moved: Sequence[str] | None,
    joined: Sequence[str],
) -> Reply:
    """The reply; organisers (with *seating*) also get its figures and the waiting list."""
    inputs = inputs if request.private else replace(inputs, names=inputs.names.with_public_names())
    tables = table_views(inputs, chairs)
    unseated = inputs.waiting if seating else ()
    sums = seating_figures(seating) if seating and request.private else None
    card = cards.tables.seats(inputs.dinner, tables, sums, unseated, inputs.names)
    reply_facts = facts_of(request, inputs, tables, seating)
    if moved is not None:
        reply_facts["moved"] = [_person_label(request, inputs, person_id) for person_id in moved]
        card = cards.tables.reseated(inputs.dinner, moved, joined, inputs.names, card)
    return Reply(card, request.private, reply_facts)


def facts_of(
    request: Request, inputs: SeatingInput, tables: Sequence[TableView], seating: Seating | None
) -> dict[str, Any]:
    """The seating for scripts; its quality only for organisers (with *seating*)."""
    whole: dict[str, Any] = {
        "dinner": inputs.dinner.key,
        "tables": [
            {
                "host": _person_label(request, inputs, table.host),
                "people": [_person_label(request, inputs, person) for person in table.people],
            }
            for table in tables
        ],
    }
    if seating is None:
        return whole
    return whole | {
        "repeats": seating.repeats,
        "unseated": [_person_label(request, inputs, person_id) for person_id in inputs.waiting],
        "cost": seating.cost,
        "bound": seating.bound,
        "gap": max(0, seating.cost - seating.bound),
        "mixed": sum(is_mixed(inputs, table) for table in tables),
        "broken": [
            [_person_label(request, inputs, person_id) for person_id in sorted(pair)] for pair in seating.violations
        ]
        if request.private
        else [],
    }


def _person_label(request: Request, inputs: SeatingInput, person: str) -> str:
    """The e-mail in private; in a room the name, which may be "a colleague"."""
    return inputs.names.email_of(person) if request.private else inputs.names.name_of(person)
