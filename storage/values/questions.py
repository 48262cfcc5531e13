"""A question, understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from storage.values.roadmap import Kind, Status


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from *first* to *last*, both included; None is open on that end."""

    first: date | None = None
    last: date | None = None


class ItemDate(StrEnum):
    """Which date of an item a period is about."""

    DUE = "due"
    START = "start"
    FINISHED = "finished_on"


class SortOrder(StrEnum):
    """How an answer is sorted; things without the date come last, ties go by key."""

    DUE = "due"
    LATEST_DUE = "-due"
    FINISHED = "-finished_on"
    URGENCY = "urgency"  # blocked, at risk, under way, on hold, done, dropped; then by due date
    KEY = "key"


class AnswerType(StrEnum):
    """What the asker wants to read of the items that match."""

    LIST = "list"
    COUNT = "count"
    WHO = "who"  # the owner
    WHEN = "when"  # the due date
    STATUS = "status"
    CAMPAIGN = "campaign"  # the campaign itself: its owner, partner or dates


class ItemTitle(NamedTuple):
    """What an item is called, and the key it is found by."""

    title: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A question, understood. Keys are resolved, values come from closed lists; empty means "any".

    Conditions of different fields must all hold; several values of one field are alternatives.
    """

    wanted: AnswerType = AnswerType.LIST
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # words that must all stand in the item's title, key or summary
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
    period: DateRange | None = None
    period_of: ItemDate = ItemDate.DUE
    overdue: bool = False  # open and due before `today`
    slipping: bool = False  # open, and at risk or blocked or overdue
    or_overdue: bool = False  # with `overdue`: a named status or being overdue, either is enough
    not_overdue: bool = False  # leave out what is open and due before `today`
    without: frozenset[str] = frozenset()  # fields that must be empty: campaigns, owner, due, start
    order: SortOrder = SortOrder.DUE
    limit: int | None = None
    today: date = date.min
    as_of: int | None = None  # a revision number; None is the newest published one


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was asked and answered. `plan` is None when it was not understood.

    `keys` are the first items of the answer, `folded` the words as they are compared, `meaning` likewise the plan.
    """

    number: int
    asker: str  # a person id, "" once that person was forgotten
    words: str
    folded: str
    outcome: str
    at: datetime
    place: int | None = None
    thread: str = ""
    understood_as: str = ""
    aspect: str = ""
    plan: Plan | None = None
    canonical_plan: str = ""
    keys: tuple[str, ...] = ()
    revision: int | None = None
    feedback: str = ""

    @property
    def name(self) -> str:
        return f"Q{self.number}"


class HandoffState(StrEnum):
    """Where a question stands that was handed to a person."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    UNANSWERED = "unanswered"  # everybody who might know was asked, and nobody said a word


@dataclass(frozen=True, slots=True)
class Handoff:
    """A question in somebody's hands. `holder` was asked at `since`, because of `why`; `tried` were asked before."""

    number: int
    assignee: str
    reason: str
    since: datetime
    asked_at: datetime
    state: HandoffState = HandoffState.WAITING
    reminded: bool = False
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """What a person answered. It rests on items and campaigns, and is withdrawn when a revision touches them."""

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
    withdrawn_by: int | None = None  # the revision that touched it; 0: taken back by a person
