"""Draft -> proposal -> published revision, and every slice's reaction to it. All changes of the roadmap go this way.

    edits ──> shared draft ──propose──> R43 (proposed) ──approve──> R43 (published) ──> on_published of every feature
                   ^                        │ reject: its changes come back, its number stays used
                   └────────────────────────┘

Everything here runs inside the caller's transaction and under one lock, so no two revisions get the same number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from handlers.context import AppContext
from handlers.errors import BadInput, NotAllowed, NotFound, Refusal
from handlers.shared.approvals import check_may_approve, needs_approval, publishers_of
from handlers.shared.draft import PendingChanges, add_edits, pending, prune, return_to_draft
from handlers.shared.lookup import published_revision
from handlers.shared.replaced_edits import tell_authors
from handlers.shared.rules.dates import format_moment
from handlers.shared.rules.phrases import join_names
from handlers.shared.rules.sides import other_side, side_name
from storage import drafts, item_references, revisions, roadmap, roadmap_history
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session, lock_publishing
from storage.values.company import EVERYTHING, Audience, Campaign, Directory, Permission, Person, Side
from storage.values.roadmap import (
    CAMPAIGN_FIELDS,
    WITHOUT_APPROVAL,
    Change,
    ChangeKind,
    Item,
    Revision,
    RevisionState,
    field_values,
)

NO_REASON = "no reason given"


async def publish_draft(
    ctx: AppContext, session: Session, person: Person, *, reason: str, now: datetime, at_once: bool = False
) -> Revision:
    """Publish the shared draft, or propose it if an approval is needed. Raises Refusal.

    *at_once* is an admin's `--now`: it skips the approval, which is recorded.
    """
    await lock_publishing(session)
    await _check_not_before_latest(session, now)
    draft = await pending(session)
    if not draft:
        raise await _nothing_to_publish(session)
    names = await directory(session)
    reason = reason or draft.open_reason or NO_REASON
    if at_once and not person.permission.covers(Permission.ADMIN):
        raise NotAllowed(
            "Only an admin may publish with --now. Publish without it; the other side will sign.", "publish"
        )
    if at_once or not needs_approval(ctx.policy, names):
        how = "now" if at_once else "one-key"
        return await publish_changes(ctx, session, person.id, draft.changes, reason=reason, now=now, how=how)
    return await _propose(ctx, session, person, names, reason, now)


async def _nothing_to_publish(session: Session) -> Refusal:
    waiting = await revisions.open_proposal(session)
    if waiting:
        return NotFound(
            f"The draft holds nothing to publish; {waiting.name} waits for its second key.", f"approve {waiting.name}"
        )
    return NotFound("The draft holds nothing to publish. Edit an item first.", "item edit KEY due=2027-03-01")


async def _propose(
    ctx: AppContext, session: Session, person: Person, names: Directory, reason: str, now: datetime
) -> Revision:
    waiting = await revisions.open_proposal(session)
    if waiting:
        raise Refusal(
            f"{waiting.name} waits for its second key, and only one proposal is open at a time. "
            f"Approve or reject it first; your edits stay in the draft.",
            f"approve {waiting.name}",
            f'reject {waiting.name} "why"',
        )
    if names.side_of(person) is Side.OTHER:
        raise NotAllowed(
            "A revision needs a key of Marketing and one of IT, and you belong to neither. "
            "Ask a publisher of one side to publish it, or, as an admin, publish with --now.",
            "publish --now",
        )
    wanted = other_side(names.side_of(person))
    if not publishers_of(ctx.policy, names, wanted):
        raise Refusal(
            f"A revision needs a key of each side, and nobody of {side_name(wanted)} may publish yet. "
            "Your edits stay in the draft. An admin can name somebody, or publish with --now.",
            "roles grant @somebody publisher",
            "publish --now",
        )
    number = await revisions.next_number(session)
    proposal = Revision(number, RevisionState.PROPOSED, person.id, reason, created_at=now)
    await revisions.propose(session, proposal, ctx.ids.new())
    await drafts.move_to_proposal(session, number)
    return proposal


async def require_proposal(session: Session, number: int | None) -> Revision:
    """The open proposal. Raises NotFound if there is none, or it is not *number*."""
    proposal = await revisions.open_proposal(session)
    if proposal is None or number not in (None, proposal.number):
        asked = f"R{number} is not" if number else "Nothing is"
        raise NotFound(f"{asked} waiting for a key.", "draft show", "current")
    return proposal


async def approve(ctx: AppContext, session: Session, person: Person, number: int | None, *, now: datetime) -> Revision:
    """Approve the proposal for the other side: it becomes the current version. Raises Refusal."""
    await lock_publishing(session)
    proposal = await require_proposal(session, number)
    names = await directory(session)
    check_may_approve(person, proposal, names)
    draft = await pending(session, proposal.number)
    return await publish_changes(
        ctx,
        session,
        proposal.author,
        draft.changes,
        reason=proposal.reason,
        now=now,
        how="two-key",
        approver=person.id,
        proposal=proposal,
    )


async def reject(
    ctx: AppContext, session: Session, person: Person, number: int | None, why: str, *, now: datetime
) -> tuple[Revision, PendingChanges]:
    """Reject the proposal: its changes return to the draft, its number is not reused. Raises Refusal.

    Returns the draft too, with what later edits replaced of the proposal.
    """
    await lock_publishing(session)
    proposal = await require_proposal(session, number)
    if not why:
        raise BadInput("Say why, so that the proposer knows what to change.", f'reject {proposal.name} "why"')
    names = await directory(session)
    if proposal.author != person.id and proposal.author in names.person_ever:
        check_may_approve(person, proposal, names)
    await revisions.close_proposal(session, proposal.number, RevisionState.REJECTED, why)
    replaced = await return_to_draft(session, proposal.number)
    await tell_authors(ctx, session, replaced, now)
    return proposal, replace(await pending(session), replaced=replaced)


async def publish_changes(
    ctx: AppContext,
    session: Session,
    author: str,
    changes: Sequence[Change],
    *,
    reason: str,
    now: datetime,
    how: str,
    approver: str = "",
    proposal: Revision | None = None,
) -> Revision:
    """Make *changes* the current version and run every feature's `on_published`. Raises BadInput.

    Any other open proposal returns to the draft, because it was made against a version that is no longer current.
    """
    await lock_publishing(session)
    await _check_not_before_latest(session, now)
    await _check_keys_are_free(session, changes)
    await _withdraw_others(ctx, session, proposal, now)
    number = proposal.number if proposal else await revisions.next_number(session)
    created = proposal.created_at if proposal else now
    lacks_approval = how in {"now", "operator"} and needs_approval(ctx.policy, await directory(session))
    revision = Revision(
        number, RevisionState.PUBLISHED, author, reason, created, published_at=now, approver=approver, how=how,
        note=WITHOUT_APPROVAL if lacks_approval else "",
    )  # fmt: skip
    edited = {change.key: change for change in changes if change.entity_type == "campaign"}
    registered = [
        _registration(campaign, edited.get(campaign.key)) for campaign in await roadmap.unrecorded_campaigns(session)
    ]
    known = {change.key for change in registered}
    whole = (*registered, *(c for c in changes if not (c.entity_type == "campaign" and c.key in known)))
    # With the salt, a reason that was deleted on request cannot be guessed from its hash in the chain.
    revision = await revisions.publish(session, revision, ctx.ids.new(), whole)
    if proposal:
        await drafts.discard(session, proposal=proposal.number)
    for change in whole:
        if change.formerly:
            await item_references.rename_item(session, change.formerly, change.key)
    await prune(session)
    for feature in ctx.features:
        if feature.on_published:
            await feature.on_published(ctx, session, revision, whole)
    return revision


async def _check_not_before_latest(session: Session, now: datetime) -> None:
    before = await revisions.latest(session)
    if before and before.published_at and now < before.published_at:
        raise BadInput(
            f"{before.name} was published on {format_moment(before.published_at)}; nothing can be published before that. "
            "Leave --at out, or set it later."
        )


async def _check_keys_are_free(session: Session, changes: Sequence[Change]) -> None:
    """Raise Refusal if an item would get a key that another one has; edits are checked when they are made."""
    ended = {change.key for change in changes if change.kind is ChangeKind.REMOVED}
    added = [change.key for change in changes if change.entity_type == "item" and change.kind is ChangeKind.ADDED]
    taken = {*(await roadmap.items_with(session, added))} - ended
    twice = [key for key, count in Counter(added).items() if count > 1 or key in taken]
    if twice:
        raise Refusal(
            f"{join_names(twice)} would be the key of two items. Discard one of the edits, then publish again.",
            f"draft discard {twice[0]}",
        )


def _registration(campaign: Campaign, edit: Change | None) -> Change:
    """The change that records a campaign imported since the last revision, with the draft's *edit* applied."""
    state = field_values(campaign) | (edit.new() if edit else {})
    return Change("campaign", campaign.key, ChangeKind.ADDED, {name: ("", state[name]) for name in CAMPAIGN_FIELDS})


