"""`me export` and `me forget`: what Handshake holds about a person, for that person, and its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from handlers.context import AppContext, Request
from handlers.errors import BadInput, Refusal
from handlers.people import cards, rules
from handlers.shared.audited_transaction import AlreadyDone
from integrations.ports.cards import to_json
from integrations.ports.inbound import Attachment, Reply
from integrations.ports.state import CONVERSATION_KIND, DIRECT_KIND
from storage import (
    acknowledgements,
    audit,
    celebrations,
    console,
    deliveries,
    dinners,
    drafts,
    following,
    handoffs,
    people,
    places,
    processed_events,
    questions,
    reminders,
    revisions,
    roadmap,
    tour_progress,
    tours,
    vendor_state,
)
from storage.store import Session
from storage.values.company import Audience, Permission, Person
from storage.values.places import Place
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import Revision

FILE_NAME = "handshake-about-me.json"
WITHHELD = WITHHELD_DIET = "kept closed: ask for it in your own Slack or Teams conversation with me"


async def export_my_data(ctx: AppContext, request: Request) -> Reply:
    """`me export`: everything about the asker, as a file and as facts."""
    if not request.where.direct:
        raise Refusal("A room would see the file. Ask me in a direct conversation.", "me export")
    async with ctx.store.reading() as session:
        data = await _everything(ctx, session, request)

    content = json.dumps(data, ensure_ascii=False, indent=2).encode()
    return Reply(cards.exported(data, FILE_NAME), facts=data, file=Attachment(FILE_NAME, content))


async def _everything(ctx: AppContext, session: Session, request: Request) -> dict[str, Any]:
    person = request.person
    campaigns = await roadmap.campaigns(session)
    subscribed = [each for each in await places.subscriptions(session) if each.created_by == person.id]
    return {
        "profile": asdict(person) | {"diet": await _diet(ctx, session, request)},
        "accounts": [cards.account_facts(each) for each in await people.accounts_of(session, person.id)],
        "acknowledgements": [
            {"revision": each.revision, "at": each.at.isoformat(), "platform": each.platform, "account": each.account}
            for each in await acknowledgements.of_person(session, person.id)
        ],
        "items_owned": await _owned(session, person, person.audience),
        "campaigns": [each.key for each in campaigns if person.id in (each.owner, each.it_partner)],
        "revisions": [_revision_facts(each) for each in await revisions.published(session) if _took_part(each, person)],
        "draft_edits": [
            {"noun": each.entity_type, "key": each.key, "fields": dict(each.fields), "at": each.at.isoformat()}
            for each in await drafts.edits(session)
            if each.author == person.id
        ],
        "rooms": [_room(each) for each in await places.places_with_member(session, person.id)],
        "rooms_subscribed": [
            _room(each.place) | {"campaigns": each.campaigns, "teams": each.teams, "level": each.level}
            for each in subscribed
        ],
        "questions": [
            {"question": each.name, "words": each.words, "at": each.at.isoformat(), "outcome": each.outcome}
            for each in await questions.of_person(session, person.id)
        ],
        "answers": [
            {"question": f"Q{each.number}", "text": each.text, "at": each.at.isoformat()}
            for each in await handoffs.answers_by(session, person.id)
        ],
        "items_followed": list(await following.followed_by(session, person.id)),
        "thanks": [
            {"from_me": each.by == person.id, "reason": each.reason, "at": each.at.isoformat()}
            for each in await celebrations.kudos_of(session, person.id)
        ],
        "anniversary": await _anniversary(session, person),
        "celebrations_decided": [
            {"item": each.item, "state": str(each.state), "text": each.text}
            for each in await celebrations.with_decider(session, person.id)
        ],
        "tours": await _tours(ctx, session, request),
        "reminders": await reminders.of_person(session, person.id),
        "dinners": await dinners.of_person(session, person.id),
        "audit": list(await audit.of_person(session, person.id)),
    }


async def _anniversary(session: Session, person: Person) -> dict[str, Any] | None:
    found = await celebrations.anniversary_of(session, person.id)
    return {"day": found.day, "month": found.month, "since": found.since, "words": found.words} if found else None


async def _tours(ctx: AppContext, session: Session, request: Request) -> dict[str, Any]:
    """What they joined, travelled and wrote. What is sealed is opened for themselves alone."""
    person = request.person
    programmes = await tours.programmes(session)
    joined = [each for each in [await tours.member(session, p.key, person.id) for p in programmes] if each]
    travelled = [each for p in programmes for each in await tours.all_tours(session, p.key) if person.id in each.people]
    mine = [each for each in await tour_progress.debriefs(session, shared_only=False) if each.person == person.id]
    return {
        "joined": [{"programme": each.programme, "since": each.joined_at.isoformat()} for each in joined],
        "tours": [{"id": each.id, "starts": each.starts.isoformat(), "state": str(each.state)} for each in travelled],
        "debriefs": [
            {"tour": each.tour, "text": each.text if each.shared else _decrypted(ctx, request, each.text)}
            for each in mine
        ],
    }


def _decrypted(ctx: AppContext, request: Request, encrypted: str) -> str:
    if request.operator:
        return WITHHELD
    try:
        return ctx.cipher.decrypt(encrypted)
    except Refusal as refusal:
        return f"cannot be opened: {refusal.text}"


async def _diet(ctx: AppContext, session: Session, request: Request) -> str:
    """What the asker told a dinner's host. A terminal speaks for others, and only oneself may read it."""
    encrypted = await people.encrypted_diet(session, request.person.id)
    if not encrypted or request.operator:
        return WITHHELD_DIET if encrypted else ""
    try:
        return ctx.cipher.decrypt(encrypted)
    except Refusal as refusal:
        return f"cannot be opened: {refusal.text}"


