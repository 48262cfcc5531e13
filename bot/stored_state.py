"""The Protocols of `integrations.ports.state`, implemented over the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import structlog

from handlers.context import AppContext
from handlers.errors import Refusal
from handlers.people.workflow import account_closed, email_confirmed
from integrations.ports.cards import Card, to_json
from integrations.ports.clock import Clock
from integrations.ports.errors import Unavailable
from integrations.ports.inbound import Account, ConversationRef
from integrations.ports.state import Cipher
from storage import console, paused_accounts, people, places, vendor_state
from storage.store import Session, Store, StoreProblem, batches

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@contextmanager
def _store_errors_as_unavailable(name: str = "console") -> Iterator[None]:
    """Report a store failure as an outage of the platform; the write may have happened."""
    try:
        yield
    except StoreProblem as problem:
        raise Unavailable(name, uncertain=True) from problem


class StoredMessageLog:
    """`MessageLog`: the messages of the console's rooms."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def put(self, conversation: str, card: Card, tag: str) -> tuple[str, datetime]:
        with _store_errors_as_unavailable():
            async with self._store.transaction() as db:
                message_id, at = await console.put(db, conversation, to_json(card), tag, self._clock.now())
        return str(message_id), at

    async def replace(self, conversation: str, message_id: str, card: Card) -> datetime | None:
        if not message_id.isdecimal():
            return None
        with _store_errors_as_unavailable():
            async with self._store.transaction() as db:
                return await console.replace(db, conversation, int(message_id), to_json(card))

    async def remove(self, conversation: str, message_id: str) -> None:
        if not message_id.isdecimal():
            return
        with _store_errors_as_unavailable():
            async with self._store.transaction() as db:
                await console.remove(db, conversation, int(message_id))

    async def find(self, conversation: str, tag: str, since: datetime) -> str | None:  # noqa: ARG002
        # A tag is unique in its room, so `since` is not needed.
        with _store_errors_as_unavailable():
            async with self._store.reading() as db:
                message_id = await console.find(db, conversation, tag)
        return None if message_id is None else str(message_id)


class StoredSecretStore:
    """`SecretStore`: one vendor's secrets, encrypted with the organisation's keys."""

    def __init__(self, store: Store, clock: Clock, cipher: Cipher, vendor: str) -> None:
        self._store = store
        self._clock = clock
        self._cipher = cipher
        self._vendor = vendor

    async def save(self, kind: str, key: str, text: str) -> None:
        encrypted = self._cipher.encrypt(text)
        with _store_errors_as_unavailable("the store"):
            async with self._store.transaction() as db:
                await vendor_state.save(db, self._vendor, kind, key, encrypted, self._clock.now())

    async def find(self, kind: str, key: str) -> str | None:
        with _store_errors_as_unavailable("the store"):
            async with self._store.reading() as db:
                encrypted = await vendor_state.find(db, self._vendor, kind, key)
        return None if encrypted is None else self._decrypted(kind, encrypted)

    async def delete(self, kind: str, key: str) -> None:
        with _store_errors_as_unavailable("the store"):
            async with self._store.transaction() as db:
                await vendor_state.forget(db, self._vendor, kind, key)

    async def all_of(self, kind: str) -> Mapping[str, str]:
        with _store_errors_as_unavailable("the store"):
            async with self._store.reading() as db:
                encrypted = await vendor_state.all_of(db, self._vendor, kind)
        decrypted = {key: self._decrypted(kind, text) for key, text in encrypted.items()}
        return {key: text for key, text in decrypted.items() if text is not None}

    def _decrypted(self, kind: str, encrypted: str) -> str | None:
        """The secret; None if its key is gone, as if it had never been stored."""
        try:
            return self._cipher.decrypt(encrypted)
        except Refusal:
            log.error("secret cannot be decrypted", action="secrets.unreadable", vendor=self._vendor, kind=kind)
            return None


