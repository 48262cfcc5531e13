"""Campaigns and items, as they are and as they were. A version is valid from its revision until the next one's.

Versions are not edited: a revision ends them and adds new ones (`storage/revisions.py`), so "as of R41" is the same
query with another number, and no copy of the roadmap is needed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Index,
    Row,
    and_,
    or_,
    select,
    text,
    true,
    update,
)
from sqlmodel import Field, SQLModel

from storage import item_renames
from storage.store import Session, batches, insert_all, streamed, table_of
from storage.values.company import Audience, Campaign
from storage.values.roadmap import LIST_SEPARATOR, Item, Kind, Status, list_from_text


class CampaignRow(SQLModel, table=True):
    """A campaign as it is now. `recorded` becomes true with the first revision that contains it."""

    __tablename__ = "campaign"

    key: str = Field(primary_key=True)
    name: str
    aliases: str = ""
    owner: str = ""
    it_partner: str = ""
    start: date | None = None
    end: date | None = None
    status: str = ""
    recorded: bool = False


class CampaignVersionRow(SQLModel, table=True):
    __tablename__ = "campaign_version"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str = Field(index=True)
    owner: str = ""
    it_partner: str = ""
    start: date | None = None
    end: date | None = None
    status: str = ""
    from_revision: int
    to_revision: int | None = None


_CURRENT = text("to_revision IS NULL")
_RESTRICTED = text("visible_to <> ''")


class ItemVersionRow(SQLModel, table=True):
    """One version of one item. Lists are stored between separators (`;a;b;`), so that LIKE finds a whole key."""

    __tablename__ = "item_version"
    __table_args__ = (
        Index("ix_item_version_current", "key", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
        Index("ix_item_version_team", "team", sqlite_where=_CURRENT, postgresql_where=_CURRENT),
        # Few items are restricted, and they must be found without reading all the others.
        Index("ix_item_version_restricted", "from_revision", sqlite_where=_RESTRICTED, postgresql_where=_RESTRICTED),
    )

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str
    folded: str = Field(index=True)  # the key without case, because people type it
    title: str
    team: str
    campaigns: str = ""
    status: str
    start: date | None = None
    due: date | None = None
    owner: str = ""
    summary: str = ""
    url: str = ""
    kind: str = Kind.WORK
    visible_to: str = ""
    tags: str = ""
    finished_on: date | None = None
    from_revision: int
    to_revision: int | None = None


class ItemCampaignRow(SQLModel, table=True):
    """Which item versions belong to a campaign; the index for questions about one campaign."""

    __tablename__ = "item_campaign"

    campaign: str = Field(primary_key=True)
    version_id: int = Field(primary_key=True)


ITEM = table_of(ItemVersionRow)
_CAMPAIGNS = select(table_of(CampaignRow)).order_by(table_of(CampaignRow).c.key)  # nearly every request runs this query
ITEM_CAMPAIGN = table_of(ItemCampaignRow)
ITEM_COLUMNS = [c for c in ITEM.c if c.name not in {"folded", "from_revision", "to_revision"}]


def join_list(keys: Collection[str]) -> str:
    """A list as it is stored: `;a;b;`, or "" for none."""
    return f"{LIST_SEPARATOR}{LIST_SEPARATOR.join(keys)}{LIST_SEPARATOR}" if keys else ""


def split_list(stored: str) -> tuple[str, ...]:
    return tuple(stored[1:-1].split(LIST_SEPARATOR)) if stored else ()


def campaign_from(row: Any) -> Campaign:
    return Campaign(
        key=row.key,
        name=row.name,
        aliases=list_from_text(row.aliases),
        owner=row.owner,
        it_partner=row.it_partner,
        start=row.start,
        end=row.end,
        status=row.status,
    )


def item_from_row(row: Any) -> Item:
    return Item(
        key=row.key,
        title=row.title,
        team=row.team,
        campaigns=split_list(row.campaigns),
        status=Status(row.status),
        start=row.start,
        due=row.due,
        owner=row.owner,
        summary=row.summary,
        url=row.url,
        kind=Kind(row.kind),
        visible_to=split_list(row.visible_to),
        tags=split_list(row.tags),
        finished_on=row.finished_on,
    )


def as_of(table: FromClause, revision: int | None) -> ColumnElement[bool]:
    """The versions that were valid at *revision*; None is now."""
    if revision is None:
        return table.c.to_revision.is_(None)
    return and_(table.c.from_revision <= revision, or_(table.c.to_revision.is_(None), table.c.to_revision > revision))


def visible_to(audience: Audience, items: FromClause = ITEM) -> ColumnElement[bool]:
    """A condition for the items that *audience* may see. It is part of the query: other items are never read."""
    if audience.everything:
        return true()
    unrestricted = items.c.visible_to == ""
    if not audience.teams:
        return unrestricted
    listed = [items.c.visible_to.contains(join_list([team]), autoescape=True) for team in sorted(audience.teams)]
    return or_(unrestricted, and_(*listed))


async def campaigns(session: Session, revision: int | None = None) -> tuple[Campaign, ...]:
    """Every campaign with the owner, partner, dates and status it had at *revision*; names are always today's."""
    return tuple(map(campaign_from, await campaign_rows(session, revision)))


