"""All teams, people and campaigns, read at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from storage import people, roadmap
from storage.store import Session
from storage.values.company import Directory

MANY_PEOPLE = 500

Rows = tuple[Sequence[Row[Any]], Sequence[Row[Any]], Sequence[Row[Any]]]

# Two, because a question about the past needs the campaigns of that time and of now.
_known: deque[tuple[Rows, Directory]] = deque(maxlen=2)


async def directory(session: Session, revision: int | None = None) -> Directory:
    """All teams, people and campaigns; campaigns with the dates they had at *revision* (None: now).

    Reads the rows every time, but returns the same object while they have not changed, so that callers can cache what
    they derive from it: for thousands of people, that takes ten times as long as reading the rows.
    """
    rows = (
        await people.team_rows(session),
        await roadmap.campaign_rows(session, revision),
        await people.person_rows(session),
    )
    for seen, names in _known:
        if seen == rows:
            return names
    names = await asyncio.to_thread(_from, rows) if len(rows[2]) > MANY_PEOPLE else _from(rows)
    _known.append((rows, names))
    return names


def _from(rows: Rows) -> Directory:
    teams, campaigns, person_rows = rows
    persons = [people.person_from(row) for row in person_rows if not row.merged_into]
    return Directory(
        teams=tuple(map(people.team_from, teams)),
        campaigns=tuple(map(roadmap.campaign_from, campaigns)),
        people=tuple(person for person in persons if person.is_active),
        former=tuple(person for person in persons if not person.is_active),
        former_emails={row.email: row.merged_into for row in person_rows if row.merged_into},
        merged={row.id: row.merged_into for row in person_rows if row.merged_into},
    )
