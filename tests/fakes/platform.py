"""A chat platform in memory. It remembers what is posted where, and fails as real platforms do, on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Literal

from integrations.ports.cards import Card
from integrations.ports.chat import Address
from integrations.ports.errors import Rejected, Unavailable
from integrations.ports.inbound import Attachment
from storage.store import inside_transaction

Cut = Literal["before", "after", "no"]


@dataclass(frozen=True)
class PostedMessage:
    """A card that is posted in a room."""

    id: str
    tag: str
    card: Card
    thread: str = ""
    only_for: str = ""
    file: Attachment | None = None


@dataclass
class PlatformFaults:
    """How the platform fails. Each call uses up one entry of a list; `find` is not affected by cuts and bugs."""

    down: bool = False
    cuts: list[Cut] = field(default_factory=list)  # the connection breaks before or after the call is carried out
    pauses_s: list[float] = field(default_factory=list)  # "too many requests, retry after so many seconds"
    bugs: int = 0  # so many calls raise an error that no platform may raise
    archived: list[str] = field(default_factory=list)  # rooms that take no more messages


async def _at_once() -> None:
    """No delay."""


def _ignore(_did: str, _room: str, _message: PostedMessage) -> None:
    """Keep no log."""


def link_to(room: str, message_id: str) -> str:
    return f"https://chat.example/{room}/{message_id}"


class FakePlatform:
    """A ChatPlatform that keeps its rooms in memory. A call inside a transaction fails the test.

    *pause* is awaited before and after each call is carried out; *on_change* is called for everything carried out.
    """

    def __init__(
        self,
        name: str = "fake",
        *,
        can_find: bool = True,
        spacing: timedelta = timedelta(0),
        pause: Callable[[], Awaitable[None]] = _at_once,
        on_change: Callable[[str, str, PostedMessage], None] = _ignore,
    ) -> None:
        self.name = name
        self.can_find = can_find
        self.spacing = spacing
        self.faults = PlatformFaults()
        self.rooms: dict[str, list[PostedMessage]] = {}
        self.attempts: list[str] = []  # what was called, in order, carried out or not
        self._pause = pause
        self._on_change = on_change
        self._ids = count(1)
        self._open = asyncio.Event()
        self._open.set()
        self._changed = asyncio.Event()

    # For assertions.

    def titles_in(self, room: str) -> list[str]:
        """The titles of the cards posted there, oldest first."""
        return [message.card.title for message in self.messages_in(room)]

    def messages_in(self, room: str) -> list[PostedMessage]:
        return self.rooms.get(room, [])

    # For set-up and waiting.

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let every call arrive but hold it until the block ends."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until that is true; checked whenever a call arrives or was carried out."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    async def wait_for_attempts(self, times: int) -> None:
        await self.wait_until(lambda: len(self.attempts) >= times)

    async def wait_for_messages(self, messages: int) -> None:
        await self.wait_until(lambda: sum(map(len, self.rooms.values())) >= messages)

    # The port.

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        async with self._call("post", to):
            message = PostedMessage(f"m{next(self._ids)}", tag, card, to.thread, to.only_for, file)
            self.rooms.setdefault(to.conversation, []).append(message)
            self._on_change("post", to.conversation, message)
        return message.id

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        async with self._call("update", to):
            room = self.messages_in(to.conversation)
            if remote_id not in [message.id for message in room]:
                raise Rejected("message_not_found")
            for place, message in enumerate(room):
                if message.id == remote_id:
                    room[place] = replace(message, card=card, tag=tag)
                    self._on_change("update", to.conversation, room[place])

    async def delete(self, to: Address, remote_id: str) -> None:
        async with self._call("delete", to):
            for message in list(self.messages_in(to.conversation)):
                if message.id == remote_id:
                    self.rooms[to.conversation].remove(message)
                    self._on_change("delete", to.conversation, message)

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        async with self._call("find", to):
            public = [message for message in self.messages_in(to.conversation) if not message.only_for]
            return next((message.id for message in public if message.tag == tag), None)

    def link(self, to: Address, remote_id: str) -> str:
        return link_to(to.conversation, remote_id)

    @asynccontextmanager
    async def _call(self, name: str, to: Address) -> AsyncIterator[None]:
        """One request; the block carries it out."""
        if inside_transaction():
            raise AssertionError("a platform was called while a transaction was open")
        self.attempts.append(name)
        self._changed.set()
        await self._open.wait()
        cut = self._refuse(name, to)
        await self._pause()
        yield
        self._changed.set()
        await self._pause()
        if cut == "after":
            raise Unavailable(self.name, uncertain=True)

    def _refuse(self, name: str, to: Address) -> Cut:
        """Raise what the faults ask for; return whether the connection will break after the call succeeded."""
        faults = self.faults
        if faults.pauses_s:
            raise Unavailable(self.name, retry_after=timedelta(seconds=faults.pauses_s.pop(0)))
        if faults.down:
            raise Unavailable(self.name)
        if to.conversation in faults.archived:
            raise Rejected("is_archived", closes_place=True)
        if name == "find":
            return "no"
        if faults.bugs:
            faults.bugs -= 1
            raise ValueError("a renderer met an unknown element")
        cut = faults.cuts.pop(0) if faults.cuts else "no"
        if cut == "before":
            raise Unavailable(self.name, uncertain=True)
        return cut
