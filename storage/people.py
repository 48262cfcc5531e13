"""Teams, people, and the accounts by which platforms know them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, bindparam, delete, func, select, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.store import Session, UtcDateTime, insert_all, table_of
from storage.values.company import Permission, Person, Side, Team
from storage.values.roadmap import LIST_SEPARATOR, list_from_text


class TeamRow(SQLModel, table=True):
    __tablename__ = "team"

    key: str = Field(primary_key=True)
    name: str
    side: str
    aliases: str = ""


class PersonRow(SQLModel, table=True):
    """`diet` is encrypted with HANDSHAKE_SECRET_KEYS; only the host of a dinner that the person attends reads it.

    `ends_on` is the announced day on which `ended_at` will be set. A row that was merged into another one stays, so
    that its id and its e-mail mean that other person. `calendar_version` is part of the person's calendar address.
    """

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    team: str = Field(default="", index=True)
    role: str = ""
    permission: str = Permission.VIEWER
    timezone: str = "UTC"
    location: str = ""
    manager_email: str = ""
    skills_offered: str = ""
    skills_wanted: str = ""
    bridge: bool = False
    named_publicly: bool = True
    diet: str = ""
    ends_on: date | None = None
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    merged_into: str = ""
    calendar_version: int = 1
    calendar_off: bool = False


class IdentityRow(SQLModel, table=True):
    """An account on a platform. `workspace` is "" where the platform's ids are unique without one.

    `email` is what the platform confirmed last, so that a change is noticed; "" until it confirms one.
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("platform", "workspace", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str = ""
    external_id: str
    person_id: str = Field(foreign_key="person.id", index=True, ondelete="CASCADE")
    email: str = ""
    linked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class OneTimeCodeRow(SQLModel, table=True):
    """A one-time code, kept as its digest: for linking two accounts, or for the very first admin."""

    __tablename__ = "one_time_code"

    digest: str = Field(primary_key=True)
    purpose: str
    person_id: str = ""
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


def team_from(row: Any) -> Team:
    return Team(row.key, row.name, Side(row.side), list_from_text(row.aliases))


def person_from(row: Any) -> Person:
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        team=row.team,
        role=row.role,
        permission=Permission(row.permission),
        timezone=row.timezone,
        location=row.location,
        manager_email=row.manager_email,
        skills_offered=list_from_text(row.skills_offered),
        skills_wanted=list_from_text(row.skills_wanted),
        bridge=row.bridge,
        named_publicly=row.named_publicly,
        ended_at=row.ended_at,
        ends_on=row.ends_on,
    )


IDENTITY, PERSON, TEAM = table_of(IdentityRow), table_of(PersonRow), table_of(TeamRow)

# Without the diet: `encrypted_diet` is the only function that returns it.
_PERSON_COLUMNS = [column for column in PERSON.c if column.name not in {"diet", "calendar_version", "calendar_off"}]
# A row that was merged leads to the person it was merged into.
_SAME = PERSON.alias("same")
_IS_MEANT = PERSON.c.id == func.coalesce(func.nullif(_SAME.c.merged_into, ""), _SAME.c.id)

# Every request runs this query. It is built once, because building it takes as long as running it.
_ALL_TEAMS = select(TEAM).order_by(TEAM.c.key)
_ALL_PEOPLE = select(*_PERSON_COLUMNS).order_by(PERSON.c.email)
_WITH_EMAIL = select(*_PERSON_COLUMNS).join(_SAME, _IS_MEANT).where(_SAME.c.email == bindparam("email"))
_WITH_ID = select(*_PERSON_COLUMNS).join(_SAME, _IS_MEANT).where(_SAME.c.id == bindparam("id"))
_BEHIND_ACCOUNT = (
    select(*_PERSON_COLUMNS)
    .join(IDENTITY, IDENTITY.c.person_id == PERSON.c.id)
    .where(IDENTITY.c.platform == bindparam("platform"), IDENTITY.c.external_id == bindparam("account"))
    .where(IDENTITY.c.workspace.in_([bindparam("workspace"), ""]))
    .order_by(IDENTITY.c.workspace.desc())
    .limit(1)
)


def same_person(column: ColumnElement[str]) -> ColumnElement[str]:
    """The id in *column*, or the id of the person it was merged into."""
    merged = select(_SAME.c.merged_into).where(_SAME.c.id == column, _SAME.c.merged_into != "").scalar_subquery()
    return func.coalesce(merged, column)


async def teams(session: Session) -> tuple[Team, ...]:
    return tuple(map(team_from, await team_rows(session)))


async def team_rows(session: Session) -> Sequence[Row[Any]]:
    """The rows behind `teams`, for callers that first check whether they changed."""
    return (await session.execute(_ALL_TEAMS)).all()


async def everybody_ever(session: Session) -> tuple[Person, ...]:
    """Everybody with a row, also those who left; not the rows that were merged into others."""
    return tuple(person_from(row) for row in await person_rows(session) if not row.merged_into)


