"""The frozen values that cross rooms. Standard library only, so that every room may import them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Literal


class Side(StrEnum):
    """Which of the two departments a team belongs to; `other` is neither."""

    MARKETING = "marketing"
    IT = "it"
    OTHER = "other"


class Permission(StrEnum):
    """What a person may do; each one includes those before it."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    PUBLISHER = "publisher"
    ADMIN = "admin"

    def covers(self, needed: Permission) -> bool:
        """True when somebody with this permission may do what asks for *needed*."""
        ranks = list(Permission)
        return ranks.index(self) >= ranks.index(needed)


class Status(StrEnum):
    """Where an item stands. "Open" means neither done nor dropped."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    AT_RISK = "at_risk"
    BLOCKED = "blocked"
    ON_HOLD = "on_hold"
    DONE = "done"
    DROPPED = "dropped"


OPEN = frozenset(Status) - {Status.DONE, Status.DROPPED}


class Kind(StrEnum):
    """Ordinary work, or a milestone that people celebrate."""

    WORK = "work"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Team:
    """A department's group of people."""

    key: str
    name: str
    side: Side
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a team. `id` is opaque: it is what revisions remember after the row is gone."""

    id: str
    email: str
    name: str
    team: str = ""
    role: str = ""
    permission: Permission = Permission.VIEWER
    timezone: str = "UTC"
    location: str = ""
    manager_email: str = ""
    skills_offered: tuple[str, ...] = ()
    skills_wanted: tuple[str, ...] = ()
    bridge: bool = False
    named_publicly: bool = True


@dataclass(frozen=True, slots=True)
class Campaign:
    """What Marketing is running. `owner` and `it_partner` are person ids, or "" for nobody."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    owner: str = ""
    it_partner: str = ""
    start: date | None = None
    end: date | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of work on the roadmap, owned by one team. `owner` is a person id, or "" for nobody.

    `finished_on` is the finishing day: when the revision that made the item done was published, or
    the due date of an item that arrived already done. It is derived, never imported.
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
        return self.status in OPEN


# The order of the contract's roadmap.csv. `owner_email` in a file is `owner` (a person id) in the store.
ITEM_FIELDS = tuple(f.name for f in fields(Item) if f.name not in {"key", "finished_on"})
# Names and aliases of a campaign are reference data like those of a team; these fields are part of revisions.
CAMPAIGN_FIELDS = ("owner", "it_partner", "start", "end", "status")
LIST_SEPARATOR = ";"

Noun = Literal["item", "campaign"]
State = Mapping[str, str]  # one thing as text, field by field, the way a CSV cell would show it


def as_text(value: str | date | tuple[str, ...] | None) -> str:
    """One field the way a CSV cell shows it: lists joined by `;`, dates in ISO 8601, nothing as ""."""
    match value:
        case None:
            return ""
        case tuple():
            return LIST_SEPARATOR.join(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def state_of(thing: Item | Campaign) -> dict[str, str]:
    """The fields of *thing* that revisions record, as text."""
    names = ITEM_FIELDS if isinstance(thing, Item) else CAMPAIGN_FIELDS
    return {name: as_text(getattr(thing, name)) for name in names}


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(LIST_SEPARATOR)) if text else ()


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def item_from(key: str, state: State, finished_on: date | None = None) -> Item:
    """The item that *state* describes; the inverse of `state_of`."""
    return Item(
        key=key,
        title=state["title"],
        team=state["team"],
        campaigns=_list(state["campaigns"]),
        status=Status(state["status"]),
        start=_day(state["start"]),
        due=_day(state["due"]),
        owner=state["owner"],
        summary=state["summary"],
        url=state["url"],
        kind=Kind(state["kind"]),
        visible_to=_list(state["visible_to"]),
        tags=_list(state["tags"]),
        finished_on=finished_on,
    )


class ChangeKind(StrEnum):
    """What happened to one thing in one revision."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"  # only by reverting the revision that added it; work given up is `dropped`


@dataclass(frozen=True, slots=True)
class Change:
    """What one revision did to one item or campaign.

    `fields` maps a field to (old, new), both as text; for an added thing every old is "", for a removed
    one every new is "". Persons stand in it as opaque ids, so that a row can outlive a person's e-mail.
    """

    noun: Noun
    key: str
    kind: ChangeKind
    fields: Mapping[str, tuple[str, str]]

    def old(self) -> dict[str, str]:
        return {name: pair[0] for name, pair in self.fields.items()}

    def new(self) -> dict[str, str]:
        return {name: pair[1] for name, pair in self.fields.items()}


class RevisionState(StrEnum):
    """A number, once given, stays used whatever becomes of it."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # overtaken by a revision that an operator published directly


