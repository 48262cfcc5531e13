"""Who is credited, who decides and when, which thanks are allowed, and what a recap contains. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from handlers.shared.rules.periods import CalendarPeriod, next_period, quarter_of
from handlers.shared.rules.quiet_hours import WorkingHours
from storage.values.celebrations import Anniversary, Celebration, CelebrationState, Kudos
from storage.values.company import Campaign, Directory, Person, Side
from storage.values.places import Place
from storage.values.roadmap import Item

UNDECIDED = (CelebrationState.DRAFT, CelebrationState.SCHEDULED)
REMINDER = "again"  # the step of a reminder
REMAINING_ROOMS = "rest"  # the step that asks about the rooms that do not post automatically
REMIND_AFTER_DAYS, ESCALATE_AFTER_DAYS = 2, 4  # working days of the person asked
UNCELEBRATED = timedelta(days=14)
MAX_KUDOS_PER_DAY, MAX_KUDOS_PER_PAIR = 10, 3  # thanks by one person a day, and to the same person a quarter
SHORTEST_REASON = 10
MIN_TEAM_SIZE = 5  # smaller teams are not mentioned as a whole


@dataclass(frozen=True, slots=True)
class Credit:
    """A person and their part in the item."""

    person: str
    role: str


def item_credits(
    item: Item, campaigns: Mapping[str, Campaign], thanks: Sequence[str], owners: Sequence[str] = ()
) -> tuple[Credit, ...]:
    """Each person once: current and earlier owners, the campaigns' owners and IT partners, and those the owner thanks."""
    credited = [Credit(item.owner, "owned it")]
    credited += [Credit(person_id, "worked on it") for person_id in owners]
    for key in item.campaigns:
        campaign = campaigns.get(key)
        if campaign:
            credited.append(Credit(campaign.owner, f"runs {campaign.name}"))
            credited.append(Credit(campaign.it_partner, f"is the IT partner of {campaign.name}"))
    credited += [Credit(person_id, "helped") for person_id in thanks]
    once: dict[str, Credit] = {}
    for part in credited:
        if part.person:
            once.setdefault(part.person, part)
    return tuple(once.values())


def publicly_named(people: Iterable[str], names: Directory) -> tuple[str, ...]:
    """Those of *people* who may be named in public; leaving the organisation takes no name from what was done."""
    known = names.person_ever
    return tuple(person_id for person_id in people if person_id in known and known[person_id].named_publicly)


class DraftAction(Enum):
    """What is due for a waiting draft."""

    NOTHING = auto()
    REMIND = auto()
    ASK_LEAD = auto()


def action_due(waiting: Celebration, hours: WorkingHours, now: datetime) -> DraftAction:
    """Remind once after two working days, then ask the team's lead; never outside working hours."""
    if waiting.state is not CelebrationState.DRAFT or not hours.is_open(now):
        return DraftAction.NOTHING
    days = hours.working_days_between(waiting.asked_at, now)
    if days >= ESCALATE_AFTER_DAYS and waiting.reminded:
        return DraftAction.ASK_LEAD
    return DraftAction.REMIND if days >= REMIND_AFTER_DAYS and not waiting.reminded else DraftAction.NOTHING


def lead_of(team: str, names: Directory) -> str:
    """The id of the team's lead; "" if it has none."""
    lead = names.lead_of(team)
    return lead.id if lead else ""


def deciders_of(item: Item, names: Directory) -> tuple[str, ...]:
    """The people who decide about *item*, in the order they are asked: its owner, then the team's lead.

    Nobody is asked about an item they may not see. If neither is known, the people of its campaigns decide.
    """
    side = side_of(item, names)
    campaigns = [names.campaign[key] for key in item.campaigns if key in names.campaign]
    pairs = [
        (campaign.it_partner, campaign.owner) if side is Side.IT else (campaign.owner, campaign.it_partner)
        for campaign in campaigns
    ]
    first = _seeing((item.owner, lead_of(item.team, names)), item, names)
    return first or _seeing((person_id for pair in pairs for person_id in pair), item, names)


def _seeing(people: Iterable[str], item: Item, names: Directory) -> tuple[str, ...]:
    candidates = [names.person[person_id] for person_id in dict.fromkeys(people) if person_id in names.person]
    return tuple(person.id for person in candidates if person.audience.may_see(item.visible_to))


