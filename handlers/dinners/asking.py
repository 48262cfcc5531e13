"""`dinner vote` and `dinner rsvp`: which day, and whether somebody comes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from handlers.acting import acting
from handlers.days import parse_day
from handlers.dinners import cards, facts, finding, seating, telling
from handlers.dinners.asking_cards import Standing
from handlers.dinners.feature import RSVP, VOTE
from handlers.dinners.rules import days as day_rules
from handlers.dinners.rules import places
from handlers.dinners.words import counts
from handlers.errors import BadInput, Refusal
from handlers.feature import Asked
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import dinners, seats
from storage.directory import directory
from storage.store import Session
from storage.values import Answer, Dinner, DinnerState, Directory, Rsvp

LONGEST_NEEDS = 600  # characters


async def standing(session: Session, dinner: Dinner, names: Directory) -> Standing:
    """What every card about *dinner* is made from."""
    rsvps = await dinners.answers(session, dinner.id)
    votes = await dinners.votes(session, dinner.id)
    waiting = places.waiting(rsvps, await telling.first(session, dinner))
    return Standing(
        dinner=dinner,
        names=names,
        counts=counts(rsvps),
        tallies=await tallies(session, dinner, names, votes),
        voters=len(votes),
        waiting={person: number for number, person in enumerate(waiting, start=1)},
    )


async def tallies(
    session: Session, dinner: Dinner, names: Directory, votes: day_rules.Votes
) -> tuple[day_rules.Tally, ...]:
    """The days on offer with what was said of them."""
    past = await seats.past_chairs(session, dinner.id)
    last = {each.person for each in past[max(past)]} if past else set[str]()
    missed = {each.id for each in telling.invited(names)} - last if last else set[str]()
    return day_rules.tallies(
        await dinners.dates(session, dinner.id),
        votes,
        required=await telling.required(session, dinner),
        team={each.id: each.team for each in names.people},
        missed_last=missed,
    )


# ── the poll ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def vote(box: Toolbox, asked: Asked) -> Reply:
    """`dinner vote`: the form; with days, what the asker can make. What is left out is a no."""
    key, said = finding.quarter_in(asked)
    filled = {name: asked.words.named[name] for name in ("can", "maybe") if name in asked.words.named}
    if not said and not filled:
        return await _vote_form(box, asked, key)
    async with acting(box, asked, dinner=key) as session:
        dinner = await finding.meant(session, key)
        days = await _open_days(session, dinner)
        mine = _from_form(days, filled) if filled else _from_words(days, said, asked.today)
        await dinners.vote(session, dinner.id, asked.person.id, mine)
        names = await directory(session)
        await telling.refresh(session, dinner, asked.now)
        found = await standing(session, dinner, names)
    told = {"dinner": dinner.key, "votes": {day.isoformat(): str(each) for day, each in mine.items()}}
    return Reply(cards.voted(found, mine), facts=told | {"dates": [facts.of_tally(each) for each in found.tallies]})


async def _vote_form(box: Toolbox, asked: Asked, key: str) -> Reply:
    async with box.store.reading() as session:
        dinner = await finding.meant(session, key)
        days = await _open_days(session, dinner)
        mine = (await dinners.votes(session, dinner.id)).get(asked.person.id, {})
        found = await standing(session, dinner, await directory(session))
    card = cards.standing(found, voted=mine)
    return Reply(card, form=cards.vote_form(dinner, days, mine), facts={"dinner": dinner.key})


async def _open_days(session: Session, dinner: Dinner) -> tuple[date, ...]:
    """The days that can still be voted on. Raises Refusal."""
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


def _from_form(days: Sequence[date], filled: Mapping[str, str]) -> dict[date, Answer]:
    can, perhaps = (set(filled.get(name, "").split("\n")) for name in ("can", "maybe"))
    return {
        day: Answer.YES if day.isoformat() in can else Answer.MAYBE if day.isoformat() in perhaps else Answer.NO
        for day in days
    }


def _from_words(days: Sequence[date], said: Sequence[str], today: date) -> dict[date, Answer]:
    """`2 3 maybe 1`: numbers of the list or days; "yes", "maybe" and "no" say what those that follow are."""
    found = dict.fromkeys(days, Answer.NO)
    meaning = Answer.YES
    for word in said:
        plain = word.strip(" ,").casefold()
        match plain:
            case "yes" | "maybe" | "no":
                meaning = Answer(plain)
            case "all":
                found = dict.fromkeys(days, meaning)
            case "none":
                found = dict.fromkeys(days, Answer.NO)
            case _:
                found[_day(days, plain, today)] = meaning
    return found


def _day(days: Sequence[date], said: str, today: date) -> date:
    if said.isdecimal() and 1 <= int(said) <= len(days):
        return days[int(said) - 1]
    day = parse_day(said, today=today)
    if day not in days:
        offered = ", ".join(each.isoformat() for each in days)
        raise BadInput(f"{day.isoformat()} is not on offer. On offer: {offered}.", VOTE)
    return day


# ── who comes ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def rsvp(box: Toolbox, asked: Asked) -> Reply:
    """`dinner rsvp yes`: a seat while there is one, else a place on the waiting list; a "no" gives a seat on."""
    key, said = finding.quarter_in(asked)
    answer = _answer(said)
    async with acting(box, asked, answer=str(answer)) as session:
        dinner = await dinners.locked(session, (await finding.meant(session, key)).id)
        _check_open(dinner)
        known = await dinners.answers(session, dinner.id)
        before = known.get(asked.person.id) or Rsvp(person=asked.person.id)
        mine = places.answered(before, answer, places.in_line(known.values(), asked.now))
        await dinners.answer(session, dinner.id, [mine])
        told = await _tell_needs(box, session, asked, dinner, answer)
        await seating.follow(box, session, dinner, asked.now)
        await telling.refresh(session, dinner, asked.now)
        names = await directory(session)
        mine = (await dinners.answers(session, dinner.id))[asked.person.id]
        found = await standing(session, dinner, names)
    asks_needs = mine.answer is Answer.YES and not mine.has_needs
    card = cards.answered(found, mine, asks_needs=asks_needs, host_reads=told)
    more = {"dinner": dinner.key, "counts": facts.of_counts(found.counts)}
    return Reply(card, facts=more | facts.of_rsvp(mine, found.waiting or {}))


def _answer(said: Sequence[str]) -> Answer:
    if len(said) != 1 or said[0].casefold() not in set(Answer):
        raise BadInput("Say yes, no or maybe.", RSVP)
    return Answer(said[0].casefold())


def _check_open(dinner: Dinner) -> None:
    if dinner.is_over:
        raise Refusal(f"The dinner of {dinner.key} is over or called off; nothing can be answered any more.", "dinner")


async def _tell_needs(box: Toolbox, session: Session, asked: Asked, dinner: Dinner, answer: Answer) -> bool:
    """Keep what came with the answer, sealed; whoever does not come needs nothing. True when something was kept."""
    if answer is Answer.NO:
        await dinners.tell_needs(session, dinner.id, asked.person.id, "")
        return False
    said = {name: asked.words.flags[name] for name in ("diet", "access") if name in asked.words.flags}
    if not said:
        return False
    await dinners.tell_needs(session, dinner.id, asked.person.id, sealed(box, said))
    return any(each.strip() for each in said.values())


def sealed(box: Toolbox, said: Mapping[str, str]) -> str:
    """Diet and access, unreadable without the key; "" when there is nothing to keep."""
    kept = {name: each.strip()[:LONGEST_NEEDS] for name, each in said.items() if each.strip()}
    return box.seal.close(json.dumps(kept, ensure_ascii=False)) if kept else ""


def opened(box: Toolbox, closed: str) -> tuple[str, str]:
    """(diet, access) of what `sealed` made. Raises Refusal when the key is gone."""
    kept = json.loads(box.seal.open(closed)) if closed else {}
    return str(kept.get("diet", "")), str(kept.get("access", ""))


async def needs(box: Toolbox, asked: Asked) -> Reply:
    """`dinner needs --diet "…"`: for the host alone. Without words the form; sent empty, nothing is kept."""
    key, said = finding.quarter_in(asked)
    if said:
        raise BadInput("Put it in quotes, so that I do not take it for something else.", cards.NEEDS.words)
    given = {**asked.words.named, **asked.words.flags}
    if not given.keys() & {"diet", "access"}:
        return await _needs_form(box, asked, key)
    async with acting(box, asked, dinner=key) as session:
        dinner = await dinners.locked(session, (await finding.meant(session, key)).id)
        _check_open(dinner)
        mine = (await dinners.answers(session, dinner.id)).get(asked.person.id)
        if mine is None:
            await dinners.answer(session, dinner.id, [Rsvp(person=asked.person.id)])
        closed = sealed(box, {name: given.get(name, "") for name in ("diet", "access")})
        await dinners.tell_needs(session, dinner.id, asked.person.id, closed)
    return Reply(cards.needs_noted(dinner, told=bool(closed)), facts={"dinner": dinner.key, "needs": bool(closed)})


async def _needs_form(box: Toolbox, asked: Asked, key: str) -> Reply:
    async with box.store.reading() as session:
        dinner = await finding.meant(session, key)
        mine = (await dinners.answers(session, dinner.id)).get(asked.person.id)
    card = cards.needs_form_offered(dinner, has=bool(mine and mine.has_needs))
    return Reply(card, form=replace(cards.NEEDS, value=dinner.key), facts={"dinner": dinner.key})
