"""`dinner`, `dinner open`, `pick`, `cancel`, `post`, `unpost`, `diets`, `absent`: running a dinner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.dinners import cards, workflow
from handlers.dinners.commands import lookup
from handlers.dinners.notices import queue
from handlers.dinners.queries import known_dinners
from handlers.dinners.queries.dietary_needs import needs_for_host
from handlers.dinners.queries.overview import dinner_view
from handlers.dinners.queries.seating_input import seating_input
from handlers.dinners.rules import date_poll, examples, timeline
from handlers.dinners.rules.views import DinnerView
from handlers.errors import BadInput, NotAllowed, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.conversations import place_of
from handlers.shared.lookup import people_named
from handlers.shared.room_rights import check_may_change_room
from handlers.shared.rules.phrases import join_names
from integrations.ports.inbound import Reply
from storage import dinner_seats, dinners, people
from storage.directory import directory
from storage.values.company import Directory, Permission
from storage.values.dinners import Dinner, DinnerState


async def show(ctx: AppContext, request: Request) -> Reply:
    """`dinner`: the state of the dinner, and the person's own answer."""
    key = lookup.only_quarter_in(request)
    async with ctx.store.reading() as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
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
        dinner = await known_dinners.locked_dinner(session, request, key)
        await known_dinners.check_may_run(session, request, dinner)
        if dinner.state is not DinnerState.PLANNED:
            reason = "is over or called off" if dinner.is_over else "is open: people were asked already"
            raise Refusal(f"The dinner of {dinner.key} {reason}.", f"dinner {dinner.key}")
        days = await dinners.dates(session, dinner.id)
        step: DinnerState | None = timeline.state_after_planning(dinner, timeline.PollStatus(days))
        while step in (DinnerState.POLLING, DinnerState.DATED, DinnerState.INVITED):
            moved_on = await workflow.advance(ctx, session, dinner, step, request.now)
            dinner = moved_on or dinner
            step = DinnerState.INVITED if moved_on and dinner.state is DinnerState.DATED else None
        asked_people = len(await people.ids_with_team(session))
    reply_facts = {"dinner": dinner.key, "state": str(dinner.state), "asked": asked_people}
    return Reply(cards.planning.opened(dinner, asked_people), facts=reply_facts)


async def pick(ctx: AppContext, request: Request) -> Reply:
    """`dinner pick`: close the poll now, with the best day or the one given."""
    key, words = lookup.quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await known_dinners.locked_dinner(session, request, key)
        await known_dinners.check_may_run(session, request, dinner)
        if dinner.day or dinner.is_over:
            fixed = dinner.day and not dinner.is_over
            raise Refusal(
                f"The dinner of {dinner.key} {'has its day already' if fixed else 'is over or called off'}.",
                f"dinner {dinner.key}",
            )
        names = await directory(session)
        view = await dinner_view(session, dinner, names)
        today = timeline.local_day(dinner, request.now)
        won = _day_named(dinner, view, words) if words else date_poll.best_day(view.tallies, today)
        if won is None:
            raise Refusal(
                "None of the days on offer is possible for everybody who has to be there. Pick one anyway, or "
                "offer others.",
                *examples.pick_examples(dinner.key, [tally.day for tally in view.tallies if tally.day > today]),
            )
        reason = date_poll.reason_for_day(won, view.tallies, today) if not words else "it was decided so"
        step: DinnerState | None = DinnerState.DATED
        dinner = replace(dinner, day=won.day)
        while step:
            dinner = await workflow.advance(ctx, session, dinner, step, request.now) or dinner
            step = DinnerState.INVITED if dinner.state is DinnerState.DATED else None
    reply_facts = cards.facts.of_dinner(dinner, names) | {"reason": reason}
    return Reply(cards.planning.picked(dinner, reason), facts=reply_facts)


def _day_named(dinner: Dinner, view: DinnerView, words: Sequence[str]) -> date_poll.Tally:
    """The day on offer with that date. Raises BadInput."""
    for tally in view.tallies:
        if tally.day.isoformat() == " ".join(words):
            return tally
    days = [tally.day for tally in view.tallies]
    raise BadInput(f"“{' '.join(words)}” is not a day on offer.", *examples.pick_examples(dinner.key, days))


