"""`dinner seats`, `dinner reseat` and what keeps tables right when somebody drops out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.acting import acting
from handlers.dinners import cards, finding, telling
from handlers.dinners.evening import (
    Evening,
    as_it_is,
    chairs_of,
    evening,
    figures,
    is_little_changed,
    is_mixed,
    laid,
    seated_anew,
    settled,
)
from handlers.dinners.table_cards import Laid
from handlers.errors import BadInput, NotAllowed, Refusal
from handlers.feature import Asked
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import dinners, seats
from storage.store import Session
from storage.values import Chair, Dinner, DinnerState, Seating

TOLD = frozenset({DinnerState.ANNOUNCED, DinnerState.THANKED, DinnerState.REVIEWED})


async def show(box: Toolbox, asked: Asked) -> Reply:
    """`dinner seats`: the tables. Whoever runs the dinner has them worked out as they stand now; `anew` from scratch."""
    return await _seats(box, asked, keeps=False)


async def reseat(box: Toolbox, asked: Asked) -> Reply:
    """`dinner reseat`: tables for those who come now, with as few people as possible changing theirs."""
    return await _seats(box, asked, keeps=True)


async def _seats(box: Toolbox, asked: Asked, *, keeps: bool) -> Reply:
    key, said = finding.quarter_in(asked)
    if said not in {(), ("anew",)}:
        raise BadInput(f"“{' '.join(said)}” is no quarter. Write Q1, or 2027-Q1.", "dinner seats", "dinner seats anew")
    async with box.store.reading() as session:
        dinner = await finding.meant(session, key)
        if dinner.state is DinnerState.CANCELLED:
            raise Refusal(f"The dinner of {dinner.key} is called off.", "dinner")
        is_runner = await finding.runs(session, asked, dinner)
        found = await evening(session, dinner)
    if not is_runner:
        return _for_guests(asked, found)

    anew = "anew" in said and not keeps and dinner.state not in TOLD
    if (found.is_settled and not anew) or dinner.is_over:
        seating, chairs = await asyncio.to_thread(as_it_is, found), found.chairs
    else:
        seating = await asyncio.to_thread(seating_for, found, keeps=keeps, anew=anew)
        chairs = await _keep(box, asked, found, chairs_of(seating, () if anew else found.chairs))
    before = found.at_table
    moved = [each.person for each in chairs if before.get(each.person, each.table) != each.table]
    joined = [each.person for each in chairs if each.person not in before] if before else []
    return _reply(asked, found, chairs, seating, moved=moved if keeps else None, joined=joined)


def seating_for(found: Evening, *, keeps: bool, anew: bool = False) -> Seating:
    """Settled where tables were told or little changed; else the best there is."""
    keeps = bool(found.chairs) and (keeps or found.dinner.state in TOLD or (is_little_changed(found) and not anew))
    return settled(found) if keeps else seated_anew(found)


async def _keep(box: Toolbox, asked: Asked, found: Evening, chairs: Sequence[Chair]) -> tuple[Chair, ...]:
    """Write the seats down; who dropped out while they were worked out gets none."""
    async with acting(box, asked, dinner=found.dinner.key) as session:
        dinner = await dinners.locked(session, found.dinner.id)
        rsvps = await dinners.answers(session, dinner.id)
        kept = tuple(each for each in chairs if each.person in rsvps and rsvps[each.person].has_seat)
        await write(box, session, replace(found, dinner=dinner), kept, asked.now)
    return kept


async def write(box: Toolbox, session: Session, found: Evening, chairs: Sequence[Chair], now: datetime) -> None:
    """Put *chairs* in place of those that were, and tell whoever is told another table than before."""
    await seats.seat(session, found.dinner.id, chairs)
    if found.dinner.state is DinnerState.ANNOUNCED:
        before = found.at_table
        told = [each.person for each in chairs if before.get(each.person) != each.table]
        await telling.tell_tables(box, session, found.dinner, told, now, changed=True)


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────


def _for_guests(asked: Asked, found: Evening) -> Reply:
    if found.dinner.state not in TOLD:
        raise NotAllowed(
            f"Who sits where is told on the day. Whoever runs the dinner of {found.dinner.key} sees it before.",
            "dinner",
        )
    return _reply(asked, found, found.chairs, None, moved=None, joined=())


def _reply(
    asked: Asked,
    found: Evening,
    chairs: Sequence[Chair],
    seating: Seating | None,
    *,
    moved: Sequence[str] | None,
    joined: Sequence[str],
) -> Reply:
    """With *seating* for whoever runs the dinner: its figures, and the waiting list."""
    found = found if asked.private else replace(found, names=found.names.publicly())
    tables = laid(found, chairs)
    unseated = found.queue if seating else ()
    sums = figures(seating) if seating and asked.private else None
    card = cards.seats(found.dinner, tables, sums, unseated, found.names)
    told = facts_of(asked, found, tables, seating)
    if moved is not None:
        told["moved"] = [_said(asked, found, each) for each in moved]
        card = cards.reseated(found.dinner, moved, joined, found.names, card)
    return Reply(card, asked.private, told)


def facts_of(asked: Asked, found: Evening, tables: Sequence[Laid], seating: Seating | None) -> dict[str, Any]:
    """The contract's object; how good it is, for whoever runs the dinner."""
    whole: dict[str, Any] = {
        "dinner": found.dinner.key,
        "tables": [
            {"host": _said(asked, found, each.host), "people": [_said(asked, found, one) for one in each.people]}
            for each in tables
        ],
    }
    if seating is None:
        return whole
    return whole | {
        "repeats": seating.repeats,
        "unseated": [_said(asked, found, each) for each in found.queue],
        "cost": seating.cost,
        "bound": seating.bound,
        "gap": max(0, seating.cost - seating.bound),
        "mixed": sum(is_mixed(found, each) for each in tables),
        "broken": [[_said(asked, found, each) for each in sorted(pair)] for pair in seating.broken]
        if asked.private
        else [],
    }


def _said(asked: Asked, found: Evening, person: str) -> str:
    """An e-mail in private; in a room the name, which may be "a colleague"."""
    return found.names.email_of(person) if asked.private else found.names.name_of(person)


# ── when somebody drops out ──────────────────────────────────────────────────────────────────────────────────────────


async def follow(box: Toolbox, session: Session, dinner: Dinner, now: datetime) -> None:
    """After an answer: free seats go on, and tables that were told already are put right with few moves."""
    await telling.give_out(box, session, dinner, now)
    found = await evening(session, dinner)
    gone = set(found.at_table) - set(found.coming)
    if dinner.state is DinnerState.ANNOUNCED and not found.is_settled and found.chairs:
        chairs = chairs_of(settled(found), found.chairs)
        await write(box, session, found, chairs, now)
    elif gone:
        await seats.leave(session, dinner.id, gone)
