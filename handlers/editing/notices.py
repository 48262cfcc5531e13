"""Ask the other side's publishers to approve a proposal, say on those cards what became of it, and tell its author."""

from __future__ import annotations

from datetime import datetime

from handlers.context import AppContext
from handlers.editing import cards
from handlers.shared import approvals, notify
from handlers.shared.conversations import conversation_with, recipient
from handlers.shared.draft import ReplacedEdit, may_know_of, readable_proposal
from integrations.ports.cards import Card
from storage import deliveries, revisions
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session
from storage.values.company import Audience, Directory, Person
from storage.values.deliveries import Delivery
from storage.values.roadmap import EntityType, Revision, RevisionState

APPROVAL_WANTED = "key_wanted"
APPROVAL_DECIDED = "key_decided"


async def request_approval(
    ctx: AppContext, session: Session, proposal: Revision, author: Person, names: Directory, at: datetime
) -> None:
    """Ask every publisher of the other side, each in their direct conversation."""
    publishers = approvals.approvers_of(ctx.policy, names, author)
    payload = {"revision": proposal.number}
    await notify.people(ctx, session, publishers, APPROVAL_WANTED, payload, key=_request_key(proposal), at=at)


def _request_key(proposal: Revision) -> str:
    return f"key:{proposal.name}"


async def close_requests(session: Session, proposal: Revision, at: datetime) -> None:
    """Edit every request to approve *proposal*: it says what became of it, and its buttons are gone."""
    targets = await deliveries.of_notice(session, _request_key(proposal))
    if targets:
        key, payload = f"{_request_key(proposal)}:decided", {"revision": proposal.number}
        await notify.queue_update(session, APPROVAL_DECIDED, payload, key=key, targets=targets, newest={}, at=at)


async def queue_rejected(
    ctx: AppContext, session: Session, proposal: Revision, author: Person, by: Person, why: str, at: datetime
) -> None:
    """Tell the proposal's *author* who rejected it and why."""
    place = await conversation_with(session, ctx.policy, author)
    card = cards.your_proposal_was_rejected(proposal, by, why)
    await notify.queue_card(session, [place], card, key=f"rejected:R{proposal.number}", at=at)


async def compose_approval_wanted(
    ctx: AppContext, session: Session, delivery: Delivery, _room: Audience
) -> Card | None:
    """None once the proposal is decided, or if the person may no longer approve it."""
    number = delivery.notice.payload["revision"]
    proposal = await revisions.numbered(session, number) if isinstance(number, int) else None
    if proposal is None or proposal.state is not RevisionState.PROPOSED:
        return None
    names = await directory(session)
    person = await recipient(session, delivery.place)
    if person not in _may_approve(ctx, proposal, names):
        return None

    proposal, changes = await readable_proposal(session, proposal, person.audience)
    return cards.approval_wanted(proposal, changes, names)


async def compose_approval_decided(
    _ctx: AppContext, session: Session, delivery: Delivery, _room: Audience
) -> Card | None:
    number = delivery.notice.payload["revision"]
    proposal = await revisions.numbered(session, number) if isinstance(number, int) else None
    if proposal is None or proposal.state is RevisionState.PROPOSED:
        return None
    return cards.approval_decided(proposal, await directory(session))


async def compose_edit_replaced(ctx: AppContext, session: Session, delivery: Delivery, _room: Audience) -> Card | None:
    """None if the author may not know of the change as it is now, or the card would not reach them alone."""
    payload = delivery.notice.payload
    person = await recipient(session, delivery.place)
    key, fields = payload["key"], payload["fields"]
    if person is None or person.id != payload["person"] or not isinstance(key, str) or not isinstance(fields, list):
        return None
    entity_type: EntityType = "campaign" if payload["entity_type"] == "campaign" else "item"
    if entity_type == "item" and not await may_know_of(session, key, person.audience):
        return None
    edit = Edit(entity_type, key, {}, person.id, ctx.clock.now())
    values = {name: (old, new) for name, old, new in fields}
    replaced = ReplacedEdit(edit, str(payload["by"]), values, is_discarded=bool(payload["discarded"]))
    return cards.your_edit_was_replaced(replaced, await directory(session))


def _may_approve(ctx: AppContext, proposal: Revision, names: Directory) -> tuple[Person, ...]:
    """Publishers of the other side; nobody if the author is no longer known."""
    author = names.person.get(proposal.author)
    if author is None:
        return ()
    return approvals.approvers_of(ctx.policy, names, author)
