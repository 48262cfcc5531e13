"""Answer who somebody is: their role, team and side, what they own, and how to reach them."""

from __future__ import annotations

from handlers.context import Request
from handlers.questions.rules import beyond_roadmap_cards
from handlers.questions.rules.outcome import Answer, Outcome
from handlers.questions.rules.people_named import nameable
from handlers.questions.rules.who_is import who_is
from storage import item_queries
from storage.store import Session
from storage.values.company import Directory, Person
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Revision

SHOWN_PEOPLE, SHOWN_ITEMS = 5, 5


async def answer_who_is(
    session: Session, request: Request, words: str, names: Directory, newest: Revision
) -> Answer | None:
    """The card of the people that *words* ask about; None if they ask something else.

    In a room it names nobody who does not want to be named there, as if they did not exist.
    """
    asked = who_is(words, names)
    if asked is None:
        return None
    outsiders = request.place is not None and request.place.external
    people = nameable(asked.people, is_public=not request.private, outsiders=outsiders)
    if not people:
        return None
    owned = {person.id: await _owned(session, request, person) for person in people[:SHOWN_PEOPLE]}
    shown = {person_id: (matches.items, len(matches.keys)) for person_id, matches in owned.items()}
    card = beyond_roadmap_cards.people_card(asked.about, people, shown, names)
    facts = {"people": [person.email for person in people]}
    keys = owned[people[0].id].keys if len(people) == 1 else ()
    return Answer(Outcome.ANSWERED, newest, newest, card, keys=keys, more_facts=facts, is_complete=True)


async def _owned(session: Session, request: Request, person: Person) -> item_queries.ItemMatches:
    """The open items of *person* that the readers may see."""
    plan = Plan(owners=(person.id,), statuses=OPEN_STATUSES, order=SortOrder.DUE, today=request.today)
    return await item_queries.matching(session, plan, request.audience, show=SHOWN_ITEMS)
