"""A chat platform as the post sees it: put a card somewhere, change it, take it away, look whether it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from integrations.ports.cards import Card


@dataclass(frozen=True, slots=True)
class Address:
    """Where a card goes. `conversation` is the platform's id, or `@account` for a direct conversation."""

    platform: str
    workspace: str
    conversation: str
    thread: str = ""


class ChatPlatform(Protocol):
    """Every method raises `Unavailable` (worth trying again) or `Rejected` (never), and nothing else.

    `tag` names the delivery; a platform that can look messages up again keeps it beside the message.
    """

    name: str
    can_find: bool  # False: an uncertain post is sent again, at least once

    async def post(self, to: Address, card: Card, tag: str) -> str:
        """Put *card* there and return the platform's id of the message."""

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        """Replace the message in place. Repeatable: doing it twice changes nothing."""

    async def delete(self, to: Address, remote_id: str) -> None:
        """Take the message away. One that is already gone is no error."""

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        """The id of the message carrying *tag* that was posted at or after *since*, if there is one."""

    def link(self, to: Address, remote_id: str) -> str:
        """An address that opens that message, or "" when the platform has none."""
