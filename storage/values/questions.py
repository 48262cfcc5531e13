"""Questions: the plan that a question is understood as, its answer, handoffs and verified answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from storage.values.roadmap import Kind, Status


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from *first* to *last*, both included; None means no limit on that side."""

    first: date | None = None
    last: date | None = None


class SortOrder(StrEnum):
    """How an answer is sorted. Items without the date come last; ties are sorted by key."""

    DUE = "due"
    LATEST_DUE = "-due"
    START = "start"
    FINISHED = "-finished_on"
    URGENCY = "urgency"  # blocked, at risk, under way, on hold, done, dropped; then by due date
    KEY = "key"


class AnswerType(StrEnum):
    """What the asker wants to know about the matching items."""

    LIST = "list"
    COUNT = "count"
    WHO = "who"  # the owner
    WHEN = "when"  # the due date
    STATUS = "status"
    HOW_LATE = "how_late"
    CAMPAIGN = "campaign"  # the campaign itself: its owner, partner or dates
    HEALTH = "health"  # whether campaigns are on track; its open items stand beside it
    CHANGES = "changes"  # what changed in `changed`, from the revisions
    REASONS = "why"  # the reasons that were given when the items changed


class GroupBy(StrEnum):
    """What the items of an answer are grouped by."""

    TEAM = "team"
    CAMPAIGN = "campaign"
    OWNER = "owner"
    STATUS = "status"


class ChangeFilter(StrEnum):
    """Which changes a question asks for."""

    ANY = "any"
    MOVED = "moved"  # the due date changed
    SLIPPED = "slipped"  # the due date is later than it was
    ADDED = "added"
    DROPPED = "dropped"


class ItemTitle(NamedTuple):
    """An item's title and key."""

    title: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a question asks for. Names are resolved to keys, other values come from closed lists; empty means "any".

    Conditions of different fields must all hold; several values of one field are alternatives.
    """

    wanted: AnswerType = AnswerType.LIST
    keys: tuple[str, ...] = ()
    not_keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # words that must all stand in the item's title, key or summary
    not_words: tuple[str, ...] = ()  # items in which all of these stand are left out
    teams: tuple[str, ...] = ()
    not_teams: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    all_campaigns: bool = False  # "both": an item has to serve each of them
    not_campaigns: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()  # person ids
    not_owners: tuple[str, ...] = ()
    statuses: frozenset[Status] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    due: DateRange | None = None  # an item without that date never matches a range
    start: DateRange | None = None
    finished: DateRange | None = None
    overdue: bool = False  # open and due before `today`
    slipping: bool = False  # open, and at risk or blocked or overdue
    or_overdue: bool = False  # with `overdue`: a named status or being overdue, either is enough
    not_overdue: bool = False  # leave out what is open and due before `today`
    on_track: bool = False  # open and not slipping
    without: frozenset[str] = frozenset()  # fields that must be empty: campaigns, owner, due, start, tags
    having: frozenset[str] = frozenset()  # fields that must not be empty
    order: SortOrder = SortOrder.DUE
    limit: int | None = None
    group_by: GroupBy | None = None
    most: int = 0  # with `group_by`: 1 for the group with the most items, -1 for the one with the fewest
    changed: DateRange | None = None  # days of the revisions that are asked for
    change: ChangeFilter = ChangeFilter.ANY
    today: date = date.min
    as_of: int | None = None  # a revision number; None is the newest published one


Aspect = Literal["", "owner", "partner", "start", "end", "dates", "status"]


@dataclass(frozen=True, slots=True)
class OtherReading:
    """A reading of a question that was not answered; `as_of` is the day or the revision that it asks about."""

    plan: Plan
    aspect: Aspect = ""
    as_of: date | int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked and answered. `plan` is None when it was not understood.

    `keys` are the first items of the answer. `folded` and `canonical_plan` are the words and the plan as they are compared.
    `is_public`: everybody in its place read the answer, not the asker alone.
    """

    number: int
    asker: str  # a person id, "" once that person was forgotten
    words: str
    folded: str
    outcome: str
    at: datetime
    place: int | None = None
    thread: str = ""
    is_public: bool = False
    understood_as: str = ""
    aspect: str = ""
    plan: Plan | None = None
    canonical_plan: str = ""
    keys: tuple[str, ...] = ()
    revision: int | None = None
    feedback: str = ""
    other_readings: tuple[OtherReading, ...] = ()

    @property
    def name(self) -> str:
        return f"Q{self.number}"


class HandoffState(StrEnum):
    """The state of a question that was handed to a person."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    UNANSWERED = "unanswered"  # everybody who might know was asked, and nobody answered


@dataclass(frozen=True, slots=True)
class Handoff:
    """A question that was handed to a person: `assignee` was asked at `since` for the `reason`; `tried` were asked before.

    `turn` counts how often the question was handed to somebody, also to the same person again.
    """

    number: int
    assignee: str
    reason: str
    since: datetime
    asked_at: datetime
    state: HandoffState = HandoffState.WAITING
    reminded: bool = False
    tried: tuple[str, ...] = ()
    turn: int = 1


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """A person's answer. It depends on items and campaigns, and is withdrawn when a revision changes them."""

    id: int
    number: int
    words: str
    text: str
    by: str
    at: datetime
    revision: int | None
    keys: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    visible_to: tuple[str, ...] = ()
    asker: str = ""  # who had asked, "" once that person was forgotten
    withdrawn_by: int | None = None  # the revision that changed what it depends on; 0: withdrawn by a person
    plan_digest: str = ""  # of the canonical plan of the question, "" if it had no plan
