"""Who may know the answer, in the order in which they are asked; and when the next one is. Pure.

owner of the item > the campaign's person on the other side, then on this one > lead of the team > bridge person
> lead of the other side > an admin
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from handlers.shared.rules.quiet_hours import WorkingHours
from storage.values.company import Campaign, Directory, Permission, Person, Side
from storage.values.questions import Handoff
from storage.values.roadmap import Item

FEW_ITEMS = 3  # items: whoever asks about more of them asks about the campaign or the team
MOST_ASKED = 3  # people; then the asker hears that nobody knew
_OTHER = {Side.MARKETING: Side.IT, Side.IT: Side.MARKETING}


@dataclass(frozen=True, slots=True)
class QuestionTopic:
    """What a question is about, as far as it was understood."""

    items: tuple[Item, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Somebody who may know, and why it is them; `why` completes "asked because …"."""

    person: str
    why: str


def routes(topic: QuestionTopic, asker: Person, names: Directory, admins: Iterable[str] = ()) -> tuple[Route, ...]:
    """Everybody to ask, the likeliest first, each once. Nobody is asked about an item that they may not see."""
    found: dict[str, Route] = {}
    for route in _candidate_routes(topic, asker, names, frozenset(admins)):
        person = names.person.get(route.person)
        if person and person.id != asker.id and all(person.audience.may_see(item.visible_to) for item in topic.items):
            found.setdefault(person.id, route)
    return tuple(found.values())


def _candidate_routes(topic: QuestionTopic, asker: Person, names: Directory, admins: frozenset[str]) -> Iterator[Route]:
    side = names.side_of(asker)
    if 0 < len(topic.items) <= FEW_ITEMS:
        yield from (Route(item.owner, f"you own {item.key}") for item in topic.items)
    yield from (Route(person, why) for each in topic.campaigns for person, why in _of_campaign(each, side))
    owners = Counter(item.owner for item in topic.items if item.owner)
    if len(topic.items) > FEW_ITEMS and not topic.campaigns:
        yield from (Route(person, "most of the items are yours") for person, _ in owners.most_common(1))
    for team in dict.fromkeys([*topic.teams, *(item.team for item in topic.items[:FEW_ITEMS])]):
        lead = _lead_or_publisher(team, names)
        if lead:
            yield Route(lead.id, f"you lead {names.team[team].name if team in names.team else team}")
    yield from _bridges(side, names)
    yield from _leads_of_side(_OTHER.get(side), names)
    yield from (Route(each.id, "you are an admin") for each in names.people if _is_admin(each, admins))


def _of_campaign(campaign: Campaign, side: Side) -> Sequence[tuple[str, str]]:
    """Marketing asks IT's person first, everybody else the owner."""
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
    bridges = [each for each in names.people if each.is_bridge]
    for each in sorted(bridges, key=lambda person: names.side_of(person) is side):
        yield Route(each.id, "you are the bridge between Marketing and IT")


def _leads_of_side(side: Side | None, names: Directory) -> Iterator[Route]:
    """Publishers of the other side, those without a manager first: they lead it."""
    found = [each for each in names.people if each.permission is Permission.PUBLISHER and names.side_of(each) is side]
    label = "IT" if side is Side.IT else "Marketing"
    for each in sorted(found, key=lambda person: (bool(person.manager_email), person.email)):
        yield Route(each.id, f"you lead {label}")


def _is_admin(person: Person, admins: frozenset[str]) -> bool:
    return person.permission is Permission.ADMIN or person.email in admins


def next_route(found: Sequence[Route], tried: Sequence[str]) -> Route | None:
    """The first who was not asked yet; None when nobody is left, or enough were asked."""
    if len(tried) >= MOST_ASKED:
        return None
    return next((route for route in found if route.person not in tried), None)


class HandoffAction(Enum):
    """What is due for a question that waits."""

    NOTHING = auto()
    REMIND = auto()
    PASS_ON = auto()


# Working days of whoever holds it: after one a reminder, after two the next person.
REMIND_AFTER_DAYS, PASS_ON_AFTER_DAYS = 1, 2


def action_due(handoff: Handoff, hours: WorkingHours, now: datetime) -> HandoffAction:
    """Nobody is spoken to outside of their working hours."""
    if not hours.is_open(now):
        return HandoffAction.NOTHING
    days = hours.working_days_between(handoff.since, now)
    if days >= PASS_ON_AFTER_DAYS:
        return HandoffAction.PASS_ON
    return HandoffAction.REMIND if days >= REMIND_AFTER_DAYS and not handoff.reminded else HandoffAction.NOTHING


def supporting_keys(keys: Sequence[str], said: str, known: Iterable[str]) -> tuple[str, ...]:
    """The items that an answer rests on: those of the question, when it was about few, and those it names itself."""
    named = [key for key in known if key.casefold() in said.casefold()]
    return tuple(dict.fromkeys([*(keys if len(keys) <= FEW_ITEMS else ()), *named]))


def may_answer(person: Person, handoff: Handoff | None, *, is_admin: bool) -> bool:
    """Whoever was asked, bridge persons, and admins."""
    return is_admin or person.is_bridge or (handoff is not None and person.id in handoff.tried)
