"""The last step of forgetting a person: no column of any table mentions them, except those listed here with a reason.

Slices forget what they know the meaning of. This sweep reads every text column of every table there is, so that text
which no slice covers (a question of somebody else, a file in a notice, a new table) is found as well.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Collection, Iterator

from sqlalchemy import Column, Table, UniqueConstraint, select, update
from sqlmodel import AutoString, SQLModel

import storage
from storage.redaction import is_mentioned_in, text_without, without
from storage.store import Session

# Table -> why it is left alone.
KEPT_TABLES = {
    "campaign": "names of campaigns are the organisation's",
    "campaign_version": "the history of campaigns",
    "change": "history, whose hashes prove it; an item's own title or summary is edited first",
    "draft": "titles and summaries that are to become history; the reasons are blanked by the slice",
    "item_version": "the history of items",
    "person": "rows of other people, who may have the same name; the person's own row is deleted",
    "revision": "history, whose hashes prove it; the reasons are blanked by the slice",
    "team": "names of teams are the organisation's",
}
ENCRYPTED = {
    ("dinner_guest", "encrypted_needs"),
    ("inbox", "encrypted"),
    ("tour_debrief", "text"),  # unless it is shared
    ("tour_member", "note"),
    ("vendor_state", "encrypted"),
}

Cipher = Callable[[str], str]


async def remove_mentions(session: Session, words: Collection[str], *, decrypt: Cipher, encrypt: Cipher) -> int:
    """Replace every mention of *words* in every column that is not kept; return in how many rows.

    *decrypt* returns "" for a text that it cannot open.
    """
    changed = 0
    for table in swept_tables():
        columns = [column for column in table.columns if is_swept(table, column)]
        keys = list(table.primary_key.columns)
        for row in (await session.execute(select(*{*keys, *columns}))).all() if columns else ():
            old = {column.name: getattr(row, column.name) for column in columns}
            new = {
                name: _without(value, words, _is_encrypted(table.name, name), decrypt, encrypt)
                for name, value in old.items()
                if value
            }
            values = {name: value for name, value in new.items() if value != old[name]}
            if values:
                here = [column == getattr(row, column.name) for column in keys]
                await session.execute(update(table).where(*here).values(**values))
                changed += 1
    return changed


def swept_tables() -> Iterator[Table]:
    """Every table of the store that is not kept, also of modules that nothing has loaded yet."""
    for module in pkgutil.iter_modules(storage.__path__, "storage."):
        importlib.import_module(module.name)
    return (table for table in SQLModel.metadata.sorted_tables if table.name not in KEPT_TABLES)


def is_swept(table: Table, column: Column[object]) -> bool:
    """Text that is no key: keys hold ids and addresses, which the slices remove."""
    unique = {part.name for rule in table.constraints if isinstance(rule, UniqueConstraint) for part in rule.columns}
    return isinstance(column.type, AutoString) and not column.primary_key and column.name not in unique


def _is_encrypted(table: str, column: str) -> bool:
    return (table, column) in ENCRYPTED


def _without(text: str, words: Collection[str], encrypted: bool, decrypt: Cipher, encrypt: Cipher) -> str:  # noqa: FBT001
    plain = decrypt(text) if encrypted else ""
    if plain:
        left = _plain_without(plain, words)
        return text if left == plain else encrypt(left)
    return _plain_without(text, words)


def _plain_without(text: str, words: Collection[str]) -> str:
    if text[:1] in '[{"':
        try:
            data = json.loads(text)
        except ValueError:
            return text_without(text, words)
        if not is_mentioned_in(data, words):
            return text
        return json.dumps(without(data, words), ensure_ascii=False)
    return text_without(text, words) if not is_mentioned_in(text, words) else str(without(text, words))
