"""What a vendor must keep, as Protocols. `bot/app.py` hands in the storage's functions behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from integrations.ports.cards import Card


class RoomLog(Protocol):
    """The messages of the console's rooms: the console is its own platform, so somebody must keep them."""

    async def put(self, conversation: str, card: Card, tag: str) -> str:
        """Keep the message and return its id. A *tag* that is already there is the same message."""

    async def replace(self, conversation: str, message_id: str, card: Card) -> bool:
        """Change the message in place; False when there is no such message."""

    async def remove(self, conversation: str, message_id: str) -> None:
        """Take the message away; one that is gone already is no error."""

    async def find(self, conversation: str, tag: str, since: datetime) -> str | None:
        """The id of the message with that tag, if it is there."""
