"""Revisions and their changes: append-only, hash-chained, and the only way to change an item."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, func, select, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage import hash_chain, item_renames, search
from storage.hash_chain import change_from
from storage.redaction import mentions_any
from storage.roadmap import CampaignRow, CampaignVersionRow, ItemCampaignRow, ItemVersionRow, items_with, join_list
from storage.store import Session, UtcDateTime, batches, insert_all, lock_publishing, table_of
from storage.values.company import Campaign
from storage.values.roadmap import (
    CAMPAIGN_FIELDS,
    Change,
    ChangeKind,
    FieldValues,
    Item,
    Revision,
    RevisionState,
    Status,
    field_values,
    item_from_values,
)


class RevisionRow(SQLModel, table=True):
    """`reason` may be emptied on request; the chain contains only `reason_hash`."""

    __tablename__ = "revision"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str
    author: str
    approver: str = ""
    how: str = ""
    reason: str = ""
    reason_salt: str = ""
    reason_hash: str = ""
    note: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    published_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, index=True))
    previous_hash: str = ""
    hash: str = ""


class ChangeRow(SQLModel, table=True):
    __tablename__ = "change"
    __table_args__ = (UniqueConstraint("revision", "entity_type", "key"),)

    revision: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    entity_type: str
    key: str = Field(index=True)
    kind: str
    body: str
    digest: str


REVISION = table_of(RevisionRow)
CHANGE = table_of(ChangeRow)


def revision_from(row: Any) -> Revision:
    return Revision(
        number=row.number,
        state=RevisionState(row.state),
        author=row.author,
        reason=row.reason,
        created_at=row.created_at,
        published_at=row.published_at,
        approver=row.approver,
        how=row.how,
        previous_hash=row.previous_hash,
        hash=row.hash,
        note=row.note,
    )


# Nearly every request runs this query, so it is built once.
_LATEST = select(REVISION).where(REVISION.c.state == "published").order_by(REVISION.c.number.desc()).limit(1)


async def latest(session: Session) -> Revision | None:
    """The current version: the highest published revision."""
    row = (await session.execute(_LATEST)).one_or_none()
    return revision_from(row) if row else None


async def numbered(session: Session, number: int) -> Revision | None:
    row = (await session.execute(select(REVISION).where(REVISION.c.number == number))).one_or_none()
    return revision_from(row) if row else None


async def open_proposal(session: Session) -> Revision | None:
    """The revision that waits for a second person's approval, if there is one."""
    row = (await session.execute(select(REVISION).where(REVISION.c.state == "proposed"))).one_or_none()
    return revision_from(row) if row else None


