"""What published revisions changed, by day and item: for questions about changes and their reasons."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from storage.hash_chain import change_from
from storage.revisions import CHANGE, REVISION, revision_from
from storage.store import Session
from storage.values.roadmap import Change, Revision

MAX_KEYS_IN_QUERY = 500  # more are compared after reading


@dataclass(frozen=True, slots=True)
class RecordedChanges:
    """The changes of one published revision to the items that were asked for."""

    revision: Revision
    changes: tuple[Change, ...]


async def item_changes(
    session: Session,
    keys: Collection[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    last: int | None = None,
) -> tuple[RecordedChanges, ...]:
    """The changes to the items *keys*, newest revision first, of those published from *since* to *until*.

    *last* is the highest number of a revision that counts.
    """
    query = (
        select(CHANGE.c.revision, CHANGE.c.entity_type, CHANGE.c.key, CHANGE.c.kind, CHANGE.c.body)
        .join(REVISION, REVISION.c.number == CHANGE.c.revision)
        .where(REVISION.c.state == "published", CHANGE.c.entity_type == "item")
        .order_by(CHANGE.c.revision.desc(), CHANGE.c.seq)
    )
    if len(keys) <= MAX_KEYS_IN_QUERY:
        query = query.where(CHANGE.c.key.in_(sorted(keys)))
    by_revision: dict[int, list[Change]] = {}
    for row in await session.execute(_bounded(query, since, until, last)):
        if row.key in keys:
            change = change_from(row.entity_type, row.key, row.kind, row.body)
            by_revision.setdefault(row.revision, []).append(change)
    revisions = await _numbered(session, by_revision)
    return tuple(RecordedChanges(revisions[number], tuple(changes)) for number, changes in by_revision.items())


def _bounded(query: Select[Any], since: datetime | None, until: datetime | None, last: int | None) -> Select[Any]:
    if since is not None:
        query = query.where(REVISION.c.published_at >= since)
    if until is not None:
        query = query.where(REVISION.c.published_at <= until)
    return query if last is None else query.where(REVISION.c.number <= last)


async def _numbered(session: Session, numbers: Collection[int]) -> dict[int, Revision]:
    if not numbers:
        return {}
    between = REVISION.c.number.between(min(numbers), max(numbers))
    rows = await session.execute(select(REVISION).where(between))
    return {row.number: revision_from(row) for row in rows}
