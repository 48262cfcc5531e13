"""The settling delay: a burst of changes from a tracker becomes one revision, once nothing more came for a while.

What people edit in the meantime stays in the draft. Where a revision needs two keys the tracker has none: its changes wait
in the draft like anybody's, and those who may publish are told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.context import AppContext
from handlers.importing import cards
from handlers.importing.rules.report import TRACKER
from handlers.publishing import needs_approval, publish_changes, publishers_of
from handlers.shared import notify
from handlers.shared.conversations import conversation_with
from handlers.shared.draft import pending_of, prune
from storage import drafts
from storage.directory import directory
from storage.drafts import Edit
from storage.store import Session, lock_publishing
from storage.values.company import Directory, Side


async def publish_tracker_changes(ctx: AppContext, session: Session, due: datetime) -> None:
    """Publish what the tracker wants, as one revision, unless something of it came just now."""
    await lock_publishing(session)
    await prune(session)
    edits = [each for each in await drafts.edits(session) if each.author == TRACKER]
    if not edits or max(each.at for each in edits) > due - timedelta(minutes=ctx.policy.settling_minutes):
        return
    waiting = await pending_of(session, edits)
    names = await directory(session)
    if not waiting:
        await drafts.remove_edits(session, edits)
    elif needs_approval(ctx.policy, names):
        await _notify_publishers(ctx, session, names, edits, due)
    else:
        reason = waiting.open_reason or "Changes from the tracker"
        await publish_changes(ctx, session, TRACKER, waiting.changes, reason=reason, now=ctx.clock.now(), how="tracker")
        await drafts.remove_edits(session, edits)


async def _notify_publishers(
    ctx: AppContext, session: Session, names: Directory, edits: Sequence[Edit], due: datetime
) -> None:
    publishers = [each for side in (Side.MARKETING, Side.IT) for each in publishers_of(ctx.policy, names, side)]
    direct = sorted({await conversation_with(session, ctx.policy, each) for each in publishers})
    key = f"settled:{max(each.at for each in edits).isoformat()}"
    await notify.queue_card(session, direct, cards.tracker_changes_waiting(len(edits)), key=key, at=due)
