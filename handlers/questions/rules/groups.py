"""The items of an answer in groups, and the sentence that names the largest or smallest group. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.questions.rules.plan_description import STATUS_LABELS, headline_items, in_singular
from handlers.shared.rules.phrases import join_names, plural
from storage.values.company import Directory
from storage.values.questions import GroupBy, Plan
from storage.values.roadmap import Status

WITHOUT = {GroupBy.TEAM: "No team", GroupBy.CAMPAIGN: "No campaign", GroupBy.OWNER: "No owner"}
_PLURALS = {GroupBy.TEAM: "team", GroupBy.CAMPAIGN: "campaign", GroupBy.OWNER: "owner", GroupBy.STATUS: "status"}


@dataclass(frozen=True, slots=True)
class ItemGroup:
    """The items of one team, campaign, owner or status; `key` is "" for the items that have none."""

    by: GroupBy
    key: str
    name: str
    items: tuple[str, ...]

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "by": str(self.by),
            "key": self.key,
            "name": self.name,
            "count": len(self.items),
            "items": list(self.items),
        }


def named_groups(plan: Plan, keys: Mapping[str, Sequence[str]], names: Directory) -> tuple[ItemGroup, ...]:
    """The groups of *plan*, the largest first (the smallest first if it asks for the fewest), then by name.

    A question about certain campaigns is counted for these alone.
    """
    by = plan.group_by or GroupBy.TEAM
    only = plan.campaigns if by is GroupBy.CAMPAIGN else ()
    groups = [ItemGroup(by, key, _name(by, key, names), tuple(keys[key])) for key in keys if not only or key in only]
    sign = 1 if plan.most < 0 else -1
    return tuple(sorted(groups, key=lambda group: (sign * len(group.items), not group.key, group.name.casefold())))


def _name(by: GroupBy, key: str, names: Directory) -> str:
    if not key:
        return WITHOUT[by]
    match by:
        case GroupBy.TEAM:
            return names.team[key].name if key in names.team else key
        case GroupBy.CAMPAIGN:
            return names.campaign[key].name if key in names.campaign else key
        case GroupBy.OWNER:
            return names.name_of(key) or "A colleague"
        case GroupBy.STATUS:
            return STATUS_LABELS[Status(key)].capitalize()


def group_line(plan: Plan, groups: Sequence[ItemGroup], total: int, names: Directory) -> str:
    """ "Web Platform has the most blocked items: 4 of 11."; without a superlative, how many items in how many groups."""
    items = headline_items(plan, names)
    by = plan.group_by or GroupBy.TEAM
    counted = [group for group in groups if group.key]
    if not plan.most:
        many = plural(len(counted), _PLURALS[by], "statuses" if by is GroupBy.STATUS else "")
        return f"{total:,} {in_singular(items, total)}, {'of' if by is GroupBy.OWNER else 'in'} {many}."
    if not counted:
        return f"{WITHOUT[by]}: {total:,} {in_singular(items, total)}."
    best = [group for group in counted if len(group.items) == len(counted[0].items)]
    count = len(best[0].items)
    superlative = "most" if plan.most > 0 else "fewest"
    verb = "has" if len(best) == 1 else "have"
    share = f"{count:,} of {total:,}" if len(best) == 1 else f"{count:,} each, of {total:,}"
    return f"{join_names([group.name for group in best[:5]])} {verb} the {superlative} {items}: {share}."
