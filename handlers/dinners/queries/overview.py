"""The state of a dinner as cards show it: answers, tallies, the people invited and required."""

from __future__ import annotations

from datetime import datetime

from handlers.dinners.rules import date_poll, timeline, waiting_list
from handlers.dinners.rules.views import DinnerView, rsvp_counts
from storage import dinner_seats, dinners
from storage.store import Session
from storage.values.company import Directory, Person
from storage.values.dinners import Dinner


async def dinner_view(session: Session, dinner: Dinner, names: Directory, now: datetime | None = None) -> DinnerView:
    """Everything that a card about *dinner* shows *now*; None: at any time before it begins."""
    rsvps = await dinners.rsvps(session, dinner.id)
    votes = await dinners.votes(session, dinner.id)
    waiting = waiting_list.waiting_order(rsvps, await seated_first(session, dinner))
    return DinnerView(
        dinner=dinner,
        names=names,
        counts=rsvp_counts(rsvps),
        tallies=await date_tallies(session, dinner, names, votes),
        voters=len(votes),
        waiting={person: number for number, person in enumerate(waiting, start=1)},
        takes_answers=timeline.takes_answers(dinner, now) if now else not dinner.is_over,
    )


async def date_tallies(
    session: Session, dinner: Dinner, names: Directory, votes: date_poll.Votes
) -> tuple[date_poll.Tally, ...]:
    """The votes for each day on offer."""
    past = await dinner_seats.past_seat_assignments(session, dinner.id)
    last = {chair.person for chair in past[max(past)]} if past else set[str]()
    missed = {person.id for person in invited(names)} - last if last else set[str]()
    return date_poll.tallies(
        await dinners.dates(session, dinner.id),
        votes,
        required=await required_people(session, dinner),
        team={person.id: person.team for person in names.people},
        missed_last=missed,
    )


def invited(names: Directory) -> list[Person]:
    """The people who are invited: everybody with a team."""
    return [person for person in names.people if person.team]


async def seated_first(session: Session, dinner: Dinner) -> frozenset[str]:
    """People seated before the waiting list: the host, table hosts, required people."""
    roles = await dinners.roles(session, dinner.id)
    return roles["host"] | roles["must"] | ({dinner.host} - {""})


async def required_people(session: Session, dinner: Dinner) -> frozenset[str]:
    """People without whom a day is impossible: the host and the required people."""
    return (await dinners.roles(session, dinner.id))["must"] | ({dinner.host} - {""})
