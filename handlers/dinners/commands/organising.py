"""`dinner`, `dinner open`, `pick`, `cancel`, `post`, `unpost`, `diets`, `absent`: running a dinner."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.dinners import cards, notices, workflow
from handlers.dinners.commands import lookup
from handlers.dinners.queries import overview
from handlers.dinners.queries.dietary_needs import needs_for_host
from handlers.dinners.queries.overview import dinner_view
from handlers.dinners.queries.seating_input import seating_input
from handlers.dinners.rules import date_poll, timeline
from handlers.errors import BadInput, NotAllowed, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.conversations import place_of
from handlers.shared.room_rights import check_may_change_room
from integrations.ports.inbound import Reply
from storage import dinner_seats, dinners
from storage.directory import directory
from storage.values.company import Permission
from storage.values.dinners import Dinner, DinnerState


async def show(ctx: AppContext, request: Request) -> Reply:
    """`dinner`: the state of the dinner, and the person's own answer."""
    key = lookup.only_quarter_in(request)
    async with ctx.store.reading() as session:
        dinner = await lookup.requested_dinner(session, key)
        names = await directory(session)
        names = names if request.private else names.with_public_names()
        view = await dinner_view(session, dinner, names)
        mine = (await dinners.rsvps(session, dinner.id)).get(request.person.id) if request.private else None
        voted = (await dinners.votes(session, dinner.id)).get(request.person.id) if request.private else None
    reply_facts = cards.facts.of_dinner(dinner, names) | {
        "counts": cards.facts.of_counts(view.counts),
        "dates": [cards.facts.of_tally(tally) for tally in view.tallies],
    }
    if request.private:
        reply_facts["mine"] = cards.facts.of_rsvp(mine, view.waiting or {})
    return Reply(cards.rsvp.dinner_card(view, mine, voted), request.private, reply_facts)


async def open_now(ctx: AppContext, request: Request) -> Reply:
    """`dinner open`: ask everybody now instead of tomorrow."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await dinners.lock_dinner(session, (await lookup.requested_dinner(session, key)).id)
        await lookup.check_may_run(session, request, dinner)
        if dinner.state is not DinnerState.PLANNED:
            raise Refusal(f"The dinner of {dinner.key} is {dinner.state} already.", f"dinner {dinner.key}")
        days = await dinners.dates(session, dinner.id)
        step: DinnerState | None = timeline.state_after_planning(dinner, timeline.PollStatus(days))
        while step in (DinnerState.POLLING, DinnerState.DATED, DinnerState.INVITED):
            moved_on = await workflow.advance(ctx, session, dinner, step, request.now)
            dinner = moved_on or dinner
            step = DinnerState.INVITED if moved_on and dinner.state is DinnerState.DATED else None
        asked_people = len(overview.invited(await directory(session)))
    reply_facts = {"dinner": dinner.key, "state": str(dinner.state), "asked": asked_people}
    return Reply(cards.planning.opened(dinner, asked_people), facts=reply_facts)


async def pick(ctx: AppContext, request: Request) -> Reply:
    """`dinner pick`: close the poll now, with the best day or the one given."""
    key, words = lookup.quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await dinners.lock_dinner(session, (await lookup.requested_dinner(session, key)).id)
        await lookup.check_may_run(session, request, dinner)
        if dinner.day or dinner.is_over:
            raise Refusal(
                f"The day of {dinner.key} is fixed.",
                f"dinner plan {dinner.key} --date 2027-02-09",
                f"dinner {dinner.key}",
            )
        names = await directory(session)
        view = await dinner_view(session, dinner, names)
        won = next((tally for tally in view.tallies if words and tally.day.isoformat() == words[0]), None)
        today = timeline.local_day(dinner, request.now)
        won = won if words else date_poll.best_day(view.tallies, today)
        if won is None:
            raise Refusal("No day on offer is possible, or that one is not on offer.", f"dinner {dinner.key}")
        reason = date_poll.reason_for_day(won, view.tallies, today) if not words else "it was decided so"
        step: DinnerState | None = DinnerState.DATED
        dinner = replace(dinner, day=won.day)
        while step:
            dinner = await workflow.advance(ctx, session, dinner, step, request.now) or dinner
            step = DinnerState.INVITED if dinner.state is DinnerState.DATED else None
    reply_facts = cards.facts.of_dinner(dinner, names) | {"reason": reason}
    return Reply(cards.planning.picked(dinner, reason), facts=reply_facts)


async def cancel(ctx: AppContext, request: Request) -> Reply:
    """`dinner cancel`: call it off, notify guests, and delete their diet and access."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await dinners.lock_dinner(session, (await lookup.requested_dinner(session, key)).id)
        await lookup.check_may_run(session, request, dinner)
        if dinner.is_over:
            raise Refusal(f"The dinner of {dinner.key} is over or called off already.", "dinner")
        dinner = replace(dinner, state=DinnerState.CANCELLED, sequence=dinner.sequence + 1)
        await dinners.save(session, dinner)
        notified = await notices.notify_moved(ctx, session, dinner, request.now)
        await workflow.forget_needs(session, dinner, request.now)
        await dinner_seats.assign_seats(session, dinner.id, ())
    return Reply(
        cards.planning.called_off(dinner, notified),
        facts={"dinner": dinner.key, "state": str(dinner.state), "told": notified},
    )


