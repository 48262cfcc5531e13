"""Compare two states of the roadmap, and select what an audience and a subscription get of the difference. Pure.

two states -> changes (one per item) -> those the audience may see -> those the subscription wants -> groups
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from storage.values.company import Audience, Campaign
from storage.values.places import Subscription
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
    """The heading of a change, most urgent first; a change is in the first group that fits."""

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

# A change to or from one of these is always material.
_NEWSWORTHY = frozenset({Status.BLOCKED, Status.AT_RISK, Status.DONE, Status.DROPPED})


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item before and after; `before` is None for a new one, `after` for one that is gone."""

    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        """The item as it is now, or as it was before its removal."""
        item = self.after or self.before
        if item is None:
            raise ValueError("a step has at least one side")
        return item

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ, in the order of the contract; none if the item is new or removed."""
        if self.before is None or self.after is None:
            return ()
        return tuple(name for name in ITEM_FIELDS if getattr(self.before, name) != getattr(self.after, name))

    @property
    def days_later(self) -> int:
        """Days that the due date moved; negative is earlier, 0 also if a date is missing."""
        if self.before is None or self.after is None or self.before.due is None or self.after.due is None:
            return 0
        return (self.after.due - self.before.due).days


def diff_items(before: Mapping[str, Item], after: Mapping[str, Item]) -> tuple[ItemChange, ...]:
    """Every item that differs between two states, by key."""
    keys = sorted(before.keys() | after.keys())
    pairs = [(before.get(key), after.get(key)) for key in keys]
    return tuple(ItemChange(old, new) for old, new in pairs if old is None or new is None or _differ(old, new))


def item_changes_of(recorded: Iterable[Change], after: Mapping[str, Item]) -> tuple[ItemChange, ...]:
    """The item changes of a revision, by key; *after* are the items as of that revision.

    The state before is not read: it is the state after with the old values.
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


def visible_to(item_change: ItemChange, audience: Audience) -> ItemChange | None:
    """The change as *audience* may see it; None if it may not.

    An item that becomes visible is new to them, without its past. One that becomes restricted
    is left out, because a notice would reveal what they may no longer see.
    """
    if item_change.after is not None and not audience.may_see(item_change.after.visible_to):
        return None
    if item_change.before is not None and not audience.may_see(item_change.before.visible_to):
        return ItemChange(None, item_change.after) if item_change.after else None
    return item_change


def hidden_names(item_changes: Iterable[ItemChange], audience: Audience) -> frozenset[str]:
    """Keys and titles of items, before or after these changes, that *audience* may not see."""
    sides = (
        item for item_change in item_changes for item in (item_change.before, item_change.after) if item is not None
    )
    return frozenset(name for item in sides if not audience.may_see(item.visible_to) for name in (item.key, item.title))


def is_material(item_change: ItemChange, days: int) -> bool:
    """Whether the change gets a notice at once; other changes wait for the digest.

    *days* is how far a due date may move without being material.
    """
    if item_change.before is None or item_change.after is None:
        return True
    before, after = item_change.before, item_change.after
    if before.status is not after.status and {before.status, after.status} & _NEWSWORTHY:
        return True
    if before.owner != after.owner or set(before.campaigns) != set(after.campaigns):
        return True
    if (before.due is None) != (after.due is None):
        return True
    return abs(item_change.days_later) > days


def group_of(item_change: ItemChange) -> ChangeGroup:
    """The heading of the change."""
    if item_change.after is None:
        return ChangeGroup.DROPPED
    if item_change.before is None:
        return ChangeGroup.ADDED
    turned = item_change.before.status is not item_change.after.status
    by_status = {
        Status.BLOCKED: ChangeGroup.BLOCKED,
        Status.AT_RISK: ChangeGroup.AT_RISK,
        Status.DROPPED: ChangeGroup.DROPPED,
        Status.DONE: ChangeGroup.SHIPPED,
    }
    if turned and item_change.after.status in by_status:
        return by_status[item_change.after.status]
    if item_change.days_later > 0:
        return ChangeGroup.SLIPPED
    return ChangeGroup.PULLED_IN if item_change.days_later < 0 else ChangeGroup.CHANGED


def grouped(item_changes: Iterable[ItemChange]) -> tuple[tuple[ChangeGroup, tuple[ItemChange, ...]], ...]:
    """Changes by heading, the most urgent heading first, sorted by key."""
    by_group: dict[ChangeGroup, list[ItemChange]] = {}
    for item_change in item_changes:
        by_group.setdefault(group_of(item_change), []).append(item_change)
    return tuple((group, tuple(sorted(by_group[group], key=lambda s: s.key))) for group in sorted(by_group))


def follows(subscription: Subscription, item_change: ItemChange) -> bool:
    """Whether the item, before or after, matches the subscription."""
    teams, campaigns = teams_and_campaigns(item_change)
    wanted_team = not subscription.teams or bool(teams & set(subscription.teams))
    return wanted_team and (not subscription.campaigns or bool(campaigns & set(subscription.campaigns)))


