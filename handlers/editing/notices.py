"""Ask the other side's publishers to approve a proposal, and tell its author when it is rejected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.context import AppContext
from handlers.editing import cards
from handlers.shared import approvals, notify
from handlers.shared.card_parts import readable_reason
from handlers.shared.conversations import conversation_with, recipient
from handlers.shared.draft import pending
from handlers.shared.rules.diff import hidden_names
from integrations.ports.cards import Card
from storage import revisions
from storage.directory import directory
from storage.store import Session
from storage.values.company import Audience, Directory, Person
from storage.values.deliveries import Delivery
from storage.values.roadmap import Revision, RevisionState

APPROVAL_WANTED = "key_wanted"


async def request_approval(
    ctx: AppContext, session: Session, proposal: Revision, author: Person, names: Directory, at: datetime
) -> None:
    """Ask every publisher of the other side, each in their direct conversation."""
    publishers = approvals.approvers_of(ctx.policy, names, author)
    payload = {"revision": proposal.number}
    await notify.people(ctx, session, publishers, APPROVAL_WANTED, payload, key=f"key:{proposal.name}", at=at)


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

    whole = await pending(session, proposal.number)
    audience = person.audience
    reason = readable_reason(proposal, hidden_names(whole.item_changes, audience))
    return cards.approval_wanted(replace(proposal, reason=reason), whole.visible_to(audience), names)


def _may_approve(ctx: AppContext, proposal: Revision, names: Directory) -> tuple[Person, ...]:
    """Publishers of the other side; nobody if the author is no longer known."""
    author = names.person.get(proposal.author)
    if author is None:
        return ()
    return approvals.approvers_of(ctx.policy, names, author)
