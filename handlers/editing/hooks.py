"""Close the requests for approval that a publication decides, and what revisions and drafts hold of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.context import AppContext, PersonTraces
from handlers.editing.notices import close_requests
from handlers.shared.draft import edits_known_to
from storage import drafts, revisions
from storage.store import Session
from storage.values.company import Person
from storage.values.roadmap import Change, Revision, RevisionState


async def on_published(ctx: AppContext, session: Session, revision: Revision, _changes: Sequence[Change]) -> None:
    """Edit the requests to approve this revision, and those of a proposal that it withdrew. Idempotent."""
    previous = await revisions.published_before(session, revision.number) or 0
    for number in range(previous + 1, revision.number + 1):
        decided = await revisions.numbered(session, number)
        if decided and decided.state in (RevisionState.PUBLISHED, RevisionState.WITHDRAWN):
            await close_requests(session, decided, ctx.clock.now())


async def export_person(session: Session, person: Person, _decrypt: Callable[[str], str]) -> Mapping[str, Any]:
    published = await revisions.published(session)
    own = [edit for edit in await drafts.edits(session) if edit.author == person.id]
    return {
        "revisions": [
            _revision_facts(revision) for revision in published if person.id in (revision.author, revision.approver)
        ],
        "draft_edits": [
            {"noun": edit.entity_type, "key": edit.key, "fields": dict(edit.fields), "at": edit.at.isoformat()}
            for edit in await edits_known_to(session, own, person.audience)
        ],
    }


def _revision_facts(revision: Revision) -> dict[str, Any]:
    at = revision.published_at.isoformat() if revision.published_at else ""
    return {"revision": revision.number, "published_at": at, "how": revision.how, "reason": revision.reason}


async def forget_person(_ctx: AppContext, session: Session, traces: PersonTraces) -> Mapping[str, int]:
    """Reasons that are theirs or name them become blank; revisions and edits stay under the opaque id."""
    return {
        "reasons": await revisions.blank_reasons(session, traces.person.id, traces.words),
        "whys": await drafts.blank_reasons(session, traces.words),
    }
