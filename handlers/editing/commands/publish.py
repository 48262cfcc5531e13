"""`draft`, `publish`, `approve`, `reject`, `revert`, `whatif`."""

from __future__ import annotations

from collections.abc import Iterable

from handlers import publishing
from handlers.context import AppContext, Request
from handlers.editing import cards, notices, rules
from handlers.editing.commands.edit import editable_item
from handlers.errors import BadInput, NotAllowed, NotFound
from handlers.shared import approvals, lookup
from handlers.shared.arguments import given_once
from handlers.shared.audited_transaction import write
from handlers.shared.draft import (
    PendingChanges,
    discarded_edits,
    edits_known_to,
    pending,
    pending_for,
    prune,
    readable_proposal,
)
from handlers.shared.replaced_edits import tell_authors
from handlers.shared.rules.dates import parse_revision
from handlers.shared.rules.diff import ItemChange, impacts, subscribed_item_changes
from handlers.shared.rules.sides import other_side
from integrations.ports.inbound import Reply
from storage import drafts, people, places, revisions
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session, lock_publishing
from storage.values.company import Directory, Permission
from storage.values.places import Subscription
from storage.values.roadmap import Revision, RevisionState


async def show_draft(ctx: AppContext, request: Request) -> Reply:
    """`draft show`: the draft, and the proposal that waits for approval."""
    async with ctx.store.reading() as session:
        names = await directory(session)
        draft = await pending_for(session, request.audience)
        proposal, proposed = await revisions.open_proposal(session), None
        if proposal:
            proposal, proposed = await readable_proposal(session, proposal, request.audience)
        two = approvals.needs_approval(ctx.policy, names)

    facts = {
        "draft": draft.count,
        "edits": _edit_facts(draft, names),
        "proposal": proposal.number if proposal else None,
        "proposed_edits": _edit_facts(proposed, names) if proposed else [],
    }
    return Reply(cards.draft(draft, proposal, proposed, names, needs_approval=two), facts=facts)


def _edit_facts(draft: PendingChanges, names: Directory) -> list[dict[str, object]]:
    return [
        {"key": edit.key, "fields": sorted(edit.fields), "by": names.email_of(edit.author), "why": edit.reason}
        for edit in draft.effective_edits
    ]


async def discard_draft(ctx: AppContext, request: Request) -> Reply:
    """`draft discard [KEY]`: discards the asker's edits, or those of one item; publishers may discard everybody's."""
    key, everything = request.args.first(), request.args.has("all")
    if everything and not request.person.permission.covers(Permission.PUBLISHER):
        raise NotAllowed("Only a publisher may throw away everybody's edits.", "draft discard")

    async with write(ctx, request, key=key) as session:
        await lock_publishing(session)
        whole = await pending(session)
        seen = {(edit.entity_type, edit.key) for edit in whole.visible_to(request.audience).edits}
        anybodys = request.person.permission.covers(Permission.PUBLISHER) and (key or everything)
        mine = [
            edit
            for edit in whole.edits
            if edit.author == request.person.id or (anybodys and (edit.entity_type, edit.key) in seen)
        ]
        known = await edits_known_to(session, mine, request.audience)
        gone = [edit for edit in known if key.casefold() in _keys_of(edit)] if key else mine
        if not gone:
            raise NotFound(f"The draft holds no edit{f' of {key}' if key else ''} that is yours.", "draft show")
        discarded = discarded_edits(gone, request.person.id)
        await tell_authors(ctx, session, discarded, request.now)
        await drafts.remove_edits(session, gone)
        waiting = (await prune(session)).visible_to(request.audience)
        names = await directory(session)

    keys = list(dict.fromkeys(edit.key for edit in gone if edit in known))
    hidden = len({edit.key for edit in gone if edit not in known})
    kept = [edit for edit in waiting.effective_edits if edit.key in keys]
    return Reply(cards.discarded(keys, hidden, kept, discarded, names), facts={"discarded": keys})


def _keys_of(edit: Edit) -> tuple[str, ...]:
    """The key of the item or campaign without case, and the one that the edit gives it."""
    return (edit.key.casefold(), edit.fields.get("key", edit.key).casefold())


async def publish(ctx: AppContext, request: Request) -> Reply:
    """`publish ["reason"] [--now]`: makes the draft a revision, or a proposal if the other side has to approve."""
    reason, at_once = given_once(request, ["why"], request.args.rest()), request.args.has("now")
    if request.args.raw.endswith("?"):
        raise BadInput(
            "That reads like a question, so nothing was published. Put a reason into quotes.", f'publish "{reason}"'
        )

    details = {"now": True} if at_once else {}
    async with write(ctx, request, **details) as session:
        names = await directory(session)
        revision = await publishing.publish_draft(
            ctx, session, request.person, reason=reason, now=request.now, at_once=at_once
        )
        if revision.state is RevisionState.PROPOSED:
            await notices.request_approval(ctx, session, revision, request.person, names, request.now)

    if revision.state is RevisionState.PROPOSED:
        other = other_side(names.side_of(request.person))
        return Reply(cards.proposed(revision, other), facts=_facts(revision))
    return Reply(cards.published(revision, names), facts=_facts(revision))


