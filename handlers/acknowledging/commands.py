"""Who has which version: ack, current, coverage, catchup."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from handlers.acknowledging import cards, rules
from handlers.context import AppContext, Request
from handlers.errors import BadInput, Refusal
from handlers.shared import lookup
from handlers.shared.audited_transaction import write
from handlers.shared.card_parts import readable_reason
from handlers.shared.item_changes import campaign_changes_between, item_changes_between
from handlers.shared.rules.coverage import Coverage, coverage, teams_with_names
from handlers.shared.rules.dates import parse_revision
from handlers.shared.rules.diff import ItemChange, field_changes, hidden_names, item_changes_of
from integrations.ports.inbound import Reply
from storage import acknowledgements, item_queries, reminders, revisions, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.acknowledgements import Acknowledgement
from storage.values.company import Directory
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Revision, RevisionState

SHOWN = 10  # items; `roadmap` lists all of them


async def acknowledge(ctx: AppContext, request: Request) -> Reply:
    """`ack R42`: acknowledges it and all earlier ones. Acknowledging again keeps the first time."""
    async with write(ctx, request, revision=parse_revision(request.args.first())) as session:
        current = await lookup.current_revision(session)
        wanted = await _revision_meant(session, request, current)
        before = await acknowledgements.latest_revision_of(session, request.person.id)
        new = wanted.number > before and await acknowledgements.acknowledge(
            session,
            Acknowledgement(
                request.person.id, wanted.number, request.now, request.account.platform, request.account.external_id
            ),
        )
    newest = max(before, wanted.number)
    return Reply(
        cards.acknowledged(wanted, current, newest, new=new),
        facts={"revision": wanted.number, "current": current.number, "new": new},
    )


async def _revision_meant(session: Session, request: Request, current: Revision) -> Revision:
    """The published revision that the request names, by default the current one. Raises Refusal."""
    typed = request.args.first()
    if not typed:
        return current
    number = parse_revision(f"R{typed}" if typed.isdecimal() else typed)
    if number is None:
        raise BadInput(f"“{typed}” is not a revision.", f"{request.args.command} {current.name}")
    revision = await revisions.numbered(session, number)
    if revision and revision.state is RevisionState.PROPOSED:
        raise Refusal(
            f"{revision.name} waits for approval; the current version is {current.name}.",
            f"{request.args.command} {current.name}",
        )
    return await lookup.published_revision(session, number)


async def show_current(ctx: AppContext, request: Request) -> Reply:
    """`current`: the current version, and whether the asker acknowledged it."""
    async with ctx.store.reading() as session:
        current = await lookup.current_revision(session)
        has_it = await acknowledgements.latest_revision_of(session, request.person.id) >= current.number
        changes = await revisions.changes_of(session, current.number)
        after = await roadmap.items_with(session, [change.key for change in changes if change.entity_type == "item"])
        names = _public_names(await directory(session), request)

    reason = readable_reason(current, hidden_names(item_changes_of(changes, after), request.audience))
    facts = {
        "revision": current.number,
        "state": str(current.state),
        "published_at": current.published_at.isoformat() if current.published_at else "",
        "acknowledged": has_it,
        "hash": current.hash,
    }
    return Reply(cards.current(current, reason, names, has_it=has_it), request.private, facts)


def _public_names(names: Directory, request: Request) -> Directory:
    """Names for the reply: in a room, without those of people who opted out."""
    return names if request.private else names.with_public_names()


async def show_coverage(ctx: AppContext, request: Request) -> Reply:
    """`coverage R42`: per team, who acknowledged that version."""
    async with ctx.store.reading() as session:
        newest = await lookup.current_revision(session)
        wanted = await _revision_meant(session, request, newest)
        names = await directory(session)
        have = await acknowledgements.covering(session, wanted.number)

    teams = coverage(names, have)
    named = teams_with_names(request.person, names, private=request.private)
    facts = {
        "revision": wanted.number,
        "teams": [
            {
                "team": team.team,
                "people": team.people,
                "acknowledged": team.acknowledged,
                **_behind_facts(team, named),
            }
            for team in teams
        ],
    }
    return Reply(cards.coverage(wanted, teams, names, named), request.private, facts)


def _behind_facts(team: Coverage, named: Collection[str] | None) -> dict[str, object]:
    """Who is behind, by e-mail where the reader may know it, else how many."""
    if named is None or team.team in named:
        return {"behind": [person.email for person in team.behind]}
    return {"behind_count": len(team.behind)}


async def show_catchup(ctx: AppContext, request: Request) -> Reply:
    """`catchup`: what changed since the version that the asker acknowledged."""
    async with ctx.store.reading() as session:
        newest = await lookup.current_revision(session)
        mine = await acknowledgements.latest_revision_of(session, request.person.id)
        names = await directory(session)
        if not mine:
            return await _first_look(session, request, newest, names)
        item_changes = await item_changes_between(session, mine, newest.number, request.audience)
        campaigns = await campaign_changes_between(session, mine, newest.number)

    emails = {person.id: person.email for person in names.people}
    by_relevance: tuple[list[ItemChange], list[ItemChange], list[ItemChange]] = ([], [], [])
    for item_change in item_changes:
        by_relevance[rules.relevance_rank(request.person, (item_change.before, item_change.after))].append(item_change)
    card = cards.catchup(mine, newest, by_relevance, campaigns, _public_names(names, request))
    facts = {"from": mine, "to": newest.number, "changes": field_changes(item_changes, emails)}
    return Reply(card, request.private, facts)


async def _first_look(session: Session, request: Request, newest: Revision, names: Directory) -> Reply:
    """For a person who never acknowledged anything: their own open items, or their team's."""
    own = Plan(owners=(request.person.id,), statuses=OPEN_STATUSES, order=SortOrder.DUE, today=request.today)
    matches, whose = await item_queries.matching(session, own, request.audience, show=SHOWN), "you own"
    if not matches.keys and request.person.team:
        teams = Plan(teams=(request.person.team,), statuses=OPEN_STATUSES, order=SortOrder.DUE, today=request.today)
        matches, whose = await item_queries.matching(session, teams, request.audience, show=SHOWN), "your team has"
    card = cards.first_look(newest, matches.items, len(matches.keys), whose, _public_names(names, request))
    facts = {"from": 0, "to": newest.number, "changes": [], "items": list(matches.keys)}
    return Reply(card, request.private, facts)


async def set_nudges(ctx: AppContext, request: Request) -> Reply:
    """`nudges off|on`: stops or resumes nudges."""
    setting = request.args.first().lower()
    if setting not in {"off", "on"}:
        raise BadInput(
            "Say whether you want to be reminded: on, off, or later for a day's rest.", "nudges off", "nudges on"
        )
    async with write(ctx, request, said=setting) as session:
        if setting == "off":
            await snooze(session, request.person.id, request.now, for_good=True)
        else:
            await reminders.snooze(session, request.person.id, None)
    return Reply(cards.nudges_setting(resting=setting == "off", for_good=True), facts={"nudges": setting})


async def snooze_nudges(ctx: AppContext, request: Request) -> Reply:
    """`nudges later`: no nudge for a day."""
    async with write(ctx, request) as session:
        await snooze(session, request.person.id, request.now, for_good=False)
    return Reply(cards.nudges_setting(resting=True), facts={"nudges": "later"})


async def snooze(session: Session, person: str, now: datetime, *, for_good: bool) -> None:
    """Stop nudges for a day, or until the person resumes them."""
    await reminders.snooze(session, person, now + (timedelta(days=36_500) if for_good else timedelta(days=1)))
