"""`people end`, `people back`, `people left`, `people merge` and `people reassign`: for admins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound, Refusal
from handlers.people import cards
from handlers.people.workflow import check_may_end, organisation_day
from handlers.shared.audited_transaction import write
from handlers.shared.card_parts import form_opened
from handlers.shared.draft import add_edits, edits_known_to
from handlers.shared.leaving import end_memberships, left_card, open_work_of
from handlers.shared.lookup import person_id_of, person_named, person_named_exactly
from handlers.shared.replaced_edits import tell_authors
from handlers.shared.rules.dates import parse_day
from integrations.ports.inbound import Reply
from storage import item_queries, person_lifecycle
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session
from storage.values.company import EVERYTHING, Campaign, Directory, Person
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES

END_USAGE, MERGE_USAGE = "people end PERSON [--on DATE]", "people merge OLD NEW [--yes]"


async def end(ctx: AppContext, request: Request) -> Reply:
    """`people end @eva [--on DATE]`: Eva left, now or from that day on."""
    _check_direct(request)
    async with ctx.store.reading() as session:
        names = await directory(session)
        person = await _person(session, request, names, request.args.rest())
    if not person.is_active:
        return Reply(cards.leaving.ended_before(person), facts=_facts(person, ended=True))
    check_may_end(ctx, names, person)
    today = organisation_day(ctx, request.now)
    typed = request.args.flags.get("on", "")
    day = parse_day(typed, today=today) if typed else today

    if day > today:
        async with write(ctx, request, person=person.id, on=day.isoformat()) as session:
            await person_lifecycle.announce_end(session, person.id, day)
        facts = _facts(person, ended=False) | {"ends_on": day.isoformat()}
        return Reply(cards.leaving.end_announced(person, day), facts=facts)
    async with write(ctx, request, person=person.id) as session:
        leavers = await end_memberships(ctx, session, [person], at=request.now, knowing=[request.person.id])
    facts = _facts(person, ended=True) | {"open_work": [item.what for item in leavers[0][1]]}
    return Reply(left_card(leavers), facts=facts)


def _check_direct(request: Request) -> None:
    if not request.private:
        raise Refusal("Only admins may read this, and everybody here would. Ask me in private.", request.args.command)


def _facts(person: Person, *, ended: bool) -> dict[str, object]:
    return {"person": person.email, "ended": ended}


async def _person(session: Session, request: Request, names: Directory, typed: str) -> Person:
    """The person that *typed* names beyond doubt, also one who left; a button gives the id."""
    if typed in names.person_ever:
        return names.person_ever[typed]
    return await person_named_exactly(session, request, names, typed)


async def back(ctx: AppContext, request: Request) -> Reply:
    """`people back @eva`: Eva belongs to the organisation again, or does not leave after all."""
    async with ctx.store.reading() as session:
        names = await directory(session)
        person = await _person(session, request, names, request.args.rest())
    if person.is_active and person.ends_on is None:
        return Reply(cards.leaving.never_left(person), facts=_facts(person, ended=False))

    async with write(ctx, request, person=person.id) as session:
        await person_lifecycle.bring_back(session, person.id)
    card = cards.leaving.stays(person) if person.is_active else cards.leaving.back(person, names)
    return Reply(card, facts=_facts(person, ended=False) | {"permission": str(person.permission)})


async def list_former(ctx: AppContext, request: Request) -> Reply:
    """`people left`: who left, the latest first, and what they leave to decide."""
    _check_direct(request)
    async with ctx.store.reading() as session:
        names = await directory(session)
        former = sorted(names.former, key=lambda person: (person.ended_at or request.now, person.email), reverse=True)
        leavers = [(person, await open_work_of(ctx, session, person)) for person in former]
    announced = sorted(
        (person for person in names.people if person.ends_on), key=lambda person: (person.ends_on, person.email)
    )
    coming = {"leaving": [_facts(person, ended=False) | {"ends_on": str(person.ends_on)} for person in announced]}
    if not leavers and announced:
        return Reply(cards.leaving.announced_ends(announced), facts={"left": [], **coming})
    if not leavers:
        raise NotFound("Nobody has left.", "people")
    undecided = [leaver for leaver in leavers if leaver[1]] or leavers
    facts = [_facts(person, ended=True) | {"open_work": [item.what for item in work]} for person, work in leavers]
    card = cards.leaving.with_announced(left_card(undecided), announced)
    return Reply(card, facts={"left": facts, **coming})


async def merge(ctx: AppContext, request: Request) -> Reply:
    """`people merge @old @new`: both are one person; says what it means first, and does it with --yes."""
    typed = [word for word in request.args.positional if word != cards.profile.CONFIRMED]
    if len(typed) != 2:
        raise BadInput(
            "Name two people, by @mention or e-mail: first the one to give up, then the one to keep.", MERGE_USAGE
        )
    async with ctx.store.reading() as session:
        names = await directory(session)
        old, new = [await _person(session, request, names, word) for word in typed]
    _check_may_merge(ctx, names, old, new)
    if not request.args.has("yes") and cards.profile.CONFIRMED not in request.args.positional:
        return Reply(cards.leaving.confirm_merge(old, new), facts={"merged": False, "old": old.email, "new": new.email})

    async with write(ctx, request, old=old.id, new=new.id) as session:
        await person_lifecycle.merge(session, old, new)
    return Reply(cards.leaving.merged(old, new), facts={"merged": True, "old": old.email, "new": new.email})


def _check_may_merge(ctx: AppContext, names: Directory, old: Person, new: Person) -> None:
    if old.id == new.id:
        raise Refusal(f"{old.name} ({old.email}) is one person already.")
    if not new.is_active:
        raise Refusal(
            f"{new.name} left. Bring them back first, or merge the other way round.", f"people back {new.email}"
        )
    check_may_end(ctx, names, old)


async def reassign(ctx: AppContext, request: Request) -> Reply:
    """`people reassign @eva @bo`: Eva's open items and campaigns become Bo's, in the draft. Without Bo, a form asks."""
    words = list(request.args.positional)
    if not words:
        raise BadInput("Say whose items, and who gets them.", "people reassign eva@example.org @bo")
    to = (request.args.named.get("to") or " ".join(words[1:])).strip()
    async with ctx.store.reading() as session:
        names = await directory(session)
        owner = await person_id_of(session, request, names, words[0])
        new_owner = names.person.get(to) or (await person_named(session, request, names, to) if to else None)
    if new_owner is None:
        form = cards.leaving.reassign_form(words[0], names.name_of(owner))
        return Reply(form_opened(form), form=form)

    async with write(ctx, request, owner=owner, to=new_owner.id) as session:
        edits = await _edits(session, request, names, owner, new_owner)
        if not edits:
            raise NotFound("They own no open item and no campaign.", "draft show")
        pending = await add_edits(session, edits)
        await tell_authors(ctx, session, pending.replaced, request.now)
        keys = [edit.key for edit in await edits_known_to(session, edits, request.audience)]
    facts = {"from": names.email_of(owner), "to": new_owner.email, "reassigned": keys}
    replaced = pending.visible_to(request.audience).replaced
    return Reply(cards.leaving.reassigned(keys, len(edits) - len(keys), new_owner, replaced, names), facts=facts)


async def _edits(
    session: Session, request: Request, names: Directory, owner: str, new_owner: Person
) -> tuple[Edit, ...]:
    reason = request.args.flags.get("why", "" if owner in names.person else "The owner left")
    edit = Edit("item", "", {"owner": new_owner.id}, request.person.id, request.now, reason)
    plan = Plan(owners=(owner,), statuses=OPEN_STATUSES, order=SortOrder.KEY)
    keys = (await item_queries.matching(session, plan, EVERYTHING, show=0)).keys
    roles = _roles(names.campaigns, names, owner)
    return (
        *(replace(edit, key=key) for key in keys),
        *(
            replace(edit, entity_type="campaign", key=key, fields=dict.fromkeys(fields, new_owner.id))
            for key, fields in roles.items()
        ),
    )


def _roles(campaigns: Iterable[Campaign], names: Directory, owner: str) -> dict[str, list[str]]:
    """Campaign -> the fields in which *owner* stands, under any id of theirs."""
    same = {owner, *(old for old, new in names.merged.items() if new == owner)}
    held = {c.key: [name for name in ("owner", "it_partner") if getattr(c, name) in same] for c in campaigns}
    return {key: fields for key, fields in held.items() if fields}
