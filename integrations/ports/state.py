"""What a vendor must keep, as Protocols. `bot/app.py` hands in the storage's functions behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from integrations.ports.cards import Card
from integrations.ports.inbound import Account, ConversationRef

# Two kinds of notes by which somebody is reached in private; whoever is forgotten takes theirs along.
DIRECT_KIND = "direct"  # an account -> the conversation with that person alone
CONVERSATION_KIND = "conversation"  # a conversation -> the way to it, as JSON


class MessageLog(Protocol):
    """The messages of the console's rooms: the console is its own platform, so somebody must keep them."""

    async def put(self, conversation: str, card: Card, tag: str) -> tuple[str, datetime]:
        """Keep the message; return its id and since when it stands there. A *tag* that is there already is the same message."""

    async def replace(self, conversation: str, message_id: str, card: Card) -> datetime | None:
        """Change the message in place; return since when it stands there, None when there is no such message."""

    async def remove(self, conversation: str, message_id: str) -> None:
        """Take the message away; one that is gone already is no error."""

    async def find(self, conversation: str, tag: str, since: datetime) -> str | None:
        """The id of the message with that tag, if it is there."""


class Cipher(Protocol):
    """Encryption with the organisation's keys. Whatever could be used by somebody who finds it is kept sealed."""

    def encrypt(self, text: str) -> str:
        """*text*, unreadable without the key."""

    def decrypt(self, encrypted: str) -> str:
        """The inverse of `close`."""


class SecretStore(Protocol):
    """What one vendor must remember across restarts: small texts by kind and key, sealed where they are kept.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def save(self, kind: str, key: str, text: str) -> None:
        """Remember *text*; what was kept under that key before is replaced."""

    async def find(self, kind: str, key: str) -> str | None:
        """What was kept, or None."""

    async def delete(self, kind: str, key: str) -> None:
        """Forget it; nothing there is no error."""

    async def all_of(self, kind: str) -> Mapping[str, str]:
        """Key -> text of everything of that kind."""


class AccountLinks(Protocol):
    """Which accounts of a platform belong to people we know: then nobody has to ask the platform who they are."""

    async def is_linked(self, platform: str, workspace: str, external_id: str) -> bool:
        """True when that account is linked to a person."""

    async def email_of(self, platform: str, workspace: str, external_id: str) -> str:
        """The e-mail of the person behind that account, "" when it is nobody of ours."""

    async def linked(self, platform: str, workspace: str, external_ids: Collection[str]) -> frozenset[str]:
        """Those of *external_ids* that are linked to a person."""


class Membership(Protocol):
    """Who sits where. What a card in a room may hold depends on it, so a door tells before it lets anybody speak."""

    async def sync(self, where: ConversationRef, members: Sequence[Account] | None, *, external: bool) -> None:
        """That room is there, under that name. *members* is everybody but us in it; None: it cannot be told.

        A room is known only when each of its members is a full member of the organisation and a person of ours;
        those with a confirmed e-mail are linked on the way. *external*: it is shared with another organisation.
        """

    async def mark_closed(self, where: ConversationRef) -> None:
        """We were removed, or it was archived: nothing is sent there until it is seen again."""

    async def subscribed_conversations(self, platform: str) -> Sequence[ConversationRef]:
        """The rooms of that platform that follow something."""
