"""Everything that can be named, read at once."""

from __future__ import annotations

from storage import people, roadmap
from storage.store import Session
from storage.values import Directory


async def directory(session: Session, revision: int | None = None) -> Directory:
    """All teams, people and campaigns; campaigns with the dates they had at *revision* (None: now)."""
    return Directory(
        teams=await people.teams(session),
        campaigns=await roadmap.campaigns(session, revision),
        people=await people.everybody(session),
    )
