"""Places where cards can be posted, their members and their subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Column, bindparam, case, delete, select, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.people import IDENTITY, PERSON
from storage.store import Session, UtcDateTime, affected, batches, insert_new, table_of
from storage.values.company import UNRESTRICTED, Audience
from storage.values.places import Place, Subscription
from storage.values.roadmap import LIST_SEPARATOR, list_from_text


class PlaceRow(SQLModel, table=True):
    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("platform", "workspace", "conversation"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str = ""
    conversation: str
    name: str = ""
    direct: bool = False
    members_known: bool = False
    external: bool = False
    timezone: str = "UTC"
    quiet: str = ""
    days: str = ""
    closed: bool = False


class PlaceMemberRow(SQLModel, table=True):
    """A member of a place, as reported by the platform. Complete only while `members_known`."""

    __tablename__ = "place_member"

    place_id: int = Field(primary_key=True, foreign_key="place.id", ondelete="CASCADE")
    person_id: str = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE", index=True)


class SubscriptionRow(SQLModel, table=True):
    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("place_id", "campaigns", "teams"),)

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="place.id", ondelete="CASCADE")
    campaigns: str = ""
    teams: str = ""
    level: str = "material"
    created_by: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


def place_from(row: Any) -> Place:
    """The place in *row*, which holds the columns of `place`."""
    return Place(
        id=row.id,
        platform=row.platform,
        workspace=row.workspace,
        conversation=row.conversation,
        name=row.name,
        direct=row.direct,
        members_known=row.members_known,
        external=row.external,
        timezone=row.timezone,
        quiet=row.quiet,
        days=row.days,
        closed=row.closed,
    )


PLACE = table_of(PlaceRow)
# Somebody who left and still sits in a room may see no more than a stranger.
_TEAM = case((PERSON.c.ended_at.is_(None), PERSON.c.team), else_="").label("team")

# Every request runs this query. It is built once, because building it takes as long as running it.
_AT = select(PLACE).where(
    PLACE.c.platform == bindparam("platform"),
    PLACE.c.workspace == bindparam("workspace"),
    PLACE.c.conversation == bindparam("conversation"),
)


async def find(session: Session, platform: str, workspace: str, conversation: str) -> Place | None:
    named = {"platform": platform, "workspace": workspace, "conversation": conversation}
    row = (await session.execute(_AT, named)).one_or_none()
    return place_from(row) if row else None


async def ensure(
    session: Session, platform: str, workspace: str, conversation: str, *, name: str = "", direct: bool = False
) -> Place:
    """The place at that address, created on first use."""
    fresh = PlaceRow(platform=platform, workspace=workspace, conversation=conversation, name=name, direct=direct)
    await insert_new(session, PlaceRow, [fresh.model_dump(exclude={"id"})])
    return cast(Place, await find(session, platform, workspace, conversation))


async def with_ids(session: Session, place_ids: Sequence[int]) -> tuple[Place, ...]:
    """Those places, by id."""
    matches: list[Place] = []
    for batch in batches(sorted(set(place_ids))):
        rows = await session.execute(select(PLACE).where(PLACE.c.id.in_(batch)).order_by(PLACE.c.id))
        matches += [place_from(row) for row in rows]
    return tuple(matches)


async def set_hours(session: Session, place_id: int, *, timezone: str, quiet: str, days: str) -> None:
    """Set the place's own working hours; "" (for the time zone "UTC") means those of the organisation."""
    hours = {"timezone": timezone, "quiet": quiet, "days": days}
    await session.execute(update(PLACE).where(PLACE.c.id == place_id).values(**hours))


async def rename(session: Session, place_id: int, name: str) -> None:
    """Record that the place exists under this name, and reopen it if it was closed."""
    place = table_of(PlaceRow)
    await session.execute(update(place).where(place.c.id == place_id).values(name=name, closed=False))


async def reopen(session: Session, place_id: int) -> None:
    """Record that the place can be posted to again, because somebody wrote there."""
    await session.execute(update(PLACE).where(PLACE.c.id == place_id).values(closed=False))


