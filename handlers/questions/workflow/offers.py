"""Answer a request with the form that does it: read what it asks for, check who may do it, write nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.context import Request
from handlers.questions.queries import examples_to_ask
from handlers.questions.rules import beyond_roadmap_cards
from handlers.questions.rules.offer_buttons import button_for
from handlers.questions.rules.offers import (
    NEEDS,
    Offer,
    RequestedWords,
    asks_other_side,
    key_in,
    offer_for,
    refers_back,
)
from handlers.questions.rules.outcome import Answer, Outcome
from handlers.questions.rules.people_named import nameable
from storage import questions, roadmap
from storage.store import Session
from storage.values.company import Directory, Permission, Person
from storage.values.questions import ItemTitle
from storage.values.roadmap import Item, Revision

SAME_SUBJECT = timedelta(minutes=30)  # how long "it" can mean the item of the last answer
MOST_NAMED = 3  # people in a refusal


async def answer_request(
    session: Session, request: Request, words: str, names: Directory, titles: Sequence[ItemTitle], newest: Revision
) -> Answer:
    """The form for what *words* ask for, or who can do it."""
    key = key_in(words)
    item = await _item_meant(session, request, words, titles)
    answer = Answer(
        Outcome.NOT_UNDERSTOOD, newest, newest, beyond_roadmap_cards.no_such_item_to_change(key), is_complete=True
    )
    if key and item is None:
        return answer
    requested = RequestedWords(words, names, request.person, request.today, item)
    offer = offer_for(requested)
    if offer is None:
        examples = await examples_to_ask(session, request.audience)
        return replace(answer, card=beyond_roadmap_cards.cannot_do_that(examples))
    facts = {"offer": {"command": offer.command, "values": dict(offer.values)}}
    if not _may(request, offer, item):
        return _refusal(replace(answer, more_facts=facts), request, offer, item, names)
    button = button_for(offer, names, in_room=not request.where.direct)
    helper = _bridge(request, names) if offer.command == "item add" and asks_other_side(requested) else None
    card = beyond_roadmap_cards.offered(offer.command, item, button, helper)
    return replace(answer, card=card, more_facts=facts, contact=helper, is_complete=helper is None)


async def _item_meant(session: Session, request: Request, words: str, titles: Sequence[ItemTitle]) -> Item | None:
    """The item that is named by key or by its whole title; "it" is the only one of the last answer here."""
    key = key_in(words)
    keys = [key] if key else sorted({title.key for title in titles})
    if not keys and refers_back(words):
        place = request.place.id if request.place else None
        since = request.now - SAME_SUBJECT
        last = await questions.latest_in(
            session, request.person.id, place, request.where.thread, since, only_public=not request.private
        )
        keys = list(last.keys) if last else []
    return await roadmap.item(session, keys[0], request.audience) if len(keys) == 1 else None


def _may(request: Request, offer: Offer, item: Item | None) -> bool:
    person = request.person
    if not person.permission.covers(_needed(request, offer)):
        return False
    is_own = item is None or item.team == person.team or person.permission.covers(Permission.ADMIN)
    return is_own or offer.command != "item edit"


def _needed(request: Request, offer: Offer) -> Permission:
    """What the command takes here: what a room follows is decided by contributors, and by admins where others read."""
    if offer.command != "subscribe" or request.where.direct:
        return NEEDS[offer.command]
    return Permission.ADMIN if request.place and request.place.external else Permission.CONTRIBUTOR


def _refusal(answer: Answer, request: Request, offer: Offer, item: Item | None, names: Directory) -> Answer:
    """The answer that names those who can do it, and offers to ask the first one."""
    if offer.command == "item add":
        helper = _bridge(request, names)
        return replace(answer, card=beyond_roadmap_cards.ask_for_work(helper), contact=helper, is_complete=False)
    able = _those_who_can(request, offer, item, names)
    team = names.team[item.team].name if item and item.team in names.team else ""
    card = beyond_roadmap_cards.needs_somebody(
        _needed(request, offer), team, [person.name or person.email for person in able[:MOST_NAMED]]
    )
    return replace(answer, card=card, contact=able[0] if able else None, is_complete=not able)


def _those_who_can(request: Request, offer: Offer, item: Item | None, names: Directory) -> list[Person]:
    """Those who can, the item's owner first; admins where nobody of the team can."""
    people = _nameable(request, names)
    admins = [person for person in people if person.permission.covers(Permission.ADMIN)]
    if offer.command != "item edit" or item is None:
        able = [person for person in people if person.permission.covers(_needed(request, offer))]
        return [person for person in able if person.id != request.person.id]
    team = [p for p in people if p.team == item.team and p.permission.covers(Permission.CONTRIBUTOR)]
    return sorted(team or admins, key=lambda person: (person.id != item.owner, person.name))


def _bridge(request: Request, names: Directory) -> Person | None:
    """Somebody who connects both sides."""
    bridges = [person for person in _nameable(request, names) if person.is_bridge]
    return next((person for person in bridges if person.id != request.person.id), None)


def _nameable(request: Request, names: Directory) -> list[Person]:
    outsiders = request.place is not None and request.place.external
    return nameable(names.people, is_public=not request.private, outsiders=outsiders)
