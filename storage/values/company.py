"""Teams, people and campaigns, and who may see what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Audience:
    """Everyone who will read a reply, as the teams they belong to.

    An item with `visible_to` may be shown only when every one of these teams is listed. No teams at all
    (a room with unknown members, guests or a person without a team) means unrestricted items only.
    `everything` is for export and backup in the operator's terminal only.
    """

    teams: frozenset[str] = frozenset()
    everything: bool = False

    def may_see(self, visible_to: Iterable[str]) -> bool:
        listed = frozenset(visible_to)
        return self.everything or not listed or (bool(self.teams) and self.teams <= listed)

    def union(self, other: Audience) -> Audience:
        """The teams of both. If either has a reader without a team, only unrestricted items are visible."""
        if not self.teams or not other.teams:
            return UNRESTRICTED
        return Audience(self.teams | other.teams)


BRIDGE_ROLE = "marketing technologist"

EVERYTHING = Audience(everything=True)
UNRESTRICTED = Audience()


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


@dataclass(frozen=True, slots=True)
class Team:
    """A department's group of people."""

    key: str
    name: str
    side: Side
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A person. `id` is opaque: revisions keep it after the person's row was deleted.

    `ended_at` is when they left the organisation, `ends_on` the day from which they will have. Whoever left is named in
    history and takes part in nothing.
    """

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
    ended_at: datetime | None = None
    ends_on: date | None = None

    @property
    def is_active(self) -> bool:
        """Whether this person still belongs to the organisation. Nothing else decides it."""
        return self.ended_at is None

    @property
    def is_bridge(self) -> bool:
        """Whether this person connects both sides: by their role, or because an admin named them."""
        return self.bridge or BRIDGE_ROLE in self.role.casefold()

    @property
    def audience(self) -> Audience:
        """What that person may see: unrestricted items, and those visible to their team."""
        return Audience(frozenset({self.team})) if self.team else UNRESTRICTED


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign of Marketing. `owner` and `it_partner` are person ids, or "" for nobody."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    owner: str = ""
    it_partner: str = ""
    start: date | None = None
    end: date | None = None
    status: str = ""


@dataclass(frozen=True)
class Directory:
    """All teams, campaigns and people that a question or a file can name.

    `people`, `person` and `by_email` hold those who still belong to the organisation: they may be asked, counted and
    seated. `former` are those who left; history names them. `merged` and `former_emails` map an id and an e-mail that
    a person had before to the person's id.
    """

    teams: tuple[Team, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    people: tuple[Person, ...] = ()
    former: tuple[Person, ...] = ()
    merged: Mapping[str, str] = field(default_factory=dict)
    former_emails: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def team(self) -> Mapping[str, Team]:
        return {team.key: team for team in self.teams}

    @cached_property
    def campaign(self) -> Mapping[str, Campaign]:
        return {campaign.key: campaign for campaign in self.campaigns}

    @cached_property
    def person(self) -> Mapping[str, Person]:
        return self._by_id(self.people)

    @cached_property
    def person_ever(self) -> Mapping[str, Person]:
        """Also those who left: for showing what was, never for asking anybody."""
        return self._by_id((*self.people, *self.former))

    def _by_id(self, people: Iterable[Person]) -> dict[str, Person]:
        by_id = {person.id: person for person in people}
        return by_id | {old: by_id[new] for old, new in self.merged.items() if new in by_id}

    @cached_property
    def by_email(self) -> Mapping[str, Person]:
        return {person.email: person for person in self.people if person.email}

    @cached_property
    def by_former_email(self) -> Mapping[str, Person]:
        by_id = self.person_ever
        return {email: by_id[person] for email, person in self.former_emails.items() if person in by_id}

    @cached_property
    def by_email_ever(self) -> Mapping[str, Person]:
        """Also those who left, and e-mails that people had before: for files, which are often behind."""
        former = {person.email: person for person in self.former if person.email}
        return {**former, **self.by_former_email, **self.by_email}

    @cached_property
    def _with_public_names(self) -> Directory:
        if all(person.named_publicly for person in (*self.people, *self.former)):
            return self
        return replace(self, people=_public(self.people), former=_public(self.former))

    def email_of(self, person_id: str) -> str:
        """The e-mail of that person, also if they left; "" for an empty id or a person who was deleted."""
        person = self.person_ever.get(person_id)
        return person.email if person else ""

    def name_of(self, person_id: str) -> str:
        person = self.person_ever.get(person_id)
        return (person.name or person.email) if person else ""

    def with_public_names(self) -> Directory:
        """The directory for a card that others read: people who opted out of being named are "a colleague".

        The same object each time, so that callers can cache what they derive from it.
        """
        return self._with_public_names

    def side_of(self, person: Person) -> Side:
        """The side that person's team belongs to; `other` without a team."""
        team = self.team.get(person.team)
        return team.side if team else Side.OTHER

    def manager_of(self, person: Person) -> Person | None:
        """The person whose e-mail is given as the manager's; None if nobody has that e-mail."""
        return self.by_email.get(person.manager_email) if person.manager_email else None

    def lead_of(self, team: str) -> Person | None:
        """Whom most members of *team* have as manager, among those on the team's side; equals by name. None: nobody."""
        if team not in self.team:
            return None
        managers = [self.manager_of(person) for person in self.people if person.team == team]
        reports = Counter(
            manager.id for manager in managers if manager and self.side_of(manager) is self.team[team].side
        )
        leads = [self.person[person_id] for person_id in reports]
        return min(leads, key=lambda lead: (-reports[lead.id], lead.name, lead.email), default=None)

    def teams_of_side(self, side: Side) -> tuple[str, ...]:
        return tuple(team.key for team in self.teams if team.side is side)


def _public(people: Iterable[Person]) -> tuple[Person, ...]:
    return tuple(
        person if person.named_publicly else replace(person, name="a colleague", email="") for person in people
    )