async def change_address(session: Session, place: Place, conversation: str) -> None:
    """The platform gave the conversation a new id: subscriptions and posted cards go with it.

    A place that was stored under the new id a moment ago is closed, so that the older one can take its id.
    """
    if newer := await find(session, place.platform, place.workspace, conversation):
        emptied = {"conversation": f"replaced {newer.id}", "closed": True}
        await session.execute(update(PLACE).where(PLACE.c.id == newer.id).values(**emptied))
    await session.execute(update(PLACE).where(PLACE.c.id == place.id).values(conversation=conversation))


async def close(session: Session, place_id: int) -> None:
    """Record that nothing can be posted there until the place is opened again."""
    place = table_of(PlaceRow)
    await session.execute(update(place).where(place.c.id == place_id).values(closed=True))


async def set_members(session: Session, place_id: int, people: Iterable[str], *, known: bool, external: bool) -> None:
    """Replace the members. *known* is False when a member is not a person in the store."""
    place, member = table_of(PlaceRow), table_of(PlaceMemberRow)
    await session.execute(delete(member).where(member.c.place_id == place_id))
    await insert_new(session, PlaceMemberRow, [{"place_id": place_id, "person_id": person} for person in people])
    await session.execute(update(place).where(place.c.id == place_id).values(members_known=known, external=external))


async def audience(session: Session, place: Place) -> Audience:
    """What all members of *place* may see. Guests, shared rooms and unknown members leave unrestricted items."""
    if place.external or not place.members_known:
        return UNRESTRICTED
    member = table_of(PlaceMemberRow)
    result = await session.execute(
        select(_TEAM).join(member, member.c.person_id == PERSON.c.id).where(member.c.place_id == place.id)
    )
    teams = frozenset(result.scalars())
    return UNRESTRICTED if "" in teams else Audience(teams)


async def audiences(session: Session, places: Sequence[Place]) -> dict[int, Audience]:
    """Place -> what everyone in it may see: `audience` for many places, in one query for each few hundred."""
    member = table_of(PlaceMemberRow)
    teams: dict[int, set[str]] = {place.id: set() for place in places if place.members_known and not place.external}
    for batch in batches(list(teams)):
        rows = await session.execute(
            select(member.c.place_id, _TEAM)
            .join(PERSON, PERSON.c.id == member.c.person_id)
            .where(member.c.place_id.in_(batch))
            .distinct()
        )
        for row in rows:
            teams[row.place_id].add(row.team)
    known = {id_: UNRESTRICTED if "" in keys else Audience(frozenset(keys)) for id_, keys in teams.items()}
    return {place.id: known.get(place.id, UNRESTRICTED) for place in places}


async def members_of(session: Session, place_ids: Sequence[int]) -> frozenset[str]:
    """The people who are members of any of those places, by id."""
    member, people = table_of(PlaceMemberRow), set[str]()
    for batch in batches(place_ids):
        people.update((await session.execute(select(member.c.person_id).where(member.c.place_id.in_(batch)))).scalars())
    return frozenset(people)


async def is_of_leaver(session: Session, place: Place) -> bool:
    """Whether *place* is the direct conversation of somebody who left, by its members or by its address."""
    if not place.direct:
        return False
    member, account = table_of(PlaceMemberRow), place.conversation.removeprefix("@")
    members = select(member.c.person_id).where(member.c.place_id == place.id)
    users = select(IDENTITY.c.person_id).where(
        IDENTITY.c.platform == place.platform,
        IDENTITY.c.workspace.in_([place.workspace, ""]),
        IDENTITY.c.external_id == account,
    )
    theirs = PERSON.c.id.in_(members) | PERSON.c.id.in_(users) | (PERSON.c.email == account)
    query = select(PERSON.c.id).where(PERSON.c.ended_at.is_not(None), theirs).limit(1)
    return (await session.execute(query)).first() is not None


async def is_member(session: Session, place_id: int, person_id: str) -> bool:
    member = table_of(PlaceMemberRow)
    result = await session.execute(
        select(member.c.place_id).where(member.c.place_id == place_id, member.c.person_id == person_id)
    )
    return result.one_or_none() is not None


def _subscription_from(row: Any) -> Subscription:
    return Subscription(
        id=row.subscription_id,
        place=place_from(row),
        campaigns=list_from_text(row.campaigns),
        teams=list_from_text(row.teams),
        level=row.level,
        created_by=row.created_by,
    )


