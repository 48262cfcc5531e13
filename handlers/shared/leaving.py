"""Somebody leaves: access ends at once, every slice releases what needs no decision, and admins are told what is left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from handlers.context import AppContext
from handlers.feature import OpenWork
from handlers.shared import notify
from handlers.shared.card_parts import buttons
from handlers.shared.conversations import conversation_with
from handlers.shared.rules.phrases import plural
from integrations.ports.cards import Block, Bold, Button, Card, context, text
from storage import person_lifecycle
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory, Person

MOST_SHOWN = 8  # people in one card with what they leave to decide; more are counted

Leaver = tuple[Person, Sequence[OpenWork]]


async def end_memberships(
    ctx: AppContext, session: Session, leavers: Sequence[Person], *, at: datetime, knowing: Collection[str] = ()
) -> tuple[Leaver, ...]:
    """End the membership of *leavers*, and tell every admin who is not *knowing* what is left to decide."""
    for person in leavers:
        await person_lifecycle.end(session, person.id, at)
        await release(ctx, session, person, at)
    with_work = [(person, await open_work_of(ctx, session, person)) for person in leavers]
    await tell_admins(ctx, session, left_card(with_work), f"left:{at.isoformat()}:{leavers[0].id}", at, knowing)
    return tuple(with_work)


async def release(ctx: AppContext, session: Session, person: Person, at: datetime) -> None:
    """Let every slice release what needs no decision."""
    for feature in ctx.features:
        if feature.on_left:
            await feature.on_left(ctx, session, person, at)


async def open_work_of(ctx: AppContext, session: Session, person: Person) -> tuple[OpenWork, ...]:
    """The decisions that are open because *person* left, from every slice."""
    work: list[OpenWork] = []
    for feature in ctx.features:
        work += await feature.open_work(session, person) if feature.open_work else ()
    return tuple(work)


async def tell_admins(
    ctx: AppContext, session: Session, card: Card, key: str, at: datetime, knowing: Collection[str] = ()
) -> None:
    """Queue *card* for every admin, except those who know already because they get it as a reply."""
    admins = [admin for admin in admins_of(ctx, await directory(session)) if admin.id not in knowing]
    places = {await conversation_with(session, ctx.policy, admin) for admin in admins}
    await notify.queue_card(session, sorted(places), card, key=key, at=at)


def admins_of(ctx: AppContext, names: Directory) -> tuple[Person, ...]:
    """Everybody who may decide about people: admins by permission, and those whom the settings name."""
    return tuple(person for person in names.people if ctx.policy.is_admin(person))


def left_card(leavers: Sequence[Leaver]) -> Card:
    """Who left, and what an admin has to decide, with the buttons for it."""
    names = [person.name or person.email for person, _ in leavers]
    title = f"{names[0]} left" if len(leavers) == 1 else f"{plural(len(leavers), 'person', 'people')} left"
    blocks: list[Block] = [
        text(
            "They have no access now, and are not asked, invited, paired, reminded or counted. History keeps their name."
        )
    ]
    for person, work in leavers[:MOST_SHOWN]:
        blocks += _open_work(person, work)
    if len(leavers) > MOST_SHOWN:
        rest = ", ".join(names[MOST_SHOWN : MOST_SHOWN * 5])
        blocks.append(text(f"And {len(leavers) - MOST_SHOWN} more: {rest}. What they leave to decide: people left"))
    return Card(title, (*blocks, context("Admins get this card.")))


def _open_work(person: Person, work: Sequence[OpenWork]) -> list[Block]:
    undo = Button("Undo", "people back", person.id, words=f"people back {person.email}")
    name = Bold(f"{person.name or person.email} ({person.email})")
    if not work:
        return [text(name, ": nothing is left to decide."), buttons(undo)]
    lines = [f"\n• {item.what}" for item in work]
    decisions = [button for item in work for button in item.buttons]
    return [text(name, " leaves to decide:", *lines), buttons(*decisions[:9], undo)]