async def _withdraw_others(ctx: AppContext, session: Session, publishing: Revision | None, now: datetime) -> None:
    waiting = await revisions.open_proposal(session)
    if waiting and (publishing is None or waiting.number != publishing.number):
        note = "another revision was published directly in the meantime"
        await revisions.close_proposal(session, waiting.number, RevisionState.WITHDRAWN, note)
        await tell_authors(ctx, session, await return_to_draft(session, waiting.number), now)


async def revert(
    session: Session, person: Person, number: int, *, now: datetime, audience: Audience = EVERYTHING
) -> tuple[PendingChanges, tuple[str, ...]]:
    """Put the reverse of R*number* into the shared draft. Returns that part of the draft, and what was not reverted.

    A field that changed again since is not reverted: that would undo a later decision. A change that *audience* may not
    know of is neither reverted nor named: nobody edits what they may not see.
    """
    await lock_publishing(session)
    revision = await published_revision(session, number)
    edits: list[Edit] = []
    left: list[str] = []
    changes = _with_renames(await revisions.changes_of(session, number))
    now_items = await roadmap.items_with(session, [change.key for change in changes if change.entity_type == "item"])
    now_campaigns = {campaign.key: campaign for campaign in await roadmap.campaigns(session)}
    hidden = await roadmap_history.names_hidden_from(session, number, audience)
    for change in changes:
        standing = now_items.get(change.key) if change.entity_type == "item" else now_campaigns.get(change.key)
        if change.entity_type == "item" and (change.key in hidden or not _may_see(standing, audience)):
            continue
        back, kept = _reverse(change, {**field_values(standing), "key": standing.key} if standing else None)
        left += [f"{change.key} {name}" for name in kept]
        if back is not None:
            edits.append(_reversing_edit(change, back, person, now, f"Reverts {revision.name}: {revision.reason}"))
    draft = await add_edits(session, edits)
    return draft.about((edit.entity_type, edit.key) for edit in edits), tuple(left)


