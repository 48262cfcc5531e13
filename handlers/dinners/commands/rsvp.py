"""`dinner vote`, `dinner rsvp`, `dinner needs`: the poll, the answer, dietary needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from handlers.context import AppContext, Request
from handlers.dinners import cards, workflow
from handlers.dinners.commands import lookup
from handlers.dinners.notices.queue import refresh_rooms
from handlers.dinners.queries import known_dinners
from handlers.dinners.queries.dietary_needs import encrypt_needs
from handlers.dinners.queries.overview import dinner_view
from handlers.dinners.rules import examples, waiting_list
from handlers.errors import BadInput, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.rules.dates import parse_day
from integrations.ports.inbound import Reply
from storage import dinners
from storage.directory import directory
from storage.store import Session
from storage.values.dinners import Dinner, DinnerState, Rsvp, RsvpAnswer


async def vote(ctx: AppContext, request: Request) -> Reply:
    """`dinner vote`: record the days a person can make; others count as no. Without days, the form."""
    key, words = lookup.quarter_in(request)
    filled = {name: request.args.named[name] for name in ("can", "maybe") if name in request.args.named}
    if not words and not filled:
        return await _vote_form(ctx, request, key)
    async with write(ctx, request, dinner=key) as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        days = await _open_days(session, dinner, request.now)
        mine = _from_form(days, filled) if filled else _from_words(dinner.key, days, words, request.today)
        await dinners.vote(session, dinner.id, request.person.id, mine)
        names = await directory(session)
        await refresh_rooms(session, dinner, request.now)
        view = await dinner_view(session, dinner, names)
    reply_facts = {"dinner": dinner.key, "votes": {day.isoformat(): str(answer) for day, answer in mine.items()}}
    return Reply(
        cards.rsvp.voted(view, mine),
        facts=reply_facts | {"dates": [cards.facts.of_tally(tally) for tally in view.tallies]},
    )


async def _vote_form(ctx: AppContext, request: Request, key: str) -> Reply:
    async with ctx.store.reading() as session:
        dinner = await known_dinners.requested_dinner(session, request, key)
        days = await _open_days(session, dinner, request.now)
        mine = (await dinners.votes(session, dinner.id)).get(request.person.id, {})
        view = await dinner_view(session, dinner, await directory(session))
    card = cards.rsvp.dinner_card(view, voted=mine)
    return Reply(card, form=cards.rsvp.vote_form(dinner, days, mine), facts={"dinner": dinner.key})


async def _open_days(session: Session, dinner: Dinner, now: datetime) -> tuple[date, ...]:
    """The days open for voting. Raises Refusal."""
    days = await dinners.dates(session, dinner.id)
    _check_open(dinner, now)
    if dinner.day:
        raise Refusal(
            f"The day is fixed: {dinner.day.isoformat()}. Say whether you come.", f"dinner rsvp yes {dinner.key}"
        )
    if not days:
        raise Refusal("No day is on offer yet. The people who run the dinner offer some.", f"dinner {dinner.key}")
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


def _from_words(key: str, days: Sequence[date], words: Sequence[str], today: date) -> dict[date, RsvpAnswer]:
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
                votes[_day(key, days, plain, today)] = meaning
    return votes


def _day(key: str, days: Sequence[date], text: str, today: date) -> date:
    if text.isdecimal() and 1 <= int(text) <= len(days):
        return days[int(text) - 1]
    day = parse_day(text, today=today)
    if day not in days:
        offered = ", ".join(day.isoformat() for day in days)
        raise BadInput(f"{day.isoformat()} is not on offer. On offer: {offered}.", examples.vote_example(key, days))
    return day


async def rsvp(ctx: AppContext, request: Request) -> Reply:
    """`dinner rsvp yes`: take a seat if one is free, else join the waiting list; "no" frees a seat."""
    key, words = lookup.quarter_in(request)
    answer = _answer(words, key)
    if answer is RsvpAnswer.NO and request.args.flags:
        raise BadInput("With “no”, nothing about diet or access is kept. Leave it out.", "dinner rsvp no")
    async with write(ctx, request, answer=str(answer)) as session:
        dinner = await known_dinners.locked_dinner(session, request, key)
        _check_open(dinner, request.now)
        rsvps = await dinners.rsvps(session, dinner.id)
        before = rsvps.get(request.person.id) or Rsvp(person=request.person.id)
        mine = waiting_list.with_answer(before, answer, waiting_list.next_queue_time(rsvps.values(), request.now))
        await dinners.save_rsvps(session, dinner.id, [mine])
        has_needs = await _keep_needs(ctx, session, request, dinner, answer)
        await workflow.update_seats(ctx, session, dinner, request.now)
        await refresh_rooms(session, dinner, request.now)
        names = await directory(session)
        mine = (await dinners.rsvps(session, dinner.id))[request.person.id]
        view = await dinner_view(session, dinner, names)
    asks_needs = mine.answer is RsvpAnswer.YES and not mine.has_needs
    card = cards.rsvp.answered(view, mine, asks_needs=asks_needs, host_reads=has_needs)
    more = {"dinner": dinner.key, "counts": cards.facts.of_counts(view.counts)}
    return Reply(card, facts=more | cards.facts.of_rsvp(mine, view.waiting or {}))


def _answer(words: Sequence[str], key: str) -> RsvpAnswer:
    if len(words) != 1 or words[0].casefold() not in set(RsvpAnswer):
        raise BadInput("Say yes, maybe or no.", *examples.rsvp_examples(key))
    return RsvpAnswer(words[0].casefold())


def _check_open(dinner: Dinner, now: datetime) -> None:
    """Raises Refusal if the dinner was called off, or its evening is over."""
    if dinner.state is DinnerState.CANCELLED:
        raise Refusal(f"The dinner of {dinner.key} was called off; there is nothing to answer.", f"dinner {dinner.key}")
    if dinner.is_over or (dinner.ends_at and dinner.ends_at <= now):
        raise Refusal(f"The dinner of {dinner.key} is over; there is nothing to answer.", f"dinner {dinner.key}")


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
        dinner = await known_dinners.locked_dinner(session, request, key)
        _check_open(dinner, request.now)
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
        dinner = await known_dinners.requested_dinner(session, request, key)
        mine = (await dinners.rsvps(session, dinner.id)).get(request.person.id)
    card = cards.rsvp.needs_form_offered(dinner, has=bool(mine and mine.has_needs))
    return Reply(card, form=replace(cards.rsvp.DIETARY_NEEDS_FORM, value=dinner.key), facts={"dinner": dinner.key})