async def person_rows(session: Session) -> Sequence[Row[Any]]:
    """The rows behind `everybody_ever`, merged ones included, for callers that first check whether they changed."""
    return (await session.execute(_ALL_PEOPLE)).all()


async def ids_with_team(session: Session) -> frozenset[str]:
    """The ids of everybody who belongs to a team."""
    return frozenset((await session.execute(select(PERSON.c.id).where(PERSON.c.team != ""))).scalars())


async def with_email(session: Session, email: str) -> Person | None:
    """The person with that e-mail, also if they left: who asks must look at `is_active`."""
    row = (await session.execute(_WITH_EMAIL, {"email": email.strip().lower()})).one_or_none()
    return person_from(row) if row else None


async def with_id(session: Session, person_id: str) -> Person | None:
    """The person with that id; None if they left, because nobody who left is told or asked anything."""
    person = await with_id_ever(session, person_id)
    return person if person and person.is_active else None


async def with_id_ever(session: Session, person_id: str) -> Person | None:
    """The person with that id, also if they left: for showing what was."""
    row = (await session.execute(_WITH_ID, {"id": person_id})).one_or_none()
    return person_from(row) if row else None


async def with_account(session: Session, platform: str, workspace: str, external_id: str) -> Person | None:
    """The person who uses that account, also if they left. An account without a workspace is valid in every workspace."""
    named = {"platform": platform, "workspace": workspace, "account": external_id}
    row = (await session.execute(_BEHIND_ACCOUNT, named)).one_or_none()
    return person_from(row) if row else None


async def accounts_of(session: Session, person_id: str) -> tuple[tuple[str, str, str], ...]:
    """(platform, workspace, account id) of every account of that person, the newest link first."""
    identity = table_of(IdentityRow)
    result = await session.execute(
        select(identity.c.platform, identity.c.workspace, identity.c.external_id)
        .where(identity.c.person_id == person_id)
        .order_by(identity.c.linked_at.desc(), identity.c.id.desc())
    )
    return tuple((row.platform, row.workspace, row.external_id) for row in result)


async def link(
    session: Session, person_id: str, platform: str, workspace: str, external_id: str, *, at: datetime
) -> bool:
    """Link an account to a person. False, and no change, when it belongs to somebody else."""
    identity = table_of(IdentityRow)
    here = (identity.c.platform == platform) & (identity.c.workspace == workspace)
    held = (
        await session.execute(select(identity.c.person_id).where(here, identity.c.external_id == external_id))
    ).scalar_one_or_none()
    if held is None:
        session.add(
            IdentityRow(
                platform=platform, workspace=workspace, external_id=external_id, person_id=person_id, linked_at=at
            )
        )
        await session.flush()
    return held in (None, person_id)


async def link_imported(session: Session, person_id: str, platform: str, external_id: str, *, at: datetime) -> bool:
    """Link the account that an imported file names, replacing the one from an earlier file. Returns False as `link` does.

    Files do not name workspaces, so an account without one is taken to come from a file. An account is replaced only by a
    new one: on Teams, accounts that people linked themselves have no workspace either.
    """
    identity = table_of(IdentityRow)
    if (platform, "", external_id) not in await accounts_of(session, person_id):
        here = (identity.c.platform == platform) & (identity.c.workspace == "")
        await session.execute(delete(identity).where(identity.c.person_id == person_id, here))
    return await link(session, person_id, platform, "", external_id, at=at)


async def unlink(session: Session, person_id: str, platform: str) -> None:
    """Delete every account of that person on one platform."""
    identity = table_of(IdentityRow)
    await session.execute(delete(identity).where(identity.c.person_id == person_id, identity.c.platform == platform))


async def save_teams(session: Session, changed: Iterable[Team], *, known: Collection[str]) -> None:
    """Write teams; those whose key is in *known* are replaced, the others added."""
    rows = [
        {"key": team.key, "name": team.name, "side": str(team.side), "aliases": LIST_SEPARATOR.join(team.aliases)}
        for team in changed
    ]
    await _save(session, TeamRow, "key", rows, known)


async def save_people(session: Session, changed: Sequence[Mapping[str, Any]], *, known: Collection[str]) -> None:
    """Write people as mappings of columns with an `id`; those whose id is in *known* change only the columns given."""
    await _save(session, PersonRow, "id", changed, known)


async def _save(
    session: Session, model: type[SQLModel], key: str, rows: Sequence[Mapping[str, Any]], known: Collection[str]
) -> None:
    table = table_of(model)
    await insert_all(session, model, [row for row in rows if row[key] not in known])
    for row in rows:
        if row[key] in known:
            values = {name: value for name, value in row.items() if name != key}
            await session.execute(update(table).where(table.c[key] == row[key]).values(**values))


async def ensure(session: Session, ids_by_email: Mapping[str, str]) -> None:
    """Add a person, with the given id, for each e-mail that nobody has yet."""
    known = {row.email for row in await person_rows(session)} if ids_by_email else set()
    fresh = [{"id": key, "email": email, "name": email} for email, key in ids_by_email.items() if email not in known]
    await save_people(session, fresh, known=())


