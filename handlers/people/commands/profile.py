"""`me`, `me items`, `me hide`, `me show` and `people`."""

from __future__ import annotations

from handlers.context import AppContext, Request
from handlers.errors import BadInput, NotFound
from handlers.people import cards
from handlers.shared.audited_transaction import write
from handlers.shared.rules.names import find_team
from integrations.ports.inbound import Reply
from storage import acknowledgements, item_queries, people, revisions
from storage.directory import directory
from storage.values.company import Directory, Person, Team
from storage.values.questions import Plan
from storage.values.roadmap import OPEN_STATUSES


async def show_me(ctx: AppContext, request: Request) -> Reply:
    """`me`: the asker's profile and accounts."""
    person = request.person
    async with ctx.store.reading() as session:
        names = await directory(session)
        accounts = await people.accounts_of(session, person.id)
        acknowledged = await acknowledgements.latest_revision_of(session, person.id)
        newest = await revisions.latest(session)

    bridge = person.is_bridge
    facts = {
        "name": person.name,
        "email": person.email,
        "team": person.team,
        "side": str(names.side_of(person)),
        "permission": str(person.permission),
        "bridge": bridge,
        "named_publicly": person.named_publicly,
        "accounts": [cards.profile.account_facts(account) for account in accounts],
        "acknowledged": acknowledged or None,
        "revision": newest.number if newest else None,
    }
    card = cards.profile.me(person, names, accounts, acknowledged, newest.number if newest else 0, bridge=bridge)
    return Reply(card, facts=facts)


async def list_my_items(ctx: AppContext, request: Request) -> Reply:
    """`me items`: the asker's open items, the next due date first."""
    plan = Plan(owners=(request.person.id,), statuses=OPEN_STATUSES)
    async with ctx.store.reading() as session:
        names = await directory(session)
        revision = await revisions.latest(session)
        matches = await item_queries.matching(session, plan, request.audience, show=cards.profile.SHOWN)

    card = cards.profile.my_items(matches.items, len(matches.keys), names, revision)
    return Reply(card, facts={"items": list(matches.keys), "revision": revision.number if revision else None})


async def hide_name(ctx: AppContext, request: Request) -> Reply:
    """`me hide`: cards for others call the asker "a colleague"."""
    return await _set_visibility(ctx, request, named=False)


async def show_name(ctx: AppContext, request: Request) -> Reply:
    """`me show`: the inverse of `me hide`."""
    return await _set_visibility(ctx, request, named=True)


async def _set_visibility(ctx: AppContext, request: Request, *, named: bool) -> Reply:
    async with write(ctx, request) as session:
        await people.set_named_publicly(session, request.person.id, named=named)

    return Reply(cards.profile.visibility_changed(named=named), facts={"named_publicly": named})


async def list_colleagues(ctx: AppContext, request: Request) -> Reply:
    """`people [TEAM]`: the members of a team, by default the asker's."""
    async with ctx.store.reading() as session:
        names = await directory(session)
    typed = request.args.rest() or request.person.team
    if not typed:
        raise BadInput("Say which team.", *(f"people {team.key}" for team in names.teams[:5]))

    team = _team(names, typed)
    shown = names if request.private else names.with_public_names()
    members = tuple(person for person in shown.people if person.team == team.key)
    facts = {"team": team.key, "people": [_facts(person, private=request.private) for person in members]}
    return Reply(cards.profile.colleagues(team, members), request.private, facts)


def _team(names: Directory, typed: str) -> Team:
    try:
        return find_team(names, typed, loose=True)
    except NotFound as unknown:
        raise NotFound(unknown.text, f"ask people {typed}") from None  # "people who are behind" is a question


def _facts(person: Person, *, private: bool) -> dict[str, str]:
    told = {"name": person.name, "role": person.role}
    return told | {"email": person.email} if private else told
