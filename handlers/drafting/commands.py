"""`draft`, `publish`, `approve`, `reject`, `revert`, `whatif`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers import mail, publishing, versions
from handlers.acting import acting
from handlers.changes import Step, impacts, untold, wanted_by
from handlers.days import parse_revision
from handlers.drafting import cards, rules, wording
from handlers.drafting.editing import editable
from handlers.errors import BadInput, NotAllowed, NotFound
from handlers.feature import Asked
from handlers.pending import pending, settle
from handlers.phrases import reason_for
from handlers.private import direct_place
from handlers.toolbox import Toolbox
from integrations.ports.inbound import Reply
from storage import drafts, people, places, revisions
from storage.directory import directory
from storage.store import Session, lock_publishing
from storage.values import (
    Directory,
    Permission,
    Revision,
    RevisionState,
    Subscription,
)


async def show_draft(box: Toolbox, asked: Asked) -> Reply:
    """`draft show`: what waits to be published, and the proposal that waits for its second key."""
    async with box.store.reading() as session:
        names = await directory(session)
        draft = (await pending(session)).seen_by(asked.audience)
        proposal = await revisions.open_proposal(session)
        waiting = await pending(session, proposal.number) if proposal else None
        two = publishing.needs_two_keys(box.policy, names)

    if proposal and waiting:
        proposal = replace(proposal, reason=reason_for(proposal, untold(waiting.steps, asked.audience)))
    proposed = waiting.seen_by(asked.audience) if waiting else None
    facts = {"draft": len(draft.changes), "proposal": proposal.number if proposal else None}
    return Reply(cards.draft(draft, proposal, proposed, names, two_keys=two), facts=facts)


async def discard(box: Toolbox, asked: Asked) -> Reply:
    """`draft discard [KEY]`: one's own edits, or those of one thing; a publisher may throw away anybody's."""
    key, everything = asked.words.first(), asked.words.has("all")
    if everything and not asked.person.permission.covers(Permission.PUBLISHER):
        raise NotAllowed("Only a publisher may throw away everybody's edits.", "draft discard")

    async with acting(box, asked, key=key) as session:
        await lock_publishing(session)
        whole = await pending(session)
        seen = {(each.noun, each.key) for each in whole.seen_by(asked.audience).edits}
        anybodys = asked.person.permission.covers(Permission.PUBLISHER) and (key or everything)
        mine = [
            each
            for each in whole.edits
            if each.author == asked.person.id or (anybodys and (each.noun, each.key) in seen)
        ]
        gone = [edit for edit in mine if not key or edit.key.casefold() == key.casefold()]
        if not gone:
            raise NotFound(f"The draft holds no edit{f' of {key}' if key else ''} that is yours.", "draft show")
        await drafts.take_away(session, gone)
        await settle(session)

    keys = list(dict.fromkeys(edit.key for edit in gone))
    return Reply(cards.discarded(keys), facts={"discarded": keys})


async def publish(box: Toolbox, asked: Asked) -> Reply:
    """`publish ["reason"] [--now]`: the draft becomes a revision, or a proposal where the other side has to sign."""
    reason, at_once = asked.words.flags.get("why") or asked.words.rest(), asked.words.has("now")
    if asked.words.raw.endswith("?"):
        raise BadInput(
            "That reads like a question, so nothing was published. Put a reason into quotes.", f'publish "{reason}"'
        )

    async with acting(box, asked) as session:
        names = await directory(session)
        revision = await publishing.publish_draft(
            box, session, asked.person, reason=reason, now=asked.now, at_once=at_once
        )
        if revision.state is RevisionState.PROPOSED:
            await _ask_other_side(box, session, revision, names, asked)

    if revision.state is RevisionState.PROPOSED:
        other = publishing.other_side(names.side_of(asked.person))
        return Reply(cards.proposed(revision, other), facts=_facts(revision))
    return Reply(cards.published(revision), facts=_facts(revision))


async def _ask_other_side(box: Toolbox, session: Session, revision: Revision, names: Directory, asked: Asked) -> None:
    """Tell every publisher of the other side, privately, that a key is wanted."""
    side = publishing.other_side(names.side_of(asked.person))
    asking = publishing.may_publish(box.policy, names, side)
    there = [await direct_place(session, box.policy, person) for person in asking]
    payload = {"revision": revision.number}
    await mail.announce(session, there, wording.KEY_WANTED, payload, key=f"key:{revision.name}", at=asked.now)


def _facts(revision: Revision) -> dict[str, object]:
    return {"revision": revision.number, "state": str(revision.state), "how": revision.how, "hash": revision.hash}


def _number(asked: Asked) -> int | None:
    said = asked.words.first()
    number = parse_revision(said)
    if said and number is None:
        raise BadInput(f"“{said}” is not a revision. Write it as R43.", f"{asked.words.command} R43")
    return number


async def approve(box: Toolbox, asked: Asked) -> Reply:
    """`approve R43`: the other side's key. The proposal becomes the current version."""
    async with acting(box, asked) as session:
        revision = await publishing.approve(box, session, asked.person, _number(asked), now=asked.now)

    return Reply(cards.published(revision), facts=_facts(revision))


