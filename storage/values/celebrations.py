"""Celebrations of finished items, kudos between people, recaps of rooms and anniversaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class CelebrationState(StrEnum):
    """The states of a celebration. Only its decider sees a draft."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    POSTED = "posted"
    SKIPPED = "skipped"
    UNDONE = "undone"
    WITHDRAWN = "withdrawn"  # the item was reopened before the card was posted
    REOPENED = "reopened"  # the item was reopened after the card was posted


@dataclass(frozen=True, slots=True, kw_only=True)
class Celebration:
    """An item that was finished. `decider` decides whether it is celebrated.

    `people` are (person id, role) as of when it was posted: a later owner of the campaign gets no credit for it.
    """

    id: int
    item: str
    revision: int
    state: CelebrationState
    decider: str
    asked_at: datetime
    made_at: datetime
    reminded: bool = False
    text: str = ""  # the decider's own text
    thanks: tuple[str, ...] = ()  # person ids
    due_at: datetime | None = None
    posted_at: datetime | None = None
    people: tuple[tuple[str, str], ...] = ()


class KudosVisibility(StrEnum):
    """Who may read kudos. The recipient decides."""

    OFFERED = "offered"  # not decided yet
    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kudos:
    """Thanks from one person to others, with a reason. `visibility` belongs to `to`, in the same order."""

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
        """The recipients who made it public."""
        return tuple(who for who, how in zip(self.to, self.visibility, strict=True) if how is KudosVisibility.PUBLIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """The settings of a room that gets recaps. `automatic` posts celebrations there without asking the decider."""

    place: int
    frequency: str  # "weekly", "monthly", "quarterly", "" for none
    automatic: bool = False
    paused_until: date | None = None
    skip_next: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Anniversary:
    """A yearly day that a person entered. In years without 29 February it is on the 28th."""

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