def _facts(revision: Revision) -> dict[str, object]:
    return {"revision": revision.number, "state": str(revision.state), "how": revision.how, "hash": revision.hash}


def _revision_number(request: Request) -> int | None:
    typed = request.args.first()
    number = parse_revision(typed)
    if typed and number is None:
        raise BadInput(f"“{typed}” is not a revision. Write it as R43.", f"{request.args.command} R43")
    return number


async def approve(ctx: AppContext, request: Request) -> Reply:
    """`approve R43`: makes a proposal of the other side the current version."""
    async with write(ctx, request) as session:
        revision = await publishing.approve(ctx, session, request.person, _revision_number(request), now=request.now)
        names = await directory(session)

    return Reply(cards.published(revision, names), facts=_facts(revision))


async def reject(ctx: AppContext, request: Request) -> Reply:
    """`reject R43 "why"`: returns its changes to the draft and notifies the author; its number is not reused."""
    why = given_once(request, ["why"], " ".join(request.args.positional[1:]))

    async with write(ctx, request) as session:
        number = _revision_number(request)
        proposal, draft = await publishing.reject(ctx, session, request.person, number, why, now=request.now)
        names = await directory(session)
        await notices.close_requests(session, proposal, request.now)
        author = await people.with_id(session, proposal.author)
        if author and author.id != request.person.id:
            await notices.queue_rejected(ctx, session, proposal, author, request.person, why, request.now)

    replaced = draft.visible_to(request.audience).replaced
    return Reply(
        cards.rejected(proposal, why, replaced, names), facts={"revision": proposal.number, "state": "rejected"}
    )


async def revert(ctx: AppContext, request: Request) -> Reply:
    """`revert R43`: puts its reverse into the draft, to be checked and published like any edit."""
    number = _revision_number(request)
    if number is None:
        raise BadInput("Say which revision to take back.", "revert R43")

    async with write(ctx, request, revision=number) as session:
        names = await directory(session)
        draft, left = await publishing.revert(
            session, request.person, number, now=request.now, audience=request.audience
        )
        await tell_authors(ctx, session, draft.replaced, request.now)

    seen = draft.visible_to(request.audience)
    return Reply(
        cards.reverted(number, seen, left, names),
        facts={"draft": seen.count, "left_alone": list(left)},
        exit=0 if draft else 1,
    )


async def whatif(ctx: AppContext, request: Request) -> Reply:
    """`whatif WEB-12 due=+9d`: the impact of a change and the rooms it would notify. Writes nothing."""
    async with ctx.store.reading() as session:
        await lookup.current_revision(session)
        names = await directory(session)
        item = await editable_item(session, request)
        fields = rules.parse_item_edit(item, request.args.named, names, request.today)
        item_change = ItemChange(item, rules.item_with(item, fields))
        rooms = (
            await _places_that_would_be_notified(session, item_change, ctx.policy.material_days)
            if item_change.fields
            else []
        )

    impacts_shown = impacts([item_change], names.campaign) if item_change.fields else ()
    conflicts = [key for impact in impacts_shown for key in (*impact.after_start, *impact.after_end)]
    # Only publishers see the names of rooms; everybody else sees how many there are.
    named = rooms if request.person.permission.covers(Permission.PUBLISHER) else []
    card = cards.what_if(item_change, impacts_shown, len(rooms), named, names)
    return Reply(
        card, facts={"changes": list(item_change.fields), "conflicts": sorted(set(conflicts)), "rooms": len(rooms)}
    )


async def _places_that_would_be_notified(session: Session, item_change: ItemChange, material_days: int) -> list[str]:
    subscriptions = await places.subscriptions(session)
    by_place = {subscription.place.id: subscription.place for subscription in subscriptions}
    audiences = await places.audiences(session, tuple(by_place.values()))
    return [
        place.name or place.conversation
        for place in by_place.values()
        if subscribed_item_changes(
            _subscriptions_of(subscriptions, place.id), [item_change], audiences[place.id], material_days
        )
    ]


def _subscriptions_of(subscriptions: Iterable[Subscription], place_id: int) -> list[Subscription]:
    return [subscription for subscription in subscriptions if subscription.place.id == place_id]
