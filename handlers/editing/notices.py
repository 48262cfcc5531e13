"""The request for the other side's key, worded at the moment it is sent: for who reads it then, while it is wanted."""

from __future__ import annotations

from dataclasses import replace

from handlers import publishing
from handlers.context import AppContext
from handlers.editing import cards
from handlers.shared.card_parts import readable_reason
from handlers.shared.conversations import recipient
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


async def compose_approval_wanted(
    ctx: AppContext, session: Session, delivery: Delivery, _room: Audience
) -> Card | None:
    """None once the proposal is decided, and for somebody who cannot give that key any more."""
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
    """Who can give the second key; nobody once it is no longer known who gave the first."""
    author = names.person.get(proposal.author)
    if author is None:
        return ()
    return publishing.publishers_of(ctx.policy, names, publishing.other_side(names.side_of(author)))
