"""A chat platform as the deliverer sees it: post a card, update it, delete it, find it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from integrations.ports.cards import Card
from integrations.ports.inbound import Attachment


@dataclass(frozen=True, slots=True)
class Address:
    """Where a card goes. `conversation` is the platform's id, or `@account` for a direct conversation.

    `only_for` is the one account that may read the card: an ephemeral message where the platform has them, a direct
    message where it does not. `via` is the platform's own return address, as encrypted by its adapter.
    """

    platform: str
    workspace: str
    conversation: str
    thread: str = ""
    only_for: str = ""
    via: str = ""


class ChatPlatform(Protocol):
    """Every method raises `Unavailable` (worth trying again) or `Rejected` (do not retry), and nothing else.

    `tag` identifies the delivery; a platform that can find messages stores it with the message.
    """

    name: str
    can_find: bool  # False: an uncertain post is sent again (at least once)
    spacing: timedelta  # minimum time between two new messages in one place; zero if the platform has no such limit

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        """Post *card*, with *file* attached, and return the platform's id of the message.

        A message for one account only (`only_for`) cannot be updated or found; its id may be "".
        """

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        """Replace the message in place. Idempotent."""

    async def delete(self, to: Address, remote_id: str) -> None:
        """Delete the message. A message that is already gone is not an error."""

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        """The id of the message with *tag* that was posted at or after *since*, if there is one."""

    def link(self, to: Address, remote_id: str) -> str:
        """A URL that opens that message, or "" when the platform has none."""