async def reject(box: Toolbox, asked: Asked) -> Reply:
    """`reject R43 "why"`: its changes return to the draft, its number stays used, and the proposer hears why."""
    words = asked.words
    why = words.flags.get("why") or words.named.get("why") or " ".join(words.positional[1:])

    async with acting(box, asked) as session:
        proposal = await publishing.reject(session, asked.person, _number(asked), why)
        author = await people.with_id(session, proposal.author)
        if author and author.id != asked.person.id:
            place = await direct_place(session, box.policy, author)
            card = cards.your_proposal_was_rejected(proposal, asked.person, why)
            await mail.post(session, [place], card, key=f"rejected:R{proposal.number}", at=asked.now)

    return Reply(cards.rejected(proposal, why), facts={"revision": proposal.number, "state": "rejected"})


async def revert(box: Toolbox, asked: Asked) -> Reply:
    """`revert R43`: put its reverse into the draft, to be looked at and published like any edit."""
    number = _number(asked)
    if number is None:
        raise BadInput("Say which revision to take back.", "revert R43")

    async with acting(box, asked, revision=number) as session:
        names = await directory(session)
        draft, left = await publishing.revert(session, asked.person, number, now=asked.now, audience=asked.audience)

    seen = draft.seen_by(asked.audience)
    return Reply(
        cards.reverted(number, seen, left, names),
        facts={"draft": len(seen.changes), "left_alone": list(left)},
        exit=0 if draft else 1,
    )


async def whatif(box: Toolbox, asked: Asked) -> Reply:
    """`whatif WEB-12 due=+9d`: what that would mean and which rooms would hear of it. Writes nothing."""
    async with box.store.reading() as session:
        await versions.current(session)
        names = await directory(session)
        item = await editable(session, asked)
        fields = rules.item_edit(item, asked.words.named, names, asked.today)
        step = Step(item, rules.edited(item, fields))
        rooms = await _rooms_that_would_hear(session, step, box.policy.material_days) if step.fields else []

    told = impacts([step], names.campaign) if step.fields else ()
    conflicts = [key for impact in told for key in (*impact.after_start, *impact.after_end)]
    # A room's name is for those who may publish into it; everybody else is told how many there are.
    named = rooms if asked.person.permission.covers(Permission.PUBLISHER) else []
    card = cards.what_if(step, told, len(rooms), named, names)
    return Reply(card, facts={"changes": list(step.fields), "conflicts": sorted(set(conflicts)), "rooms": len(rooms)})


async def _rooms_that_would_hear(session: Session, step: Step, material_days: int) -> list[str]:
    subscriptions = await places.subscriptions(session)
    by_place = {each.place.id: each.place for each in subscriptions}
    audiences = await places.audiences(session, tuple(by_place.values()))
    return [
        place.name or place.conversation
        for place in by_place.values()
        if wanted_by(_of(subscriptions, place.id), [step], audiences[place.id], material_days)
    ]


def _of(subscriptions: Iterable[Subscription], place_id: int) -> list[Subscription]:
    return [each for each in subscriptions if each.place.id == place_id]