@dataclass(frozen=True, slots=True)
class RecapContent:
    """What a recap of a period contains, for its audience."""

    period: CalendarPeriod
    items: tuple[Item, ...]
    thanks: tuple[Kudos, ...]
    days: tuple[tuple[Anniversary, date], ...]
    names: Directory

    def __bool__(self) -> bool:
        return bool(self.items or self.thanks or self.days)


def thanks_shown_in(room: Place | None, given: Iterable[Kudos]) -> tuple[Kudos, ...]:
    """Those of *given* that everybody in *room* may read; None: a person of this organisation alone.

    Thanks that somebody made public are public within the organisation. Where others read along (guests, another
    organisation), only the thanks given in that very room are shown.
    """
    public = [kudos for kudos in given if kudos.public_recipients]
    if room is None or (room.members_known and not room.external):
        return tuple(public)
    return tuple(kudos for kudos in public if kudos.place == room.id)


def known_recipients(kudos: Kudos, reader: str, names: Directory, *, shown: bool) -> tuple[str, ...]:
    """Those thanked by *kudos* as far as *reader* ("" for a room) may know: the two concerned know more than others.

    *shown*: the recipients who made it public are shown where the reply is read.
    """
    if reader and reader == kudos.by:
        return kudos.to
    public = kudos.public_recipients if shown else ()
    return tuple(p for p in kudos.to if p in public or p == reader) if reader else publicly_named(public, names)


def upcoming_anniversaries(days: Iterable[Anniversary], period: CalendarPeriod) -> tuple[tuple[Anniversary, date], ...]:
    """Anniversaries in the period after *period*: those before the next recap."""
    after = next_period(period)
    years = range(after.first.year, after.last.year + 1)
    upcoming = [
        (anniversary, day)
        for anniversary in days
        for day in map(anniversary.on, years)
        if after.first <= day <= after.last
    ]
    return tuple(sorted(upcoming, key=lambda dated: (dated[1], dated[0].person)))


def by_campaign(items: Sequence[Item], names: Directory) -> list[tuple[str, list[Item]]]:
    """Items grouped by the name of their first campaign, largest group first; those without a campaign last."""
    items_of: dict[str, list[Item]] = {}
    for item in items:
        key = next((key for key in item.campaigns if key in names.campaign), "")
        items_of.setdefault(key, []).append(item)
    ordered = sorted(items_of.items(), key=lambda group: (not group[0], -len(group[1]), group[0]))
    return [(names.campaign[key].name if key else "No campaign", group) for key, group in ordered]


def side_of(item: Item, names: Directory) -> Side:
    """The side that delivered *item*."""
    return names.team[item.team].side if item.team in names.team else Side.OTHER


def counts_by_side(items: Iterable[Item], names: Directory) -> dict[Side, int]:
    """How many of *items* each side delivered."""
    counts: dict[Side, int] = {}
    for item in items:
        side = side_of(item, names)
        counts[side] = counts.get(side, 0) + 1
    return counts


def kudos_refusal(by: str, to: Sequence[str], given: Sequence[Kudos], now: datetime) -> str:
    """Why *by* cannot give these thanks now; "" if they can."""
    mine = [kudos for kudos in given if kudos.by == by]
    today = [kudos for kudos in mine if now - kudos.at < timedelta(days=1)]
    if len(today) >= MAX_KUDOS_PER_DAY:
        return f"You have thanked {MAX_KUDOS_PER_DAY} times within a day. It counts for more when it is rare; try tomorrow."
    quarter = quarter_of(now.date()).first
    for person in to:
        same = [kudos for kudos in mine if person in kudos.to and kudos.at.date() >= quarter]
        if len(same) >= MAX_KUDOS_PER_PAIR:
            return f"You have thanked one of them {MAX_KUDOS_PER_PAIR} times this quarter. Say it in person this time."
    return ""


def unthanked_teams(names: Directory, thanked: frozenset[str]) -> tuple[str, ...]:
    """Teams of five or more in which nobody was thanked or celebrated."""
    people: dict[str, list[Person]] = {}
    for person in names.people:
        if person.team:
            people.setdefault(person.team, []).append(person)
    return tuple(
        team
        for team, members in sorted(people.items())
        if len(members) >= MIN_TEAM_SIZE and not any(person.id in thanked for person in members)
    )