async def cancel(ctx: AppContext, request: Request) -> Reply:
    """`dinner cancel`: call it off, notify guests, and delete their diet and access."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await known_dinners.locked_dinner(session, request, key)
        await known_dinners.check_may_run(session, request, dinner)
        if dinner.is_over:
            raise Refusal(f"The dinner of {dinner.key} is over or called off already.", f"dinner {dinner.key}")
        dinner = replace(dinner, state=DinnerState.CANCELLED, sequence=dinner.sequence + 1)
        await dinners.save(session, dinner)
        notified = await queue.notify_moved(ctx, session, dinner, request.now)
        await workflow.forget_needs(session, dinner, request.now)
        await dinner_seats.assign_seats(session, dinner.id, ())
    return Reply(
        cards.planning.called_off(dinner, notified),
        facts={"dinner": dinner.key, "state": str(dinner.state), "told": notified},
    )


async def post(ctx: AppContext, request: Request) -> Reply:
    """`dinner post`: preview the card for this room, without posting it."""
    key = lookup.only_quarter_in(request)
    async with ctx.store.reading() as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        await known_dinners.check_may_run(session, request, dinner)
        view = await dinner_view(session, dinner, (await directory(session)).with_public_names())
    _check_room(request, dinner)
    return Reply(
        cards.planning.preview(cards.rsvp.dinner_card(view), dinner), facts={"dinner": dinner.key, "posted": False}
    )


def _check_room(request: Request, dinner: Dinner) -> None:
    """Raises Refusal where the card cannot be posted."""
    if request.where.direct:
        raise Refusal(f"Type it in the room where the card should be: dinner post {dinner.key}")
    if request.place and request.place.external:
        raise Refusal("This room is shared with another organisation. Post the card in a room of your own.")


async def post_now(ctx: AppContext, request: Request) -> Reply:
    """`dinner post now`: post the card in this room and keep its tally up to date."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        await known_dinners.check_may_run(session, request, dinner)
        _check_room(request, dinner)
        place = await place_of(session, request)
        await check_may_change_room(session, request, place, needed=Permission.VIEWER)
        if not dinner.was_opened:  # whoever reads the card knows of it, and may answer
            await dinners.save(session, replace(dinner, was_opened=True))
        await queue.post_in_room(session, dinner, place.id, request.now)
    return Reply(cards.planning.posted(dinner, is_posted=True), facts={"dinner": dinner.key, "posted": True})


async def unpost(ctx: AppContext, request: Request) -> Reply:
    """`dinner unpost`: remove the card from this room."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        await known_dinners.check_may_run(session, request, dinner)
        if request.place:
            await check_may_change_room(session, request, request.place, needed=Permission.VIEWER)
        place = request.place.id if request.place else 0
        if not await queue.take_out_of_room(session, dinner, place, request.now):
            raise Refusal(f"The card of the dinner of {dinner.key} is not posted in this room.")
    return Reply(cards.planning.posted(dinner, is_posted=False), facts={"dinner": dinner.key, "posted": False})


async def diets(ctx: AppContext, request: Request) -> Reply:
    """`dinner diets`: send diet and access to the host in private."""
    key = lookup.only_quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        if request.person.id != dinner.host:
            raise NotAllowed(f"Only the host of {dinner.key} may know what guests told of diet and access.")
        if dinner.is_over:
            raise Refusal(
                f"The dinner of {dinner.key} is over, so diet and access are no longer shown.", f"dinner {dinner.key}"
            )
        count = len(await needs_for_host(session, await seating_input(session, dinner)))
        await workflow.notify_host_of_needs(ctx, session, dinner, request.now)
    return Reply(cards.tables.needs_sent(dinner, count), facts={"dinner": dinner.key, "guests": count})


async def absent(ctx: AppContext, request: Request) -> Reply:
    """`dinner absent @a`: record who did not come, so that they count as having met nobody."""
    key, words = lookup.quarter_in(request)
    async with write(ctx, request, dinner=key) as session:
        dinner = await known_dinners.begun_dinner(session, request, key)
        await known_dinners.check_may_run(session, request, dinner)
        names = await directory(session)
        seated = [chair.person for chair in await dinner_seats.seat_assignments(session, dinner.id)]
        if not words:
            raise BadInput("Say who did not come.", *_absent_example(dinner, names, seated))
        missing = [person.id for person in await people_named(session, request, names, *words)]
        if others := [names.name_of(person_id) for person_id in missing if person_id not in seated]:
            raise Refusal(
                f"No seat was set for {join_names(others)} at the dinner of {dinner.key}.", f"dinner seats {dinner.key}"
            )
        await dinner_seats.vacate_seats(session, dinner.id, missing)
    reply_facts = {"dinner": dinner.key, "absent": [names.email_of(person_id) for person_id in missing]}
    return Reply(cards.tables.absent(dinner, missing, names), facts=reply_facts)


def _absent_example(dinner: Dinner, names: Directory, seated: Sequence[str]) -> tuple[str, ...]:
    emails = [names.email_of(person_id) for person_id in seated]
    return tuple(f"dinner absent {dinner.key} {email}" for email in emails[:1] if email)
