"""The roadmap: items, revisions and their changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from storage.values.company import Campaign


class Status(StrEnum):
    """The status of an item. "Open" means neither done nor dropped."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    AT_RISK = "at_risk"
    BLOCKED = "blocked"
    ON_HOLD = "on_hold"
    DONE = "done"
    DROPPED = "dropped"


OPEN_STATUSES = frozenset(Status) - {Status.DONE, Status.DROPPED}


class Kind(StrEnum):
    """Ordinary work, or a milestone that people celebrate."""

    WORK = "work"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of work on the roadmap, owned by one team. `owner` is a person id, or "" for nobody.

    `finished_on` is the finishing day: when the revision that made the item done was published, or
    the due date of an item that was added already done. It is derived, never imported.
    """

    key: str
    title: str
    team: str
    campaigns: tuple[str, ...] = ()
    status: Status = Status.PLANNED
    start: date | None = None
    due: date | None = None
    owner: str = ""
    summary: str = ""
    url: str = ""
    kind: Kind = Kind.WORK
    visible_to: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    finished_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    def days_late(self, today: date) -> int:
        """Days since the due date of an open item; 0 if it is due today, later or never, or no longer open."""
        return max((today - self.due).days, 0) if self.is_open and self.due else 0


@dataclass(frozen=True, slots=True)
class OpenItemCounts:
    """How many open items a campaign has, and how many of them are in trouble; one item may count several times."""

    open: int = 0
    late: int = 0
    blocked: int = 0
    at_risk: int = 0
    late_or_blocked: int = 0
    milestones_late_or_blocked: int = 0
    after_end: int = 0  # due after the campaign ends
    conflicts: int = 0  # due after the campaign starts or ends


# The order of the contract's roadmap.csv. `owner_email` in a file is `owner` (a person id) in the store.
ITEM_FIELDS = tuple(f.name for f in fields(Item) if f.name not in {"key", "finished_on"})
# Names and aliases of a campaign are reference data like those of a team; these fields are part of revisions.
CAMPAIGN_FIELDS = ("owner", "it_partner", "start", "end", "status")
LIST_SEPARATOR = ";"

EntityType = Literal["item", "campaign"]
FieldValues = Mapping[str, str]  # an item or campaign as text, field by field, as in a CSV cell


def as_text(value: str | date | tuple[str, ...] | None) -> str:
    """One field as in a CSV cell: lists joined by `;`, dates in ISO 8601, nothing as ""."""
    match value:
        case None:
            return ""
        case tuple():
            return LIST_SEPARATOR.join(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def field_values(thing: Item | Campaign) -> dict[str, str]:
    """The fields of *thing* that revisions record, as text."""
    names = ITEM_FIELDS if isinstance(thing, Item) else CAMPAIGN_FIELDS
    return {name: as_text(getattr(thing, name)) for name in names}


def list_from_text(text: str) -> tuple[str, ...]:
    """The inverse of `as_text` for a list."""
    return tuple(text.split(LIST_SEPARATOR)) if text else ()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def item_from_values(key: str, values: FieldValues, finished_on: date | None = None) -> Item:
    """The item that *values* describes; the inverse of `field_values`."""
    return Item(
        key=key,
        title=values["title"],
        team=values["team"],
        campaigns=list_from_text(values["campaigns"]),
        status=Status(values["status"]),
        start=_day(values["start"]),
        due=_day(values["due"]),
        owner=values["owner"],
        summary=values["summary"],
        url=values["url"],
        kind=Kind(values["kind"]),
        visible_to=list_from_text(values["visible_to"]),
        tags=list_from_text(values["tags"]),
        finished_on=finished_on,
    )


class ChangeKind(StrEnum):
    """What happened to one item or campaign in one revision."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"  # only by reverting the revision that added it; work given up is `dropped`


@dataclass(frozen=True, slots=True)
class Change:
    """What one revision did to one item or campaign.

    `fields` maps a field to (old, new), both as text. For an addition every old is "", for a removal
    one every new is "". People are opaque ids, so that a row does not contain e-mail addresses.
    A renamed item is removed under its old key and added under its new one, in that order; `formerly` is the old key.
    """

    entity_type: EntityType
    key: str
    kind: ChangeKind
    fields: Mapping[str, tuple[str, str]]
    formerly: str = ""

    def old(self) -> dict[str, str]:
        return {name: pair[0] for name, pair in self.fields.items()}

    def new(self) -> dict[str, str]:
        return {name: pair[1] for name, pair in self.fields.items()}


class RevisionState(StrEnum):
    """The states of a revision. Its number is used up in every state."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # replaced by a revision that an operator published directly


WITHOUT_APPROVAL = "without approval"


@dataclass(frozen=True, slots=True)
class Revision:
    """One numbered, immutable step of the roadmap.

    `how` names the rule by which it was published: `two-key`, `one-key`, `now`, `operator` or `tracker`.
    """

    number: int
    state: RevisionState
    author: str
    reason: str
    created_at: datetime
    published_at: datetime | None = None
    approver: str = ""
    how: str = ""
    previous_hash: str = ""
    hash: str = ""
    note: str = ""  # why it was rejected or withdrawn, or WITHOUT_APPROVAL

    @property
    def name(self) -> str:
        return f"R{self.number}"

    @property
    def lacks_approval(self) -> bool:
        """Whether it was published at once although a publisher of the other side had to approve."""
        return self.state is RevisionState.PUBLISHED and self.note == WITHOUT_APPROVAL
