"""Whoever was forgotten is mentioned in no column of any table, in plain, in JSON, in base64 or encrypted."""

from __future__ import annotations

import base64
import json
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Float, Integer, Table, insert
from sqlmodel import AutoString, SQLModel

from storage import redaction
from storage.redaction_sweep import ENCRYPTED, KEPT_TABLES, is_swept, remove_mentions, swept_tables
from storage.store import Store, UtcDateTime
from tests.app import MONDAY, ReversingCipher
from tests.store_dump import dump_tables

WORDS = ("Ada Byron", "ada.byron@x.org", "U0ADA")
CIPHER = ReversingCipher()
CALENDAR = base64.b64encode(b"ATTENDEE;CN=Ada Byron:mailto:ada.by\r\n ron@x.org").decode()
FORMS = (
    "lunch with ADA  BYRON on Monday",
    json.dumps({"who": ["ada.byron@x.org"], "Ada Byron": {"account": "<@U0ADA>"}}),
    json.dumps({"file": {"name": "tour.ics", "content": CALENDAR}}),
)


def value_of(table: Table, column: Column[Any], text: str) -> object:
    if foreign := next(iter(column.foreign_keys), None):
        return value_of(foreign.column.table, foreign.column, text)
    if table.name not in KEPT_TABLES and is_swept(table, column):
        return CIPHER.encrypt(text) if (table.name, column.name) in ENCRYPTED else text
    plain = {AutoString: "k", Boolean: False, Integer: 1, Float: 0.0, Date: MONDAY.date(), UtcDateTime: MONDAY}
    return plain[type(column.type)]


async def fill_every_table(store: Store) -> int:
    """One row in each table, with a mention in each column that is swept; returns how many mentions that is."""
    forms, count = cycle(FORMS), 0
    list(swept_tables())  # loads every module of storage
    async with store.transaction() as session:
        for table in SQLModel.metadata.sorted_tables:
            row = {column.name: value_of(table, column, next(forms)) for column in table.columns}
            await session.execute(insert(table).values(row))
            count += sum(is_swept(table, column) for column in table.columns if table.name not in KEPT_TABLES)
    return count


async def test_no_column_of_any_table_mentions_who_was_forgotten(store: Store) -> None:
    assert await fill_every_table(store) >= 90

    async with store.transaction() as session:
        await remove_mentions(session, WORDS, decrypt=decrypt, encrypt=CIPHER.encrypt)

    for table, rows in (await dump_tables(store)).items():
        for trace in ("Byron", "BYRON", "ada.byron", "U0ADA", CALENDAR, CIPHER.encrypt("ada.byron@x.org")[7:]):
            assert trace not in "".join(rows), table


def decrypt(text: str) -> str:
    return CIPHER.decrypt(text) if text.startswith("sealed:") else ""


async def test_what_mentions_nobody_stays_as_it_is(store: Store) -> None:
    await fill_every_table(store)
    before = await dump_tables(store)

    async with store.transaction() as session:
        changed = await remove_mentions(session, ("Somebody Else",), decrypt=decrypt, encrypt=CIPHER.encrypt)

    assert changed == 0
    assert await dump_tables(store) == before


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("thanks to Ada Byron!", "thanks to [removed]!"),
        ("for ADA.BYRON@x.org and Bo", "for [removed] and Bo"),
        ("Ádá Byron", "[removed]"),
        ("Ada Byronson", "Ada Byronson"),
    ],
)
def test_only_the_mention_goes(text: str, left: str) -> None:
    assert redaction.text_without(text, WORDS) == left
