"""In-memory implementations of `integrations.ports.state`: a vendor's secrets, linked accounts, membership of rooms."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from integrations.ports.inbound import Account, ConversationRef


class MemorySecretStore:
    """A SecretStore that is gone at the end of the test."""

    def __init__(self) -> None:
        self.texts: dict[str, dict[str, str]] = defaultdict(dict)  # kind -> key -> text

    async def save(self, kind: str, key: str, text: str) -> None:
        self.texts[kind][key] = text

    async def find(self, kind: str, key: str) -> str | None:
        return self.texts[kind].get(key)

    async def delete(self, kind: str, key: str) -> None:
        self.texts[kind].pop(key, None)

    async def all_of(self, kind: str) -> Mapping[str, str]:
        return dict(self.texts[kind])


class FakeAccountLinks:
    """AccountLinks of the given accounts: external id -> e-mail of the person."""

    def __init__(self, emails: Mapping[str, str] | None = None) -> None:
        self.emails = dict(emails or {})

    async def is_linked(self, platform: str, workspace: str, external_id: str) -> bool:
        return external_id in self.emails

    async def email_of(self, platform: str, workspace: str, external_id: str) -> str:
        return self.emails.get(external_id, "")

    async def linked(self, platform: str, workspace: str, external_ids: Collection[str]) -> frozenset[str]:
        return frozenset(external_ids) & self.emails.keys()

    async def profile_changed(self, account: Account) -> None:
        if account.external_id in self.emails and account.email:
            self.emails[account.external_id] = account.email

    async def deactivated(self, account: Account) -> None:
        self.emails.pop(account.external_id, None)


class FakeMembership:
    """A Membership that remembers every sync; *subscribed* are the rooms that are subscribed to something."""

    def __init__(self, *subscribed: ConversationRef) -> None:
        self.subscribed = subscribed
        self.syncs: list[tuple[ConversationRef, Sequence[Account] | None]] = []
        self.members: dict[str, Sequence[Account] | None] = {}  # by the id of the conversation; None: not known
        self._changed = asyncio.Condition()

    async def sync(self, where: ConversationRef, members: Sequence[Account] | None, *, external: bool) -> None:
        self.syncs.append((where, members))
        self.members[where.id] = members
        async with self._changed:
            self._changed.notify_all()

    async def change_id(self, where: ConversationRef, new_id: str) -> None:
        if where.id in self.members:
            self.members[new_id] = self.members.pop(where.id)

    async def mark_closed(self, where: ConversationRef) -> None:
        self.members.pop(where.id, None)

    async def subscribed_conversations(self, platform: str) -> Sequence[ConversationRef]:
        return [room for room in self.subscribed if room.platform == platform]

    async def closed_conversations(self, platform: str) -> Sequence[ConversationRef]:
        return []

    async def wait_for_rooms(self, count: int) -> None:
        """Wait until *count* rooms were synced."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.members) >= count)


class FakeAccountPauses:
    """An AccountPauses whose paused accounts a test sets: workspace -> reason."""

    def __init__(self, reasons: Mapping[str, str] | None = None) -> None:
        self.reasons = dict(reasons or {})

    async def paused(self, platform: str) -> Mapping[str, str]:
        return dict(self.reasons)

    async def resume(self, platform: str, workspace: str) -> None:
        self.reasons.pop(workspace, None)