def _with_renames(changes: Sequence[Change]) -> list[Change]:
    """*changes*, with the removal and addition of a renamed item as one change of its key and fields."""
    ended = {change.key: change for change in changes if change.kind is ChangeKind.REMOVED}
    renamed = {change.formerly for change in changes if change.formerly in ended}
    return [
        _rename_as_change(ended[change.formerly], change) if change.formerly in renamed else change
        for change in changes
        if change.kind is not ChangeKind.REMOVED or change.key not in renamed
    ]


def _rename_as_change(ended: Change, added: Change) -> Change:
    old, new = {**ended.old(), "key": ended.key}, {**added.new(), "key": added.key}
    fields = {name: (old[name], new[name]) for name in new if old[name] != new[name]}
    return Change("item", added.key, ChangeKind.CHANGED, fields)


def _may_see(standing: Item | Campaign | None, audience: Audience) -> bool:
    """Whether *audience* may see it as it is now, if it still is there."""
    return not isinstance(standing, Item) or audience.may_see(standing.visible_to)


def _reverse(change: Change, now: Mapping[str, str] | None) -> tuple[dict[str, str] | None, tuple[str, ...]]:
    """(fields to reset, fields not reverted); the first is None if there is nothing to revert."""
    match change.kind:
        case ChangeKind.ADDED:
            untouched = (
                change.entity_type == "item" and now is not None and all(now[f] == v for f, v in change.new().items())
            )
            return (
                ({}, ()) if untouched else (None, ("the whole item",) if change.entity_type == "item" and now else ())
            )
        case ChangeKind.REMOVED:
            return (change.old(), ()) if now is None else (None, ("it exists again",))
        case ChangeKind.CHANGED:
            if now is None:
                return None, tuple(change.fields)
            back = {name: old for name, (old, new) in change.fields.items() if now[name] == new}
            return back or None, tuple(name for name in change.fields if name not in back)


def _reversing_edit(change: Change, back: Mapping[str, str], person: Person, now: datetime, why: str) -> Edit:
    return Edit(
        change.entity_type,
        change.key,
        back,
        person.id,
        now,
        why,
        added=change.kind is ChangeKind.REMOVED,
        removed=change.kind is ChangeKind.ADDED,
    )
