"""The net difference of two versions of the roadmap: what a reader of the first wants to hear of the second."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.changes import Step, seen_by, steps
from storage import revisions, roadmap
from storage.store import Session
from storage.values import Audience, Change, ChangeKind, state_of


async def steps_between(session: Session, first: int, last: int, audience: Audience) -> tuple[Step, ...]:
    """The way from R*first* to R*last*, one step an item, as *audience* may know it; R0 is the empty roadmap."""
    between = await revisions.changes_of(session, first + 1, last)
    keys = sorted({change.key for change in between if change.noun == "item"})
    before = await roadmap.items_with(session, keys, first)
    after = await roadmap.items_with(session, keys, last)
    seen = (seen_by(step, audience) for step in steps(before, after))
    return tuple(step for step in seen if step is not None)


async def campaigns_between(session: Session, first: int, last: int) -> Sequence[Change]:
    """The campaigns that stood on the roadmap at both ends and differ, by key."""
    if first == 0:
        return []
    before = {each.key: state_of(each) for each in await roadmap.campaigns(session, first)}
    after = {each.key: state_of(each) for each in await roadmap.campaigns(session, last)}
    changed = []
    for key in sorted(before.keys() & after.keys()):
        pairs = {name: (old, after[key][name]) for name, old in before[key].items() if old != after[key][name]}
        if pairs:
            changed.append(Change("campaign", key, ChangeKind.CHANGED, pairs))
    return changed
