"""State that adapters need to keep, as Protocols; `bot/stored_state.py` implements them over the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from integrations.ports.cards import Card
from integrations.ports.inbound import Account, ConversationRef

# Two kinds of secrets used to reach a person in private; they are deleted when that person is forgotten.
DIRECT_KIND = "direct"  # account -> the direct conversation with that person
CONVERSATION_KIND = "conversation"  # conversation -> how to address it, as JSON


class MessageLog(Protocol):
    """The messages of the web console's rooms. The console has no vendor behind it, so we store them."""

    async def put(self, conversation: str, card: Card, tag: str) -> tuple[str, datetime]:
        """Store the message; return its id and when it was posted. A *tag* that exists already is the same message."""

    async def replace(self, conversation: str, message_id: str, card: Card) -> datetime | None:
        """Replace the message; return when it was posted, or None when there is no such message."""

    async def remove(self, conversation: str, message_id: str) -> None:
        """Delete the message; a message that is already gone is not an error."""

    async def find(self, conversation: str, tag: str, since: datetime) -> str | None:
        """The id of the message with that tag, if there is one."""


class Cipher(Protocol):
    """Encryption with the organisation's keys, for tokens and for what only one person may read.

    Both methods raise `handlers.errors.Refusal`: no key is set, or the key that encrypted the text is gone.
    """

    def encrypt(self, text: str) -> str:
        """*text*, unreadable without the key; "" stays ""."""

    def decrypt(self, encrypted: str) -> str:
        """The inverse of `encrypt`."""


class SecretStore(Protocol):
    """What one adapter must remember across restarts: small texts by kind and key, encrypted in the store.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def save(self, kind: str, key: str, text: str) -> None:
        """Store *text*, replacing what that key held before."""

    async def find(self, kind: str, key: str) -> str | None:
        """The stored text, or None."""

    async def delete(self, kind: str, key: str) -> None:
        """Delete it; a missing key is not an error."""

    async def all_of(self, kind: str) -> Mapping[str, str]:
        """Key -> text, for every entry of that kind."""


class AccountLinks(Protocol):
    """Which accounts of a platform are linked to people, so that adapters need not ask the platform who they are."""

    async def is_linked(self, platform: str, workspace: str, external_id: str) -> bool:
        """True when that account is linked to a person."""

    async def email_of(self, platform: str, workspace: str, external_id: str) -> str:
        """The e-mail of the person linked to that account, or ""."""

    async def linked(self, platform: str, workspace: str, external_ids: Collection[str]) -> frozenset[str]:
        """Those of *external_ids* that are linked to a person."""

    async def profile_changed(self, account: Account) -> None:
        """The platform says that the profile changed: a confirmed e-mail that is new becomes the person's."""

    async def deactivated(self, account: Account) -> None:
        """The platform says that the account was deactivated: its person left, unless they have another account."""


class AccountPauses(Protocol):
    """Accounts (a workspace, a tenant) to which nothing is sent until somebody fixes them, see `ports.errors.Paused`.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def paused(self, platform: str) -> Mapping[str, str]:
        """Workspace -> the service's reason, of every account of that platform that is paused now."""

    async def resume(self, platform: str, workspace: str) -> None:
        """The account works again: what waited for it is sent now."""


class NoPauses:
    """AccountPauses of a platform that is never paused."""

    async def paused(self, platform: str) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    async def resume(self, platform: str, workspace: str) -> None:
        """Nothing waits."""


class Membership(Protocol):
    """Who is in which channel. It decides what a card there may show, so adapters sync before they accept events."""

    async def sync(self, where: ConversationRef, members: Sequence[Account] | None, *, external: bool) -> None:
        """Record a channel, its name and its members (without the bot); *members* is None when they cannot be listed.

        Membership counts as known only if every member is a full member of the organisation and a known person;
        accounts with a confirmed e-mail are linked here. *external*: shared with another organisation.
        """

    async def change_id(self, where: ConversationRef, new_id: str) -> None:
        """The platform gave the channel another id; its subscriptions and cards go with it."""

    async def mark_closed(self, where: ConversationRef) -> None:
        """The bot was removed or the channel archived: send nothing there until the next `sync`."""

    async def subscribed_conversations(self, platform: str) -> Sequence[ConversationRef]:
        """The channels of that platform that have a subscription."""

    async def closed_conversations(self, platform: str) -> Sequence[ConversationRef]:
        """The channels of that platform that have a subscription and are closed."""
