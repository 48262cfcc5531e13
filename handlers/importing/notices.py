"""Tell publishers that changes of a tracker wait for an approval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.context import AppContext
from handlers.importing import cards
from handlers.shared import notify
from handlers.shared.approvals import publishers_of
from handlers.shared.conversations import conversation_with
from storage.drafts import Edit
from storage.store import Session
from storage.values.company import Directory, Side


async def queue_tracker_changes_waiting(
    ctx: AppContext, session: Session, names: Directory, edits: Sequence[Edit], at: datetime
) -> None:
    """Once per latest edit, to the publishers of both sides."""
    publishers = [person for side in (Side.MARKETING, Side.IT) for person in publishers_of(ctx.policy, names, side)]
    direct = sorted({await conversation_with(session, ctx.policy, publisher) for publisher in publishers})
    key = f"settled:{max(edit.at for edit in edits).isoformat()}"
    await notify.queue_card(session, direct, cards.tracker_changes_waiting(len(edits)), key=key, at=at)
