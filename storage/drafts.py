"""The shared draft: edits that wait to be published. An edit under a proposal belongs to that revision's number."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.store import Session, UtcDateTime, batches, insert_all, table_of
from storage.traces import names_any
from storage.values import Noun

SHARED = 0  # the draft that everybody edits; any other number is the proposal an edit was put into


class DraftRow(SQLModel, table=True):
    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("proposal", "noun", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    proposal: int = SHARED
    noun: str
    key: str
    fields: str
    added: bool = False
    removed: bool = False
    why: str = ""
    author: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


DRAFT = table_of(DraftRow)


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wants one thing to be: new values by field, as text. The old ones are read when it is shown."""

    noun: Noun
    key: str
    fields: Mapping[str, str]
    author: str
    at: datetime
    why: str = ""
    added: bool = False
    removed: bool = False


def _edit_from(row: Any) -> Edit:
    return Edit(
        row.noun, row.key, json.loads(row.fields), row.author, row.at, row.why, added=row.added, removed=row.removed
    )


async def edits(session: Session, proposal: int = SHARED) -> tuple[Edit, ...]:
    """The edits of the shared draft or of one proposal, oldest first."""
    rows = await session.execute(select(DRAFT).where(DRAFT.c.proposal == proposal).order_by(DRAFT.c.id))
    return tuple(_edit_from(row) for row in rows)


async def keep(session: Session, wanted: Sequence[Edit]) -> None:
    """Add edits to the shared draft. A later edit of the same field replaces the earlier one."""
    there = {(edit.noun, edit.key): edit for edit in await edits(session)}
    fresh = {(edit.noun, edit.key): _merged(there.get((edit.noun, edit.key)), edit) for edit in wanted}
    await discard(session, fresh.keys() & there.keys())
    await insert_all(session, DraftRow, [_row(edit) for edit in fresh.values()])


def _merged(earlier: Edit | None, later: Edit) -> Edit:
    if earlier is None or later.removed:
        return later
    why = later.why if later.why in earlier.why or not earlier.why else f"{earlier.why}; {later.why}".rstrip("; ")
    return Edit(
        later.noun,
        later.key,
        {**earlier.fields, **later.fields},
        later.author,
        later.at,
        why or earlier.why,
        added=earlier.added or later.added,
    )


def _row(edit: Edit) -> dict[str, Any]:
    return {
        "proposal": SHARED,
        "noun": edit.noun,
        "key": edit.key,
        "fields": json.dumps(dict(edit.fields), ensure_ascii=False),
        "added": edit.added,
        "removed": edit.removed,
        "why": edit.why,
        "author": edit.author,
        "at": edit.at,
    }


async def put_into_proposal(session: Session, number: int) -> None:
    """Everything in the shared draft becomes proposal *number*; later edits start a new draft."""
    await session.execute(update(DRAFT).where(DRAFT.c.proposal == SHARED).values(proposal=number))


async def give_back(session: Session, number: int) -> None:
    """Return a proposal's edits to the shared draft; what was edited since wins."""
    proposed, since = await edits(session, number), await edits(session)
    await session.execute(delete(DRAFT).where(DRAFT.c.proposal.in_([number, SHARED])))
    await keep(session, proposed)
    await keep(session, since)


async def discard(session: Session, keys: Collection[tuple[Noun, str]] | None = None, proposal: int = SHARED) -> None:
    """Throw away the edits of those things, or all of them."""
    if keys is None:
        await session.execute(delete(DRAFT).where(DRAFT.c.proposal == proposal))
        return
    # An import names a hundred thousand things of which the draft holds none or a few.
    named = frozenset(keys)
    rows = await session.execute(select(DRAFT.c.id, DRAFT.c.noun, DRAFT.c.key).where(DRAFT.c.proposal == proposal))
    for batch in batches([row.id for row in rows if (row.noun, row.key) in named]):
        await session.execute(delete(DRAFT).where(DRAFT.c.id.in_(batch)))


async def blank_whys(session: Session, words: Sequence[str]) -> int:
    """Remove why an edit was made wherever that holds any of *words*; the edits stay. Returns how many."""
    rows = await session.execute(select(DRAFT.c.id, DRAFT.c.why).where(DRAFT.c.why != ""))
    naming = [row.id for row in rows if names_any(row.why, words)]
    for each in naming:
        await session.execute(update(DRAFT).where(DRAFT.c.id == each).values(why=""))
    return len(naming)
