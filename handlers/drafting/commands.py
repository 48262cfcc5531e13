"""`draft`, `publish`, `approve`, `reject`, `revert`, `whatif`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers import mail, publishing, versions
from handlers.acting import write
from handlers.changes import ItemChange, hidden_names, impacts, subscribed_item_changes
from handlers.days import parse_revision
from handlers.drafting import cards, rules, wording
from handlers.drafting.editing import editable_item
from handlers.errors import BadInput, NotAllowed, NotFound
from handlers.feature import Request
from handlers.pending import pending, prune
from handlers.phrases import readable_reason
from handlers.private import conversation_with
from handlers.toolbox import AppContext
from integrations.ports.inbound import Reply
from storage import drafts, people, places, revisions
from storage.directory import directory
from storage.store import Session, lock_publishing
from storage.values.company import Directory, Permission
from storage.values.post import Subscription
from storage.values.roadmap import Revision, RevisionState


async def show_draft(box: AppContext, asked: Request) -> Reply:
    """`draft show`: what waits to be published, and the proposal that waits for its second key."""
    async with box.store.reading() as session:
        names = await directory(session)
        draft = (await pending(session)).visible_to(asked.audience)
        proposal = await revisions.open_proposal(session)
        waiting = await pending(session, proposal.number) if proposal else None
        two = publishing.needs_approval(box.policy, names)

    if proposal and waiting:
        proposal = replace(proposal, reason=readable_reason(proposal, hidden_names(waiting.item_changes, asked.audience)))
    proposed = waiting.visible_to(asked.audience) if waiting else None
    facts = {"draft": len(draft.changes), "proposal": proposal.number if proposal else None}
    return Reply(cards.draft(draft, proposal, proposed, names, two_keys=two), facts=facts)


async def discard_draft(box: AppContext, asked: Request) -> Reply:
    """`draft discard [KEY]`: one's own edits, or those of one thing; a publisher may throw away anybody's."""
    key, everything = asked.args.first(), asked.args.has("all")
    if everything and not asked.person.permission.covers(Permission.PUBLISHER):
        raise NotAllowed("Only a publisher may throw away everybody's edits.", "draft discard")

    async with write(box, asked, key=key) as session:
        await lock_publishing(session)
        whole = await pending(session)
        seen = {(each.entity_type, each.key) for each in whole.visible_to(asked.audience).edits}
        anybodys = asked.person.permission.covers(Permission.PUBLISHER) and (key or everything)
        mine = [
            each
            for each in whole.edits
            if each.author == asked.person.id or (anybodys and (each.entity_type, each.key) in seen)
        ]
        gone = [edit for edit in mine if not key or edit.key.casefold() == key.casefold()]
        if not gone:
            raise NotFound(f"The draft holds no edit{f' of {key}' if key else ''} that is yours.", "draft show")
        await drafts.remove_edits(session, gone)
        await prune(session)

    keys = list(dict.fromkeys(edit.key for edit in gone))
    return Reply(cards.discarded(keys), facts={"discarded": keys})


async def publish(box: AppContext, asked: Request) -> Reply:
    """`publish ["reason"] [--now]`: the draft becomes a revision, or a proposal where the other side has to sign."""
    reason, at_once = asked.args.flags.get("why") or asked.args.rest(), asked.args.has("now")
    if asked.args.raw.endswith("?"):
        raise BadInput(
            "That reads like a question, so nothing was published. Put a reason into quotes.", f'publish "{reason}"'
        )

    async with write(box, asked) as session:
        names = await directory(session)
        revision = await publishing.publish_draft(
            box, session, asked.person, reason=reason, now=asked.now, at_once=at_once
        )
        if revision.state is RevisionState.PROPOSED:
            await _request_approval(box, session, revision, names, asked)

    if revision.state is RevisionState.PROPOSED:
        other = publishing.other_side(names.side_of(asked.person))
        return Reply(cards.proposed(revision, other), facts=_facts(revision))
    return Reply(cards.published(revision), facts=_facts(revision))


async def _request_approval(
    box: AppContext, session: Session, revision: Revision, names: Directory, asked: Request
) -> None:
    """Tell every publisher of the other side, privately, that a key is wanted."""
    side = publishing.other_side(names.side_of(asked.person))
    asking = publishing.publishers_of(box.policy, names, side)
    there = [await conversation_with(session, box.policy, person) for person in asking]
    payload = {"revision": revision.number}
    await mail.queue_notice(session, there, wording.APPROVAL_WANTED, payload, key=f"key:{revision.name}", at=asked.now)


def _facts(revision: Revision) -> dict[str, object]:
    return {"revision": revision.number, "state": str(revision.state), "how": revision.how, "hash": revision.hash}


def _revision_number(asked: Request) -> int | None:
    said = asked.args.first()
    number = parse_revision(said)
    if said and number is None:
        raise BadInput(f"“{said}” is not a revision. Write it as R43.", f"{asked.args.command} R43")
    return number


async def approve(box: AppContext, asked: Request) -> Reply:
    """`approve R43`: the other side's key. The proposal becomes the current version."""
    async with write(box, asked) as session:
        revision = await publishing.approve(box, session, asked.person, _revision_number(asked), now=asked.now)

    return Reply(cards.published(revision), facts=_facts(revision))


