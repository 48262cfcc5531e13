"""Which restricted items a text names, by key or title: for keeping such a text from readers who may not see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from storage.roadmap import ITEM, as_of, split_list
from storage.store import Session
from storage.values.company import Audience
from storage.values.text import contains_words, plain


@dataclass(frozen=True, slots=True)
class RestrictedItem:
    """A restricted item by its folded names, and who may see it."""

    key: str
    names: tuple[str, ...]
    visible_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RestrictedNames:
    """All items that are restricted now, loaded once for any number of texts."""

    items: tuple[RestrictedItem, ...]

    def named_in(self, text: str, audience: Audience) -> Mapping[str, tuple[str, ...]]:
        """The items that *audience* may see and *text* names: their keys, and who may see them."""
        text_to_search = plain(text)
        return {
            item.key: item.visible_to
            for item in self.items
            if audience.may_see(item.visible_to) and any(contains_words(text_to_search, name) for name in item.names)
        }


async def restricted_names(session: Session) -> RestrictedNames:
    query = select(ITEM.c.key, ITEM.c.title, ITEM.c.visible_to).where(as_of(ITEM, None), ITEM.c.visible_to != "")
    return RestrictedNames(
        tuple(
            RestrictedItem(row.key, (plain(row.key), plain(row.title)), split_list(row.visible_to))
            for row in await session.execute(query)
        )
    )
