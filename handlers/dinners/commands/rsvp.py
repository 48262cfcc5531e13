"""`dinner vote`, `dinner rsvp`, `dinner needs`: the poll, the answer, dietary needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from handlers.context import AppContext, Request
from handlers.dinners import RSVP_USAGE, VOTE_USAGE, cards, notices, workflow
from handlers.dinners.commands import lookup
from handlers.dinners.queries.dietary_needs import encrypt_needs
from handlers.dinners.queries.overview import dinner_view
from handlers.dinners.rules import waiting_list
from handlers.errors import BadInput, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.rules.dates import parse_day
from integrations.ports.inbound import Reply
from storage import dinners
from storage.directory import directory
from storage.store import Session
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer

# ── the poll ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def vote(ctx: AppContext, request: Request) -> Reply:
    """`dinner vote`: record the days a person can make; others count as no. Without days, the form."""
    key, words = lookup.quarter_in(request)
    filled = {name: request.args.named[name] for name in ("can", "maybe") if name in request.args.named}
    if not words and not filled:
        return await _vote_form(ctx, request, key)
    async with write(ctx, request, dinner=key) as session:
        dinner = await lookup.requested_dinner(session, key)
        days = await _open_days(session, dinner)
        mine = _from_form(days, filled) if filled else _from_words(days, words, request.today)
        await dinners.vote(session, dinner.id, request.person.id, mine)
        names = await directory(session)
        await notices.refresh_rooms(session, dinner, request.now)
        view = await dinner_view(session, dinner, names)
    reply_facts = {"dinner": dinner.key, "votes": {day.isoformat(): str(answer) for day, answer in mine.items()}}
    return Reply(
        cards.rsvp.voted(view, mine),
        facts=reply_facts | {"dates": [cards.facts.of_tally(tally) for tally in view.tallies]},
    )


async def _vote_form(ctx: AppContext, request: Request, key: str) -> Reply:
    async with ctx.store.reading() as session:
        dinner = await lookup.requested_dinner(session, key)
        days = await _open_days(session, dinner)
        mine = (await dinners.votes(session, dinner.id)).get(request.person.id, {})
        view = await dinner_view(session, dinner, await directory(session))
    card = cards.rsvp.dinner_card(view, voted=mine)
    return Reply(card, form=cards.rsvp.vote_form(dinner, days, mine), facts={"dinner": dinner.key})


async def _open_days(session: Session, dinner: Dinner) -> tuple[date, ...]:
    """The days open for voting. Raises Refusal."""
    days = await dinners.dates(session, dinner.id)
    if dinner.state in (DinnerState.CANCELLED, DinnerState.REVIEWED, DinnerState.THANKED):
        raise Refusal(f"The dinner of {dinner.key} is over.", "dinner")
    if dinner.day:
        raise Refusal(
            f"The day is fixed: {dinner.day.isoformat()}. Say whether you come.", f"dinner rsvp yes {dinner.key}"
        )
    if not days:
        raise Refusal("No day is on offer yet.", f"dinner plan {dinner.key} --dates 2027-02-09")
    return days


def _from_form(days: Sequence[date], filled: Mapping[str, str]) -> dict[date, RsvpAnswer]:
    can, perhaps = (set(filled.get(name, "").split("\n")) for name in ("can", "maybe"))
    return {
        day: RsvpAnswer.YES
        if day.isoformat() in can
        else RsvpAnswer.MAYBE
        if day.isoformat() in perhaps
        else RsvpAnswer.NO
        for day in days
    }


def _from_words(days: Sequence[date], words: Sequence[str], today: date) -> dict[date, RsvpAnswer]:
    """Parse `2 3 maybe 1`: list numbers or days; "yes", "maybe" and "no" apply to those that follow."""
    votes = dict.fromkeys(days, RsvpAnswer.NO)
    meaning = RsvpAnswer.YES
    for word in words:
        plain = word.strip(" ,").casefold()
        match plain:
            case "yes" | "maybe" | "no":
                meaning = RsvpAnswer(plain)
            case "all":
                votes = dict.fromkeys(days, meaning)
            case "none":
                votes = dict.fromkeys(days, RsvpAnswer.NO)
            case _:
                votes[_day(days, plain, today)] = meaning
    return votes


def _day(days: Sequence[date], text: str, today: date) -> date:
    if text.isdecimal() and 1 <= int(text) <= len(days):
        return days[int(text) - 1]
    day = parse_day(text, today=today)
    if day not in days:
        offered = ", ".join(day.isoformat() for day in days)
        raise BadInput(f"{day.isoformat()} is not on offer. On offer: {offered}.", VOTE_USAGE)
    return day


# ── the answer ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def rsvp(ctx: AppContext, request: Request) -> Reply:
    """`dinner rsvp yes`: take a seat if one is free, else join the waiting list; "no" frees a seat."""
    key, words = lookup.quarter_in(request)
    answer = _answer(words)
    if answer is RsvpAnswer.NO and request.args.flags:
        raise BadInput("With “no”, nothing about diet or access is kept. Leave it out.", "dinner rsvp no")
    async with write(ctx, request, answer=str(answer)) as session:
        dinner = await dinners.lock_dinner(session, (await lookup.requested_dinner(session, key)).id)
        _check_open(dinner)
        rsvps = await dinners.rsvps(session, dinner.id)
        before = rsvps.get(request.person.id) or Rsvp(person=request.person.id)
        mine = waiting_list.with_answer(before, answer, waiting_list.next_queue_time(rsvps.values(), request.now))
        await dinners.save_rsvps(session, dinner.id, [mine])
        has_needs = await _keep_needs(ctx, session, request, dinner, answer)
        await workflow.update_seats(ctx, session, dinner, request.now)
        await notices.refresh_rooms(session, dinner, request.now)
        names = await directory(session)
        mine = (await dinners.rsvps(session, dinner.id))[request.person.id]
        view = await dinner_view(session, dinner, names)
    asks_needs = mine.answer is RsvpAnswer.YES and not mine.has_needs
    card = cards.rsvp.answered(view, mine, asks_needs=asks_needs, host_reads=has_needs)
    more = {"dinner": dinner.key, "counts": cards.facts.of_counts(view.counts)}
    return Reply(card, facts=more | cards.facts.of_rsvp(mine, view.waiting or {}))


def _answer(words: Sequence[str]) -> RsvpAnswer:
    if len(words) != 1 or words[0].casefold() not in set(RsvpAnswer):
        raise BadInput("Say yes, no or maybe.", RSVP_USAGE)
    return RsvpAnswer(words[0].casefold())


def _check_open(dinner: Dinner) -> None:
    if dinner.is_over:
        raise Refusal(f"The dinner of {dinner.key} is over or called off; nothing can be answered any more.", "dinner")


async def _keep_needs(ctx: AppContext, session: Session, request: Request, dinner: Dinner, answer: RsvpAnswer) -> bool:
    """Save the needs given with the answer, encrypted; a "no" deletes them. Returns whether any were saved."""
    if answer is RsvpAnswer.NO:
        await dinners.save_needs(session, dinner.id, request.person.id, "")
        return False
    needs = {name: request.args.flags[name] for name in ("diet", "access") if name in request.args.flags}
    if not needs:
        return False
    await dinners.save_needs(session, dinner.id, request.person.id, encrypt_needs(ctx, needs))
    return any(text.strip() for text in needs.values())


async def dietary_needs(ctx: AppContext, request: Request) -> Reply:
    """`dinner needs --diet "…"`: tell the host only. Without arguments, the form; an empty form deletes them."""
    key, words = lookup.quarter_in(request)
    if words:
        raise BadInput(
            "Put it in quotes, so that I do not take it for something else.", cards.rsvp.DIETARY_NEEDS_FORM.words
        )
    given = {**request.args.named, **request.args.flags}
    if not given.keys() & {"diet", "access"}:
        return await _needs_form(ctx, request, key)
    async with write(ctx, request, dinner=key) as session:
        dinner = await dinners.lock_dinner(session, (await lookup.requested_dinner(session, key)).id)
        _check_open(dinner)
        mine = (await dinners.rsvps(session, dinner.id)).get(request.person.id)
        if mine is None:
            await dinners.save_rsvps(session, dinner.id, [Rsvp(person=request.person.id)])
        encrypted = encrypt_needs(ctx, {name: given.get(name, "") for name in ("diet", "access")})
        await dinners.save_needs(session, dinner.id, request.person.id, encrypted)
    return Reply(
        cards.rsvp.needs_noted(dinner, has_needs=bool(encrypted)),
        facts={"dinner": dinner.key, "needs": bool(encrypted)},
    )


async def _needs_form(ctx: AppContext, request: Request, key: str) -> Reply:
    async with ctx.store.reading() as session:
        dinner = await lookup.requested_dinner(session, key)
        mine = (await dinners.rsvps(session, dinner.id)).get(request.person.id)
    card = cards.rsvp.needs_form_offered(dinner, has=bool(mine and mine.has_needs))
    return Reply(card, form=replace(cards.rsvp.DIETARY_NEEDS_FORM, value=dinner.key), facts={"dinner": dinner.key})