async def subscriptions(
    session: Session, place_id: int | None = None, *, closed: bool = False
) -> tuple[Subscription, ...]:
    """Every subscription of an open place, or those of one place; oldest first. With *closed*, of closed places."""
    place, row = table_of(PlaceRow), table_of(SubscriptionRow)
    query = (
        select(place, row.c.id.label("subscription_id"), row.c.campaigns, row.c.teams, row.c.level, row.c.created_by)
        .join(row, row.c.place_id == place.c.id)
        .where(place.c.closed.is_(closed))
        .order_by(row.c.id)
    )
    if place_id is not None:
        query = query.where(place.c.id == place_id)
    return tuple(_subscription_from(row) for row in await session.execute(query))


async def subscribe(
    session: Session,
    place_id: int,
    *,
    campaigns: tuple[str, ...],
    teams: tuple[str, ...],
    level: str,
    by: str,
    at: datetime,
) -> None:
    """Subscribe a place to the roadmap. Subscribing again with the same filter only changes the level."""
    row = table_of(SubscriptionRow)
    named = {"campaigns": LIST_SEPARATOR.join(sorted(campaigns)), "teams": LIST_SEPARATOR.join(sorted(teams))}
    fresh = {"place_id": place_id, **named, "level": level, "created_by": by, "created_at": at}
    if not await insert_new(session, SubscriptionRow, [fresh]):
        same = (row.c.place_id == place_id) & (row.c.campaigns == named["campaigns"]) & (row.c.teams == named["teams"])
        await session.execute(update(row).where(same).values(level=level, created_by=by))
    place = table_of(PlaceRow)
    await session.execute(update(place).where(place.c.id == place_id).values(closed=False))


async def unsubscribe(session: Session, place_id: int, subscription_id: int | None = None) -> int:
    """Delete one subscription of a place, or all of them; return how many."""
    row = table_of(SubscriptionRow)
    deletion = delete(row).where(row.c.place_id == place_id)
    if subscription_id is not None:
        deletion = deletion.where(row.c.id == subscription_id)
    return await affected(session, deletion)


async def places_with_member(session: Session, person_id: str) -> tuple[Place, ...]:
    """The places of which that person is a member, as reported by the platforms; oldest first."""
    place, member = table_of(PlaceRow), table_of(PlaceMemberRow)
    result = await session.execute(
        select(place)
        .join(member, member.c.place_id == place.c.id)
        .where(member.c.person_id == person_id)
        .order_by(place.c.id)
    )
    return tuple(place_from(row) for row in result)


async def channels_on(session: Session, platform: str) -> tuple[Place, ...]:
    """The open rooms of that platform, by name; no direct conversations."""
    place = table_of(PlaceRow)
    here = (place.c.platform == platform) & place.c.direct.is_(False) & place.c.closed.is_(False)
    return tuple(place_from(row) for row in await session.execute(select(place).where(here).order_by(place.c.name)))


async def forget_person(session: Session, person_id: str, direct: Iterable[tuple[str, str]]) -> None:
    """Remove that person's memberships, and close their direct conversations.

    *direct* holds (platform, conversation) of those known to be theirs; others are found by their membership.
    """
    place, member, row = table_of(PlaceRow), table_of(PlaceMemberRow), table_of(SubscriptionRow)
    sat_in = await places_with_member(session, person_id)
    theirs = {place.id for place in sat_in if place.direct}
    for platform, conversation in direct:
        here = (place.c.platform == platform) & (place.c.conversation == conversation) & place.c.direct.is_(True)
        theirs |= set((await session.execute(select(place.c.id).where(here))).scalars())
    await session.execute(delete(member).where(member.c.person_id == person_id))
    for room in sat_in:
        # A person without a row is still in the room and reads what is posted there.
        await session.execute(update(place).where(place.c.id == room.id).values(members_known=False))
    for place_id in sorted(theirs):
        # The row stays because deliveries refer to it; nothing is sent to a closed place.
        await session.execute(delete(row).where(row.c.place_id == place_id))
        emptied = {"conversation": f"forgotten {place_id}", "workspace": "", "name": "", "closed": True}
        await session.execute(update(place).where(place.c.id == place_id).values(**emptied))
