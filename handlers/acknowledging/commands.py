"""Who has which version: ack, current, coverage, catchup."""

from __future__ import annotations

from handlers import versions
from handlers.acknowledging import cards, nudging, rules
from handlers.acting import acting
from handlers.between import campaigns_between, steps_between
from handlers.changes import Step, field_changes, steps_of, untold
from handlers.days import parse_revision
from handlers.errors import BadInput, Refusal
from handlers.feature import Asked
from handlers.phrases import reason_for
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import acknowledgements, reminders, revisions, roadmap
from storage.directory import directory
from storage.store import Session
from storage.values import (
    OPEN,
    Acknowledgement,
    Directory,
    Order,
    Plan,
    Revision,
    RevisionState,
)

SHOWN = 10  # items of one's own; `roadmap` lists them all


async def ack(box: Toolbox, asked: Asked) -> Reply:
    """`ack R42`: I have it. Covers earlier ones; the first time stands."""
    async with acting(box, asked, revision=parse_revision(asked.words.first())) as session:
        current = await versions.current(session)
        wanted = await _meant(session, asked, current)
        before = await acknowledgements.newest_of(session, asked.person.id)
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


async def _meant(session: Session, asked: Asked, current: Revision) -> Revision:
    """The published revision that was named; the current one when none was. Raises Refusal."""
    said = asked.words.first()
    if not said:
        return current
    number = parse_revision(f"R{said}" if said.isdecimal() else said)
    if number is None:
        raise BadInput(f"“{said}” is not a revision.", f"{asked.words.command} {current.name}")
    found = await revisions.numbered(session, number)
    if found and found.state is RevisionState.PROPOSED:
        raise Refusal(
            f"{found.name} waits for its second key; the current version is {current.name}.",
            f"{asked.words.command} {current.name}",
        )
    return await versions.published(session, number)


async def current(box: Toolbox, asked: Asked) -> Reply:
    """`current`: which version counts, and whether I have it."""
    async with box.store.reading() as session:
        found = await versions.current(session)
        has_it = await acknowledgements.newest_of(session, asked.person.id) >= found.number
        changes = await revisions.changes_of(session, found.number)
        after = await roadmap.items_with(session, [change.key for change in changes if change.noun == "item"])
        names = _spoken(await directory(session), asked)

    reason = reason_for(found, untold(steps_of(changes, after), asked.audience))
    facts = {
        "revision": found.number,
        "state": str(found.state),
        "published_at": found.published_at.isoformat() if found.published_at else "",
        "acknowledged": has_it,
        "hash": found.hash,
    }
    return Reply(cards.current(found, reason, names, has_it=has_it), asked.private, facts)


def _spoken(names: Directory, asked: Asked) -> Directory:
    """The names as they may be said where the reply goes."""
    return names if asked.private else names.publicly()


async def coverage(box: Toolbox, asked: Asked) -> Reply:
    """`coverage R42`: per team, who has that version."""
    async with box.store.reading() as session:
        newest = await versions.current(session)
        wanted = await _meant(session, asked, newest)
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
    return Reply(cards.coverage(wanted, teams, _spoken(names, asked)), asked.private, facts)


# ── catchup ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def catchup(box: Toolbox, asked: Asked) -> Reply:
    """`catchup`: what changed for me since the version I have."""
    async with box.store.reading() as session:
        newest = await versions.current(session)
        mine = await acknowledgements.newest_of(session, asked.person.id)
        names = await directory(session)
        if not mine:
            return await _first_look(session, asked, newest, names)
        found = await steps_between(session, mine, newest.number, asked.audience)
        campaigns = await campaigns_between(session, mine, newest.number)

    emails = {person.id: person.email for person in names.people}
    heaps: tuple[list[Step], list[Step], list[Step]] = ([], [], [])
    for step in found:
        heaps[rules.nearness(asked.person, (step.before, step.after))].append(step)
    card = cards.catchup(mine, newest, heaps, campaigns, _spoken(names, asked))
    facts = {"from": mine, "to": newest.number, "changes": field_changes(found, emails)}
    return Reply(card, asked.private, facts)


async def _first_look(session: Session, asked: Asked, newest: Revision, names: Directory) -> Reply:
    """For somebody who never acknowledged anything: where their own work stands, or their team's."""
    own = Plan(owners=(asked.person.id,), statuses=OPEN, order=Order.DUE, today=asked.today)
    found, whose = await roadmap.matching(session, own, asked.audience, show=SHOWN), "you own"
    if not found.keys and asked.person.team:
        teams = Plan(teams=(asked.person.team,), statuses=OPEN, order=Order.DUE, today=asked.today)
        found, whose = await roadmap.matching(session, teams, asked.audience, show=SHOWN), "your team has"
    card = cards.first_look(newest, found.items, len(found.keys), whose, _spoken(names, asked))
    facts = {"from": 0, "to": newest.number, "changes": [], "items": list(found.keys)}
    return Reply(card, asked.private, facts)


# ── nudges ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def nudges(box: Toolbox, asked: Asked) -> Reply:
    """`nudges off`: no reminders any more; `on` takes that back."""
    said = asked.words.first().lower()
    if said not in {"off", "on"}:
        raise BadInput(
            "Say whether you want to be reminded: on, off, or later for a day's rest.", "nudges off", "nudges on"
        )
    async with acting(box, asked, said=said) as session:
        if said == "off":
            await nudging.not_now(session, asked.person.id, asked.now, for_good=True)
        else:
            await reminders.rest(session, asked.person.id, None)
    return Reply(cards.nudges(resting=said == "off", for_good=True), facts={"nudges": said})


async def nudges_later(box: Toolbox, asked: Asked) -> Reply:
    """`nudges later`: not today."""
    async with acting(box, asked) as session:
        await nudging.not_now(session, asked.person.id, asked.now, for_good=False)
    return Reply(cards.nudges(resting=True), facts={"nudges": "later"})
