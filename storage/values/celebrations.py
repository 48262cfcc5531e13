"""What shipped and was seen: celebrations, thanks between people, and the rhythm in which rooms look back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class CelebrationState(StrEnum):
    """A draft is nobody's business but its owner's."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    POSTED = "posted"
    SKIPPED = "skipped"
    UNDONE = "undone"
    WITHDRAWN = "withdrawn"  # what was finished is open again, and nobody had said so
    REOPENED = "reopened"  # likewise, and its card stands in rooms


@dataclass(frozen=True, slots=True, kw_only=True)
class Celebration:
    """An item that was finished. `asked` decides about it.

    `people` are (person id, what they had to do with it) as of when it was posted: whoever takes over a campaign later
    did not deliver it.
    """

    id: int
    item: str
    revision: int
    state: CelebrationState
    decider: str
    asked_at: datetime
    made_at: datetime
    reminded: bool = False
    text: str = ""  # the owner's own words, beside ours
    thanks: tuple[str, ...] = ()  # person ids
    due_at: datetime | None = None
    posted_at: datetime | None = None
    people: tuple[tuple[str, str], ...] = ()


class KudosVisibility(StrEnum):
    """Who reads a thank-you: whoever is thanked decides."""

    OFFERED = "offered"  # they have not said yet
    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kudos:
    """Thanks from one person to others, for a reason. `openness` is each one's own."""

    id: int
    by: str
    to: tuple[str, ...]
    visibility: tuple[KudosVisibility, ...]
    reason: str
    value: str
    campaign: str
    place: int | None
    at: datetime
    undone: bool = False
    edits: int = 0

    @property
    def public_recipients(self) -> tuple[str, ...]:
        """Those of the thanked who want it seen."""
        return tuple(who for who, how in zip(self.to, self.visibility, strict=True) if how is KudosVisibility.PUBLIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """A room that looks back in a rhythm. `automatic` posts celebrations there without asking their owner."""

    place: int
    frequency: str  # "weekly", "monthly", "quarterly", "" for none
    automatic: bool = False
    paused_until: date | None = None
    skip_next: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A day that somebody wants to be remembered: 29 February is kept on the 28th where there is none."""

    person: str
    day: int
    month: int
    since: int | None = None
    words: str = ""

    def on(self, year: int) -> date:
        """The day in that year."""
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return (
            date(year, 2, 28) if (self.month, self.day) == (2, 29) and not is_leap else date(year, self.month, self.day)
        )