async def campaign_rows(session: Session, revision: int | None = None) -> Sequence[Row[Any]]:
    """The rows behind `campaigns`, for callers that first check whether they changed."""
    now = table_of(CampaignRow)
    query = _CAMPAIGNS
    if revision is not None:
        then = table_of(CampaignVersionRow)
        query = (
            select(
                now.c.key,
                now.c.name,
                now.c.aliases,
                *[then.c[f] for f in ("owner", "it_partner", "start", "end", "status")],
            )
            .join(then, and_(then.c.key == now.c.key, as_of(then, revision)))
            .order_by(now.c.key)
        )
    return (await session.execute(query)).all()


def campaign_dates(revision: int | None) -> FromClause:
    """Key, start and end of every campaign, as of *revision*; None is now."""
    if revision is None:
        now = table_of(CampaignRow)
        return select(now.c.key, now.c.start, now.c.end).subquery()
    then = table_of(CampaignVersionRow)
    return select(then.c.key, then.c.start, then.c.end).where(as_of(then, revision)).subquery()


async def unrecorded_campaigns(session: Session) -> tuple[Campaign, ...]:
    """Campaigns that are in no revision yet."""
    now = table_of(CampaignRow)
    rows = await session.execute(select(now).where(now.c.recorded.is_(False)).order_by(now.c.key))
    return tuple(campaign_from(row) for row in rows)


async def save_campaigns(
    session: Session, changed: Sequence[Campaign], *, known: Collection[str], unrecorded: Collection[str]
) -> None:
    """Write what may change without a revision: new campaigns, names and aliases, and every field of an unrecorded campaign."""
    now = table_of(CampaignRow)
    rows = [
        {**_campaign_columns(campaign), "key": campaign.key, "recorded": False}
        for campaign in changed
        if campaign.key not in known
    ]
    await insert_all(session, CampaignRow, rows)
    for campaign in changed:
        if campaign.key in known:
            columns = _campaign_columns(campaign)
            values = columns if campaign.key in unrecorded else {name: columns[name] for name in ("name", "aliases")}
            await session.execute(update(now).where(now.c.key == campaign.key).values(**values))


def _campaign_columns(campaign: Campaign) -> dict[str, Any]:
    fields = ("name", "owner", "it_partner", "start", "end", "status")
    return {**{name: getattr(campaign, name) for name in fields}, "aliases": LIST_SEPARATOR.join(campaign.aliases)}


async def item(session: Session, key: str, audience: Audience, revision: int | None = None) -> Item | None:
    """The item with that key, or that had it before a rename, if *audience* may see it.

    Case matters only when two keys differ in nothing else.
    """
    query = select(*ITEM_COLUMNS).where(as_of(ITEM, revision), visible_to(audience))
    exact = (await session.execute(query.where(ITEM.c.key == key))).one_or_none()
    if exact:
        return item_from_row(exact)
    alike = (await session.execute(query.where(ITEM.c.folded == key.casefold()).limit(2))).all()
    if alike:
        return item_from_row(alike[0]) if len(alike) == 1 else None
    renamed = (await session.execute(query.where(ITEM.c.key.in_(await item_renames.other_keys(session, [key]))))).all()
    return item_from_row(renamed[0]) if len(renamed) == 1 else None


async def items_with(session: Session, keys: Sequence[str], revision: int | None = None) -> dict[str, Item]:
    """The items with exactly these keys, without checking visibility: for writing and comparing, never for showing."""
    items: dict[str, Item] = {}
    for batch in batches(keys):
        rows = await session.execute(select(*ITEM_COLUMNS).where(as_of(ITEM, revision), ITEM.c.key.in_(batch)))
        items |= {row.key: item_from_row(row) for row in rows}
    return items


async def all_items(session: Session, revision: int | None = None) -> dict[str, Item]:
    """The whole roadmap, without checking visibility: for comparing with an import."""
    rows = await session.execute(select(*ITEM_COLUMNS).where(as_of(ITEM, revision)))
    return {row.key: item_from_row(row) for row in rows}


async def export(session: Session, audience: Audience, revision: int | None = None) -> AsyncIterator[Item]:
    """The items in order of their keys, one at a time."""
    keys_in_order = by_key(session.get_bind().dialect.name)
    query = select(*ITEM_COLUMNS).where(as_of(ITEM, revision), visible_to(audience)).order_by(keys_in_order)
    async for row in streamed(session, query):
        yield item_from_row(row)


def by_key(dialect: str) -> ColumnElement[Any]:
    """Keys in the order of their characters on both databases, independent of PostgreSQL's collation."""
    return ITEM.c.key if dialect == "sqlite" else ITEM.c.key.collate("C")
