"""`item add`, `item edit` and `campaign edit`: put a change of one item or campaign into the shared draft."""

from __future__ import annotations

from handlers.context import AppContext, Request
from handlers.editing import cards, rules
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.shared.audited_transaction import write
from handlers.shared.draft import PendingChanges, add_edits, pending
from handlers.shared.lookup import suggest_keys
from handlers.shared.rules.names import find_campaign
from integrations.ports.inbound import Reply
from storage import drafts, people, revisions, roadmap
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session, lock_publishing
from storage.values.company import EVERYTHING, Audience, Directory, Permission, Person
from storage.values.roadmap import EntityType, Item, field_values


async def add_item(ctx: AppContext, request: Request) -> Reply:
    """`item add KEY title="…" [field=value …] --why "…"`: a new item, into the shared draft."""
    key = request.args.first()
    if not key:
        raise BadInput("Say the key of the new item.", 'item add WEB-99 title="What it is"')

    async with write(ctx, request, key=key) as session:
        names = await _lock_and_read_directory(ctx, session)
        await _check_key_is_free(session, key, request.audience)
        new = rules.parse_new_item(key, request.args.named, names, request.today, request.person.team)
        _check_own_team(request.person, new.team, names)
        draft = await add_edits(session, [_edit(request, "item", key, field_values(new), added=True)])

    return _edited(draft, names, request, "item", key)


async def _lock_and_read_directory(ctx: AppContext, session: Session) -> Directory:
    """The directory, including admins of the settings without a row yet. Takes the publishing lock."""
    await lock_publishing(session)
    names = await directory(session)
    missing = {email: ctx.ids.new("p_") for email in sorted(ctx.policy.admins - names.by_email_ever.keys())}
    if not missing:
        return names
    await people.ensure(session, missing)
    return await directory(session)


async def _check_key_is_free(session: Session, key: str, audience: Audience) -> None:
    """Raise BadInput when an item, or one that is to be added, has that key in any case: people type it as they like.

    What *audience* may not know of is not said to exist.
    """
    if await _is_known(session, key, audience):
        raise BadInput(f"{key} exists already. Edit it instead.", f"item edit {key} title=…")
    if await _is_known(session, key, EVERYTHING):
        raise BadInput(f"{key} cannot be used for a new item; choose another key.")


async def _is_known(session: Session, key: str, audience: Audience) -> bool:
    if await roadmap.item(session, key, audience):
        return True
    proposal = await revisions.open_proposal(session)
    waiting = [await pending(session, number) for number in (drafts.SHARED, *([proposal.number] if proposal else []))]
    edits = [edit for entry in waiting for edit in entry.visible_to(audience).edits]
    return any(edit.entity_type == "item" and edit.key.casefold() == key.casefold() for edit in edits)


async def edit_item(ctx: AppContext, request: Request) -> Reply:
    """`item edit KEY field=value --why "…"`: a change, into the shared draft; nobody else sees it until published."""
    async with write(ctx, request, key=request.args.first()) as session:
        names = await _lock_and_read_directory(ctx, session)
        item = await editable_item(session, request)
        _check_own_team(request.person, item.team, names)
        fields = rules.parse_item_edit(item, request.args.named, names, request.today)
        if "team" in fields:
            _check_own_team(request.person, fields["team"], names)
        draft = await add_edits(session, [_edit(request, "item", item.key, fields)])

    return _edited(draft, names, request, "item", item.key)


async def editable_item(session: Session, request: Request) -> Item:
    """The item as the draft has it, by its full key. Raises NotFound."""
    key = request.args.first()
    if not key:
        raise BadInput("Say which item.", f"{request.args.command} WEB-12 due=+9d")
    published = await roadmap.item(session, key, request.audience)
    whole = await pending(session)
    wanted = published.key if published else key
    for item_change in whole.item_changes:
        if item_change.after is None or item_change.key.casefold() != wanted.casefold():
            continue
        if request.audience.may_see(item_change.after.visible_to):
            return item_change.after
        published = None  # the draft hides it from them
    if published:
        return published
    await _check_not_proposed(session, key, request.audience)
    raise NotFound(
        f"There is no item {key} on the roadmap.",
        *(f"{request.args.command} {near} …" for near in await suggest_keys(session, key, request.audience)),
    )


async def _check_not_proposed(session: Session, key: str, audience: Audience) -> None:
    proposal = await revisions.open_proposal(session)
    if proposal is None:
        return
    waiting = (await pending(session, proposal.number)).visible_to(audience)
    if any(item_change.key.casefold() == key.casefold() for item_change in waiting.item_changes):
        raise Refusal(
            f"{key} is part of {proposal.name}, which waits for its second key. It can be edited once that is decided.",
            f"approve {proposal.name}",
            f'reject {proposal.name} "why"',
        )


def _check_own_team(person: Person, team: str, names: Directory) -> None:
    if person.permission.covers(Permission.ADMIN) or person.team == team:
        return
    name = names.team[team].name if team in names.team else team
    raise NotAllowed(f"You can edit items of your own team; this one is {name}'s. Ask somebody there, or an admin.")


def _edit(request: Request, noun: EntityType, key: str, fields: dict[str, str], *, added: bool = False) -> Edit:
    return Edit(noun, key, fields, request.person.id, request.now, request.args.flags.get("why", ""), added=added)


def _edited(draft: PendingChanges, names: Directory, request: Request, noun: EntityType, key: str) -> Reply:
    one, waiting = draft.about([(noun, key)]), len(draft.visible_to(request.audience).changes)
    card = cards.edited(key, one.item_changes, one.campaign_changes, waiting, names, request.args.flags.get("why", ""))
    return Reply(card, facts={"draft": waiting, "key": key, "changed": bool(one)})


async def edit_campaign(ctx: AppContext, request: Request) -> Reply:
    """`campaign edit KEY field=value --why "…"`: dates, owner, partner or status, into the shared draft."""
    if not request.args.rest():
        raise BadInput("Say which campaign.", 'campaign edit spring-launch end=2027-05-31 --why "…"')

    async with write(ctx, request, key=request.args.rest()) as session:
        names = await _lock_and_read_directory(ctx, session)
        campaign = find_campaign(names, request.args.rest())
        _check_own_campaign(request.person, campaign.owner, campaign.it_partner)
        drafted = {change.key: change.new() for change in (await pending(session)).campaign_changes}
        standing = rules.campaign_with(campaign, drafted.get(campaign.key, {}))
        fields = rules.parse_campaign_edit(standing, request.args.named, names, request.today)
        draft = await add_edits(session, [_edit(request, "campaign", campaign.key, fields)])

    return _edited(draft, names, request, "campaign", campaign.key)


def _check_own_campaign(person: Person, *responsible: str) -> None:
    if not person.permission.covers(Permission.PUBLISHER) and person.id not in responsible:
        raise NotAllowed("Its owner, its IT partner or a publisher can change a campaign. Ask one of them.")
