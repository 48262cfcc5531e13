"""The web page as a chat platform: messages are kept in our own store, and open tabs are notified of changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from integrations.ports.cards import Card, context
from integrations.ports.chat import Address
from integrations.ports.errors import Rejected
from integrations.ports.inbound import Attachment
from integrations.ports.state import MessageLog

PLATFORM = "console"

# A tab that falls further behind loses the oldest events and has to reload the room.
MAX_UNREAD = 500


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """A change in a room. A removed message has no card; `at` is when the message was posted, not when it changed.

    The same event may be sent twice.
    """

    kind: Literal["posted", "updated", "removed"]
    conversation: str
    message_id: str
    card: Card | None = None
    tag: str = field(default="", compare=False)
    at: datetime | None = field(default=None, compare=False)


class RoomListener:
    """Events of all rooms from now on, in order. Iterate over it, or call `unread` for those that have arrived.

    `missed` is True once an event was dropped because the queue was full.
    """

    def __init__(self) -> None:
        self._unread: asyncio.Queue[RoomEvent | None] = asyncio.Queue(MAX_UNREAD)
        self.missed = False
        self.closed = False

    def close(self) -> None:
        """End the stream and wake a waiting reader."""
        self.closed = True
        self.put(None)

    def put(self, event: RoomEvent | None) -> None:
        if self._unread.full():
            self._unread.get_nowait()
            self.missed = True
        self._unread.put_nowait(event)

    async def next(self, within: timedelta) -> RoomEvent | None:
        """The next event; None if there is none for that long."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await self._unread.get()
        except TimeoutError:
            return None

    def reset(self) -> None:
        """Drop the unread events, because the reader reloads the rooms."""
        self.unread()
        self.missed = False

    def unread(self) -> tuple[RoomEvent, ...]:
        """The unread events, without waiting."""
        events = [self._unread.get_nowait() for _ in range(self._unread.qsize())]
        return tuple(event for event in events if event is not None)

    async def __aiter__(self) -> AsyncIterator[RoomEvent]:
        while event := await self._unread.get():
            yield event


class WebChat:
    """A ChatPlatform whose messages are kept by a `MessageLog`. *page* gives the URL of a message on the page."""

    name = PLATFORM
    can_find = True
    spacing = timedelta(0)

    def __init__(self, rooms: MessageLog, page: Callable[[str, str], str] = lambda _conversation, _id: "") -> None:
        self._log = rooms
        self._page = page
        self._listeners: list[RoomListener] = []

    @contextmanager
    def subscribe(self) -> Iterator[RoomListener]:
        """Listen to all rooms within the `with` block."""
        listener = RoomListener()
        self._listeners.append(listener)
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

    def close_listeners(self) -> None:
        """End the streams of all listeners."""
        for listener in tuple(self._listeners):
            listener.close()

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        if file:
            # The page can only offer a file with the reply to a request, not in a room.
            card = replace(card, blocks=(*card.blocks, context(f"The file {file.name} is not kept in this room.")))
        message_id, at = await self._log.put(to.conversation, card, tag)
        self._notify(RoomEvent("posted", to.conversation, message_id, card, tag, at))
        return message_id

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        at = await self._log.replace(to.conversation, remote_id, card)
        if at is None:
            raise Rejected("message_not_found")
        self._notify(RoomEvent("updated", to.conversation, remote_id, card, tag, at))

    async def delete(self, to: Address, remote_id: str) -> None:
        await self._log.remove(to.conversation, remote_id)
        self._notify(RoomEvent("removed", to.conversation, remote_id))

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        return await self._log.find(to.conversation, tag, since)

    def link(self, to: Address, remote_id: str) -> str:
        return self._page(to.conversation, remote_id)

    def _notify(self, event: RoomEvent) -> None:
        for listener in self._listeners:
            listener.put(event)
