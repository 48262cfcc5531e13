"""State of the chat platforms that has to survive a restart: installations, conversation references. Stored encrypted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Column, delete, select, update
from sqlmodel import Field, SQLModel

from storage.store import Session, UtcDateTime, insert_new, table_of


class VendorStateRow(SQLModel, table=True):
    __tablename__ = "vendor_state"

    vendor: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    encrypted: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


VENDOR_STATE = table_of(VendorStateRow)


async def save(session: Session, vendor: str, kind: str, key: str, encrypted: str, at: datetime) -> None:
    """Store one value, replacing an earlier one with that key."""
    row = {"vendor": vendor, "kind": kind, "key": key, "encrypted": encrypted, "at": at}
    if not await insert_new(session, VendorStateRow, [row]):
        same = (VENDOR_STATE.c.vendor == vendor) & (VENDOR_STATE.c.kind == kind) & (VENDOR_STATE.c.key == key)
        await session.execute(update(VENDOR_STATE).where(same).values(encrypted=encrypted, at=at))


async def find(session: Session, vendor: str, kind: str, key: str) -> str | None:
    query = select(VENDOR_STATE.c.encrypted).where(
        VENDOR_STATE.c.vendor == vendor, VENDOR_STATE.c.kind == kind, VENDOR_STATE.c.key == key
    )
    return cast(str | None, (await session.execute(query)).scalar_one_or_none())


async def forget(session: Session, vendor: str, kind: str, key: str) -> None:
    await session.execute(
        delete(VENDOR_STATE).where(
            VENDOR_STATE.c.vendor == vendor, VENDOR_STATE.c.kind == kind, VENDOR_STATE.c.key == key
        )
    )


async def all_of(session: Session, vendor: str, kind: str) -> dict[str, str]:
    """Key -> encrypted value, of all values of that kind."""
    rows = await session.execute(
        select(VENDOR_STATE.c.key, VENDOR_STATE.c.encrypted)
        .where(VENDOR_STATE.c.vendor == vendor, VENDOR_STATE.c.kind == kind)
        .order_by(VENDOR_STATE.c.key)
    )
    return {row.key: row.encrypted for row in rows}


async def forget_conversations(
    session: Session, vendor: str, account: str, *, direct: str, conversation: str, decrypt: Callable[[str], str]
) -> None:
    """Delete how *account* is reached in private: every id of that person, and their direct conversations.

    Values of the kind *direct* map an id to a conversation; those of the kind *conversation* hold its reference.
    """
    conversations = {key: decrypt(value) for key, value in (await all_of(session, vendor, direct)).items()}
    theirs = {conversations[account]} if account in conversations else set()
    ids = {account} | {key for key, target in conversations.items() if target in theirs}
    references = {key: decrypt(value) for key, value in (await all_of(session, vendor, conversation)).items()}
    theirs |= {key for key, reference in references.items() if any(json.dumps(id_) in reference for id_ in ids)}
    await _forget_all(session, vendor, direct, ids | {key for key, target in conversations.items() if target in theirs})
    await _forget_all(session, vendor, conversation, theirs)


async def _forget_all(session: Session, vendor: str, kind: str, keys: Iterable[str]) -> None:
    for key in sorted(keys):
        await forget(session, vendor, kind, key)
