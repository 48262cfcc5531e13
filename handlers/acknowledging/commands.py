"""Who has which version: ack, current, coverage, catchup."""

from __future__ import annotations

from handlers import versions
from handlers.acknowledging import cards, nudging, rules
from handlers.acting import write
from handlers.between import campaign_changes_between, item_changes_between
from handlers.changes import ItemChange, field_changes, hidden_names, item_changes_of
from handlers.days import parse_revision
from handlers.errors import BadInput, Refusal
from handlers.feature import Request
from handlers.phrases import readable_reason
from handlers.toolbox import AppContext
from integrations.ports.inbound import Reply
from storage import acknowledgements, reminders, revisions, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values.company import Directory
from storage.values.post import Acknowledgement
from storage.values.questions import Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Revision, RevisionState

SHOWN = 10  # items of one's own; `roadmap` lists them all


async def acknowledge(box: AppContext, asked: Request) -> Reply:
    """`ack R42`: I have it. Covers earlier ones; the first time stands."""
    async with write(box, asked, revision=parse_revision(asked.args.first())) as session:
        current = await versions.current_revision(session)
        wanted = await _revision_meant(session, asked, current)
        before = await acknowledgements.latest_revision_of(session, asked.person.id)
        new = wanted.number > before and await acknowledgements.acknowledge(
            session,
            Acknowledgement(
                asked.person.id, wanted.number, asked.now, asked.account.platform, asked.account.external_id
            ),
        )
    newest = max(before, wanted.number)
    return Reply(
        cards.acknowledged(wanted, current, newest, new=new),
        facts={"revision": wanted.number, "current": current.number, "new": new},
    )


async def _revision_meant(session: Session, asked: Request, current: Revision) -> Revision:
    """The published revision that was named; the current one when none was. Raises Refusal."""
    said = asked.args.first()
    if not said:
        return current
    number = parse_revision(f"R{said}" if said.isdecimal() else said)
    if number is None:
        raise BadInput(f"“{said}” is not a revision.", f"{asked.args.command} {current.name}")
    found = await revisions.numbered(session, number)
    if found and found.state is RevisionState.PROPOSED:
        raise Refusal(
            f"{found.name} waits for its second key; the current version is {current.name}.",
            f"{asked.args.command} {current.name}",
        )
    return await versions.published_revision(session, number)


async def show_current(box: AppContext, asked: Request) -> Reply:
    """`current`: which version counts, and whether I have it."""
    async with box.store.reading() as session:
        found = await versions.current_revision(session)
        has_it = await acknowledgements.latest_revision_of(session, asked.person.id) >= found.number
        changes = await revisions.changes_of(session, found.number)
        after = await roadmap.items_with(session, [change.key for change in changes if change.entity_type == "item"])
        names = _public_names(await directory(session), asked)

    reason = readable_reason(found, hidden_names(item_changes_of(changes, after), asked.audience))
    facts = {
        "revision": found.number,
        "state": str(found.state),
        "published_at": found.published_at.isoformat() if found.published_at else "",
        "acknowledged": has_it,
        "hash": found.hash,
    }
    return Reply(cards.current(found, reason, names, has_it=has_it), asked.private, facts)


def _public_names(names: Directory, asked: Request) -> Directory:
    """The names as they may be said where the reply goes."""
    return names if asked.private else names.with_public_names()


async def show_coverage(box: AppContext, asked: Request) -> Reply:
    """`coverage R42`: per team, who has that version."""
    async with box.store.reading() as session:
        newest = await versions.current_revision(session)
        wanted = await _revision_meant(session, asked, newest)
        names = await directory(session)
        have = await acknowledgements.covering(session, wanted.number)

    teams = rules.coverage(names, have)
    facts = {
        "revision": wanted.number,
        "teams": [
            {
                "team": each.team,
                "people": each.people,
                "acknowledged": each.acknowledged,
                "behind": [person.email for person in each.behind],
            }
            for each in teams
        ],
    }
    return Reply(cards.coverage(wanted, teams, _public_names(names, asked)), asked.private, facts)


# ── catchup ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def show_catchup(box: AppContext, asked: Request) -> Reply:
    """`catchup`: what changed for me since the version I have."""
    async with box.store.reading() as session:
        newest = await versions.current_revision(session)
        mine = await acknowledgements.latest_revision_of(session, asked.person.id)
        names = await directory(session)
        if not mine:
            return await _first_look(session, asked, newest, names)
        found = await item_changes_between(session, mine, newest.number, asked.audience)
        campaigns = await campaign_changes_between(session, mine, newest.number)

    emails = {person.id: person.email for person in names.people}
    heaps: tuple[list[ItemChange], list[ItemChange], list[ItemChange]] = ([], [], [])
    for step in found:
        heaps[rules.relevance_rank(asked.person, (step.before, step.after))].append(step)
    card = cards.catchup(mine, newest, heaps, campaigns, _public_names(names, asked))
    facts = {"from": mine, "to": newest.number, "changes": field_changes(found, emails)}
    return Reply(card, asked.private, facts)


async def _first_look(session: Session, asked: Request, newest: Revision, names: Directory) -> Reply:
    """For somebody who never acknowledged anything: where their own work stands, or their team's."""
    own = Plan(owners=(asked.person.id,), statuses=OPEN_STATUSES, order=SortOrder.DUE, today=asked.today)
    found, whose = await roadmap.matching(session, own, asked.audience, show=SHOWN), "you own"
    if not found.keys and asked.person.team:
        teams = Plan(teams=(asked.person.team,), statuses=OPEN_STATUSES, order=SortOrder.DUE, today=asked.today)
        found, whose = await roadmap.matching(session, teams, asked.audience, show=SHOWN), "your team has"
    card = cards.first_look(newest, found.items, len(found.keys), whose, _public_names(names, asked))
    facts = {"from": 0, "to": newest.number, "changes": [], "items": list(found.keys)}
    return Reply(card, asked.private, facts)


# ── nudges ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def set_nudges(box: AppContext, asked: Request) -> Reply:
    """`nudges off`: no reminders any more; `on` takes that back."""
    said = asked.args.first().lower()
    if said not in {"off", "on"}:
        raise BadInput(
            "Say whether you want to be reminded: on, off, or later for a day's rest.", "nudges off", "nudges on"
        )
    async with write(box, asked, said=said) as session:
        if said == "off":
            await nudging.snooze(session, asked.person.id, asked.now, for_good=True)
        else:
            await reminders.snooze(session, asked.person.id, None)
    return Reply(cards.nudges_setting(resting=said == "off", for_good=True), facts={"nudges": said})


async def snooze_nudges(box: AppContext, asked: Request) -> Reply:
    """`nudges later`: not today."""
    async with write(box, asked) as session:
        await nudging.snooze(session, asked.person.id, asked.now, for_good=False)
    return Reply(cards.nudges_setting(resting=True), facts={"nudges": "later"})
