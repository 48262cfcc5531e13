"""What happened between two states of the roadmap, in a reader's terms. Pure.

two states -> steps (one per item) -> what this audience may see -> what this subscription wants -> groups
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from storage.values.company import Audience, Campaign
from storage.values.post import Subscription
from storage.values.roadmap import (
    ITEM_FIELDS,
    Change,
    ChangeKind,
    Item,
    Status,
    as_text,
    field_values,
    item_from_values,
)


class ChangeGroup(IntEnum):
    """What a step is to its reader, most urgent first; an item stands in the first group that fits."""

    BLOCKED = 1
    SLIPPED = 2
    AT_RISK = 3
    DROPPED = 4
    SHIPPED = 5
    ADDED = 6
    PULLED_IN = 7
    CHANGED = 8


GROUP_TITLES = {
    ChangeGroup.BLOCKED: "Blocked",
    ChangeGroup.SLIPPED: "Slipped",
    ChangeGroup.AT_RISK: "At risk",
    ChangeGroup.DROPPED: "Dropped",
    ChangeGroup.SHIPPED: "Shipped",
    ChangeGroup.ADDED: "Added",
    ChangeGroup.PULLED_IN: "Pulled in",
    ChangeGroup.CHANGED: "Changed",
}

# A move to or from one of these is news in itself.
_NEWSWORTHY = frozenset({Status.BLOCKED, Status.AT_RISK, Status.DONE, Status.DROPPED})


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item before and after; `before` is None for a new one, `after` for one that is gone."""

    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        """The item as it is now, or as it last was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a step has at least one side")
        return found

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ, in the order of the contract; none when the item is new or gone."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name in ITEM_FIELDS if getattr(self.before, name) != getattr(self.after, name))

    @property
    def days_later(self) -> int:
        """By how many days the due date moved; negative is earlier, 0 also where a date is missing."""
        if self.before is None or self.after is None or self.before.due is None or self.after.due is None:
            return 0
        return (self.after.due - self.before.due).days


def diff_items(before: Mapping[str, Item], after: Mapping[str, Item]) -> tuple[ItemChange, ...]:
    """Every item that differs between two states, by key."""
    keys = sorted(before.keys() | after.keys())
    pairs = [(before.get(key), after.get(key)) for key in keys]
    return tuple(ItemChange(old, new) for old, new in pairs if old is None or new is None or _differ(old, new))


def item_changes_of(recorded: Iterable[Change], after: Mapping[str, Item]) -> tuple[ItemChange, ...]:
    """What a revision's changes did to items, by key; *after* holds them as that revision left them.

    The state before needs no reading: it is the state after with the old values put back.
    """
    of_items = sorted((change for change in recorded if change.entity_type == "item"), key=lambda change: change.key)
    return tuple(_item_change_of(change, after.get(change.key)) for change in of_items)


def _item_change_of(change: Change, after: Item | None) -> ItemChange:
    if change.kind is ChangeKind.REMOVED or after is None:
        return ItemChange(item_from_values(change.key, change.old()), None)
    if change.kind is ChangeKind.ADDED:
        return ItemChange(None, after)
    return ItemChange(item_from_values(change.key, {**field_values(after), **change.old()}), after)


def _differ(old: Item, new: Item) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in ITEM_FIELDS)


def visible_to(step: ItemChange, audience: Audience) -> ItemChange | None:
    """The step as *audience* may know of it; None when it may not.

    An item that becomes visible is new to them: what it was before stays unsaid. One that becomes restricted
    is gone without a word, because a word would tell what they may no longer see.
    """
    if step.after is not None and not audience.may_see(step.after.visible_to):
        return None
    if step.before is not None and not audience.may_see(step.before.visible_to):
        return ItemChange(None, step.after) if step.after else None
    return step


def hidden_names(found: Iterable[ItemChange], audience: Audience) -> frozenset[str]:
    """Keys and titles that *audience* may not read, of items before or after these steps."""
    sides = (item for step in found for item in (step.before, step.after) if item is not None)
    return frozenset(name for item in sides if not audience.may_see(item.visible_to) for name in (item.key, item.title))


def is_material(step: ItemChange, days: int) -> bool:
    """True when the step is worth a notice of its own; the rest waits for the digest.

    *days* is how far a due date may move without being news.
    """
    if step.before is None or step.after is None:
        return True
    before, after = step.before, step.after
    if before.status is not after.status and {before.status, after.status} & _NEWSWORTHY:
        return True
    if before.owner != after.owner or set(before.campaigns) != set(after.campaigns):
        return True
    if (before.due is None) != (after.due is None):
        return True
    return abs(step.days_later) > days


def group_of(step: ItemChange) -> ChangeGroup:
    """Where a reader looks for this step."""
    if step.after is None:
        return ChangeGroup.DROPPED
    if step.before is None:
        return ChangeGroup.ADDED
    turned = step.before.status is not step.after.status
    by_status = {
        Status.BLOCKED: ChangeGroup.BLOCKED,
        Status.AT_RISK: ChangeGroup.AT_RISK,
        Status.DROPPED: ChangeGroup.DROPPED,
        Status.DONE: ChangeGroup.SHIPPED,
    }
    if turned and step.after.status in by_status:
        return by_status[step.after.status]
    if step.days_later > 0:
        return ChangeGroup.SLIPPED
    return ChangeGroup.PULLED_IN if step.days_later < 0 else ChangeGroup.CHANGED


def grouped(found: Iterable[ItemChange]) -> tuple[tuple[ChangeGroup, tuple[ItemChange, ...]], ...]:
    """Steps under their headings, most urgent heading first, by key under each."""
    heaps: dict[ChangeGroup, list[ItemChange]] = {}
    for step in found:
        heaps.setdefault(group_of(step), []).append(step)
    return tuple((group, tuple(sorted(heaps[group], key=lambda s: s.key))) for group in sorted(heaps))


def follows(subscription: Subscription, step: ItemChange) -> bool:
    """True when that step is about what the subscription asked for, before or after."""
    teams, campaigns = _teams_and_campaigns(step)
    wanted_team = not subscription.teams or bool(teams & set(subscription.teams))
    return wanted_team and (not subscription.campaigns or bool(campaigns & set(subscription.campaigns)))


def _teams_and_campaigns(step: ItemChange) -> tuple[set[str], set[str]]:
    """(teams, campaigns) of the item, before or after."""
    sides = [item for item in (step.before, step.after) if item is not None]
    return {item.team for item in sides}, {campaign for item in sides for campaign in item.campaigns}


def subscribed_item_changes(
    subscriptions: Iterable[Subscription], found: Sequence[ItemChange], audience: Audience, days: int
) -> tuple[ItemChange, ...]:
    """The steps that one place hears of: what its subscriptions follow, as its audience may see it."""
    wanted = list(subscriptions)
    shown = [seen for step in found if (seen := visible_to(step, audience))]
    kept = [
        step
        for step in shown
        if any(follows(each, step) and (each.level == "all" or is_material(step, days)) for each in wanted)
    ]
    return tuple(sorted(kept, key=lambda step: step.key))


class ChangedTopics:
    """Which teams, campaigns and pairs of both some steps are about."""

    def __init__(self) -> None:
        self.teams: set[str] = set()
        self.campaigns: set[str] = set()
        self.pairs: set[tuple[str, str]] = set()

    def add(self, step: ItemChange) -> None:
        teams, campaigns = _teams_and_campaigns(step)
        self.teams |= teams
        self.campaigns |= campaigns
        self.pairs.update((team, campaign) for team in teams for campaign in campaigns)

    def matches(self, subscription: Subscription) -> bool:
        """True when the subscription follows at least one of the steps."""
        if subscription.teams and subscription.campaigns:
            return any((team, key) in self.pairs for team in subscription.teams for key in subscription.campaigns)
        if subscription.campaigns:
            return not self.campaigns.isdisjoint(subscription.campaigns)
        return not self.teams.isdisjoint(subscription.teams) if subscription.teams else bool(self.teams)


@dataclass(frozen=True, slots=True)
class IndexBucket:
    """The steps with one `visible_to` before and one after: an audience sees all of them alike."""

    all_changes: ChangedTopics = field(default_factory=ChangedTopics)
    material_changes: ChangedTopics = field(default_factory=ChangedTopics)
    newly_visible: ChangedTopics = field(default_factory=ChangedTopics)  # as they are to whom they become visible: new


ChangeIndex = Mapping[tuple[tuple[str, ...] | None, tuple[str, ...] | None], IndexBucket]


def build_index(found: Iterable[ItemChange], days: int) -> ChangeIndex:
    """Steps laid out for asking of a thousand rooms whether one of them is wanted there."""
    shelves: dict[tuple[tuple[str, ...] | None, tuple[str, ...] | None], IndexBucket] = {}
    for step in found:
        marks = (step.before.visible_to if step.before else None, step.after.visible_to if step.after else None)
        shelf = shelves.setdefault(marks, IndexBucket())
        shelf.all_changes.add(step)
        if is_material(step, days):
            shelf.material_changes.add(step)
        if step.after:
            shelf.newly_visible.add(ItemChange(None, step.after))
    return shelves


def has_subscribed_change(subscriptions: Sequence[Subscription], index: ChangeIndex, audience: Audience) -> bool:
    """True when `wanted_by` would find something among the steps that were indexed."""
    for (before, after), shelf in index.items():
        knew = before is None or audience.may_see(before)
        if (after is None and not knew) or (after is not None and not audience.may_see(after)):
            continue
        for each in subscriptions:
            offered = shelf.newly_visible if not knew else shelf.all_changes if each.level == "all" else shelf.material_changes
            if offered.matches(each):
                return True
    return False


def is_material_move(change: Change, days: int) -> bool:
    """True when what a revision did to a campaign is worth a notice of its own: all but small moves of its dates."""
    return any(
        name not in ("start", "end") or not (old and new) or abs(_days_between(old, new)) > days
        for name, (old, new) in change.fields.items()
    )


def _days_between(old: str, new: str) -> int:
    return (date.fromisoformat(new) - date.fromisoformat(old)).days


def subscribed_campaign_changes(
    subscriptions: Iterable[Subscription], recorded: Iterable[Change], days: int
) -> tuple[Change, ...]:
    """The changed campaigns that one place hears of, by key; everybody may know of campaigns.

    A subscription to a team alone follows no campaign; one that was only registered is no news.
    """
    wanted = [each for each in subscriptions if each.campaigns or not each.teams]
    return tuple(
        change
        for change in sorted(recorded, key=lambda each: each.key)
        if change.entity_type == "campaign" and change.kind is ChangeKind.CHANGED
        if any(
            (not each.campaigns or change.key in each.campaigns)
            and (each.level == "all" or is_material_move(change, days))
            for each in wanted
        )
    )


@dataclass(frozen=True, slots=True)
class Impact:
    """What a revision means for one campaign, counted over the steps a reader sees."""

    campaign: Campaign
    after_start: tuple[str, ...] = ()  # keys of open items now due after the campaign starts
    after_end: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    shipped: tuple[str, ...] = ()
    slipped_days: int = 0  # the furthest move


def impacts(found: Sequence[ItemChange], campaigns: Mapping[str, Campaign]) -> tuple[Impact, ...]:
    """What these steps mean for each campaign they touch, by name of the campaign."""
    touched: dict[str, list[ItemChange]] = {}
    for step in found:
        for key in step.item.campaigns:
            if key in campaigns:
                touched.setdefault(key, []).append(step)
    told = [_impact(campaigns[key], touched[key]) for key in touched]
    return tuple(sorted(told, key=lambda impact: impact.campaign.name))


def _impact(campaign: Campaign, found: Sequence[ItemChange]) -> Impact:
    open_steps = [step for step in found if step.after and step.after.is_open]
    late = [step for step in open_steps if campaign.end and step.item.due and step.item.due > campaign.end]
    tight = [
        step
        for step in open_steps
        if step not in late and campaign.start and step.item.due and step.item.due > campaign.start
    ]
    return Impact(
        campaign,
        after_start=tuple(step.key for step in tight),
        after_end=tuple(step.key for step in late),
        blocked=tuple(step.key for step in open_steps if step.item.status is Status.BLOCKED),
        shipped=tuple(step.key for step in found if group_of(step) is ChangeGroup.SHIPPED),
        slipped_days=max((step.days_later for step in found), default=0),
    )


def recorded_change(step: ItemChange) -> Change:
    """The step as a revision records it."""
    if step.before is None or step.after is None:
        names: tuple[str, ...] = ITEM_FIELDS
        kind = ChangeKind.ADDED if step.before is None else ChangeKind.REMOVED
    else:
        names, kind = step.fields, ChangeKind.CHANGED
    pairs = {name: (_text(step.before, name), _text(step.after, name)) for name in names}
    return Change("item", step.key, kind, pairs)


def _text(item: Item | None, name: str) -> str:
    return as_text(getattr(item, name)) if item else ""


def field_changes(found: Iterable[ItemChange], email_of: Mapping[str, str]) -> list[dict[str, str]]:
    """The machine-readable form of the contract: one entry per changed field of items that exist on both sides.

    *email_of* maps a person id to the e-mail that stands in its place, as in the CSV.
    """
    entries = []
    for step in found:
        for name in step.fields:
            old, new = _text(step.before, name), _text(step.after, name)
            if name == "owner":
                name, old, new = "owner_email", email_of.get(old, ""), email_of.get(new, "")
            entries.append({"key": step.key, "field": name, "old": old, "new": new})
    return entries
