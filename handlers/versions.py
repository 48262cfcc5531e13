"""Which version of the roadmap somebody means: `R41`, a day, a moment, or none of these for the current one."""

from __future__ import annotations

from datetime import UTC, date, datetime

from handlers.days import end_of_day, format_day, parse_day, parse_revision
from handlers.errors import NotFound
from storage import revisions
from storage.store import Session
from storage.values.roadmap import Revision, RevisionState


async def revision_as_of(session: Session, words: str, today: date) -> Revision:
    """The published revision that *words* mean; a day means the version current at its end (UTC).

    Raises NotFound when there was none then, BadInput when *words* are neither.
    """
    number = parse_revision(words)
    if number is not None:
        return await published_revision(session, number)
    moment = _parse_moment(words)
    day = moment.date() if moment else parse_day(words, today=today, past=True)
    return await revision_at(session, moment or end_of_day(day), format_day(day))


async def revision_at(session: Session, moment: datetime, typed: str) -> Revision:
    """The revision that was current at *moment*, which a person calls *typed*. Raises NotFound."""
    found = await revisions.current_at(session, moment)
    if found is None:
        raise NotFound(f"Nothing had been published by {typed} yet.", "current")
    return found


async def published_revision(session: Session, number: int) -> Revision:
    """The published revision with that number. Raises NotFound, which says what became of it."""
    found = await revisions.numbered(session, number)
    newest = await revisions.latest(session)
    if found is None:
        until = f"The current version is {newest.name}." if newest else "Nothing has been published yet."
        raise NotFound(f"There is no R{number}. {until}", "current")
    if found.state is RevisionState.PROPOSED:
        raise NotFound(f"{found.name} waits for its second key and is no version of the roadmap yet.", "draft show")
    if found.state is not RevisionState.PUBLISHED:
        raise NotFound(f"{found.name} was {found.state} and never became a version of the roadmap.", "current")
    return found


async def current_revision(session: Session) -> Revision:
    """The current version. Raises NotFound when nothing was published yet."""
    newest = await revisions.latest(session)
    if newest is None:
        raise NotFound(
            "Nothing has been published yet. An admin can import a roadmap: handshake import roadmap FILE --publish"
        )
    return newest


async def revision_to_read(session: Session, words: str, today: date) -> tuple[Revision, int | None]:
    """The revision to read and its number for a query; the number is None for the current one, which is read faster."""
    newest = await current_revision(session)
    if not words:
        return newest, None
    wanted = await revision_as_of(session, words, today)
    return wanted, None if wanted.number == newest.number else wanted.number


def _parse_moment(words: str) -> datetime | None:
    if "T" not in words and ":" not in words:
        return None
    try:
        at = datetime.fromisoformat(words)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