@dataclass(frozen=True, slots=True)
class Revision:
    """One numbered, immutable step of the roadmap.

    `how` says which rule let it be published: `two-key`, `one-key`, `now` or `operator`.
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
    note: str = ""  # why it was rejected or withdrawn

    @property
    def name(self) -> str:
        return f"R{self.number}"


@dataclass(frozen=True)
class Directory:
    """Everybody and everything that can be named in a question or in a file."""

    teams: tuple[Team, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    people: tuple[Person, ...] = ()

    @cached_property
    def team(self) -> Mapping[str, Team]:
        return {team.key: team for team in self.teams}

    @cached_property
    def campaign(self) -> Mapping[str, Campaign]:
        return {campaign.key: campaign for campaign in self.campaigns}

    @cached_property
    def person(self) -> Mapping[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def by_email(self) -> Mapping[str, Person]:
        return {person.email: person for person in self.people if person.email}

    def email_of(self, person_id: str) -> str:
        """The e-mail behind an opaque id, or "" when nobody or somebody forgotten is meant."""
        person = self.person.get(person_id)
        return person.email if person else ""

    def name_of(self, person_id: str) -> str:
        person = self.person.get(person_id)
        return (person.name or person.email) if person else ""

    def publicly(self) -> Directory:
        """The same names for a card that others read: whoever opted out of being named is "a colleague"."""
        people = tuple(
            each if each.named_publicly else replace(each, name="a colleague", email="") for each in self.people
        )
        return replace(self, people=people)

    def side_of(self, person: Person) -> Side:
        """The side that person's team belongs to; `other` without a team."""
        team = self.team.get(person.team)
        return team.side if team else Side.OTHER

    def teams_of_side(self, side: Side) -> tuple[str, ...]:
        return tuple(team.key for team in self.teams if team.side is side)


@dataclass(frozen=True, slots=True)
class Audience:
    """Everyone who will read a reply, as the teams they belong to.

    An item with `visible_to` may be shown only when every one of these teams is listed. No teams at all
    (a room with unknown members, guests, somebody without a team) means: unrestricted items only.
    `everything` is the operator's terminal, for export and backup alone.
    """

    teams: frozenset[str] = frozenset()
    everything: bool = False

    def may_see(self, visible_to: Iterable[str]) -> bool:
        listed = frozenset(visible_to)
        return self.everything or not listed or (bool(self.teams) and self.teams <= listed)


EVERYTHING = Audience(everything=True)
UNRESTRICTED = Audience()


@dataclass(frozen=True, slots=True)
class Period:
    """Days from *first* to *last*, both included; None is open on that end."""

    first: date | None = None
    last: date | None = None


class DateField(StrEnum):
    """Which date of an item a period is about."""

    DUE = "due"
    START = "start"
    FINISHED = "finished_on"


class Order(StrEnum):
    """How an answer is sorted; things without the date come last, ties go by key."""

    DUE = "due"
    LATEST_DUE = "-due"
    FINISHED = "-finished_on"
    URGENCY = "urgency"  # blocked, at risk, under way, on hold, done, dropped; then by due date
    KEY = "key"


class Wanted(StrEnum):
    """What the asker wants to read of the items that match."""

    LIST = "list"
    COUNT = "count"
    WHO = "who"  # the owner
    WHEN = "when"  # the due date
    STATUS = "status"
    CAMPAIGN = "campaign"  # the campaign itself: its owner, partner or dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A question, understood. Keys are resolved, values come from closed lists; empty means "any".

    Conditions of different fields must all hold; several values of one field are alternatives.
    """

    wanted: Wanted = Wanted.LIST
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # words that must all stand in the item's title, key or summary
    teams: tuple[str, ...] = ()
    not_teams: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    not_campaigns: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()  # person ids
    not_owners: tuple[str, ...] = ()
    statuses: frozenset[Status] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    tags: tuple[str, ...] = ()
    period: Period | None = None
    period_of: DateField = DateField.DUE
    overdue: bool = False  # open and due before `today`
    slipping: bool = False  # open, and at risk or blocked or overdue
    or_overdue: bool = False  # with `overdue`: a named status or being overdue, either is enough
    not_overdue: bool = False  # leave out what is open and due before `today`
    without: frozenset[str] = frozenset()  # fields that must be empty: campaigns, owner, due, start
    order: Order = Order.DUE
    limit: int | None = None
    today: date = date.min
    as_of: int | None = None  # a revision number; None is the newest published one


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a card can be put. `conversation` is the platform's own id; `@id` means "direct, to that account"."""

    id: int
    platform: str
    workspace: str
    conversation: str
    name: str = ""
    direct: bool = False
    members_known: bool = False  # every member is a person of ours: no guests, no other organisation
    external: bool = False  # shared with another organisation
    timezone: str = "UTC"
    closed: bool = False  # archived, or we were removed


@dataclass(frozen=True, slots=True)
class Subscription:
    """A place that wants to hear of revisions. Empty filters mean "everything on the roadmap"."""

    id: int
    place: Place
    campaigns: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    level: Literal["material", "all", "digest"] = "material"
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person's "I have it", bound to a revision; it covers all earlier ones."""

    person: str
    revision: int
    at: datetime
    platform: str
    account: str


class DeliveryState(StrEnum):
    """`new -> sending -> sent | dead`. A row left in `sending` is uncertain: it may or may not have arrived."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class DeliveryKind(StrEnum):
    """What a delivery does in its place."""

    POST = "post"
    UPDATE = "update"
    DELETE = "delete"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Notice:
    """A card that goes out unprompted; `kind` says which function words it when it is sent."""

    id: str
    kind: str
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice to one place. `target` is the earlier delivery that an update or delete is about."""

    id: int
    notice: Notice
    place: Place
    kind: DeliveryKind
    state: DeliveryState
    attempts: int
    due_at: datetime
    sending_at: datetime | None = None
    remote_id: str = ""
    error: str = ""
    thread: str = ""
    target: int | None = None
    newest: int | None = None  # the delivery that a "superseded" mark links to

    @property
    def tag(self) -> str:
        """What the platform keeps beside the message, so that it can be found again."""
        return f"{self.notice.id}.{self.id}"