async def reject(box: AppContext, asked: Request) -> Reply:
    """`reject R43 "why"`: its changes return to the draft, its number stays used, and the proposer hears why."""
    words = asked.args
    why = words.flags.get("why") or words.named.get("why") or " ".join(words.positional[1:])

    async with write(box, asked) as session:
        proposal = await publishing.reject(session, asked.person, _revision_number(asked), why)
        author = await people.with_id(session, proposal.author)
        if author and author.id != asked.person.id:
            place = await conversation_with(session, box.policy, author)
            card = cards.your_proposal_was_rejected(proposal, asked.person, why)
            await mail.queue_card(session, [place], card, key=f"rejected:R{proposal.number}", at=asked.now)

    return Reply(cards.rejected(proposal, why), facts={"revision": proposal.number, "state": "rejected"})


async def revert(box: AppContext, asked: Request) -> Reply:
    """`revert R43`: put its reverse into the draft, to be looked at and published like any edit."""
    number = _revision_number(asked)
    if number is None:
        raise BadInput("Say which revision to take back.", "revert R43")

    async with write(box, asked, revision=number) as session:
        names = await directory(session)
        draft, left = await publishing.revert(session, asked.person, number, now=asked.now, audience=asked.audience)

    seen = draft.visible_to(asked.audience)
    return Reply(
        cards.reverted(number, seen, left, names),
        facts={"draft": len(seen.changes), "left_alone": list(left)},
        exit=0 if draft else 1,
    )


async def whatif(box: AppContext, asked: Request) -> Reply:
    """`whatif WEB-12 due=+9d`: what that would mean and which rooms would hear of it. Writes nothing."""
    async with box.store.reading() as session:
        await versions.current_revision(session)
        names = await directory(session)
        item = await editable_item(session, asked)
        fields = rules.parse_item_edit(item, asked.args.named, names, asked.today)
        step = ItemChange(item, rules.item_with(item, fields))
        rooms = await _places_that_would_be_notified(session, step, box.policy.material_days) if step.fields else []

    told = impacts([step], names.campaign) if step.fields else ()
    conflicts = [key for impact in told for key in (*impact.after_start, *impact.after_end)]
    # A room's name is for those who may publish into it; everybody else is told how many there are.
    named = rooms if asked.person.permission.covers(Permission.PUBLISHER) else []
    card = cards.what_if(step, told, len(rooms), named, names)
    return Reply(card, facts={"changes": list(step.fields), "conflicts": sorted(set(conflicts)), "rooms": len(rooms)})


async def _places_that_would_be_notified(session: Session, step: ItemChange, material_days: int) -> list[str]:
    subscriptions = await places.subscriptions(session)
    by_place = {each.place.id: each.place for each in subscriptions}
    audiences = await places.audiences(session, tuple(by_place.values()))
    return [
        place.name or place.conversation
        for place in by_place.values()
        if subscribed_item_changes(
            _subscriptions_of(subscriptions, place.id), [step], audiences[place.id], material_days
        )
    ]


def _subscriptions_of(subscriptions: Iterable[Subscription], place_id: int) -> list[Subscription]:
    return [each for each in subscriptions if each.place.id == place_id]
