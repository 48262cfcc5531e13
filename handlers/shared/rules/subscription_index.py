"""An index over a revision's changes: asks fast, for each of a thousand rooms, whether any change is for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from handlers.shared.rules.diff import ItemChange, is_material, teams_and_campaigns
from storage.values.company import Audience
from storage.values.places import Subscription


class ChangedTopics:
    """The teams, campaigns and pairs of both that some changes are about."""

    def __init__(self) -> None:
        self.teams: set[str] = set()
        self.campaigns: set[str] = set()
        self.pairs: set[tuple[str, str]] = set()

    def add(self, item_change: ItemChange) -> None:
        teams, campaigns = teams_and_campaigns(item_change)
        self.teams |= teams
        self.campaigns |= campaigns
        self.pairs.update((team, campaign) for team in teams for campaign in campaigns)

    def matches(self, subscription: Subscription) -> bool:
        """Whether the subscription matches at least one of the changes."""
        if subscription.teams and subscription.campaigns:
            return any((team, key) in self.pairs for team in subscription.teams for key in subscription.campaigns)
        if subscription.campaigns:
            return not self.campaigns.isdisjoint(subscription.campaigns)
        return not self.teams.isdisjoint(subscription.teams) if subscription.teams else bool(self.teams)


@dataclass(frozen=True, slots=True)
class IndexBucket:
    """Changes with the same `visible_to` before and after: an audience may see all of them or none."""

    all_changes: ChangedTopics = field(default_factory=ChangedTopics)
    material_changes: ChangedTopics = field(default_factory=ChangedTopics)
    newly_visible: ChangedTopics = field(
        default_factory=ChangedTopics
    )  # as new items, for those who could not see them before


ChangeIndex = Mapping[tuple[tuple[str, ...] | None, tuple[str, ...] | None], IndexBucket]


def build_index(item_changes: Iterable[ItemChange], days: int) -> ChangeIndex:
    """Index changes so that checking a thousand rooms is fast."""
    buckets: dict[tuple[tuple[str, ...] | None, tuple[str, ...] | None], IndexBucket] = {}
    for item_change in item_changes:
        marks = (
            item_change.before.visible_to if item_change.before else None,
            item_change.after.visible_to if item_change.after else None,
        )
        bucket = buckets.setdefault(marks, IndexBucket())
        bucket.all_changes.add(item_change)
        if is_material(item_change, days):
            bucket.material_changes.add(item_change)
        if item_change.after:
            bucket.newly_visible.add(ItemChange(None, item_change.after))
    return buckets


def has_subscribed_change(subscriptions: Sequence[Subscription], index: ChangeIndex, audience: Audience) -> bool:
    """Whether `subscribed_item_changes` would return any of the indexed changes."""
    for (before, after), bucket in index.items():
        knew = before is None or audience.may_see(before)
        if (after is None and not knew) or (after is not None and not audience.may_see(after)):
            continue
        for subscription in subscriptions:
            offered = (
                bucket.newly_visible
                if not knew
                else bucket.all_changes
                if subscription.level == "all"
                else bucket.material_changes
            )
            if offered.matches(subscription):
                return True
    return False
