"""`dinner seats`, `dinner reseat` and what keeps tables right when somebody drops out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.context import AppContext, Request
from handlers.dinners.cards import tables as cards_tables
from handlers.dinners.cards.tables import TableView
from handlers.dinners.queries import lookup
from handlers.dinners.queries.seating_input import (
    SeatingInput,
    chairs_of,
    current_seating,
    is_mixed,
    seating_figures,
    seating_input,
    table_views,
)
from handlers.dinners.workflow import SEATS_PUBLIC, save_seating, seating_for
from handlers.errors import BadInput, NotAllowed, Refusal
from handlers.shared.audited_transaction import write
from integrations.ports.inbound import Reply
from storage import dinners
from storage.values.dinners import DinnerState, SeatAssignment, Seating


async def show(ctx: AppContext, request: Request) -> Reply:
    """`dinner seats`: the tables. Whoever runs the dinner has them worked out as they stand now; `anew` from scratch."""
    return await _seats(ctx, request, keeps=False)


async def reseat(ctx: AppContext, request: Request) -> Reply:
    """`dinner reseat`: tables for those who come now, with as few people as possible changing theirs."""
    return await _seats(ctx, request, keeps=True)


async def _seats(ctx: AppContext, request: Request, *, keeps: bool) -> Reply:
    key, said = lookup.quarter_in(request)
    if said not in {(), ("anew",)}:
        raise BadInput(f"“{' '.join(said)}” is no quarter. Write Q1, or 2027-Q1.", "dinner seats", "dinner seats anew")
    async with ctx.store.reading() as session:
        dinner = await lookup.requested_dinner(session, key)
        if dinner.state is DinnerState.CANCELLED:
            raise Refusal(f"The dinner of {dinner.key} is called off.", "dinner")
        is_runner = await lookup.may_run(session, request, dinner)
        found = await seating_input(session, dinner)
    if not is_runner:
        return _for_guests(request, found)

    anew = "anew" in said and not keeps and dinner.state not in SEATS_PUBLIC
    if (found.is_settled and not anew) or dinner.is_over:
        seating, chairs = await asyncio.to_thread(current_seating, found), found.chairs
    else:
        seating = await asyncio.to_thread(seating_for, found, keeps=keeps, anew=anew)
        chairs = await _keep(ctx, request, found, chairs_of(seating, () if anew else found.chairs))
    before = found.at_table
    moved = [each.person for each in chairs if before.get(each.person, each.table) != each.table]
    joined = [each.person for each in chairs if each.person not in before] if before else []
    return _reply(request, found, chairs, seating, moved=moved if keeps else None, joined=joined)


async def _keep(
    ctx: AppContext, request: Request, found: SeatingInput, chairs: Sequence[SeatAssignment]
) -> tuple[SeatAssignment, ...]:
    """Write the seats down; who dropped out while they were worked out gets none."""
    async with write(ctx, request, dinner=found.dinner.key) as session:
        dinner = await dinners.lock_dinner(session, found.dinner.id)
        rsvps = await dinners.rsvps(session, dinner.id)
        kept = tuple(each for each in chairs if each.person in rsvps and rsvps[each.person].has_seat)
        await save_seating(ctx, session, replace(found, dinner=dinner), kept, request.now)
    return kept


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────


def _for_guests(request: Request, found: SeatingInput) -> Reply:
    if found.dinner.state not in SEATS_PUBLIC:
        raise NotAllowed(
            f"Who sits where is told on the day. Whoever runs the dinner of {found.dinner.key} sees it before.",
            "dinner",
        )
    return _reply(request, found, found.chairs, None, moved=None, joined=())


def _reply(
    request: Request,
    found: SeatingInput,
    chairs: Sequence[SeatAssignment],
    seating: Seating | None,
    *,
    moved: Sequence[str] | None,
    joined: Sequence[str],
) -> Reply:
    """With *seating* for whoever runs the dinner: its figures, and the waiting list."""
    found = found if request.private else replace(found, names=found.names.with_public_names())
    tables = table_views(found, chairs)
    unseated = found.waiting if seating else ()
    sums = seating_figures(seating) if seating and request.private else None
    card = cards_tables.seats(found.dinner, tables, sums, unseated, found.names)
    told = facts_of(request, found, tables, seating)
    if moved is not None:
        told["moved"] = [_person_label(request, found, each) for each in moved]
        card = cards_tables.reseated(found.dinner, moved, joined, found.names, card)
    return Reply(card, request.private, told)


def facts_of(
    request: Request, found: SeatingInput, tables: Sequence[TableView], seating: Seating | None
) -> dict[str, Any]:
    """The contract's object; how good it is, for whoever runs the dinner."""
    whole: dict[str, Any] = {
        "dinner": found.dinner.key,
        "tables": [
            {
                "host": _person_label(request, found, each.host),
                "people": [_person_label(request, found, one) for one in each.people],
            }
            for each in tables
        ],
    }
    if seating is None:
        return whole
    return whole | {
        "repeats": seating.repeats,
        "unseated": [_person_label(request, found, each) for each in found.waiting],
        "cost": seating.cost,
        "bound": seating.bound,
        "gap": max(0, seating.cost - seating.bound),
        "mixed": sum(is_mixed(found, each) for each in tables),
        "broken": [[_person_label(request, found, each) for each in sorted(pair)] for pair in seating.violations]
        if request.private
        else [],
    }


def _person_label(request: Request, found: SeatingInput, person: str) -> str:
    """An e-mail in private; in a room the name, which may be "a colleague"."""
    return found.names.email_of(person) if request.private else found.names.name_of(person)
