"""Find the direct conversation with a person, and the person of a direct conversation."""

from __future__ import annotations

from handlers.context import Policy, Request
from storage import people, places
from storage.direct_conversations import CONSOLE, places_of_people
from storage.store import Session
from storage.values.company import Person
from storage.values.places import Place


async def conversation_with(session: Session, policy: Policy, person: Person) -> int:
    """The direct conversation with *person*: the account linked last on a platform that is served, or the console."""
    place = (await places_of_people(session, [person.id], policy.platforms)).get(person.id)
    if place is not None:
        return place
    # An admin of the settings need not have a row.
    return (await places.ensure(session, CONSOLE, "", f"@{person.email}", name=person.name, direct=True)).id


async def recipient(session: Session, place: Place) -> Person | None:
    """The person whose direct conversation *place* is; None if nobody who is still here has that account."""
    account = place.conversation.removeprefix("@")
    person = await (
        people.with_email(session, account)
        if place.platform == CONSOLE
        else people.with_account(session, place.platform, place.workspace, account)
    )
    return person if person and person.is_active else None


async def place_of(session: Session, request: Request) -> Place:
    """The place of the request, stored on first use."""
    where = request.where
    return await places.ensure(session, where.platform, where.workspace, where.id, name=where.name, direct=where.direct)