async def set_permission(session: Session, person_id: str, permission: Permission) -> None:
    person = table_of(PersonRow)
    await session.execute(update(person).where(person.c.id == person_id).values(permission=str(permission)))


async def set_bridge(session: Session, person_id: str, *, bridge: bool) -> None:
    """Set or clear that person's mark as the one who connects both sides."""
    person = table_of(PersonRow)
    await session.execute(update(person).where(person.c.id == person_id).values(bridge=bridge))


async def set_named_publicly(session: Session, person_id: str, *, named: bool) -> None:
    person = table_of(PersonRow)
    await session.execute(update(person).where(person.c.id == person_id).values(named_publicly=named))


async def count_with(session: Session, permission: Permission) -> int:
    """How many people who still belong to the organisation have exactly that permission."""
    query = select(func.count()).where(PERSON.c.permission == str(permission), PERSON.c.ended_at.is_(None))
    return (await session.execute(query)).scalar_one()


async def encrypted_diet(session: Session, person_id: str) -> str:
    """The diet, still encrypted: for the person's own export, and for the host of a dinner."""
    person = table_of(PersonRow)
    return (await session.execute(select(person.c.diet).where(person.c.id == person_id))).scalar_one_or_none() or ""


async def with_diet(session: Session) -> frozenset[str]:
    """The people who have stored a diet."""
    person = table_of(PersonRow)
    return frozenset((await session.execute(select(person.c.id).where(person.c.diet != ""))).scalars())


async def calendar_version(session: Session, person_id: str) -> int:
    """The version of the person's calendar address that is valid; 0 while the calendar is off, or for nobody."""
    query = select(PERSON.c.calendar_version).where(PERSON.c.id == person_id, PERSON.c.calendar_off.is_(False))
    return (await session.execute(query)).scalar_one_or_none() or 0


async def renew_calendar(session: Session, person_id: str, *, off: bool) -> int:
    """Make every earlier calendar address invalid; return the version of the new one."""
    newer = update(PERSON).where(PERSON.c.id == person_id)
    changed = newer.values(calendar_version=PERSON.c.calendar_version + 1, calendar_off=off)
    version: int = (await session.execute(changed.returning(PERSON.c.calendar_version))).scalar_one()
    return version


async def forget(session: Session, person_id: str) -> None:
    """Remove the person's row and accounts. Revisions and acknowledgements keep the opaque id, which names nobody."""
    for table, column in ((IDENTITY, "person_id"), (table_of(OneTimeCodeRow), "person_id"), (PERSON, "merged_into")):
        await session.execute(delete(table).where(table.c[column] == person_id))
    await session.execute(delete(PERSON).where(PERSON.c.id == person_id))


async def save_code(session: Session, digest: str, purpose: str, person_id: str, expires_at: datetime) -> None:
    """Remember a one-time code; an earlier one for the same purpose and person no longer counts."""
    code = table_of(OneTimeCodeRow)
    await session.execute(delete(code).where(code.c.purpose == purpose, code.c.person_id == person_id))
    session.add(OneTimeCodeRow(digest=digest, purpose=purpose, person_id=person_id, expires_at=expires_at))
    await session.flush()


async def redeem_code(session: Session, digest: str, purpose: str, *, now: datetime) -> str | None:
    """Delete a code and return the person it was made for ("" for nobody in particular); None when it is unknown or expired."""
    code = table_of(OneTimeCodeRow)
    result = await session.execute(
        delete(code)
        .where(code.c.digest == digest, code.c.purpose == purpose)
        .returning(code.c.person_id, code.c.expires_at)
    )
    row = result.one_or_none()
    return row.person_id if row and row.expires_at > now else None


async def person_of_code(session: Session, digest: str, purpose: str, *, now: datetime) -> str | None:
    """The person a code was made for, without deleting it; None when it is unknown or expired."""
    code = table_of(OneTimeCodeRow)
    result = await session.execute(
        select(code.c.person_id).where(code.c.digest == digest, code.c.purpose == purpose, code.c.expires_at > now)
    )
    return result.scalar_one_or_none()


async def ids_of_accounts(
    session: Session, platform: str, workspace: str, external_ids: Collection[str]
) -> dict[str, str]:
    """Account id -> person id, for the linked accounts. An account of this workspace has precedence over one without."""
    identity = table_of(IdentityRow)
    result = await session.execute(
        select(identity.c.external_id, identity.c.person_id)
        .where(identity.c.platform == platform, identity.c.workspace.in_({workspace, ""}))
        .where(identity.c.external_id.in_(external_ids))
        .order_by(identity.c.workspace)
    )
    return {row.external_id: row.person_id for row in result}


async def forget_as_manager(session: Session, email: str) -> None:
    """Remove that e-mail address wherever it is named as a manager's."""
    person = table_of(PersonRow)
    await session.execute(update(person).where(person.c.manager_email == email).values(manager_email=""))
