"""A person's own row, accounts and addresses, when that person exports or deletes their data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.errors import Refusal
from handlers.people import cards
from integrations.ports.state import CONVERSATION_KIND, DIRECT_KIND
from storage import people, vendor_state
from storage.store import Session
from storage.values.company import Person


async def export_person(session: Session, person: Person, decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    encrypted_diet = await people.encrypted_diet(session, person.id)
    return {
        "profile": asdict(person) | {"diet": decrypt(encrypted_diet) if encrypted_diet else ""},
        "accounts": [cards.account_facts(account) for account in await people.accounts_of(session, person.id)],
    }


async def forget_person(ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """The person's row itself goes last: see `forget_me`."""
    for platform, _, account in traces.accounts:
        await vendor_state.forget_conversations(
            session,
            platform,
            account,
            direct=DIRECT_KIND,
            conversation=CONVERSATION_KIND,
            decrypt=_decrypt_or_empty(ctx),
        )
    await people.forget_as_manager(session, traces.person.email)
    return {}


def _decrypt_or_empty(ctx: AppContext) -> Callable[[str], str]:
    """Decrypts what a vendor stored; "" if its key is gone, which matches no conversation."""

    def decrypt(encrypted: str) -> str:
        try:
            return ctx.cipher.decrypt(encrypted)
        except Refusal:
            return ""

    return decrypt
