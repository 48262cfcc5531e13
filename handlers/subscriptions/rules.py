"""Parse subscription filters, and decide which places get what of a revision. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.shared.rules.diff import (
    ItemChange,
    hidden_names,
    subscribed_campaign_changes,
    subscribed_item_changes,
)
from handlers.shared.rules.subscription_index import build_index, has_subscribed_change
from storage.values.company import Audience
from storage.values.places import Subscription
from storage.values.roadmap import Change

LEVELS = ("material", "all", "digest")
LEVEL_BY_RHYTHM = {"daily": "digest", "weekly": "weekly"}

_TOKEN = re.compile(r'(?:[A-Za-z]+:)?"[^"]*"|\S+')
_NAMED = re.compile(r"(campaign|team):(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter as typed. `unknown_words` are those that mean nothing here."""

    campaigns: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    level: str = "material"
    unknown_words: tuple[str, ...] = ()


def parse_filter(words: str) -> Filter:
    """Parse `roadmap campaign:Spring Launch team:web all`: a name ends at the next keyword, or is quoted."""
    names: dict[str, list[str]] = {"campaign": [], "team": []}
    level, strange = "material", []
    open_names: list[str] | None = None  # where further words of an unquoted name belong
    for number, token in enumerate(_TOKEN.findall(words)):
        if named := _NAMED.fullmatch(token):
            open_names = names[named[1].lower()]
            open_names.append(named[2].strip('"').strip())
            open_names = None if named[2].endswith('"') else open_names
        elif token.lower() in LEVEL_BY_RHYTHM and level == "digest":
            level = LEVEL_BY_RHYTHM[token.lower()]
        elif token.lower() in LEVELS:
            level, open_names = token.lower(), None
        elif open_names is not None:
            open_names[-1] = f"{open_names[-1]} {token.strip(chr(34))}".strip()
        elif (number, token.lower()) != (0, "roadmap"):
            strange.append(token)
    campaigns, teams = (tuple(dict.fromkeys(names[noun])) for noun in ("campaign", "team"))
    return Filter(campaigns, teams, level, tuple(strange))


IMMEDIATE_LEVELS = ("material", "all")  # levels with a notice per revision; the others get digests

FilterKey = tuple[tuple[str, ...], tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Places with the same subscriptions and audience, so that one decision is valid for all of them."""

    subscriptions: tuple[Subscription, ...]
    audience: Audience
    places: tuple[int, ...]


def subscriptions_by_place(subscriptions: Iterable[Subscription]) -> dict[int, tuple[Subscription, ...]]:
    """Place -> its subscriptions, in their order."""
    heaps: dict[int, list[Subscription]] = {}
    for subscription in subscriptions:
        heaps.setdefault(subscription.place.id, []).append(subscription)
    return {place: tuple(place_ids) for place, place_ids in heaps.items()}


def group_places(
    following: Mapping[int, tuple[Subscription, ...]], audiences: Mapping[int, Audience]
) -> tuple[PlaceGroup, ...]:
    """The places, grouped by subscriptions and audience."""
    heaps: dict[tuple[frozenset[FilterKey], Audience], list[int]] = {}
    for place, subscribed in following.items():
        filters = frozenset(
            (subscription.campaigns, subscription.teams, str(subscription.level)) for subscription in subscribed
        )
        heaps.setdefault((filters, audiences[place]), []).append(place)
    return tuple(
        PlaceGroup(following[place_ids[0]], audience, tuple(place_ids)) for (_, audience), place_ids in heaps.items()
    )


def places_to_notify(revision_summary: RevisionSummary, groups: Iterable[PlaceGroup], days: int) -> tuple[int, ...]:
    """Ids of the places that get a notice of *revision_summary*."""
    index = build_index(revision_summary.item_changes, days)
    told = [
        place
        for group in groups
        if subscribed_campaign_changes(group.subscriptions, revision_summary.campaign_changes, days)
        or has_subscribed_change(group.subscriptions, index, group.audience)
        for place in group.places
    ]
    return tuple(sorted(told))


DAILY, WEEKLY = "daily", "weekly"
RHYTHM_BY_LEVEL: Mapping[str, str] = {"digest": DAILY, "weekly": WEEKLY, "material": WEEKLY}


@dataclass(frozen=True, slots=True)
class RevisionSpan:
    """The revisions of a digest: after *first*, up to *last*."""

    first: int
    last: int


def merge_summaries(parts: Iterable[RoomSummary]) -> RoomSummary:
    """The parts merged, each item and campaign once."""
    steps: dict[str, ItemChange] = {}
    campaigns: dict[str, Change] = {}
    for part in parts:
        steps |= {item_change.key: item_change for item_change in part.item_changes}
        campaigns |= {change.key: change for change in part.campaign_changes}
    return RoomSummary(tuple(steps[key] for key in sorted(steps)), tuple(campaigns[key] for key in sorted(campaigns)))


@dataclass(frozen=True, slots=True)
class RevisionSummary:
    """The changes of a published revision, which are immutable; `previous` is the number of the one before it."""

    number: int
    previous: int | None
    item_changes: tuple[ItemChange, ...]
    campaign_changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RoomSummary:
    """The part of a revision for one room; `hidden_names` are of items that it may not see."""

    item_changes: tuple[ItemChange, ...] = ()
    campaign_changes: tuple[Change, ...] = ()
    hidden_names: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.item_changes or self.campaign_changes)


def summary_for_room(
    revision_summary: RevisionSummary, subscriptions: Sequence[Subscription], audience: Audience, days: int
) -> RoomSummary:
    """The part of *revision_summary* for one room. *days* is how far a date may move without being material."""
    item_changes = subscribed_item_changes(subscriptions, revision_summary.item_changes, audience, days)
    return RoomSummary(
        item_changes,
        subscribed_campaign_changes(subscriptions, revision_summary.campaign_changes, days),
        hidden_names(revision_summary.item_changes, audience),
    )


def summarise(
    number: int, changes: Sequence[Change], steps: tuple[ItemChange, ...], previous: int | None = None
) -> RevisionSummary:
    return RevisionSummary(
        number, previous, steps, tuple(change for change in changes if change.entity_type == "campaign")
    )
