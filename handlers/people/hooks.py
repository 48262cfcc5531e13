"""A person's own row, accounts and addresses, when that person exports or deletes their data; the items of one who left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.errors import Refusal
from handlers.feature import OpenWork
from handlers.people import cards
from handlers.shared.rules.phrases import join_names, plural
from integrations.ports.state import CONVERSATION_KIND, DIRECT_KIND
from storage import item_queries, people, person_lifecycle, vendor_state
from storage.directory import directory
from storage.store import Session
from storage.values.company import EVERYTHING, UNRESTRICTED, Directory, Person
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES

MOST_NAMED = 10  # keys in one sentence


async def export_person(session: Session, person: Person, decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    encrypted_diet = await people.encrypted_diet(session, person.id)
    return {
        "profile": {
            **asdict(person),
            "ended_at": None,
            "ends_on": person.ends_on.isoformat() if person.ends_on else None,
            "diet": decrypt(encrypted_diet) if encrypted_diet else "",
            "former_emails": list(await person_lifecycle.former_emails(session, person.id)),
        },
        "accounts": [cards.profile.account_facts(account) for account in await people.accounts_of(session, person.id)],
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
            decrypt=decrypt_or_empty(ctx),
        )
    await people.forget_as_manager(session, traces.person.email)
    return {}


def decrypt_or_empty(ctx: AppContext) -> Callable[[str], str]:
    """Decrypts what a vendor stored; "" if its key is gone, which matches no conversation."""

    def decrypt(encrypted: str) -> str:
        try:
            return ctx.cipher.decrypt(encrypted)
        except Refusal:
            return ""

    return decrypt


async def open_work(session: Session, person: Person) -> Sequence[OpenWork]:
    """Their open items and their campaigns need another owner, and the people they managed another manager."""
    names = await directory(session)
    owned = await _owned(session, person, names)
    work = [OpenWork(f"owner of {join_names(owned)}", cards.leaving.reassign_buttons(person, names))] if owned else []
    reports = [other for other in names.people if person.email and other.manager_email == person.email]
    managed = [other.name or other.email for other in reports]
    if managed:
        shown = ", ".join(managed[:MOST_NAMED]) + (" and others" if len(managed) > MOST_NAMED else "")
        work.append(OpenWork(f"manager of {shown}: name another one in people.csv"))
    return work


async def _owned(session: Session, person: Person, names: Directory) -> list[str]:
    """Items that not everybody may see are only counted."""
    plan = Plan(owners=(person.id,), statuses=OPEN_STATUSES, order=SortOrder.KEY)
    every = (await item_queries.matching(session, plan, EVERYTHING, show=0)).keys
    shown = (await item_queries.matching(session, plan, UNRESTRICTED, show=0)).keys[:MOST_NAMED]
    more = f" and {len(every) - len(shown)} more" if shown and len(every) > len(shown) else ""
    items = plural(len(every), "open item") + (f" ({', '.join(shown)}{more})" if shown else "")
    roles = [f"the campaign {c.name}" for c in names.campaigns if person.id in (c.owner, c.it_partner)]
    return [*([items] if every else []), *roles]
