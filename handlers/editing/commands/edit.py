"""`item add`, `item edit` and `campaign edit`: put a change of one item or campaign into the shared draft."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.editing import cards, rules
from handlers.editing.commands.form_answers import as_typed
from handlers.errors import BadInput, NotAllowed, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.draft import PendingChanges, add_edits, pending, pending_for
from handlers.shared.lookup import no_such_item
from handlers.shared.new_keys import key_register
from handlers.shared.replaced_edits import tell_authors
from handlers.shared.rules.diff import ItemChange
from handlers.shared.rules.names import find_campaign
from integrations.ports.inbound import Reply
from storage import people, revisions, roadmap
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session, lock_publishing
from storage.values.company import Audience, Directory, Permission, Person
from storage.values.roadmap import EntityType, Item, field_values


async def add_item(ctx: AppContext, request: Request) -> Reply:
    """`item add KEY title="…" [field=value …] --why "…"`: a new item, into the shared draft."""
    request = as_typed(request)
    key = request.args.first()
    if not key:
        raise BadInput("Say the key of the new item.", 'item add WEB-99 title="What it is"')

    async with write(ctx, request, key=key) as session:
        names = await lock_and_read_directory(ctx, session)
        new = rules.parse_new_item(key, request.args.named, names, request.today, request.person.team)
        check_own_team(request.person, new.team, names)
        await check_key_is_free(session, key, new.team, request)
        draft = await add_edits(session, [new_edit(request, "item", key, field_values(new), added=True)])

    return reply_with(draft, names, request, ("item", key), ItemChange(None, new))


async def lock_and_read_directory(ctx: AppContext, session: Session) -> Directory:
    """The directory, including admins of the settings without a row yet. Takes the publishing lock."""
    await lock_publishing(session)
    names = await directory(session)
    missing = {email: ctx.ids.new("p_") for email in sorted(ctx.policy.admins - names.by_email_ever.keys())}
    if not missing:
        return names
    await people.ensure(session, missing)
    return await directory(session)


async def check_key_is_free(session: Session, key: str, team: str, request: Request) -> None:
    """Raise BadInput when an item, or one that is to be added, has that key in any case: people type it as they like.

    What those who read the reply may not know of is not said to exist: see `new_keys`.
    """
    register = await key_register(session, request.audience)
    if known := register.visible_spelling(key):
        raise BadInput(f"{key} exists already. Edit it instead.", f"item edit {known} title=…")
    if register.refuses(key, team):
        if free := register.next_key(team):
            words = f"{key} cannot be used for a new item. The next free key of the team is {free}."
            raise BadInput(words, f'item add {free} title="…"')
        raise BadInput(f"{key} cannot be used for a new item. Ask somebody of that team to add it.")


async def edit_item(ctx: AppContext, request: Request) -> Reply:
    """`item edit KEY field=value --why "…"`: a change, into the shared draft; nobody else sees it until published."""
    request = as_typed(request)
    async with write(ctx, request, key=request.args.first()) as session:
        names = await lock_and_read_directory(ctx, session)
        item = await editable_item(session, request)
        check_own_team(request.person, item.team, names)
        fields = rules.parse_item_edit(item, request.args.named, names, request.today)
        if "team" in fields:
            check_own_team(request.person, fields["team"], names)
        draft = await save(ctx, session, request, new_edit(request, "item", item.key, fields))

    return reply_with(draft, names, request, ("item", item.key), ItemChange(item, rules.item_with(item, fields)))


async def save(ctx: AppContext, session: Session, request: Request, edit: Edit) -> PendingChanges:
    """Put *edit* into the draft, and tell those whose unpublished edits it replaces."""
    draft = await add_edits(session, [edit])
    await tell_authors(ctx, session, draft.replaced, request.now)
    return draft


async def editable_item(session: Session, request: Request) -> Item:
    """The item as the draft has it, by its full key; one that is renamed there has its old key. Raises NotFound."""
    key = request.args.first()
    if not key:
        raise BadInput("Say which item.", f"{request.args.command} WEB-12 due=+9d")
    published = await roadmap.item(session, key, request.audience)
    wanted = published.key if published else key
    for item_change in (await pending_for(session, request.audience)).item_changes:
        if item_change.after and wanted.casefold() in (item_change.key.casefold(), item_change.key_before.casefold()):
            return replace(item_change.after, key=item_change.key_before)
    if published:  # also when the draft has a change of it that they may not know of
        return published
    await _check_not_proposed(session, key, request.audience)
    raise await no_such_item(session, key, request.audience, request.args.command, " …")


async def _check_not_proposed(session: Session, key: str, audience: Audience) -> None:
    proposal = await revisions.open_proposal(session)
    if proposal is None:
        return
    waiting = await pending_for(session, audience, proposal.number)
    if any(item_change.key.casefold() == key.casefold() for item_change in waiting.item_changes):
        raise Refusal(
            f"{key} is part of {proposal.name}, which waits for approval. You can edit it once that is decided.",
            f"approve {proposal.name}",
            f'reject {proposal.name} "why"',
        )


def check_own_team(person: Person, team: str, names: Directory) -> None:
    if person.permission.covers(Permission.ADMIN) or person.team == team:
        return
    name = names.team[team].name if team in names.team else team
    raise NotAllowed(f"You can edit items of your own team; this one is {name}'s. Ask somebody there, or an admin.")


def new_edit(request: Request, noun: EntityType, key: str, fields: dict[str, str], *, added: bool = False) -> Edit:
    return Edit(noun, key, fields, request.person.id, request.now, request.args.flags.get("why", ""), added=added)


def reply_with(
    draft: PendingChanges,
    names: Directory,
    request: Request,
    thing: tuple[EntityType, str],
    typed: ItemChange | None = None,
) -> Reply:
    """The reply. *typed* is shown when the draft's change is not for everyone who reads the reply."""
    seen = draft.visible_to(request.audience)
    one, waiting = seen.about([thing]), seen.count
    is_hidden = bool(draft.about([thing])) and not one and typed is not None
    if is_hidden and typed is not None:
        one = PendingChanges((), (typed,) if typed.before is None or typed.fields else (), ())
    why = request.args.flags.get("why", "")
    card = cards.edited(thing[1], one, waiting, names, why, is_hidden=is_hidden)
    return Reply(card, facts={"draft": waiting, "key": thing[1], "changed": bool(one), "replaced": _facts(one, names)})


