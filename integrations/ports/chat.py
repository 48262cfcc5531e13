"""A chat platform as the post sees it: put a card somewhere, change it, take it away, look whether it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from integrations.ports.cards import Card
from integrations.ports.inbound import Attachment


@dataclass(frozen=True, slots=True)
class Address:
    """Where a card goes. `conversation` is the platform's id, or `@account` for a direct conversation.

    `only_for` is the one account in it that may read the card: shown there to nobody else where the platform can,
    said in a direct conversation where it cannot. `via` is the platform's own way back, as its door sealed it.
    """

    platform: str
    workspace: str
    conversation: str
    thread: str = ""
    only_for: str = ""
    via: str = ""


class ChatPlatform(Protocol):
    """Every method raises `Unavailable` (worth trying again) or `Rejected` (never), and nothing else.

    `tag` names the delivery; a platform that can look messages up again keeps it beside the message.
    """

    name: str
    can_find: bool  # False: an uncertain post is sent again, at least once
    spacing: timedelta  # between two new messages in one place; none where the platform does not mind

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        """Put *card* there, with *file* beside it, and return the platform's id of the message.

        What was posted for one account alone cannot be changed or found again; its id may be "".
        """

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        """Replace the message in place. Repeatable: doing it twice changes nothing."""

    async def delete(self, to: Address, remote_id: str) -> None:
        """Take the message away. One that is already gone is no error."""

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        """The id of the message carrying *tag* that was posted at or after *since*, if there is one."""

    def link(self, to: Address, remote_id: str) -> str:
        """An address that opens that message, or "" when the platform has none."""