async def _owned(session: Session, person: Person, audience: Audience) -> list[str]:
    plan = Plan(owners=(person.id,), order=SortOrder.KEY)
    return list((await roadmap.matching(session, plan, audience, show=0)).keys)


def _took_part(revision: Revision, person: Person) -> bool:
    return person.id in (revision.author, revision.approver)


def _revision_facts(revision: Revision) -> dict[str, Any]:
    at = revision.published_at.isoformat() if revision.published_at else ""
    return {"revision": revision.number, "published_at": at, "how": revision.how, "reason": revision.reason}


def _room(place: Place) -> dict[str, Any]:
    return {"platform": place.platform, "name": place.name or place.conversation, "direct": place.direct}


async def forget_me(ctx: AppContext, request: Request) -> Reply:
    """`me forget [--yes]`: first what it means, then the deed."""
    if request.args.has("yes") or request.args.first() == cards.CONFIRMED:
        return await _forget_now(ctx, request)
    if request.args.positional:
        raise BadInput("“me forget” is about yourself alone, and takes nothing but --yes.", "me forget")
    return await _explain_forgetting(ctx, request)


async def _explain_forgetting(ctx: AppContext, request: Request) -> Reply:
    person = request.person
    async with ctx.store.reading() as session:
        owned = await _owned(session, person, person.audience)
        admins = await people.count_with(session, Permission.ADMIN)

    last_admin = person.permission is Permission.ADMIN and admins <= 1
    by_settings = person.email in ctx.policy.admins
    facts = {
        "forgotten": False,
        "goes": list(cards.FORGOTTEN_DATA),
        "stays": list(cards.KEPT_DATA),
        "items_owned": owned,
    }
    return Reply(cards.forget(owned, last_admin=last_admin, by_settings=by_settings), facts=facts)


async def _forget_now(ctx: AppContext, request: Request) -> Reply:
    """Not by way of `acting`, whose audit line would say where it was asked from."""
    person, where = request.person, request.where
    async with ctx.store.transaction() as session:
        if request.event and not await processed_events.record_once(
            session, request.account.platform, request.event, request.now
        ):
            raise AlreadyDone
        accounts = await people.accounts_of(session, person.id)
        words = rules.identifying_words(person, [account for _, _, account in accounts])
        reasons = await revisions.blank_reasons(session, person.id, words)
        whys = await drafts.blank_reasons(session, words)
        blanked = await _redact_cards(session, person, words)
        direct = [(platform, f"@{account}") for platform, _, account in accounts]
        here = [(where.platform, where.id)] if where.direct else []
        await places.forget_person(session, person.id, [*direct, *here, ("console", f"@{person.email}")])
        for platform, _, account in accounts:
            await vendor_state.forget_conversations(
                session,
                platform,
                account,
                direct=DIRECT_KIND,
                conversation=CONVERSATION_KIND,
                decrypt=_decrypt_or_empty(ctx),
            )
        await acknowledgements.forget_accounts(session, person.id)
        await people.forget_as_manager(session, person.email)
        await reminders.forget_person(session, person.id)
        await celebrations.forget_person(session, person.id, words)
        await dinners.forget_person(session, person.id)
        await tours.forget_person(session, person.id)
        await tour_progress.forget_person(session, person.id)
        await following.forget_person(session, person.id)
        await handoffs.forget_person(session, person.id)
        await questions.forget_person(session, person.id)
        await people.forget(session, person.id)
        await audit.forget_person(session, person.id)
        await audit.record(session, "me forget", at=request.now, person=person.id)
    facts = {"forgotten": True, "reasons": reasons, "whys": whys, "cards": blanked}
    return Reply(cards.forgotten(reasons, whys, blanked), facts=facts)


def _decrypt_or_empty(ctx: AppContext) -> Callable[[str], str]:
    """Reads what vendors keep sealed; what cannot be opened any more leads nowhere."""

    def opened(encrypted: str) -> str:
        try:
            return ctx.cipher.decrypt(encrypted)
        except Refusal:
            return ""

    return opened


async def _redact_cards(session: Session, person: Person, words: Sequence[str]) -> int:
    """The cards we keep that name *person*, and all that was said to them alone in the console."""
    alone = await console.delete_all(session, f"@{person.email}")
    in_rooms = await console.blank_messages(session, words, to_json(cards.redacted_card()))
    return alone + in_rooms + await deliveries.blank_cards(session, words)