def _facts(draft: PendingChanges, names: Directory) -> list[dict[str, object]]:
    return [
        {
            "by": names.email_of(entry.edit.author),
            "fields": {name: old for name, (old, _) in entry.fields.items()},
            "why": entry.edit.reason,
        }
        for entry in draft.replaced
    ]


async def edit_campaign(ctx: AppContext, request: Request) -> Reply:
    """`campaign edit KEY field=value --why "…"`: dates, owner, partner or status, into the shared draft."""
    if not request.args.rest():
        raise BadInput("Say which campaign.", 'campaign edit spring-launch end=2027-05-31 --why "…"')

    async with write(ctx, request, key=request.args.rest()) as session:
        names = await lock_and_read_directory(ctx, session)
        campaign = find_campaign(names, request.args.rest())
        _check_own_campaign(request.person, campaign.owner, campaign.it_partner)
        drafted = {change.key: change.new() for change in (await pending(session)).campaign_changes}
        standing = rules.campaign_with(campaign, drafted.get(campaign.key, {}))
        fields = rules.parse_campaign_edit(standing, request.args.named, names, request.today)
        draft = await save(ctx, session, request, new_edit(request, "campaign", campaign.key, fields))

    return reply_with(draft, names, request, ("campaign", campaign.key))


def _check_own_campaign(person: Person, *responsible: str) -> None:
    if not person.permission.covers(Permission.PUBLISHER) and person.id not in responsible:
        raise NotAllowed("Its owner, its IT partner or a publisher can change a campaign. Ask one of them.")
