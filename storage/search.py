"""Find items by their words. The index contains every version of an item, so that the past can be searched too.

Campaign, team and audience are conditions of the surrounding query. The index also contains the campaign as a token,
because filtering a hundred thousand hits afterwards is slow, and the whole title as a token, because a sentence that
names an item has dozens of word sequences that may be its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.sql.expression import column, literal_column, table

from storage.store import Session
from storage.values.text import fold

# FTS5 ranks by weights per column; a hit in the title or key counts more than one in the summary.
INDEX = table("item_words", column("rowid"), column("version_id"), column("heading"), column("body"), column("words"))

_ARTICLES = frozenset({"the", "a", "an"})
_TERM = re.compile(r"[^\W_]+")


def title_token(words: Sequence[str]) -> str:
    """The token in the index for the whole title that consists of *words*. No title contains such a word."""
    bare = words[1:] if len(words) > 1 and words[0] in _ARTICLES else words
    return "zzt" + sha256(" ".join(bare).encode()).hexdigest()[:12]


@lru_cache(maxsize=4096)
def campaign_token(key: str) -> str:
    """The token in the index for one campaign. No title contains such a word."""
    return "zzc" + sha256(key.encode()).hexdigest()[:10]


def terms(words: str) -> tuple[str, ...]:
    """The searchable words in *words*: letters and digits only, so that no query syntax is left."""
    return tuple(_TERM.findall(fold(words)))


@lru_cache(maxsize=4096)
def tag_token(word: str) -> str:
    """The token in the index for a tag of which *word* is a word. No title contains such a word."""
    return "zzg" + sha256(word.encode()).hexdigest()[:10]


def index_row(
    version_id: int, key: str, title: str, summary: str, campaigns: Iterable[str], tags: Iterable[str] = ()
) -> Mapping[str, Any]:
    """The index row of one item version."""
    tag_tokens = [tag_token(word) for tag in tags for word in terms(tag)]
    tokens = " ".join([title_token(terms(title)), *map(campaign_token, campaigns), *tag_tokens])
    heading = " ".join(terms(f"{key} {title}"))
    return {"version_id": version_id, "heading": heading, "body": f"{' '.join(terms(summary))} {tokens}"}


async def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add item versions to the index; *rows* come from `index_row`."""
    if not rows:
        return
    if session.get_bind().dialect.name == "sqlite":
        statement = "INSERT INTO item_words(rowid, heading, body) VALUES (:version_id, :heading, :body)"
    else:
        statement = (
            "INSERT INTO item_words(version_id, words) VALUES (:version_id, "
            "setweight(to_tsvector('simple', :heading), 'A') || setweight(to_tsvector('simple', :body), 'B'))"
        )
    await session.execute(text(statement), list(rows))


def versions_with(dialect: str, words: Iterable[str], campaigns: Sequence[str] = ()) -> Select[Any] | None:
    """A query for the ids of the versions whose text contains every one of *words*, each as the beginning of a word.

    *campaigns*, when given, are alternatives. None when *words* has nothing to search for.
    """
    all_terms = [term for word in words for term in terms(word)]
    if not all_terms:
        return None
    tokens = [campaign_token(key) for key in campaigns]
    if dialect == "sqlite":
        query = " ".join(f'"{term}"{"*" * _is_begun(term)}' for term in all_terms)
        if tokens:
            query = f"{query} AND ({' OR '.join(tokens)})"
        return select(INDEX.c.rowid).where(literal_column("item_words").op("MATCH")(query))
    query = " & ".join(f"{term}{':*' * _is_begun(term)}" for term in all_terms)
    if tokens:
        query = f"{query} & ({' | '.join(tokens)})"
    return select(INDEX.c.version_id).where(
        INDEX.c.words.op("@@")(func.to_tsquery(literal_column("'simple'::regconfig"), query))
    )


def _is_begun(term: str) -> bool:
    """Whether the term may be the beginning of a word. Two letters ("wi", "fi") begin too many, so they match exactly."""
    return len(term) > 2


def versions_headed(dialect: str, beginnings: Sequence[str]) -> Select[Any]:
    """A query for the ids of the versions whose title or key has a word for each of *beginnings*, which are `terms`."""
    if dialect == "sqlite":
        query = "heading : (" + " AND ".join(f'"{beginning}"*' for beginning in beginnings) + ")"
        return select(INDEX.c.rowid.label("id")).where(literal_column("item_words").op("MATCH")(query))
    return select(INDEX.c.version_id.label("id")).where(_matches_query(" & ".join(f"{word}:*A" for word in beginnings)))


def versions_tagged(dialect: str, word: str) -> Select[Any]:
    """A query for the ids of the versions with a tag that contains *word*, one of `terms`."""
    if dialect == "sqlite":
        return select(INDEX.c.rowid.label("id")).where(literal_column("item_words").op("MATCH")(tag_token(word)))
    return select(INDEX.c.version_id.label("id")).where(_matches_query(tag_token(word)))


def _matches_query(query: str) -> ColumnElement[bool]:
    return INDEX.c.words.op("@@")(func.to_tsquery(literal_column("'simple'::regconfig"), query))


def matches(dialect: str, version_id: ColumnElement[int], words: Iterable[str]) -> ColumnElement[bool] | None:
    """The condition "the text of this version contains all of *words*"; None when there is nothing to search for."""
    versions = versions_with(dialect, words)
    return None if versions is None else version_id.in_(versions)


def versions_titled(dialect: str, stretches: Iterable[Sequence[str]]) -> Select[Any] | None:
    """A query for the version ids whose title is one of *stretches*, each given as `terms`; None without any."""
    tokens = dict.fromkeys(title_token(words) for words in stretches)
    if not tokens:
        return None
    if dialect == "sqlite":
        return select(INDEX.c.rowid).where(literal_column("item_words").op("MATCH")(" OR ".join(tokens)))
    query = " | ".join(tokens)
    return select(INDEX.c.version_id).where(
        INDEX.c.words.op("@@")(func.to_tsquery(literal_column("'simple'::regconfig"), query))
    )
