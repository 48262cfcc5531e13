"""Publish what a tracker changed: a burst of changes becomes one revision, once nothing more came for a while.

Edits that people made in the meantime stay in the draft. If a revision needs an approval, the tracker's changes wait in
the draft too, and the publishers are notified once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.context import AppContext
from handlers.importing.notices import queue_tracker_changes_waiting, refresh_tracker_cards
from handlers.importing.rules.report import TRACKER
from handlers.publishing import publish_changes
from handlers.shared.approvals import needs_approval
from handlers.shared.draft import pending_of, prune
from storage import drafts
from storage.directory import directory
from storage.store import Session, lock_publishing


async def publish_tracker_changes(ctx: AppContext, session: Session, due: datetime) -> None:
    """Publish the tracker's changes as one revision, unless the last of them is younger than the settling time."""
    await lock_publishing(session)
    await prune(session)
    await refresh_tracker_cards(session, due)
    edits = [edit for edit in await drafts.edits(session) if edit.author == TRACKER]
    if not edits or max(edit.at for edit in edits) > due - timedelta(minutes=ctx.policy.settling_minutes):
        return
    waiting = await pending_of(session, edits)
    names = await directory(session)
    if not waiting:
        await drafts.remove_edits(session, edits)
    elif needs_approval(ctx.policy, names):
        await queue_tracker_changes_waiting(ctx, session, names, edits, due)
    else:
        reason = waiting.open_reason or "Changes from the tracker"
        await publish_changes(ctx, session, TRACKER, waiting.changes, reason=reason, now=ctx.clock.now(), how="tracker")
        await drafts.remove_edits(session, edits)
