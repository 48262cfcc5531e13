"""The shared draft: edits that wait to be published. An edit under a proposal belongs to that revision's number.

Everybody's edits of one thing lie on top of each other, the newest last: what the thing is to become is all of them
together, and whoever takes theirs away uncovers what the others wanted.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel

from storage.redaction import mentions_any
from storage.store import Session, UtcDateTime, batches, insert_all, table_of
from storage.values.roadmap import EntityType

SHARED = 0  # the draft that everybody edits; any other number is the proposal an edit was put into


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
    """What its author wants one thing to be: new values by field, as text. The old ones are read when it is shown."""

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
    """The edits of the shared draft or of one proposal, oldest first; several of one thing lie on top of each other."""
    return tuple(map(_edit_from, await _rows(session, proposal)))


async def _rows(session: Session, proposal: int) -> Sequence[Any]:
    return (await session.execute(select(DRAFT).where(DRAFT.c.proposal == proposal).order_by(DRAFT.c.id))).all()


def merge_edits(layers: Iterable[Edit]) -> Edit:
    """What edits of one thing, oldest first, come to: of each field the latest wish. Its author is the latest one."""
    return reduce(_merged, layers)


def _merged(earlier: Edit, later: Edit) -> Edit:
    if later.removed:
        return later
    why = (
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
        why or earlier.reason,
        added=earlier.added or later.added,
    )


async def add_edits(session: Session, wanted: Sequence[Edit]) -> None:
    """Lay edits, at most one of each thing, on top of the shared draft.

    Where the same author's lies there already, the two become one.
    """
    tops = {(row.entity_type, row.key): row for row in await _rows(session, SHARED)}
    own = {(edit.entity_type, edit.key): edit.author for edit in wanted}
    joined = {thing: row for thing, row in tops.items() if own.get(thing) == row.author}
    await _delete(session, [row.id for row in joined.values()])
    await append_edits(session, [_joined(joined.get((edit.entity_type, edit.key)), edit) for edit in wanted])


def _joined(top: Any | None, edit: Edit) -> Edit:
    return edit if top is None else merge_edits([_edit_from(top), edit])


async def append_edits(session: Session, layers: Sequence[Edit]) -> None:
    """Lay edits on top of the shared draft as they are, in their order."""
    await insert_all(session, DraftRow, [_row(edit) for edit in layers])


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
    """Throw away everybody's edits of those things, or all of them."""
    if keys is None:
        await session.execute(delete(DRAFT).where(DRAFT.c.proposal == proposal))
        return
    # An import names a hundred thousand things of which the draft holds none or a few.
    named = frozenset(keys)
    rows = await session.execute(
        select(DRAFT.c.id, DRAFT.c.entity_type, DRAFT.c.key).where(DRAFT.c.proposal == proposal)
    )
    await _delete(session, [row.id for row in rows if (row.entity_type, row.key) in named])


async def remove_edits(session: Session, gone: Iterable[Edit]) -> None:
    """Throw away what the authors of *gone* wanted of its things; what others wanted of them stays."""
    named = {(edit.entity_type, edit.key, edit.author) for edit in gone}
    rows = await _rows(session, SHARED)
    await _delete(session, [row.id for row in rows if (row.entity_type, row.key, row.author) in named])


async def blank_reasons(session: Session, words: Sequence[str]) -> int:
    """Remove why an edit was made wherever that holds any of *words*; the edits stay. Returns how many."""
    rows = await session.execute(select(DRAFT.c.id, DRAFT.c.reason).where(DRAFT.c.reason != ""))
    naming = [row.id for row in rows if mentions_any(row.reason, words)]
    for each in naming:
        await session.execute(update(DRAFT).where(DRAFT.c.id == each).values(reason=""))
    return len(naming)
