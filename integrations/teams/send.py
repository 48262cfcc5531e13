"""Cards to Teams, through the Bot Connector."""

from __future__ import annotations

from datetime import datetime

from integrations.ports.cards import Card
from integrations.ports.chat import Address
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import Attachment


class TeamsChat:
    """A ChatPlatform. The Connector cannot list messages, so an uncertain post is sent again: at least once."""

    name = "teams"
    can_find = False

    async def post(self, to: Address, card: Card, tag: str, file: Attachment | None = None) -> str:
        raise Unavailable(self.name)

    async def update(self, to: Address, remote_id: str, card: Card, tag: str) -> None:
        raise Unavailable(self.name)

    async def delete(self, to: Address, remote_id: str) -> None:
        raise Unavailable(self.name)

    async def find(self, to: Address, tag: str, since: datetime) -> str | None:
        return None

    def link(self, to: Address, remote_id: str) -> str:
        return ""
