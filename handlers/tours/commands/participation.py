"""`tours approve`, `decline`, `checkin`, `extend`, `stop`, `debrief`: answers of travellers and their managers."""

from __future__ import annotations

from datetime import timedelta

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound, Refusal
from handlers.shared.arguments import given_once
from handlers.shared.audited_transaction import write
from handlers.shared.card_parts import form_opened
from handlers.shared.rules.dates import parse_span
from handlers.tours import cards
from handlers.tours.commands.lookup import requested_tour_number
from handlers.tours.notices import KICKOFF, send_calendar_entries
from handlers.tours.workflow import drop_out, end_early, rematch, start_if_approved
from integrations.ports.inbound import Reply
from storage import tour_progress, tours
from storage.directory import directory
from storage.store import Session
from storage.values.tours import Debrief, Tour, TourState

LONGEST = 4000  # characters of a debrief
LONGEST_EXTENSION = timedelta(weeks=12)


async def approve(ctx: AppContext, request: Request) -> Reply:
    """`tours approve [12]`: say yes, as a traveller, as a manager, or both."""
    async with write(ctx, request) as session:
        tour = await _waiting_for(session, request)
        await tour_progress.record_answer(session, tour.id, request.person.id, "yes")
        tour = await start_if_approved(ctx, session, tour, request.now)
        names = await directory(session)
        left = [approval for approval in await tour_progress.approvals(session, tour.id) if approval.answer != "yes"]
    card = cards.lifecycle.approved(tour, [approval.person for approval in left], names)
    return Reply(card, facts={"tour": tour.id, "state": str(tour.state), "waiting_for": len(left)})


async def decline(ctx: AppContext, request: Request) -> Reply:
    """`tours decline [12]`: say no; the other travellers get another partner if possible."""
    async with write(ctx, request) as session:
        tour = await _waiting_for(session, request, even_after_yes=True)
        asked_about = [
            a.about for a in await tour_progress.approvals(session, tour.id) if a.person == request.person.id
        ]
        await tour_progress.record_answer(session, tour.id, request.person.id, "no")
        # A traveller who declines needs no notice; one whose manager declines does.
        knowing = {request.person.id}
        made = await drop_out(ctx, session, tour, asked_about, "declined this round", request.now, knowing=knowing)
        names = await directory(session)
    return Reply(
        cards.lifecycle.declined(tour, made, names),
        facts={"tour": tour.id, "new": [list(tour.people) for tour in made]},
    )


async def _waiting_for(session: Session, request: Request, *, even_after_yes: bool = False) -> Tour:
    """The tour that waits for the person's answer: the numbered one, or the only one. Locks its round."""
    named = requested_tour_number(request)
    number = await _only_waiting(session, request, even_after_yes=even_after_yes) if named is None else named
    mine = [
        approval for approval in await tour_progress.approvals(session, number) if approval.person == request.person.id
    ]
    if not mine:
        raise NotFound(f"Tour {number} does not wait for your word.", "tours")
    tour = await tours.lock_round(session, number)
    if tour.state is not TourState.PROPOSED:
        is_on = tour.state in (TourState.APPROVED, TourState.RUNNING) and request.person.id in tour.people
        raise Refusal(f"Tour {number} is {tour.state} already.", f"tours stop {number}" if is_on else "tours")
    return tour


async def _only_waiting(session: Session, request: Request, *, even_after_yes: bool) -> int:
    """The only tour that waits for the person's answer. Raises NotFound, or BadInput if there are several."""
    open_ones = {approval.tour for approval in await tour_progress.pending_approvals(session, request.person.id)}
    waiting = [tour for tour in await tours.tours_in(session, (TourState.PROPOSED,)) if tour.id in open_ones]
    if even_after_yes and not waiting:
        own = await tours.tours_in(session, (TourState.PROPOSED,))
        waiting = [tour for tour in own if request.person.id in tour.people]
    if not waiting:
        raise NotFound("No tour needs your answer.", "tours")
    if len(waiting) > 1:
        numbers = ", ".join(str(tour.id) for tour in waiting)
        raise BadInput(f"Several wait for your word: {numbers}. Say which.", f"{request.args.command} {waiting[0].id}")
    return waiting[0].id


