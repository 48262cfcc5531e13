"""How the changes of an import reach the roadmap: published at once, or through the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from handlers.context import AppContext
from handlers.importing.rules.report import TRACKER, Importer, ImportOptions
from handlers.publishing import publish_changes
from storage import drafts
from storage.drafts import Edit
from storage.store import Session
from storage.values.roadmap import Change, ChangeKind


async def submit(
    ctx: AppContext, session: Session, changes: Sequence[Change], options: ImportOptions, by: Importer
) -> int | None:
    """Publish the changes, or put them into the shared draft; the number of the revision, if there is one."""
    if not changes:
        return None
    now = ctx.clock.now()
    if options.publish:
        reason = options.reason or "Imported from a file"
        revision = await publish_changes(ctx, session, by.person, changes, reason=reason, now=now, how="operator")
        return revision.number
    author = TRACKER if options.settle else by.person
    await drafts.add_edits(session, await asyncio.to_thread(_edits, changes, author, now, options.reason))
    return None


def _edits(changes: Sequence[Change], author: str, at: datetime, reason: str) -> list[Edit]:
    return [
        Edit(change.entity_type, change.key, change.new(), author, at, reason, added=change.kind is ChangeKind.ADDED)
        for change in changes
    ]