def teams_and_campaigns(item_change: ItemChange) -> tuple[set[str], set[str]]:
    """(teams, campaigns) of the item, before or after."""
    sides = [item for item in (item_change.before, item_change.after) if item is not None]
    return {item.team for item in sides}, {campaign for item in sides for campaign in item.campaigns}


def subscribed_item_changes(
    subscriptions: Iterable[Subscription], item_changes: Sequence[ItemChange], audience: Audience, days: int
) -> tuple[ItemChange, ...]:
    """The changes for one place: those that its subscriptions match, as its audience may see them."""
    wanted = list(subscriptions)
    shown = [seen for item_change in item_changes if (seen := visible_to(item_change, audience))]
    kept = [
        item_change
        for item_change in shown
        if any(
            follows(subscription, item_change) and (subscription.level == "all" or is_material(item_change, days))
            for subscription in wanted
        )
    ]
    return tuple(sorted(kept, key=lambda item_change: item_change.key))


def is_material_move(change: Change, days: int) -> bool:
    """Whether a campaign's change gets a notice at once: all but small moves of its dates."""
    return any(
        name not in ("start", "end") or not (old and new) or abs(_days_between(old, new)) > days
        for name, (old, new) in change.fields.items()
    )


def _days_between(old: str, new: str) -> int:
    return (date.fromisoformat(new) - date.fromisoformat(old)).days


def subscribed_campaign_changes(
    subscriptions: Iterable[Subscription], recorded: Iterable[Change], days: int
) -> tuple[Change, ...]:
    """The campaign changes for one place, by key. Everybody may see campaigns.

    A subscription to a team alone matches no campaign; an addition is not announced.
    """
    wanted = [subscription for subscription in subscriptions if subscription.campaigns or not subscription.teams]
    return tuple(
        change
        for change in sorted(recorded, key=lambda change: change.key)
        if change.entity_type == "campaign" and change.kind is ChangeKind.CHANGED
        if any(
            (not subscription.campaigns or change.key in subscription.campaigns)
            and (subscription.level == "all" or is_material_move(change, days))
            for subscription in wanted
        )
    )


@dataclass(frozen=True, slots=True)
class Impact:
    """The impact of a revision on one campaign, over the changes that the reader may see."""

    campaign: Campaign
    after_start: tuple[str, ...] = ()  # keys of open items now due after the campaign starts
    after_end: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    shipped: tuple[str, ...] = ()
    slipped_days: int = 0  # the largest move


def impacts(item_changes: Sequence[ItemChange], campaigns: Mapping[str, Campaign]) -> tuple[Impact, ...]:
    """The impact on each campaign of the changed items, by name of the campaign."""
    touched: dict[str, list[ItemChange]] = {}
    for item_change in item_changes:
        for key in item_change.item.campaigns:
            if key in campaigns:
                touched.setdefault(key, []).append(item_change)
    told = [_impact(campaigns[key], touched[key]) for key in touched]
    return tuple(sorted(told, key=lambda impact: impact.campaign.name))


def _impact(campaign: Campaign, item_changes: Sequence[ItemChange]) -> Impact:
    open_steps = [item_change for item_change in item_changes if item_change.after and item_change.after.is_open]
    late = [
        item_change
        for item_change in open_steps
        if campaign.end and item_change.item.due and item_change.item.due > campaign.end
    ]
    tight = [
        item_change
        for item_change in open_steps
        if item_change not in late and campaign.start and item_change.item.due and item_change.item.due > campaign.start
    ]
    return Impact(
        campaign,
        after_start=tuple(item_change.key for item_change in tight),
        after_end=tuple(item_change.key for item_change in late),
        blocked=tuple(item_change.key for item_change in open_steps if item_change.item.status is Status.BLOCKED),
        shipped=tuple(item_change.key for item_change in item_changes if group_of(item_change) is ChangeGroup.SHIPPED),
        slipped_days=max((item_change.days_later for item_change in item_changes), default=0),
    )


def recorded_change(item_change: ItemChange) -> Change:
    """The change as a revision records it."""
    if item_change.before is None or item_change.after is None:
        names: tuple[str, ...] = ITEM_FIELDS
        kind = ChangeKind.ADDED if item_change.before is None else ChangeKind.REMOVED
    else:
        names, kind = item_change.fields, ChangeKind.CHANGED
    pairs = {name: (_text(item_change.before, name), _text(item_change.after, name)) for name in names}
    return Change("item", item_change.key, kind, pairs)


def _text(item: Item | None, name: str) -> str:
    return as_text(getattr(item, name)) if item else ""


def field_changes(item_changes: Iterable[ItemChange], email_of: Mapping[str, str]) -> list[dict[str, str]]:
    """The machine-readable form of the contract: one entry per changed field of items that exist on both sides.

    *email_of* maps person ids to e-mails, which replace them as in the CSV.
    """
    entries = []
    for item_change in item_changes:
        for name in item_change.fields:
            old, new = _text(item_change.before, name), _text(item_change.after, name)
            if name == "owner":
                name, old, new = "owner_email", email_of.get(old, ""), email_of.get(new, "")
            entries.append({"key": item_change.key, "field": name, "old": old, "new": new})
    return entries