class StoredAccountLinks:
    """`AccountLinks`: which platform accounts belong to which people."""

    def __init__(self, ctx: AppContext) -> None:
        self._ctx = ctx
        self._store = ctx.store

    async def is_linked(self, platform: str, workspace: str, external_id: str) -> bool:
        with _store_errors_as_unavailable("the store"):
            async with self._store.reading() as db:
                return await people.with_account(db, platform, workspace, external_id) is not None

    async def email_of(self, platform: str, workspace: str, external_id: str) -> str:
        with _store_errors_as_unavailable("the store"):
            async with self._store.reading() as db:
                person = await people.with_account(db, platform, workspace, external_id)
        return person.email if person else ""

    async def linked(self, platform: str, workspace: str, external_ids: Collection[str]) -> frozenset[str]:
        with _store_errors_as_unavailable("the store"):
            async with self._store.reading() as db:
                linked = [
                    await people.ids_of_accounts(db, platform, workspace, batch)
                    for batch in batches(tuple(external_ids))
                ]
        return frozenset(account for batch in linked for account in batch)

    async def profile_changed(self, account: Account) -> None:
        with _store_errors_as_unavailable("the store"):
            async with self._store.transaction() as db:
                await email_confirmed(self._ctx, db, account, self._ctx.clock.now(), changed=True)

    async def deactivated(self, account: Account) -> None:
        with _store_errors_as_unavailable("the store"):
            async with self._store.transaction() as db:
                await account_closed(self._ctx, db, account, self._ctx.clock.now())


class StoredAccountPauses:
    """`AccountPauses`: accounts to which nothing is sent for now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def paused(self, platform: str) -> Mapping[str, str]:
        with _store_errors_as_unavailable("the store"):
            async with self._store.reading() as db:
                accounts = await paused_accounts.paused_at(db, self._clock.now())
        return {account.workspace: account.reason for account in accounts if account.platform == platform}

    async def resume(self, platform: str, workspace: str) -> None:
        with _store_errors_as_unavailable("the store"):
            async with self._store.transaction() as db:
                resumed = await paused_accounts.resume(db, platform, workspace, self._clock.now())
        if resumed:
            log.info("account used again", action="account.resumed", platform=platform, workspace=workspace)


class StoredMembership:
    """`Membership`: who is in which channel."""

    def __init__(self, ctx: AppContext) -> None:
        self._ctx = ctx
        self._store, self._clock = ctx.store, ctx.clock

    async def sync(self, where: ConversationRef, members: Sequence[Account] | None, *, external: bool) -> None:
        with _store_errors_as_unavailable("the store"):
            async with self._store.transaction() as db:
                place = await places.ensure(
                    db, where.platform, where.workspace, where.id, name=where.name, direct=where.direct
                )
                await places.rename(db, place.id, where.name or place.name)
                person_ids = [await self._person_of(db, account) for account in members or ()]
                known = members is not None and all(person_ids)
                await places.set_members(
                    db, place.id, {person for person in person_ids if person}, known=known, external=external
                )

    async def _person_of(self, db: Session, account: Account) -> str | None:
        """The id of the account's person, linked now if the platform confirms a known person's e-mail."""
        if account.kind != "member":
            return None
        person = await people.with_account(db, account.platform, account.workspace, account.external_id)
        if person is None and account.email:
            person = await people.with_email(db, account.email)
            if person:
                at = self._clock.now()
                await people.link(db, person.id, account.platform, account.workspace, account.external_id, at=at)
        if person and account.email:
            await email_confirmed(self._ctx, db, account, self._clock.now())
        return person.id if person and person.is_active else None

    async def change_id(self, where: ConversationRef, new_id: str) -> None:
        with _store_errors_as_unavailable("the store"):
            async with self._store.transaction() as db:
                place = await places.find(db, where.platform, where.workspace, where.id)
                if place:
                    await places.change_address(db, place, new_id)

    async def mark_closed(self, where: ConversationRef) -> None:
        with _store_errors_as_unavailable("the store"):
            async with self._store.transaction() as db:
                place = await places.find(db, where.platform, where.workspace, where.id)
                if place:
                    await places.close(db, place.id)

    async def subscribed_conversations(self, platform: str) -> Sequence[ConversationRef]:
        return await self._subscribed(platform, closed=False)

    async def closed_conversations(self, platform: str) -> Sequence[ConversationRef]:
        return await self._subscribed(platform, closed=True)

    async def _subscribed(self, platform: str, *, closed: bool) -> Sequence[ConversationRef]:
        with _store_errors_as_unavailable("the store"):
            async with self._store.reading() as db:
                following = {sub.place.id: sub.place for sub in await places.subscriptions(db, closed=closed)}
        return [
            ConversationRef(place.platform, place.conversation, place.workspace, place.name, place.direct)
            for place in following.values()
            if place.platform == platform
        ]
