"""Tell publishers that changes of a tracker wait for an approval, and say on those cards when nothing waits any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.context import AppContext
from handlers.importing import cards
from handlers.importing.rules.report import TRACKER
from handlers.shared import posted_cards
from handlers.shared.approvals import publishers_of
from handlers.shared.conversations import conversation_with
from handlers.shared.posted_cards import CardContent, Fingerprint, PostedCardKinds
from integrations.ports.cards import Card
from storage import drafts
from storage.drafts import Edit
from storage.store import Session
from storage.values.company import Audience, Directory, Side
from storage.values.deliveries import Delivery, DeliveryKind

TRACKER_CHANGES_WAIT = "tracker_changes_wait"
_SUBJECT = "settled"


async def _load_fingerprints(session: Session, _contents: Sequence[CardContent]) -> Fingerprint:
    times = await _waiting_times(session)
    return lambda content: "waiting" if _waits(content.payload["until"], times) else "decided"


POSTED = PostedCardKinds((TRACKER_CHANGES_WAIT,), _load_fingerprints)


async def _waiting_times(session: Session) -> tuple[str, ...]:
    return tuple(edit.at.isoformat() for edit in await drafts.edits(session) if edit.author == TRACKER)


def _waits(until: object, times: Sequence[str]) -> bool:
    """Whether the draft still holds a tracker's change from before *until*; later ones have a card of their own."""
    return any(time <= str(until) for time in times)


async def queue_tracker_changes_waiting(
    ctx: AppContext, session: Session, names: Directory, edits: Sequence[Edit], at: datetime
) -> None:
    """Once per latest edit, to the publishers of both sides."""
    publishers = [person for side in (Side.MARKETING, Side.IT) for person in publishers_of(ctx.policy, names, side)]
    direct = sorted({await conversation_with(session, ctx.policy, publisher) for publisher in publishers})
    until = max(edit.at for edit in edits).isoformat()
    content = CardContent(TRACKER_CHANGES_WAIT, {"until": until, "count": len(edits)})
    await posted_cards.post(session, POSTED, f"{_SUBJECT}:{until}", content, direct, at)


async def refresh_tracker_cards(session: Session, at: datetime) -> None:
    """Edit the cards about changes that were proposed, published or discarded since."""
    await posted_cards.refresh(session, POSTED, at, _SUBJECT)


async def compose_tracker_changes_wait(
    _ctx: AppContext, session: Session, delivery: Delivery, _room: Audience
) -> Card | None:
    """None for a card that was not sent before its changes were decided."""
    payload = delivery.notice.payload
    if _waits(payload["until"], await _waiting_times(session)):
        return cards.tracker_changes_waiting(int(str(payload["count"])))
    return cards.tracker_changes_decided() if delivery.kind is DeliveryKind.UPDATE else None
