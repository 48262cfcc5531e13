"""Whom a celebration names, what is due of it, and when a room looks back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from handlers.shared.rules.periods import CalendarPeriod, next_period, quarter_of
from handlers.shared.rules.quiet_hours import WorkingHours
from storage.values.celebrations import Anniversary, Celebration, CelebrationState, Kudos
from storage.values.company import Campaign, Directory, Person, Side
from storage.values.roadmap import Item

REMIND_AFTER_DAYS, ESCALATE_AFTER_DAYS = 2, 4  # working days of whoever is asked
UNCELEBRATED = timedelta(days=14)
MAX_KUDOS_PER_DAY, MAX_KUDOS_PER_PAIR = 10, 3  # thank-yous of one person: in a day, and to the same one in a quarter
SHORTEST_REASON = 10
MIN_TEAM_SIZE = 5  # people of a team that is spoken of as a whole


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody, and what they had to do with it."""

    person: str
    role: str


def item_credits(
    item: Item, campaigns: Mapping[str, Campaign], thanks: Sequence[str], owners: Sequence[str] = ()
) -> tuple[Credit, ...]:
    """The people of both sides, each once: who owned it, now and before, the campaign's two persons, whom the owner thanks."""
    found = [Credit(item.owner, "owned it")]
    found += [Credit(each, "worked on it") for each in owners]
    for key in item.campaigns:
        campaign = campaigns.get(key)
        if campaign:
            found.append(Credit(campaign.owner, f"runs {campaign.name}"))
            found.append(Credit(campaign.it_partner, f"is the IT partner of {campaign.name}"))
    found += [Credit(each, "helped") for each in thanks]
    once: dict[str, Credit] = {}
    for part in found:
        if part.person:
            once.setdefault(part.person, part)
    return tuple(once.values())


def publicly_named(people: Iterable[str], names: Directory) -> tuple[str, ...]:
    """Those of *people* who may be named where others read."""
    return tuple(each for each in people if each in names.person and names.person[each].named_publicly)


class DraftAction(Enum):
    """What is due for a draft that waits."""

    NOTHING = auto()
    REMIND = auto()
    ASK_LEAD = auto()


def action_due(waiting: Celebration, hours: WorkingHours, now: datetime) -> DraftAction:
    """One reminder after two working days, then the team's lead; nobody is spoken to out of hours."""
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
    """Who decides about it, in the order in which they are asked: its owner, then the team's lead.

    Nobody is asked about what they may not see. Where neither is known, it is the campaign's people.
    """
    side = side_of(item, names)
    campaigns = [names.campaign[key] for key in item.campaigns if key in names.campaign]
    pairs = [(each.it_partner, each.owner) if side is Side.IT else (each.owner, each.it_partner) for each in campaigns]
    first = _seeing((item.owner, lead_of(item.team, names)), item, names)
    return first or _seeing((each for pair in pairs for each in pair), item, names)


def _seeing(people: Iterable[str], item: Item, names: Directory) -> tuple[str, ...]:
    known = [names.person[each] for each in dict.fromkeys(people) if each in names.person]
    return tuple(each.id for each in known if each.audience.may_see(item.visible_to))


# ── looking back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def upcoming_anniversaries(days: Iterable[Anniversary], period: CalendarPeriod) -> tuple[tuple[Anniversary, date], ...]:
    """Whose day lies in the week, month or quarter that follows *period*: until a room looks back again."""
    after = next_period(period)
    years = range(after.first.year, after.last.year + 1)
    found = [(each, day) for each in days for day in map(each.on, years) if after.first <= day <= after.last]
    return tuple(sorted(found, key=lambda each: (each[1], each[0].person)))


def by_campaign(items: Sequence[Item], names: Directory) -> list[tuple[str, list[Item]]]:
    """Items by the name of the first campaign they serve, the fullest first; those of none at the end."""
    heaps: dict[str, list[Item]] = {}
    for item in items:
        key = next((each for each in item.campaigns if each in names.campaign), "")
        heaps.setdefault(key, []).append(item)
    ordered = sorted(heaps.items(), key=lambda each: (not each[0], -len(each[1]), each[0]))
    return [(names.campaign[key].name if key else "No campaign", heap) for key, heap in ordered]


def side_of(item: Item, names: Directory) -> Side:
    """The side that delivered it."""
    return names.team[item.team].side if item.team in names.team else Side.OTHER


def counts_by_side(items: Iterable[Item], names: Directory) -> dict[Side, int]:
    """How many of *items* each side delivered."""
    counts: dict[Side, int] = {}
    for item in items:
        side = side_of(item, names)
        counts[side] = counts.get(side, 0) + 1
    return counts


# ── thanks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def kudos_refusal(by: str, to: Sequence[str], given: Sequence[Kudos], now: datetime) -> str:
    """Why somebody cannot give these thanks now; "" when they can."""
    mine = [each for each in given if each.by == by]
    today = [each for each in mine if now - each.at < timedelta(days=1)]
    if len(today) >= MAX_KUDOS_PER_DAY:
        return f"You have thanked {MAX_KUDOS_PER_DAY} times within a day. It counts for more when it is rare; try tomorrow."
    quarter = quarter_of(now.date()).first
    for person in to:
        same = [each for each in mine if person in each.to and each.at.date() >= quarter]
        if len(same) >= MAX_KUDOS_PER_PAIR:
            return f"You have thanked one of them {MAX_KUDOS_PER_PAIR} times this quarter. Say it in person this time."
    return ""


def unthanked_teams(names: Directory, thanked: frozenset[str]) -> tuple[str, ...]:
    """Teams of five or more of which nobody was thanked or celebrated."""
    people: dict[str, list[Person]] = {}
    for person in names.people:
        if person.team:
            people.setdefault(person.team, []).append(person)
    return tuple(
        team
        for team, members in sorted(people.items())
        if len(members) >= MIN_TEAM_SIZE and not any(each.id in thanked for each in members)
    )


UNDECIDED = (CelebrationState.DRAFT, CelebrationState.SCHEDULED)
REMINDER = "again"  # the step of a reminder
REMAINING_ROOMS = "rest"  # the step of whoever is asked about the rooms that were not told by themselves
