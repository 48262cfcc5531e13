"""What one revision did, and what of it a room hears.

a revision -> news (the same for everybody) -> what a room's subscriptions want -> what its audience may see
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.changes import (
    ItemChange,
    hidden_names,
    item_changes_of,
    subscribed_campaign_changes,
    subscribed_item_changes,
)
from storage import revisions, roadmap
from storage.store import Session
from storage.values.company import Audience
from storage.values.post import Subscription
from storage.values.roadmap import Change, Revision, RevisionState

CACHE_SIZE = 16  # revisions whose news stay in memory: the post words one of them for a thousand rooms


@dataclass(frozen=True, slots=True)
class RevisionSummary:
    """What a published revision did; `previous` is the number of the one before it. It never changes again."""

    number: int
    previous: int | None
    item_changes: tuple[ItemChange, ...]
    campaign_changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RoomSummary:
    """The part of the news that one room hears; `untold` are the names of items that it may not know of."""

    item_changes: tuple[ItemChange, ...] = ()
    campaign_changes: tuple[Change, ...] = ()
    hidden_names: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.item_changes or self.campaign_changes)


def summary_for_room(
    revision_summary: RevisionSummary, subscriptions: Sequence[Subscription], audience: Audience, days: int
) -> RoomSummary:
    """What a room hears of *revision_summary*. *days* is how far a date may move without being news."""
    found = subscribed_item_changes(subscriptions, revision_summary.item_changes, audience, days)
    return RoomSummary(
        found,
        subscribed_campaign_changes(subscriptions, revision_summary.campaign_changes, days),
        hidden_names(revision_summary.item_changes, audience),
    )


# By hash, which is the same only for the same revision with the same changes.
_summaries: OrderedDict[str, RevisionSummary] = OrderedDict()


async def revision_summary_of(session: Session, revision: Revision) -> RevisionSummary:
    """The news of a published revision, from memory when it was asked for lately."""
    if revision.hash not in _summaries:
        _summaries[revision.hash] = await _read(session, revision)
    _summaries.move_to_end(revision.hash)
    while len(_summaries) > CACHE_SIZE:
        _summaries.popitem(last=False)
    return _summaries[revision.hash]


async def _read(session: Session, revision: Revision) -> RevisionSummary:
    changes = await revisions.changes_of(session, revision.number)
    keys = [change.key for change in changes if change.entity_type == "item"]
    after = await roadmap.items_with(session, keys, revision.number)
    previous = await previous_published(session, revision.number)
    return summarise(revision.number, changes, item_changes_of(changes, after), previous)


def summarise(
    number: int, changes: Sequence[Change], steps: tuple[ItemChange, ...], previous: int | None = None
) -> RevisionSummary:
    return RevisionSummary(
        number, previous, steps, tuple(change for change in changes if change.entity_type == "campaign")
    )


async def previous_published(session: Session, number: int) -> int | None:
    """The number of the published revision before R*number*."""
    for earlier in range(number - 1, 0, -1):
        found = await revisions.numbered(session, earlier)
        if found and found.state is RevisionState.PUBLISHED:
            return earlier
    return None
