"""`tours plan`, `pin`, `forbid`, `release`, `publish`, `proof`, `programme`, `figures`.

A plan is stored, so that organisers publish exactly what they saw.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound, Refusal
from handlers.shared.arguments import given_once
from handlers.shared.audited_transaction import write
from handlers.shared.lookup import people_named
from handlers.tours import PLAN_USAGE, PROGRAMME_OPTION, cards
from handlers.tours.cards.words import with_names
from handlers.tours.commands.lookup import programme_key_in, requested_programme
from handlers.tours.notices import notify_left_out
from handlers.tours.queries import programme_figures, round_inputs
from handlers.tours.rules.eligibility import effective_side
from handlers.tours.rules.inputs import RoundInputs, RoundWithProof, from_data, to_data
from handlers.tours.rules.lifecycle import first_day, last_day
from handlers.tours.rules.proof import proof_json
from handlers.tours.workflow import propose
from integrations.ports.inbound import Attachment, Reply
from storage import tours
from storage.directory import directory
from storage.store import Session
from storage.tours import TourRound
from storage.values.company import Directory, Person
from storage.values.tours import Pair, Programme, Totals

MOST_WEEKS, MOST_IN_GROUP = 26, 8
MOST_PRICED = 5  # pins with a computed price; each needs another solve


async def plan(ctx: AppContext, request: Request) -> Reply:
    """`tours plan`: compute the optimal round with its proof. Notifies nobody; the next plan replaces it."""
    async with ctx.store.reading() as session:
        programme = _with_options(request, await requested_programme(session, request))
        names = await directory(session)
        inputs, number, starts = await _next_round(session, request, programme, names)

    solved = await _solve(programme, number, starts, inputs, names)
    prices = await _prices(inputs)

    async with write(ctx, request, programme=programme.key, round=number) as session:
        kept = await _keep(session, request, solved)
    return Reply(cards.planning.plan(replace(solved, number=kept.number), prices), facts=plan_facts(solved))


def _with_options(request: Request, programme: Programme) -> Programme:
    weeks = _number(request, "weeks", programme.weeks, 1, MOST_WEEKS)
    group = _number(request, "max-group", programme.max_group, 2, MOST_IN_GROUP)
    return replace(programme, weeks=weeks, max_group=group)


def _number(request: Request, flag: str, default: int, least: int, most: int) -> int:
    value = request.args.flags.get(flag, "")
    if not value:
        return default
    if not value.isdecimal() or not least <= int(value) <= most:
        raise BadInput(f"--{flag} is a number from {least} to {most}.", PLAN_USAGE)
    return int(value)


async def _next_round(
    session: Session, request: Request, programme: Programme, names: Directory
) -> tuple[RoundInputs, int, date]:
    """The inputs, number and first day of the next round."""
    newest = await tours.newest_round(session, programme.key)
    published = await tours.rounds(session, programme.key)
    number = 1 if newest is None else newest.number + newest.is_published
    last = max((last_day(tour_round.starts, tour_round.weeks) for tour_round in published), default=None)
    starts = first_day(request.today, last)
    ends = last_day(starts, programme.weeks)
    return await round_inputs(session, names, programme.key, number, starts, ends, programme.max_group), number, starts


async def _solve(
    programme: Programme, number: int, starts: date, inputs: RoundInputs, names: Directory
) -> RoundWithProof:
    # A thousand people take a second to solve; a thread keeps the loop free.
    solution, proof = await asyncio.to_thread(inputs.solve)
    return RoundWithProof(programme, number, starts, inputs, solution, proof, names)


async def _prices(inputs: RoundInputs) -> list[tuple[Pair, Totals | None]]:
    """The cost of each pin: more left out, more repeats, less fit than without it.

    None for a pin of somebody who takes no part in this round: it has no effect.
    """
    pins = sorted(inputs.wishes.pins, key=sorted)[:MOST_PRICED]
    taking_part = {traveller.id for traveller in inputs.travellers}
    return [(pin, await _price(inputs, pin) if pin <= taking_part else None) for pin in pins]


async def _price(inputs: RoundInputs, pin: Pair) -> Totals:
    from handlers.tours.rules.rounds import price_of_pin  # loads scipy, which few commands need

    return await asyncio.to_thread(
        price_of_pin,
        inputs.travellers,
        inputs.past,
        inputs.wishes,
        pin,
        seed=inputs.seed,
        max_group=inputs.max_group,
    )


async def _keep(session: Session, request: Request, solved: RoundWithProof) -> TourRound:
    return await tours.plan_round(
        session,
        solved.programme.key,
        starts=solved.starts,
        weeks=solved.programme.weeks,
        inputs=to_data(solved.inputs),
        by=request.person.id,
        at=request.now,
    )


def plan_facts(solved: RoundWithProof) -> dict[str, Any]:
    """The plan for scripts: people by e-mail, Marketing first."""
    email = solved.names.email_of
    left = [(explanation.people[0], explanation.reason) for explanation in solved.round.left_out]
    return {
        "round": solved.number,
        "programme": solved.programme.key,
        "starts": solved.starts.isoformat(),
        "ends": solved.ends.isoformat(),
        "pairs": [[email(person_id) for person_id in group.people] for group in solved.round.groups],
        "left_out": [
            {"email": email(person), "reason": with_names(reason, solved.names)}
            for person, reason in [*left, *solved.inputs.excluded]
        ],
        "score": solved.round.score,
        "bound": solved.round.bound,
        "repeats": len(solved.round.repeats),
        "fit": solved.round.totals.fit,
    }


async def pin(ctx: AppContext, request: Request) -> Reply:
    """`tours pin @a @b`: put two people together in the next round."""
    return await _set_pair(ctx, request, "pin")


async def forbid(ctx: AppContext, request: Request) -> Reply:
    """`tours forbid @a @b`: never put them together."""
    return await _set_pair(ctx, request, "forbid")


async def release(ctx: AppContext, request: Request) -> Reply:
    """`tours release @a @b`: remove a pin or a ban."""
    return await _set_pair(ctx, request, "")


async def _set_pair(ctx: AppContext, request: Request, kind: str) -> Reply:
    async with write(ctx, request, kind=kind or "release") as session:
        programme = await requested_programme(session, request)
        names = await directory(session)
        people = await people_named(session, request, names, *request.args.positional)
        if len(people) != 2:
            raise BadInput(f"Name two people; that names {len(people)}.", f"{request.args.command} @ana @bo")
        one, other = people
        pair = frozenset({one.id, other.id})
        if kind == "pin":
            await _check_may_be_pinned(session, programme.key, one, other, names)
        before = await tours.constraint_of(session, programme.key, pair)
        if kind:
            await tours.add_constraint(session, programme.key, pair, kind, by=request.person.id, at=request.now)
        elif not await tours.remove_constraint(session, programme.key, pair):
            raise NotFound("These two are neither pinned nor forbidden.")
    replaced = before if kind and before != kind else ""
    facts = {"kind": kind, "people": [one.email, other.email], "replaced": replaced}
    return Reply(cards.planning.pair_set(one, other, kind, replaced), facts=facts)


async def _check_may_be_pinned(session: Session, programme: str, one: Person, other: Person, names: Directory) -> None:
    """Raises Refusal unless both have joined and they are of different sides, as they take part."""
    sides = []
    for person in (one, other):
        member = await tours.member(session, programme, person.id)
        if member is None:
            raise Refusal(f"{person.name} has not joined the tours. They can, with “tours join”; then pin them.")
        sides.append(effective_side(names.side_of(person), member.visits))
    if sides[0] is sides[1]:
        raise Refusal(f"{one.name} and {other.name} are of the same side; a tour is always across.")


async def publish(ctx: AppContext, request: Request) -> Reply:
    """`tours publish`: publish the planned round, and ask travellers and their managers for approval."""
    solved = await _planned(ctx, request)
    if not solved.round.groups:
        raise Refusal("Nobody would travel in this round: at least one of each side has to join.", "tours plan")
    async with write(ctx, request, programme=solved.programme.key, round=solved.number) as session:
        kept = await _keep(session, request, solved)
        if not await tours.publish_round(session, kept.id, request.now):
            raise Refusal("This round was published already.", "tours plan")
        reasons = {explanation.people[0]: explanation.reason for explanation in solved.round.left_out}
        await tours.save_left_out(session, kept.id, reasons)
        await tours.forget_pins(session, solved.programme.key)
        for group in solved.round.groups:
            await propose(ctx, session, kept.id, group.people, solved.starts, solved.ends, solved.names, request.now)
        for person, reason in reasons.items():
            await notify_left_out(ctx, session, person, kept, reason, request.now)
    return Reply(cards.planning.published(solved), facts=plan_facts(solved))


async def _planned(ctx: AppContext, request: Request) -> RoundWithProof:
    """The planned round, solved again. Raises Refusal if nothing is planned or the plan is out of date."""
    async with ctx.store.reading() as session:
        programme = await requested_programme(session, request)
        names = await directory(session)
        waiting = await tours.newest_round(session, programme.key)
        if waiting is None or waiting.is_published:
            raise Refusal(
                "Nothing is planned yet. Plan the round and look at it before people are asked.", "tours plan"
            )
        seen = from_data(waiting.inputs)
        programme = replace(programme, weeks=waiting.weeks, max_group=seen.max_group)
        ends = last_day(waiting.starts, waiting.weeks)
        now = await round_inputs(
            session, names, programme.key, waiting.number, waiting.starts, ends, programme.max_group
        )
    if now != seen:
        raise Refusal(
            "Somebody joined, left or changed their profile since the plan was made. Look at it again.", "tours plan"
        )
    if waiting.starts <= request.today:
        raise Refusal("The first day of that plan is over. Plan it again.", "tours plan")
    return await _solve(programme, waiting.number, waiting.starts, seen, names)


async def proof(ctx: AppContext, request: Request) -> Reply:
    """`tours proof`: a file that proves that no better round exists."""
    async with ctx.store.reading() as session:
        programme = await requested_programme(session, request)
        names = await directory(session)
        newest = await tours.newest_round(session, programme.key)
    if newest is None:
        raise NotFound("No round was planned yet.", "tours plan")
    inputs = from_data(newest.inputs)
    solved = await _solve(programme, newest.number, newest.starts, inputs, names)
    name = f"tours-{programme.key}-round-{newest.number}.json"
    content = await asyncio.to_thread(proof_json, solved.proof, solved.round, newest.number, names)
    facts = {"round": newest.number, "score": solved.round.score, "bound": solved.round.bound, "file": name}
    return Reply(cards.planning.proof(solved, name), facts=facts, file=Attachment(name, content))


async def programme(ctx: AppContext, request: Request) -> Reply:
    """`tours programme design --weeks 6 --every 13`: add or change a series of rounds."""
    key = given_once(request, [PROGRAMME_OPTION], request.args.first()).casefold() or programme_key_in(request)
    weeks, every = _number(request, "weeks", 4, 1, MOST_WEEKS), _number(request, "every", 0, 1, 104)
    group = _number(request, "max-group", 3, 2, MOST_IN_GROUP)
    if not key.replace("-", "").replace("_", "").isalnum() or len(key) > 31:
        raise BadInput(
            "A programme is called by a short word of letters, digits and hyphens.", "tours programme design"
        )
    if every and every < weeks:
        raise BadInput("A round has to end before the next one starts.", "tours programme design --weeks 6 --every 13")
    made = Programme(key=key, weeks=weeks, every=every, max_group=group)
    async with write(ctx, request, programme=key) as session:
        await tours.save_programme(session, made)
    return Reply(
        cards.planning.programme(made), facts={"programme": key, "weeks": weeks, "every": every, "max_group": group}
    )


async def show_figures(ctx: AppContext, request: Request) -> Reply:
    """`tours figures`: the figures of a programme, never about fewer than five people."""
    async with ctx.store.reading() as session:
        which = await requested_programme(session, request)
        names = await directory(session)
        figures = await programme_figures(session, which.key, names)
    return Reply(cards.planning.figures(which, figures), request.private, figures.facts())
