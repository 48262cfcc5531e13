"""Find items whose whole title occurs in a text, with one query of the index, however many items there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal, select

from storage import search
from storage.roadmap import ITEM, as_of, visible_to
from storage.store import Session, batches
from storage.values.company import Audience
from storage.values.questions import ItemTitle

LONGEST_TITLE = 20  # words
LONGEST_TEXT = 60  # words that are searched: the last ones, because people tell the story first and ask at the end
MOST_COLUMNS = 40  # in one query
_QUOTES = frozenset("\"“”„«»'‘’")


async def titles_in(session: Session, words: str, audience: Audience) -> tuple[ItemTitle, ...]:
    """The current items that *audience* may see and whose title, of at least two words, occurs in *words*.

    If *words* contains quotation marks, titles of one word are found too; the caller checks that
    they are inside the marks.
    """
    shortest = 1 if _QUOTES.intersection(words) else 2
    version_ids = search.versions_titled(session.get_bind().dialect.name, _stretches(search.terms(words), shortest))
    if version_ids is None:
        return ()
    # Two queries, because PostgreSQL overestimates the number of hits in a combined one and then reads every item.
    versions = (await session.execute(version_ids)).scalars().all()
    titles: list[ItemTitle] = []
    for batch in batches(versions):
        query = select(ITEM.c.title, ITEM.c.key).where(as_of(ITEM, None), visible_to(audience), ITEM.c.id.in_(batch))
        titles += [ItemTitle(row.title, row.key) for row in await session.execute(query)]
    return tuple(sorted(titles, key=lambda title: title.key))


def _stretches(terms: Sequence[str], shortest: int) -> Iterator[Sequence[str]]:
    recent = terms[-LONGEST_TEXT:]
    for first in range(len(recent)):
        for last in range(first + shortest, min(len(recent), first + LONGEST_TITLE) + 1):
            yield recent[first:last]


async def known_words(session: Session, beginnings: Collection[str], words: str, audience: Audience) -> frozenset[str]:
    """Those of *beginnings* that begin a word of a title or key, and with a `#` those of *words* that occur in a tag.

    Only items that *audience* may see now count, so that nobody can probe for hidden titles.
    """
    dialect = session.get_bind().dialect.name
    queries = {
        term: search.versions_headed(dialect, [term])
        for beginning in sorted(beginnings)
        for term in search.terms(beginning)
        if term == beginning
    }
    last = dict.fromkeys(term for term in search.terms(words)[-LONGEST_TEXT:] if len(term) > 1)
    queries |= {f"#{term}": search.versions_tagged(dialect, term) for term in last}
    return await _with_hits(session, queries, audience)


async def known_pairs(session: Session, pairs: Collection[tuple[str, str]], audience: Audience) -> frozenset[str]:
    """Those of *pairs*, joined by a space, that begin words of one title or key which *audience* may see now."""
    dialect = session.get_bind().dialect.name
    last = list(pairs)[-LONGEST_TEXT:]
    return await _with_hits(session, {" ".join(pair): search.versions_headed(dialect, pair) for pair in last}, audience)


async def _with_hits(session: Session, queries: Mapping[str, Select[Any]], audience: Audience) -> frozenset[str]:
    """The names of those *queries* that find a current item which *audience* may see."""
    known: set[str] = set()
    for batch in batches(list(queries), size=MOST_COLUMNS):
        columns = [_holds(queries[name], audience).label(f"w{place}") for place, name in enumerate(batch)]
        row = (await session.execute(select(*columns))).one()
        known.update(name for name, holds in zip(batch, row, strict=True) if holds)
    return frozenset(known)


def _holds(versions: Select[Any], audience: Audience) -> ColumnElement[bool]:
    """Whether one of *versions* is current and visible. The index is read first, and no further than to such a one."""
    hits = versions.subquery()
    query = select(literal(1)).select_from(hits.join(ITEM, ITEM.c.id == hits.c.id))
    return exists(query.where(as_of(ITEM, None), visible_to(audience)).limit(1))


async def title_words(session: Session, audience: Audience, revision: int | None = None) -> frozenset[str]:
    """Every word of a title or key that *audience* may read, folded: for correcting typing mistakes."""
    rows = await session.execute(select(ITEM.c.title, ITEM.c.key).where(as_of(ITEM, revision), visible_to(audience)))
    return frozenset(term for row in rows for term in (*search.terms(row.title), *search.terms(row.key)))
