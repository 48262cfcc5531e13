"""What vendors must keep, kept in the store: the Protocols of `integrations.ports.keeping` over its functions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from integrations.ports.cards import Card, to_json
from integrations.ports.clock import Clock
from integrations.ports.errors import Unavailable
from storage import console
from storage.store import Store, StoreProblem


class StoredRooms:
    """A RoomLog: the messages of the console's rooms."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def put(self, conversation: str, card: Card, tag: str) -> str:
        with _as_a_neighbour():
            async with self._store.transaction() as db:
                return str(await console.put(db, conversation, to_json(card), tag, self._clock.now()))

    async def replace(self, conversation: str, message_id: str, card: Card) -> bool:
        if not message_id.isdecimal():
            return False
        with _as_a_neighbour():
            async with self._store.transaction() as db:
                return await console.replace(db, conversation, int(message_id), to_json(card))

    async def remove(self, conversation: str, message_id: str) -> None:
        if not message_id.isdecimal():
            return
        with _as_a_neighbour():
            async with self._store.transaction() as db:
                await console.remove(db, conversation, int(message_id))

    async def find(self, conversation: str, tag: str, since: datetime) -> str | None:  # noqa: ARG002
        # A tag is unique in its room for ever, so the search needs no bound.
        with _as_a_neighbour():
            async with self._store.reading() as db:
                found = await console.find(db, conversation, tag)
        return None if found is None else str(found)


@contextmanager
def _as_a_neighbour() -> Iterator[None]:
    """The store behind a platform is that platform being away: what was under way may have been kept."""
    try:
        yield
    except StoreProblem as problem:
        raise Unavailable("console", uncertain=True) from problem
