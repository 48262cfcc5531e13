"""`me export` and `me forget`. Each slice exports and forgets what it stores, in its `hooks.py`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers.context import AppContext, PersonTraces, Request
from handlers.errors import BadInput, Refusal
from handlers.people import cards, rules
from handlers.people.hooks import decrypt_or_empty
from handlers.shared.audited_transaction import AlreadyDone
from handlers.shared.leaving import open_work_of, release, tell_admins
from integrations.ports.inbound import Attachment, Reply
from storage import audit, item_queries, people, person_lifecycle, processed_events, redaction_sweep
from storage.direct_conversations import CONSOLE
from storage.store import Session
from storage.values.company import Permission, Person
from storage.values.questions import Plan, SortOrder

FILE_NAME = "handshake-about-me.json"
WITHHELD = "kept closed: ask for it in your own Slack or Teams conversation with me"


async def export_my_data(ctx: AppContext, request: Request) -> Reply:
    """`me export`: everything about the asker, as a file and as facts."""
    if not request.where.direct:
        raise Refusal("A room would see the file. Ask me in a direct conversation.", "me export")
    async with ctx.store.reading() as session:
        data = await _collect(ctx, session, request)

    content = json.dumps(data, ensure_ascii=False, indent=2).encode()
    return Reply(cards.profile.exported(data, FILE_NAME), facts=data, file=Attachment(FILE_NAME, content))


async def _collect(ctx: AppContext, session: Session, request: Request) -> dict[str, Any]:
    """What every slice holds about the asker, the profile first."""
    exports = [feature.export_person for feature in ctx.features if feature.export_person]
    data: dict[str, Any] = {"profile": {}}
    for export_person in exports:
        data |= await export_person(session, request.person, _decrypt_for(ctx, request))
    return data


def _decrypt_for(ctx: AppContext, request: Request) -> Callable[[str], str]:
    """Decrypts for the asker alone: a terminal speaks for other people, so it gets a note instead."""

    def decrypt(encrypted: str) -> str:
        if request.operator:
            return WITHHELD
        try:
            return ctx.cipher.decrypt(encrypted)
        except Refusal as refusal:
            return f"cannot be opened: {refusal.text}"

    return decrypt


async def forget_me(ctx: AppContext, request: Request) -> Reply:
    """`me forget`: says what it means; with `--yes` or after confirming, does it."""
    if request.args.has("yes") or request.args.first() == cards.profile.CONFIRMED:
        return await _forget_now(ctx, request)
    if request.args.positional:
        raise BadInput("“me forget” is about yourself alone, and takes nothing but --yes.", "me forget")
    return await _explain_forgetting(ctx, request)


async def _explain_forgetting(ctx: AppContext, request: Request) -> Reply:
    person = request.person
    async with ctx.store.reading() as session:
        plan = Plan(owners=(person.id,), order=SortOrder.KEY)
        owned = list((await item_queries.matching(session, plan, person.audience, show=0)).keys)
        admins = await people.count_with(session, Permission.ADMIN)

    last_admin = person.permission is Permission.ADMIN and admins <= 1
    by_settings = person.email in ctx.policy.admins
    facts = {
        "forgotten": False,
        "goes": list(cards.profile.FORGOTTEN_DATA),
        "stays": list(cards.profile.KEPT_DATA),
        "items_owned": owned,
    }
    return Reply(cards.profile.forget(owned, last_admin=last_admin, by_settings=by_settings), facts=facts)


async def _forget_now(ctx: AppContext, request: Request) -> Reply:
    """Not by `audited_transaction.write`, whose audit line would say from where the person asked."""
    person = request.person
    async with ctx.store.transaction() as session:
        if request.event and not await processed_events.record_once(
            session, request.account.platform, request.event, request.now
        ):
            raise AlreadyDone
        traces = await _traces(session, request)
        await release(ctx, session, person, request.now)
        blanked: Counter[str] = Counter()
        for feature in ctx.features:
            if feature.forget_person:
                blanked.update(await feature.forget_person(ctx, session, traces))
        await people.forget(session, person.id)  # after the hooks, because they read the row and what hangs on it
        await redaction_sweep.remove_mentions(
            session, traces.words, decrypt=decrypt_or_empty(ctx), encrypt=ctx.cipher.encrypt
        )
        await _tell_admins(ctx, session, person, request)
        await audit.record(session, "me forget", at=request.now, person=person.id)
    reasons, whys, redacted = blanked["reasons"], blanked["whys"], blanked["cards"]
    facts = {"forgotten": True, "reasons": reasons, "whys": whys, "cards": redacted}
    return Reply(cards.profile.forgotten(reasons, whys, redacted), facts=facts)


async def _tell_admins(ctx: AppContext, session: Session, person: Person, request: Request) -> None:
    """What the person leaves to decide, without their name; nothing if they leave nothing."""
    work = await open_work_of(ctx, session, replace(person, email="", manager_email=""))
    if work:
        card = cards.leaving.forgotten_left(work)
        await tell_admins(ctx, session, card, f"forgotten:{person.id}", request.now, knowing=[person.id])


async def _traces(session: Session, request: Request) -> PersonTraces:
    person, where = request.person, request.where
    accounts = await people.accounts_of(session, person.id)
    direct = [(platform, f"@{account}") for platform, _, account in accounts]
    here = [(where.platform, where.id)] if where.direct else []
    return PersonTraces(
        person,
        tuple(accounts),
        conversations=(*direct, *here, (CONSOLE, f"@{person.email}")),
        words=rules.identifying_words(
            person, [account for _, _, account in accounts], await person_lifecycle.former_emails(session, person.id)
        ),
    )
