"""Run a plan: which items match it, in its order. Who may see an item is part of the query itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select

from storage import item_renames, people, search
from storage.roadmap import (
    ITEM,
    ITEM_CAMPAIGN,
    ITEM_COLUMNS,
    as_of,
    by_key,
    campaign_dates,
    item_from_row,
    join_list,
    split_list,
    visible_to,
)
from storage.store import Session
from storage.values.company import Audience
from storage.values.questions import AnswerType, DateRange, GroupBy, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Item, Kind, OpenItemCounts, Status


@dataclass(frozen=True, slots=True)
class ItemMatches:
    """What a plan matches: every key in answer order, the first items in full, and how many of each status."""

    keys: tuple[str, ...]
    items: tuple[Item, ...]
    counts: Mapping[Status, int]


async def matching(session: Session, plan: Plan, audience: Audience, *, show: int = 20) -> ItemMatches:
    """Run *plan* for *audience*: all matching keys, and at most *show* of the items."""
    dialect = session.get_bind().dialect.name
    plan = await _with_former_keys(session, plan)
    query = _select(plan, audience, dialect, ITEM.c.id, ITEM.c.key, ITEM.c.status)
    hits = (await session.execute(_ordered(query, plan, by_key(dialect)))).all()
    ids = [hit.id for hit in hits[:show]]
    rows = (await session.execute(select(*ITEM_COLUMNS).where(ITEM.c.id.in_(ids)))).all() if ids else []
    by_id = {row.id: item_from_row(row) for row in rows}
    counts = Counter(hit.status for hit in hits)
    return ItemMatches(
        tuple(hit.key for hit in hits),
        tuple(by_id[version_id] for version_id in ids),
        {Status(status): count for status, count in counts.items()},
    )


async def count(session: Session, plan: Plan, audience: Audience) -> int:
    """How many items match *plan*, whatever its limit."""
    plan = await _with_former_keys(session, plan)
    query = _select(plan, audience, session.get_bind().dialect.name, ITEM.c.id).subquery()
    return int((await session.execute(select(func.count()).select_from(query))).scalar_one())


_GROUP_COLUMNS: Mapping[GroupBy, ColumnElement[str]] = {
    GroupBy.TEAM: ITEM.c.team,
    GroupBy.OWNER: people.same_person(ITEM.c.owner),
    GroupBy.STATUS: ITEM.c.status,
    GroupBy.CAMPAIGN: ITEM.c.campaigns,
}


async def grouped_keys(
    session: Session, plan: Plan, audience: Audience, group_by: GroupBy
) -> dict[str, tuple[str, ...]]:
    """The keys of the matching items by group, in answer order. "" is the group of items without an owner or campaign.

    An item that serves several campaigns is in the group of each.
    """
    plan = await _with_former_keys(session, plan)
    dialect = session.get_bind().dialect.name
    query = _select(plan, audience, dialect, ITEM.c.key, _GROUP_COLUMNS[group_by].label("group_key"))
    groups: dict[str, list[str]] = {}
    for row in await session.execute(_ordered(query, plan, by_key(dialect))):
        keys = (split_list(row.group_key) or ("",)) if group_by is GroupBy.CAMPAIGN else (row.group_key,)
        for key in keys:
            groups.setdefault(key, []).append(row.key)
    return {key: tuple(items) for key, items in groups.items()}


async def open_counts(
    session: Session, audience: Audience, today: date, *, campaigns: Collection[str] = (), revision: int | None = None
) -> dict[str, OpenItemCounts]:
    """Open items by campaign, counted over what *audience* may see; a campaign without open items is not in it.

    *campaigns* limits it to these; *revision* is the version to read, with the campaigns' dates at that time.
    """
    dates = campaign_dates(revision)
    is_late, is_blocked = ITEM.c.due < today, ITEM.c.status == Status.BLOCKED
    after_end = ITEM.c.due > dates.c.end
    counted = {
        "open": ITEM.c.id.is_not(None),
        "late": is_late,
        "blocked": is_blocked,
        "at_risk": ITEM.c.status == Status.AT_RISK,
        "late_or_blocked": or_(is_late, is_blocked),
        "milestones_late_or_blocked": and_(ITEM.c.kind == Kind.MILESTONE, or_(is_late, is_blocked)),
        "after_end": after_end,
        "conflicts": or_(after_end, ITEM.c.due > dates.c.start),
    }
    sums = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in counted.items()]
    query = (
        select(ITEM_CAMPAIGN.c.campaign, *sums)
        .join(ITEM, ITEM.c.id == ITEM_CAMPAIGN.c.version_id)
        .outerjoin(dates, dates.c.key == ITEM_CAMPAIGN.c.campaign)
        .where(as_of(ITEM, revision), visible_to(audience), _one_of(ITEM.c.status, OPEN_STATUSES))
        .group_by(ITEM_CAMPAIGN.c.campaign)
    )
    if campaigns:
        query = query.where(ITEM_CAMPAIGN.c.campaign.in_(sorted(campaigns)))
    rows = (await session.execute(query)).mappings()
    return {row["campaign"]: OpenItemCounts(**{name: int(row[name]) for name in counted}) for row in rows}


async def _with_former_keys(session: Session, plan: Plan) -> Plan:
    """*plan* with every other key that its items have or had."""
    others = await item_renames.other_keys(session, plan.keys) if plan.keys else ()
    return replace(plan, keys=(*plan.keys, *others)) if others else plan


def _select(plan: Plan, audience: Audience, dialect: str, *columns: ColumnElement[Any]) -> Select[Any]:
    conditions = [
        as_of(ITEM, plan.as_of),
        visible_to(audience),
        *_entity_conditions(plan),
        *_status_conditions(plan),
        *_date_conditions(plan),
    ]
    words = search.matches(dialect, ITEM.c.id, plan.words)
    if words is not None:
        conditions.append(words)
    not_words = search.matches(dialect, ITEM.c.id, plan.not_words)
    if not_words is not None:
        conditions.append(not_(not_words))
    return select(*columns).where(*conditions)


def _serving(campaigns: Collection[str]) -> ColumnElement[bool]:
    return ITEM.c.id.in_(select(ITEM_CAMPAIGN.c.version_id).where(ITEM_CAMPAIGN.c.campaign.in_(campaigns)))


def _entity_conditions(plan: Plan) -> list[ColumnElement[bool]]:
    """The conditions about owners, teams, campaigns and tags."""
    conditions: list[ColumnElement[bool]] = []
    if plan.keys:
        conditions.append(ITEM.c.folded.in_([key.casefold() for key in plan.keys]))
    if plan.not_keys:
        conditions.append(ITEM.c.folded.not_in([key.casefold() for key in plan.not_keys]))
    for column, included, excluded in (
        (ITEM.c.team, plan.teams, plan.not_teams),
        (people.same_person(ITEM.c.owner), plan.owners, plan.not_owners),
    ):
        if included:
            conditions.append(column.in_(included))
        if excluded:
            conditions.append(column.not_in(excluded))
    if plan.all_campaigns:
        conditions += [_serving([campaign]) for campaign in plan.campaigns]
    elif plan.campaigns:
        conditions.append(_serving(plan.campaigns))
    if plan.not_campaigns:
        conditions.append(~_serving(plan.not_campaigns))
    if plan.tags:
        conditions.append(_tagged(plan.tags))
    if plan.not_tags:
        conditions.append(not_(_tagged(plan.not_tags)))
    return conditions


def _tagged(tags: Collection[str]) -> ColumnElement[bool]:
    """A condition for the items with any of *tags*, in any case."""
    stored = func.lower(ITEM.c.tags)
    return or_(*[stored.contains(join_list([tag.lower()]), autoescape=True) for tag in tags])


def _status_conditions(plan: Plan) -> list[ColumnElement[bool]]:
    """The conditions about status, being overdue and empty fields."""
    conditions: list[ColumnElement[bool]] = []
    late = _is_late(plan.today)
    if plan.or_overdue:
        conditions.append(or_(_one_of(ITEM.c.status, plan.statuses), late))
    else:
        if plan.statuses:
            conditions.append(_one_of(ITEM.c.status, plan.statuses))
        if plan.overdue:
            conditions.append(late)
    if plan.not_overdue:
        # An item without a due date is not overdue: the comparison must not be NULL.
        conditions.append(or_(ITEM.c.due.is_(None), not_(late)))
    if plan.slipping:
        conditions.append(or_(late, _one_of(ITEM.c.status, (Status.AT_RISK, Status.BLOCKED))))
    if plan.on_track:
        healthy = OPEN_STATUSES - {Status.AT_RISK, Status.BLOCKED}
        conditions += [_one_of(ITEM.c.status, healthy), or_(ITEM.c.due.is_(None), ITEM.c.due >= plan.today)]
    if plan.kinds:
        conditions.append(_one_of(ITEM.c.kind, plan.kinds))
    conditions += [_is_empty(name) for name in sorted(plan.without)]
    conditions += [not_(_is_empty(name)) for name in sorted(plan.having)]
    return conditions


def _is_late(today: date) -> ColumnElement[bool]:
    return and_(_one_of(ITEM.c.status, OPEN_STATUSES), ITEM.c.due < today)


def _is_empty(name: str) -> ColumnElement[bool]:
    column = ITEM.c[name]
    return column.is_(None) if name in {"due", "start"} else column == ""


def _one_of(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    return column.in_(sorted(str(value) for value in values))


def _date_conditions(plan: Plan) -> list[ColumnElement[bool]]:
    """The conditions about dates; an item without that date never matches."""
    conditions: list[ColumnElement[bool]] = []
    for column, period in (
        (ITEM.c.due, plan.due),
        (ITEM.c.start, plan.start),
        (ITEM.c.finished_on, plan.finished),
    ):
        if period is not None:
            conditions += [column.is_not(None), *_within(column, period)]
    return conditions


def _within(column: ColumnElement[Any], period: DateRange) -> list[ColumnElement[bool]]:
    bounds = []
    if period.first is not None:
        bounds.append(column >= period.first)
    if period.last is not None:
        bounds.append(column <= period.last)
    return bounds


_RANKS = [("blocked", 0), ("at_risk", 1), ("on_hold", 3), ("done", 4), ("dropped", 5)]
_URGENCY: ColumnElement[int] = case(*[(ITEM.c.status == status, rank) for status, rank in _RANKS], else_=2)


def _ordered(query: Select[Any], plan: Plan, key_order: ColumnElement[Any]) -> Select[Any]:
    if plan.wanted is AnswerType.HOW_LATE:  # what is late comes first, the latest of all on top
        query = query.order_by(case((_is_late(plan.today), 0), else_=1))
    match plan.order:
        case SortOrder.DUE:
            query = query.order_by(ITEM.c.due.asc().nulls_last(), key_order)
        case SortOrder.LATEST_DUE:
            query = query.order_by(ITEM.c.due.desc().nulls_last(), key_order)
        case SortOrder.START:
            query = query.order_by(ITEM.c.start.asc().nulls_last(), key_order)
        case SortOrder.FINISHED:
            query = query.order_by(ITEM.c.finished_on.desc().nulls_last(), key_order)
        case SortOrder.URGENCY:
            query = query.order_by(_URGENCY, ITEM.c.due.asc().nulls_last(), key_order)
        case SortOrder.KEY:
            query = query.order_by(key_order)
    return query if plan.limit is None else query.limit(plan.limit)


async def search_items(session: Session, words: str, audience: Audience, *, limit: int = 5) -> tuple[Item, ...]:
    """Items whose title, key or summary contains *words*: for "did you mean"."""
    plan = Plan(words=tuple(search.terms(words)), order=SortOrder.KEY, limit=limit)
    return (await matching(session, plan, audience, show=limit)).items if plan.words else ()