async def checkin(ctx: AppContext, request: Request) -> Reply:
    """`tours checkin [12] yes|no ["what got in the way"]`: say whether you met."""
    words = list(request.args.positional)
    if requested_tour_number(request) is not None:
        words.pop(0)
    answer = words[0].casefold() if words else ""
    if answer not in {"yes", "no"}:
        raise BadInput(
            "Did you meet? Say yes or no, and what got in the way.", "tours checkin yes", 'tours checkin no "holidays"'
        )
    async with write(ctx, request) as session:
        tour = await _own(session, request, (TourState.RUNNING, TourState.ENDED, TourState.APPROVED))
        mine = [
            checkin for checkin in await tour_progress.checkins(session, tour.id) if checkin.person == request.person.id
        ]
        step = mine[-1].step if mine else "early"
        if not mine:
            await tour_progress.add_checkin(session, tour.id, request.person.id, step, request.now)
        obstacle = " ".join(words[1:])[:500]
        await tour_progress.record_checkin(
            session, tour.id, request.person.id, step, met=answer == "yes", obstacle=obstacle
        )
        names = await directory(session)
    card = cards.lifecycle.checked_in(tour, names, met=answer == "yes")
    return Reply(card, facts={"tour": tour.id, "step": step, "met": answer == "yes"})


async def _own(session: Session, request: Request, states: tuple[TourState, ...]) -> Tour:
    """The person's own tour in one of *states*: the numbered one, or the newest."""
    number = requested_tour_number(request)
    own_tours = [tour for tour in await tours.tours_in(session, states) if request.person.id in tour.people]
    if number is not None:
        own_tours = [tour for tour in own_tours if tour.id == number]
    if not own_tours:
        raise NotFound("You are not on that tour.", "tours")
    return own_tours[-1]


async def extend(ctx: AppContext, request: Request) -> Reply:
    """`tours extend [12] 2w`: make it longer, and update the calendar entries."""
    span_said = [word for word in request.args.positional if not word.removeprefix("#").isdecimal()]
    if not span_said:
        raise BadInput("Say for how long.", "tours extend 2w")
    span = parse_span(span_said[0])
    if not timedelta(days=1) <= span <= LONGEST_EXTENSION:
        raise BadInput(f"A tour is extended by a day to {LONGEST_EXTENSION.days // 7} weeks.", "tours extend 2w")
    async with write(ctx, request) as session:
        tour = await _own(session, request, (TourState.APPROVED, TourState.RUNNING))
        await tours.reschedule_tour(session, tour.id, tour.starts, tour.ends + timedelta(days=span.days))
        fresh = await tours.tour_with(session, tour.id) or tour
        await send_calendar_entries(ctx, session, fresh, KICKOFF, request.now)
    return Reply(cards.lifecycle.extended(fresh), facts={"tour": tour.id, "ends": fresh.ends.isoformat()})


async def stop(ctx: AppContext, request: Request) -> Reply:
    """`tours stop [12]`: end it early, and cancel the calendar entries. Before its first day it counts as a no."""
    async with write(ctx, request) as session:
        tour = await _own(session, request, (TourState.APPROVED, TourState.RUNNING))
        tour = await tours.lock_round(session, tour.id)
        later = await end_early(ctx, session, tour, request.now)
        if later.state is TourState.DECLINED:
            await rematch(ctx, session, tour, [request.person.id], "declined this round", request.now)
        names = await directory(session)
    return Reply(cards.lifecycle.stopped(later, names), facts={"tour": tour.id, "state": str(later.state)})


async def debrief(ctx: AppContext, request: Request) -> Reply:
    """`tours debrief [12] "…" [--share]`: what you learned; others find it if shared. Without text, a form."""
    words = list(request.args.positional)
    if requested_tour_number(request) is not None:
        words.pop(0)
    text = given_once(request, ["text"], " ".join(words))
    async with ctx.store.reading() as session:
        tour = await _own(session, request, (TourState.RUNNING, TourState.ENDED, TourState.STOPPED))
    if not text:
        form = cards.lifecycle.debrief_form(tour)
        return Reply(form_opened(form), form=form, facts={"tour": tour.id})
    if len(text) > LONGEST:
        raise BadInput(f"A debrief has at most {LONGEST:,} characters.", "tours debrief")
    shared = request.args.has("share") or request.args.named.get("share") == "yes"
    kept = text if shared else ctx.cipher.encrypt(text)
    async with write(ctx, request, tour=tour.id, shared=shared) as session:
        await tour_progress.save_debrief(
            session, Debrief(tour=tour.id, person=request.person.id, text=kept, shared=shared, at=request.now)
        )
    return Reply(cards.lifecycle.debriefed(tour, shared=shared), facts={"tour": tour.id, "shared": shared})
