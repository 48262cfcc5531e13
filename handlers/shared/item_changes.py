"""The net difference of two versions of the roadmap, as an audience may see it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.shared.rules.diff import ItemChange, diff_items, renames_in, visible_to
from storage import revisions, roadmap
from storage.store import Session
from storage.values.company import Audience
from storage.values.roadmap import Change, ChangeKind, field_values


async def item_changes_between(session: Session, first: int, last: int, audience: Audience) -> tuple[ItemChange, ...]:
    """The changes from R*first* to R*last*, one per item, as *audience* may see them; R0 is the empty roadmap."""
    between = await revisions.changes_of(session, first + 1, last)
    keys = sorted({change.key for change in between if change.entity_type == "item"})
    before = await roadmap.items_with(session, keys, first)
    after = await roadmap.items_with(session, keys, last)
    seen = (visible_to(item_change, audience) for item_change in diff_items(before, after, renames_in(between)))
    return tuple(item_change for item_change in seen if item_change is not None)


async def campaign_changes_between(session: Session, first: int, last: int) -> Sequence[Change]:
    """The campaigns that exist in both versions and differ, by key."""
    if first == 0:
        return []
    before = {campaign.key: field_values(campaign) for campaign in await roadmap.campaigns(session, first)}
    after = {campaign.key: field_values(campaign) for campaign in await roadmap.campaigns(session, last)}
    changed = []
    for key in sorted(before.keys() & after.keys()):
        pairs = {name: (old, after[key][name]) for name, old in before[key].items() if old != after[key][name]}
        if pairs:
            changed.append(Change("campaign", key, ChangeKind.CHANGED, pairs))
    return changed