# ── a card in a room ─────────────────────────────────────────────────────────────────────────────────────────────────


async def post(ctx: AppContext, request: Request) -> Reply:
    """`dinner post`: preview the card for this room, without posting it."""
    key = lookup.only_quarter_in(request)
    async with ctx.store.reading() as session:
        dinner = await lookup.requested_dinner(session, key)
        await lookup.check_may_run(session, request, dinner)
        view = await dinner_view(session, dinner, (await directory(session)).with_public_names())
    _check_room(request, dinner)
    return Reply(
        cards.planning.preview(cards.rsvp.dinner_card(view), dinner), facts={"dinner": dinner.key, "posted": False}
    )


def _check_room(request: Request, dinner: Dinner) -> None:
    if request.where.direct:
        raise Refusal("Say it in the room where the card is to stand.", f"dinner post {dinner.key}")


async def post_now(ctx: AppContext, request: Request) -> Reply:
    """`dinner post now`: post the card in this room and keep its tally up to date."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await lookup.requested_dinner(session, key)
        await lookup.check_may_run(session, request, dinner)
        _check_room(request, dinner)
        place = await place_of(session, request)
        await check_may_change_room(session, request, place, needed=Permission.VIEWER)
        notice = notices.notice_key(dinner, "room", place.id, request.now.isoformat())
        if place.id not in await dinners.card_notices(session, dinner.id):
            await dinners.add_card(session, dinner.id, place.id, notice)
            await notices.post_in_room(session, dinner, place.id, notice, request.now)
    return Reply(cards.planning.posted(dinner, is_posted=True), facts={"dinner": dinner.key, "posted": True})


async def unpost(ctx: AppContext, request: Request) -> Reply:
    """`dinner unpost`: remove the card from this room."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await lookup.requested_dinner(session, key)
        await lookup.check_may_run(session, request, dinner)
        rooms = await dinners.card_notices(session, dinner.id)
        if request.place is None or request.place.id not in rooms:
            raise Refusal("No card of that dinner stands in this room.", f"dinner post {dinner.key}")
        await check_may_change_room(session, request, request.place, needed=Permission.VIEWER)
        await notices.retract(session, rooms[request.place.id], request.now)
        await dinners.remove_card(session, dinner.id, request.place.id)
    return Reply(cards.planning.posted(dinner, is_posted=False), facts={"dinner": dinner.key, "posted": False})


# ── the host ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def diets(ctx: AppContext, request: Request) -> Reply:
    """`dinner diets`: send diet and access to the host in private."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await lookup.requested_dinner(session, key)
        if request.person.id != dinner.host:
            raise NotAllowed(f"Only the host of {dinner.key} may know what guests told of diet and access.")
        if dinner.is_over:
            raise Refusal("It is over; what was told for it is not shown any more.", "dinner")
        count = len(await needs_for_host(session, await seating_input(session, dinner)))
        await workflow.notify_host_of_needs(ctx, session, dinner, request.now)
    return Reply(cards.tables.needs_sent(dinner, count), facts={"dinner": dinner.key, "guests": count})


async def absent(ctx: AppContext, request: Request) -> Reply:
    """`dinner absent @a`: record who did not come, so that they count as having met nobody."""
    key, words = lookup.quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await lookup.requested_dinner(session, key)
        await lookup.check_may_run(session, request, dinner)
        if not words:
            raise BadInput("Say who did not come.", "dinner absent @ana")
        names = await directory(session)
        missing = [person.id for person in await lookup.people_named(session, request, names, words)]
        await dinner_seats.vacate_seats(session, dinner.id, missing)
    reply_facts = {"dinner": dinner.key, "absent": [names.email_of(person_id) for person_id in missing]}
    return Reply(cards.tables.absent(dinner, missing, names), facts=reply_facts)
