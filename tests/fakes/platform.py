"""A chat platform in memory. It remembers what stands where, and fails the way real ones do when told to."""

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
    """A card standing in a room."""

    id: str
    tag: str
    card: Card
    thread: str = ""
    only_for: str = ""
    file: Attachment | None = None


@dataclass
class PlatformFaults:
    """How the platform behaves. A list is used up, one entry a call; cuts and bugs spare those that only look."""

    down: bool = False
    cuts: list[Cut] = field(default_factory=list)  # the line goes dead before or after the call is carried out
    pauses_s: list[float] = field(default_factory=list)  # "too many requests, come back in so many seconds"
    bugs: int = 0  # so many calls raise what no platform may raise
    archived: list[str] = field(default_factory=list)  # rooms where nothing arrives any more


async def _at_once() -> None:
    """No delay."""


def _forget(_did: str, _room: str, _message: PostedMessage) -> None:
    """Nobody keeps a log."""


def link_to(room: str, message_id: str) -> str:
    return f"https://chat.example/{room}/{message_id}"


class FakePlatform:
    """A ChatPlatform that keeps rooms. Calling it inside a transaction is a mistake that it refuses.

    *pause* is waited for before and after each call is carried out; *note* hears of everything that was.
    """

    def __init__(
        self,
        name: str = "fake",
        *,
        can_find: bool = True,
        spacing: timedelta = timedelta(0),
        pause: Callable[[], Awaitable[None]] = _at_once,
        on_change: Callable[[str, str, PostedMessage], None] = _forget,
    ) -> None:
        self.name = name
        self.can_find = can_find
        self.spacing = spacing
        self.faults = PlatformFaults()
        self.rooms: dict[str, list[PostedMessage]] = {}
        self.attempts: list[str] = []  # what was called, in order, carried out or not
        self._pause = pause
        self._note = on_change
        self._ids = count(1)
        self._open = asyncio.Event()
        self._open.set()
        self._news = asyncio.Event()

    # What a test asks afterwards.

    def titles_in(self, room: str) -> list[str]:
        """The titles of the cards standing there, oldest first."""
        return [message.card.title for message in self.messages_in(room)]

    def messages_in(self, room: str) -> list[PostedMessage]:
        return self.rooms.get(room, [])

    # What a test tells it beforehand.

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Let every call arrive, and none go on, until the block ends."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    async def wait_until(self, so: Callable[[], bool]) -> None:
        """Wait until that is true, looking whenever a call arrives or was carried out."""
        while not so():
            self._news.clear()
            await self._news.wait()

    async def wait_for_attempts(self, times: int) -> None:
        await self.wait_until(lambda: len(self.attempts) >= times)

    async def wait_for_messages(self, messages: int) -> None:
        await self.wait_until(lambda: sum(map(len, self.rooms.values())) >= messages)

    # The port.

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        async with self._call("post", to):
            message = PostedMessage(f"m{next(self._ids)}", tag, card, to.thread, to.only_for, file)
            self.rooms.setdefault(to.conversation, []).append(message)
            self._note("post", to.conversation, message)
        return message.id

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        async with self._call("update", to):
            room = self.messages_in(to.conversation)
            if remote_id not in [message.id for message in room]:
                raise Rejected("message_not_found")
            for place, message in enumerate(room):
                if message.id == remote_id:
                    room[place] = replace(message, card=card, tag=tag)
                    self._note("update", to.conversation, room[place])

    async def delete(self, to: Address, remote_id: str) -> None:
        async with self._call("delete", to):
            for message in list(self.messages_in(to.conversation)):
                if message.id == remote_id:
                    self.rooms[to.conversation].remove(message)
                    self._note("delete", to.conversation, message)

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        async with self._call("find", to):
            standing = [message for message in self.messages_in(to.conversation) if not message.only_for]
            return next((message.id for message in standing if message.tag == tag), None)

    def link(self, to: Address, remote_id: str) -> str:
        return link_to(to.conversation, remote_id)

    @asynccontextmanager
    async def _call(self, name: str, to: Address) -> AsyncIterator[None]:
        """One request. What stands inside the block is the moment it is carried out."""
        if inside_transaction():
            raise AssertionError("a platform was called while a transaction was open")
        self.attempts.append(name)
        self._news.set()
        await self._open.wait()
        cut = self._refuse(name, to)
        await self._pause()
        yield
        self._news.set()
        await self._pause()
        if cut == "after":
            raise Unavailable(self.name, uncertain=True)

    def _refuse(self, name: str, to: Address) -> Cut:
        """Raise what the mood asks for; return whether the line will be cut after all went well."""
        mood = self.faults
        if mood.pauses_s:
            raise Unavailable(self.name, retry_after=timedelta(seconds=mood.pauses_s.pop(0)))
        if mood.down:
            raise Unavailable(self.name)
        if to.conversation in mood.archived:
            raise Rejected("is_archived", closes_place=True)
        if name == "find":
            return "no"
        if mood.bugs:
            mood.bugs -= 1
            raise ValueError("a renderer met something it does not know")
        cut = mood.cuts.pop(0) if mood.cuts else "no"
        if cut == "before":
            raise Unavailable(self.name, uncertain=True)
        return cut
