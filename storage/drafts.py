"""The shared draft: edits that wait to be published. An edit under a proposal belongs to that revision's number.

Edits of one item or campaign by several people are kept in order, the newest last, and merged when they are read;
when one author's edits are removed, those of the others remain.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel

from storage.redaction import mentions_any
from storage.store import Session, UtcDateTime, batches, insert_all, rows_of, table_of
from storage.values.roadmap import EntityType

SHARED = 0  # the draft that everybody edits; any other number is that of a proposal


class DraftRow(SQLModel, table=True):
    __tablename__ = "draft"

    id: int | None = Field(default=None, primary_key=True)
    proposal: int = Field(default=SHARED, index=True)
    entity_type: str
    key: str
    fields: str
    added: bool = False
    removed: bool = False
    reason: str = ""
    author: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


DRAFT = table_of(DraftRow)


@dataclass(frozen=True, slots=True)
class Edit:
    """New values of one item or campaign, by field, as text. The old values are read when the edit is shown."""

    entity_type: EntityType
    key: str
    fields: Mapping[str, str]
    author: str
    at: datetime
    reason: str = ""
    added: bool = False
    removed: bool = False


def _edit_from(row: Any) -> Edit:
    return Edit(
        row.entity_type,
        row.key,
        json.loads(row.fields),
        row.author,
        row.at,
        row.reason,
        added=row.added,
        removed=row.removed,
    )


async def edits(session: Session, proposal: int = SHARED) -> tuple[Edit, ...]:
    """The edits of the shared draft or of one proposal, oldest first; several may be about the same item or campaign."""
    stored = list[Edit]()
    for batch in batches(await _rows(session, proposal)):
        stored += map(_edit_from, batch)
        await asyncio.sleep(0)  # a draft may hold a whole imported roadmap
    return tuple(stored)


async def _rows(session: Session, proposal: int) -> Sequence[Any]:
    return await rows_of(session, select(DRAFT).where(DRAFT.c.proposal == proposal).order_by(DRAFT.c.id))


def merge_edits(layers: Iterable[Edit]) -> Edit:
    """Merge the edits of one item or campaign, given oldest first: the latest value of each field, the latest author."""
    return reduce(_merged, layers)


def _merged(earlier: Edit, later: Edit) -> Edit:
    if later.removed:
        return later
    reason = (
        later.reason
        if later.reason in earlier.reason or not earlier.reason
        else f"{earlier.reason}; {later.reason}".rstrip("; ")
    )
    return Edit(
        later.entity_type,
        later.key,
        {**earlier.fields, **later.fields},
        later.author,
        later.at,
        reason or earlier.reason,
        added=earlier.added or later.added,
    )


async def add_edits(session: Session, new_edits: Sequence[Edit]) -> None:
    """Add edits, at most one of each item or campaign, to the shared draft.

    An earlier edit of the same item by the same author is merged with the new one.
    """
    tops = {(row.entity_type, row.key): row for row in await _rows(session, SHARED)}
    own = {(edit.entity_type, edit.key): edit.author for edit in new_edits}
    joined = {thing: row for thing, row in tops.items() if own.get(thing) == row.author}
    await _delete(session, [row.id for row in joined.values()])
    await append_edits(session, [_joined(joined.get((edit.entity_type, edit.key)), edit) for edit in new_edits])


def _joined(top: Any | None, edit: Edit) -> Edit:
    return edit if top is None else merge_edits([_edit_from(top), edit])


async def append_edits(session: Session, layers: Sequence[Edit]) -> None:
    """Append edits to the shared draft unchanged, in their order."""
    for batch in batches(layers):
        await insert_all(session, DraftRow, [_row(edit) for edit in batch])


async def _delete(session: Session, ids: Sequence[int]) -> None:
    for batch in batches(ids):
        await session.execute(delete(DRAFT).where(DRAFT.c.id.in_(batch)))


def _row(edit: Edit) -> dict[str, Any]:
    return {
        "proposal": SHARED,
        "entity_type": edit.entity_type,
        "key": edit.key,
        "fields": json.dumps(dict(edit.fields), ensure_ascii=False),
        "added": edit.added,
        "removed": edit.removed,
        "reason": edit.reason,
        "author": edit.author,
        "at": edit.at,
    }


async def move_to_proposal(session: Session, number: int) -> None:
    """Everything in the shared draft becomes proposal *number*; later edits start a new draft."""
    await session.execute(update(DRAFT).where(DRAFT.c.proposal == SHARED).values(proposal=number))


async def return_to_draft(session: Session, number: int) -> None:
    """Return a proposal's edits to the shared draft; what was edited since wins."""
    proposed, since = await edits(session, number), await edits(session)
    await session.execute(delete(DRAFT).where(DRAFT.c.proposal.in_([number, SHARED])))
    await append_edits(session, [*proposed, *since])


async def discard(
    session: Session, keys: Collection[tuple[EntityType, str]] | None = None, proposal: int = SHARED
) -> None:
    """Delete everybody's edits of those items and campaigns, or all edits."""
    if keys is None:
        await session.execute(delete(DRAFT).where(DRAFT.c.proposal == proposal))
        return
    # An import names a hundred thousand items, of which the draft has none or a few.
    named = frozenset(keys)
    rows = await session.execute(
        select(DRAFT.c.id, DRAFT.c.entity_type, DRAFT.c.key).where(DRAFT.c.proposal == proposal)
    )
    await _delete(session, [row.id for row in rows if (row.entity_type, row.key) in named])


async def remove_edits(session: Session, removed: Iterable[Edit]) -> None:
    """Delete all edits of the same items and campaigns by the same authors as *removed*; those of other authors stay."""
    named = {(edit.entity_type, edit.key, edit.author) for edit in removed}
    rows = await _rows(session, SHARED)
    await _delete(session, [row.id for row in rows if (row.entity_type, row.key, row.author) in named])


async def blank_reasons(session: Session, words: Sequence[str]) -> int:
    """Empty the reason of each edit whose reason contains any of *words*; return how many. The edits stay."""
    rows = await session.execute(select(DRAFT.c.id, DRAFT.c.reason).where(DRAFT.c.reason != ""))
    naming = [row.id for row in rows if mentions_any(row.reason, words)]
    for edit_id in naming:
        await session.execute(update(DRAFT).where(DRAFT.c.id == edit_id).values(reason=""))
    return len(naming)
