"""How the changes of an import reach the roadmap: published at once, or through the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.context import AppContext
from handlers.importing.rules.report import TRACKER, Importer, ImportOptions
from handlers.publishing import publish_changes
from handlers.shared.draft import pending, replaced_edits
from handlers.shared.replaced_edits import replaced_words, tell_authors
from storage import drafts
from storage.drafts import Edit
from storage.store import Session
from storage.values.company import Directory
from storage.values.roadmap import Change, ChangeKind


@dataclass(frozen=True, slots=True)
class Submitted:
    """The number of the revision, if the changes were published, and whose unpublished edits they replaced, in words."""

    revision: int | None = None
    replaced: tuple[str, ...] = ()


async def submit(
    ctx: AppContext,
    session: Session,
    changes: Sequence[Change],
    options: ImportOptions,
    by: Importer,
    names: Directory,
) -> Submitted:
    """Publish the changes, or put them into the shared draft."""
    if not changes:
        return Submitted()
    now = ctx.clock.now()
    if options.publish:
        reason = options.reason or "Imported from a file"
        revision = await publish_changes(ctx, session, by.person, changes, reason=reason, now=now, how="operator")
        return Submitted(revision.number)
    author = TRACKER if options.settle else by.person
    edits = await asyncio.to_thread(_edits, changes, author, now, options.reason)
    waiting = await drafts.edits(session)
    replaced = await asyncio.to_thread(replaced_edits, waiting, edits) if waiting else ()
    await tell_authors(ctx, session, replaced, now)
    seen = replace(await pending(session), replaced=replaced).visible_to(by.audience).replaced if replaced else ()
    await drafts.add_edits(session, edits)
    return Submitted(replaced=tuple(replaced_words(entry, names) for entry in seen))


def _edits(changes: Sequence[Change], author: str, at: datetime, reason: str) -> list[Edit]:
    return [
        Edit(change.entity_type, change.key, change.new(), author, at, reason, added=change.kind is ChangeKind.ADDED)
        for change in changes
    ]
