"""Where each person is reached in private."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select

from storage.people import IDENTITY, PERSON
from storage.places import PLACE, PlaceRow
from storage.store import Session, batches, insert_new

CONSOLE = "console"

Address = tuple[str, str, str]
_ADDRESS = ("platform", "workspace", "conversation")
# The other columns of a new place. They are listed once, because a model takes longer to make than a row to insert.
_DIRECT = PlaceRow(platform="", conversation="", direct=True).model_dump(exclude={"id"})


async def places_of_people(session: Session, ids: Iterable[str], platforms: Collection[str]) -> Mapping[str, int]:
    """Person -> the place of their direct conversation, created on first use. Unknown people are left out.

    It is the account linked last on one of *platforms*, or else the console.
    """
    places: dict[str, int] = {}
    for batch in batches(sorted(set(ids))):
        places |= await _places_of(session, batch, platforms)
    return places


async def _places_of(session: Session, ids: Sequence[str], platforms: Collection[str]) -> Mapping[str, int]:
    people = (
        await session.execute(select(PERSON.c.id, PERSON.c.email, PERSON.c.name).where(PERSON.c.id.in_(ids)))
    ).all()
    accounts = await _newest_accounts(session, ids, platforms)
    addresses = {person.id: accounts.get(person.id, (CONSOLE, "", f"@{person.email}")) for person in people}
    names = {addresses[person.id]: person.name for person in people}
    places = await _places_at(session, names)
    fresh = [address for address in names if address not in places]
    if fresh:
        rows = [dict(zip(_ADDRESS, address, strict=True)) | {"name": names[address]} for address in fresh]
        await insert_new(session, PlaceRow, [_DIRECT | row for row in rows])
        places |= await _places_at(session, fresh)
    return {person_id: places[address] for person_id, address in addresses.items()}


async def _newest_accounts(session: Session, ids: Sequence[str], platforms: Collection[str]) -> dict[str, Address]:
    if not platforms:
        return {}
    rows = await session.execute(
        select(IDENTITY.c.person_id, IDENTITY.c.platform, IDENTITY.c.workspace, IDENTITY.c.external_id)
        .where(IDENTITY.c.person_id.in_(ids), IDENTITY.c.platform.in_(sorted(platforms)))
        .order_by(IDENTITY.c.linked_at, IDENTITY.c.id)
    )
    return {row.person_id: (row.platform, row.workspace, f"@{row.external_id}") for row in rows}


async def _places_at(session: Session, addresses: Iterable[Address]) -> dict[Address, int]:
    conversations: dict[tuple[str, str], list[str]] = {}
    for platform, workspace, conversation in addresses:
        conversations.setdefault((platform, workspace), []).append(conversation)
    places: dict[Address, int] = {}
    for (platform, workspace), names in conversations.items():
        rows = await session.execute(
            select(PLACE.c.id, PLACE.c.conversation).where(
                PLACE.c.platform == platform, PLACE.c.workspace == workspace, PLACE.c.conversation.in_(names)
            )
        )
        places |= {(platform, workspace, row.conversation): row.id for row in rows}
    return places
