"""Decide who to ask, in which order, and when to ask the next person. Pure.

Order: owner of the item > the campaign's person on the other side, then on this side > lead of the team
> bridge person > lead of the other side > an admin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from handlers.shared.rules.quiet_hours import WorkingHours
from handlers.shared.rules.sides import other_side, side_name
from storage.values.company import Campaign, Directory, Permission, Person, Side
from storage.values.questions import Handoff
from storage.values.roadmap import Item

FEW_ITEMS = 3  # a question about more items than this is about the campaign or the team
MOST_ASKED = 3  # people; after that the asker is told that nobody knew


@dataclass(frozen=True, slots=True)
class QuestionTopic:
    """The items, campaigns and teams that a question is about."""

    items: tuple[Item, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A person to ask. `why` completes the sentence "You are asked because …"."""

    person: str
    why: str


def routes(topic: QuestionTopic, asker: Person, names: Directory, admins: Iterable[str] = ()) -> tuple[Route, ...]:
    """Everybody to ask, most likely first, without duplicates. Skips people who may not see all the items."""
    by_person: dict[str, Route] = {}
    for route in _candidate_routes(topic, asker, names, frozenset(admins)):
        person = names.person.get(route.person)
        if person and person.id != asker.id and all(person.audience.may_see(item.visible_to) for item in topic.items):
            by_person.setdefault(person.id, route)
    return tuple(by_person.values())


def _candidate_routes(topic: QuestionTopic, asker: Person, names: Directory, admins: frozenset[str]) -> Iterator[Route]:
    side = names.side_of(asker)
    if 0 < len(topic.items) <= FEW_ITEMS:
        yield from (Route(item.owner, f"you own {item.key}") for item in topic.items)
    yield from (Route(person, why) for campaign in topic.campaigns for person, why in _of_campaign(campaign, side))
    owners = Counter(item.owner for item in topic.items if item.owner)
    if len(topic.items) > FEW_ITEMS and not topic.campaigns:
        yield from (Route(person, "most of the items are yours") for person, _ in owners.most_common(1))
    for team in dict.fromkeys([*topic.teams, *(item.team for item in topic.items[:FEW_ITEMS])]):
        lead = _lead_or_publisher(team, names)
        if lead:
            yield Route(lead.id, f"you lead {names.team[team].name if team in names.team else team}")
    yield from _bridges(side, names)
    yield from _leads_of_side(other_side(side), names)
    yield from (Route(person.id, "you are an admin") for person in names.people if _is_admin(person, admins))


def _of_campaign(campaign: Campaign, side: Side) -> Sequence[tuple[str, str]]:
    """For people in Marketing the IT partner comes first, for everybody else the owner."""
    owner = (campaign.owner, f"you own {campaign.name}")
    partner = (campaign.it_partner, f"you are the IT partner of {campaign.name}")
    return (partner, owner) if side is Side.MARKETING else (owner, partner)


def _lead_or_publisher(team: str, names: Directory) -> Person | None:
    """The team's lead, else a publisher of the team."""
    publishers = (
        person for person in names.people if person.team == team and person.permission is Permission.PUBLISHER
    )
    return names.lead_of(team) or next(publishers, None)


def _bridges(side: Side, names: Directory) -> Iterator[Route]:
    bridges = [person for person in names.people if person.is_bridge]
    for bridge in sorted(bridges, key=lambda person: names.side_of(person) is side):
        yield Route(bridge.id, "you are the bridge between Marketing and IT")


def _leads_of_side(side: Side, names: Directory) -> Iterator[Route]:
    """Publishers of *side*. Those without a manager come first, because they lead the side."""
    if side is Side.OTHER:
        return
    publishers = [
        person for person in names.people if person.permission is Permission.PUBLISHER and names.side_of(person) is side
    ]
    for publisher in sorted(publishers, key=lambda person: (bool(person.manager_email), person.email)):
        yield Route(publisher.id, f"you lead {side_name(side)}")


def _is_admin(person: Person, admins: frozenset[str]) -> bool:
    return person.permission is Permission.ADMIN or person.email in admins


def next_route(candidates: Sequence[Route], tried: Sequence[str]) -> Route | None:
    """The first person not asked yet; None if nobody is left or enough people were asked."""
    if len(tried) >= MOST_ASKED:
        return None
    return next((route for route in candidates if route.person not in tried), None)


class HandoffAction(Enum):
    """What to do about a waiting question."""

    NOTHING = auto()
    REMIND = auto()
    PASS_ON = auto()


# Counted in working days of the assignee.
REMIND_AFTER_DAYS, PASS_ON_AFTER_DAYS = 1, 2


def action_due(handoff: Handoff, hours: WorkingHours, now: datetime) -> HandoffAction:
    """What to do now. Nothing outside the assignee's working hours."""
    if not hours.is_open(now):
        return HandoffAction.NOTHING
    days = hours.working_days_between(handoff.since, now)
    if days >= PASS_ON_AFTER_DAYS:
        return HandoffAction.PASS_ON
    return HandoffAction.REMIND if days >= REMIND_AFTER_DAYS and not handoff.reminded else HandoffAction.NOTHING


def supporting_keys(keys: Sequence[str], named_keys: Iterable[str]) -> tuple[str, ...]:
    """The items an answer is based on: those that the question found, if few, and those that the texts name."""
    return tuple(dict.fromkeys([*(keys if len(keys) <= FEW_ITEMS else ()), *named_keys]))