async def current_at(session: Session, moment: datetime) -> Revision | None:
    """The version that was current at *moment*."""
    query = (
        select(REVISION)
        .where(REVISION.c.state == "published", REVISION.c.published_at <= moment)
        .order_by(REVISION.c.number.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return revision_from(row) if row else None


async def current_before(session: Session, moment: datetime) -> Revision | None:
    """The version that was current just before *moment*."""
    query = (
        select(REVISION)
        .where(REVISION.c.state == "published", REVISION.c.published_at < moment)
        .order_by(REVISION.c.number.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return revision_from(row) if row else None


async def changing_item(session: Session, keys: Sequence[str], until: int, limit: int) -> tuple[Revision, ...]:
    """The published revisions up to *until* that changed the item that has or had these keys, newest first."""
    query = (
        select(REVISION)
        .join(CHANGE, CHANGE.c.revision == REVISION.c.number)
        .where(CHANGE.c.key.in_(keys), CHANGE.c.entity_type == "item", REVISION.c.number <= until)
        .where(REVISION.c.state == "published")
        .distinct()
        .order_by(REVISION.c.number.desc())
        .limit(limit)
    )
    return tuple(revision_from(row) for row in await session.execute(query))


async def published_since(session: Session, moment: datetime) -> tuple[Revision, ...]:
    """The revisions published after *moment*, oldest first."""
    query = (
        select(REVISION)
        .where(REVISION.c.state == "published", REVISION.c.published_at > moment)
        .order_by(REVISION.c.number)
    )
    return tuple(revision_from(row) for row in await session.execute(query))


async def published(session: Session) -> tuple[Revision, ...]:
    """Every published revision, oldest first."""
    query = select(REVISION).where(REVISION.c.state == "published").order_by(REVISION.c.number)
    return tuple(revision_from(row) for row in await session.execute(query))


async def published_before(session: Session, number: int) -> int | None:
    """The number of the newest published revision before R*number*."""
    query = select(func.max(REVISION.c.number)).where(REVISION.c.state == "published", REVISION.c.number < number)
    number_before: int | None = (await session.execute(query)).scalar_one()
    return number_before


async def next_number(session: Session) -> int:
    """The next revision's number. Call it only while holding `lock_publishing`."""
    return ((await session.execute(select(func.max(REVISION.c.number)))).scalar_one() or 0) + 1


async def changes_of(session: Session, first: int, last: int | None = None) -> tuple[Change, ...]:
    """The changes of the published revisions from *first* to *last* (both included), in their order."""
    query = (
        select(CHANGE.c.entity_type, CHANGE.c.key, CHANGE.c.kind, CHANGE.c.body)
        .join(REVISION, REVISION.c.number == CHANGE.c.revision)
        .where(CHANGE.c.revision >= first, CHANGE.c.revision <= (first if last is None else last))
        .where(REVISION.c.state == "published")
        .order_by(CHANGE.c.revision, CHANGE.c.seq)
    )
    return tuple(change_from(row.entity_type, row.key, row.kind, row.body) for row in await session.execute(query))


async def propose(session: Session, revision: Revision, salt: str) -> None:
    """Store a revision that waits for a second person's approval, so that its number is taken."""
    session.add(_row(revision, salt))
    await session.flush()


def _row(revision: Revision, salt: str) -> RevisionRow:
    return RevisionRow(
        number=revision.number,
        state=str(revision.state),
        author=revision.author,
        approver=revision.approver,
        how=revision.how,
        reason=revision.reason,
        reason_salt=salt,
        reason_hash=hash_chain.reason_digest(salt, revision.reason),
        note=revision.note,
        created_at=revision.created_at,
        published_at=revision.published_at,
        previous_hash=revision.previous_hash,
        hash=revision.hash,
    )


async def close_proposal(session: Session, number: int, state: RevisionState, note: str) -> None:
    """End a proposal without publishing it; its number stays used."""
    await session.execute(update(REVISION).where(REVISION.c.number == number).values(state=str(state), note=note))


async def publish(session: Session, revision: Revision, salt: str, changes: Sequence[Change]) -> Revision:
    """Publish *revision*: add it to the chain, and apply *changes* to the items and campaigns.

    Call it only while holding `lock_publishing`. A revision that was proposed before keeps its own salt instead of *salt*.
    Raises ValueError when a change does not start from the stored values.
    """
    before = await latest(session)
    proposed = (await session.execute(select(REVISION).where(REVISION.c.number == revision.number))).one_or_none()
    salt = proposed.reason_salt if proposed else salt
    bodies, digests = await asyncio.to_thread(hash_chain.bodies_and_digests, changes)
    revision = replace(
        revision, state=RevisionState.PUBLISHED, previous_hash=before.hash if before else hash_chain.NO_HASH
    )
    reason_hash = hash_chain.reason_digest(salt, revision.reason)
    revision = replace(revision, hash=hash_chain.revision_hash(revision, reason_hash, digests))
    await session.merge(_row(revision, salt))
    await session.flush()
    await insert_all(session, ChangeRow, _change_rows(revision.number, changes, bodies, digests))
    await _apply(session, revision, changes)
    await item_renames.record(session, revision.number, changes)
    return revision


def _change_rows(
    number: int, changes: Sequence[Change], bodies: Iterable[str], digests: Iterable[str]
) -> list[dict[str, Any]]:
    return [
        {
            "revision": number,
            "seq": seq,
            "entity_type": change.entity_type,
            "key": change.key,
            "kind": str(change.kind),
            "body": body,
            "digest": digest,
        }
        for seq, (change, body, digest) in enumerate(zip(changes, bodies, digests, strict=True), start=1)
    ]


def finishing_day(change: Change, before: date | None, published: date) -> date | None:
    """When an item counts as finished after *change*: the day of the revision that made it done.

    An item that was added already done finished on its due date; one that is no longer done has no finishing day.
    *before* is the finishing day until then, of a renamed item under its old key.
    """
    if "status" not in change.fields or (change.formerly and before and change.new()["status"] == Status.DONE):
        return before
    if change.new()["status"] != Status.DONE:
        return None
    if change.kind is ChangeKind.ADDED and not change.formerly:
        due = change.new().get("due")
        return date.fromisoformat(due) if due else None
    return published


async def _apply(session: Session, revision: Revision, changes: Sequence[Change]) -> None:
    assert revision.published_at is not None  # noqa: S101  (append is given a published revision)
    day = revision.published_at.date()
    of_items = [change for change in changes if change.entity_type == "item"]
    before = await items_with(session, [c.key for c in of_items if c.kind is not ChangeKind.ADDED])
    before |= {c.key: before[c.formerly] for c in of_items if c.formerly in before}
    for batch in batches([c.key for c in of_items if c.kind is not ChangeKind.ADDED]):
        await _close(session, ItemVersionRow, batch, revision.number)
    after = [_item_after(c, before.get(c.key), day) for c in of_items if c.kind is not ChangeKind.REMOVED]
    await _add_versions(session, revision.number, after)
    of_campaigns = [change for change in changes if change.entity_type == "campaign"]
    if of_campaigns:
        await _apply_to_campaigns(session, revision.number, of_campaigns)


def _item_after(change: Change, before: Item | None, day: date) -> Item:
    old = field_values(before) if before and not change.formerly else {}
    _check_start(change, old)
    finished = finishing_day(change, before.finished_on if before else None, day)
    return item_from_values(change.key, {**old, **change.new()}, finished)


def _check_start(change: Change, old: FieldValues) -> None:
    """Raise ValueError unless the change starts from the stored values; otherwise the history would be wrong."""
    if change.kind is not ChangeKind.ADDED and any(old.get(name) != value for name, value in change.old().items()):
        raise ValueError(f"{change.entity_type} {change.key} is no longer what this change starts from")


async def _close(session: Session, model: type[SQLModel], keys: Sequence[str], number: int) -> None:
    version = table_of(model)
    await session.execute(
        update(version).where(version.c.key.in_(keys), version.c.to_revision.is_(None)).values(to_revision=number)
    )


async def _next_id(session: Session, model: type[SQLModel]) -> int:
    # Under the publishing lock no other process assigns ids, so they are known before the insert.
    return ((await session.execute(select(func.max(table_of(model).c.id)))).scalar_one() or 0) + 1


async def _add_versions(session: Session, number: int, items: Sequence[Item]) -> None:
    first = await _next_id(session, ItemVersionRow)
    for numbered in batches(list(enumerate(items, start=first))):
        await _add_numbered(session, number, numbered)


async def _add_numbered(session: Session, number: int, numbered: Sequence[tuple[int, Item]]) -> None:
    await insert_all(session, ItemVersionRow, [_version_row(version_id, item, number) for version_id, item in numbered])
    serving = [
        {"campaign": campaign, "version_id": version_id} for version_id, item in numbered for campaign in item.campaigns
    ]
    await insert_all(session, ItemCampaignRow, serving)
    rows = [
        search.index_row(version_id, item.key, item.title, item.summary, item.campaigns, item.tags)
        for version_id, item in numbered
    ]
    await search.add(session, rows)


def _version_row(version_id: int, item: Item, number: int) -> Mapping[str, Any]:
    return {
        "id": version_id,
        "key": item.key,
        "folded": item.key.casefold(),
        "title": item.title,
        "team": item.team,
        "campaigns": join_list(item.campaigns),
        "status": str(item.status),
        "start": item.start,
        "due": item.due,
        "owner": item.owner,
        "summary": item.summary,
        "url": item.url,
        "kind": str(item.kind),
        "visible_to": join_list(item.visible_to),
        "tags": join_list(item.tags),
        "finished_on": item.finished_on,
        "from_revision": number,
        "to_revision": None,
    }


async def _apply_to_campaigns(session: Session, number: int, changes: Sequence[Change]) -> None:
    now = table_of(CampaignRow)
    rows = {row.key: row for row in await session.execute(select(now))}
    await _close(session, CampaignVersionRow, [c.key for c in changes if c.kind is not ChangeKind.ADDED], number)
    first = await _next_id(session, CampaignVersionRow)
    for version_id, change in enumerate(changes, start=first):
        if change.kind is not ChangeKind.ADDED:
            _check_start(change, _campaign_state(rows[change.key]))
        values = _campaign_values({**_campaign_state(rows[change.key]), **change.new()})
        await session.execute(update(now).where(now.c.key == change.key).values(**values, recorded=True))
        session.add(CampaignVersionRow(id=version_id, key=change.key, from_revision=number, **values))
    await session.flush()


def _campaign_state(row: Any) -> dict[str, str]:
    return field_values(Campaign(row.key, row.name, (), row.owner, row.it_partner, row.start, row.end, row.status))


def _campaign_values(state: FieldValues) -> dict[str, Any]:
    days = {name: date.fromisoformat(state[name]) if state[name] else None for name in ("start", "end")}
    return {**{name: state[name] for name in CAMPAIGN_FIELDS}, **days}


async def blank_reasons(session: Session, person_id: str, words: Sequence[str]) -> int:
    """Empty the reasons written by that person, and the reasons and notes that contain any of *words*; return how many.

    The hashes of the reasons stay, so the chain stays valid. Takes the publishing lock: an approval in progress
    would otherwise write the old reason back.
    """
    await lock_publishing(session)
    rows = await session.execute(select(REVISION.c.number, REVISION.c.author, REVISION.c.reason, REVISION.c.note))
    blanked = {row.number: _blanked(row, person_id, words) for row in rows}
    for number, values in blanked.items():
        if values:
            await session.execute(update(REVISION).where(REVISION.c.number == number).values(**values))
    return sum(1 for values in blanked.values() if values)


def _blanked(row: Any, person_id: str, words: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    if row.reason and (row.author == person_id or mentions_any(row.reason, words)):
        values |= {"reason": "", "reason_salt": ""}
    if row.note and mentions_any(row.note, words):
        values["note"] = ""
    return values
