"""Summaries of revisions and of digest spans, for notices.

a revision -> its summary (the same for everybody) -> what a room's subscriptions match -> what its audience may see
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from handlers.context import AppContext
from handlers.shared.item_changes import campaign_changes_between, item_changes_between
from handlers.shared.rules.diff import (
    follows,
    is_material,
    item_changes_of,
    subscribed_campaign_changes,
    subscribed_item_changes,
)
from handlers.subscriptions.rules import RHYTHM_BY_LEVEL, RevisionSpan, RevisionSummary, RoomSummary, summarise
from storage import revisions, roadmap
from storage.store import Session
from storage.values.company import Audience
from storage.values.places import Subscription
from storage.values.roadmap import Revision

CACHE_SIZE = 16  # revisions; one summary serves the notices of a thousand rooms


# By hash, because it identifies a revision together with its changes.
_summaries: OrderedDict[str, RevisionSummary] = OrderedDict()


async def revision_summary_of(session: Session, revision: Revision) -> RevisionSummary:
    """The summary of a published revision, cached."""
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
    previous = await revisions.published_before(session, revision.number)
    return summarise(revision.number, changes, item_changes_of(changes, after), previous)


async def digest_summary(
    ctx: AppContext,
    session: Session,
    subscribed: Sequence[Subscription],
    audience: Audience,
    rhythm: str,
    span: RevisionSpan,
) -> RoomSummary:
    """What a place gets of *span*: the net difference, without what it got notices of already."""
    mine = [subscription for subscription in subscribed if RHYTHM_BY_LEVEL.get(subscription.level) == rhythm]
    whole = [replace(subscription, level="all") for subscription in mine if subscription.level != "material"]
    small = [subscription for subscription in mine if subscription.level == "material"]
    days = ctx.policy.material_days
    net = await item_changes_between(session, span.first, span.last, audience)
    moved = await campaign_changes_between(session, span.first, span.last)
    steps = subscribed_item_changes(whole, net, audience, days)
    campaigns = subscribed_campaign_changes(whole, moved, days)
    if small:
        told = await _keys_sent_at_once(session, span, days)
        rest = [
            item_change
            for item_change in net
            if item_change.key not in told and any(follows(subscription, item_change) for subscription in small)
        ]
        steps = tuple({item_change.key: item_change for item_change in (*steps, *rest)}.values())
    return RoomSummary(tuple(sorted(steps, key=lambda item_change: item_change.key)), campaigns)


async def _keys_sent_at_once(session: Session, span: RevisionSpan, days: int) -> frozenset[str]:
    """Keys of items with a material change in a revision of the span."""
    told: set[str] = set()
    for revision in await revisions.published(session):
        if not span.first < revision.number <= span.last:
            continue
        changes = await revisions.changes_of(session, revision.number)
        keys = [change.key for change in changes if change.entity_type == "item"]
        after = await roadmap.items_with(session, keys, revision.number)
        told |= {item_change.key for item_change in item_changes_of(changes, after) if is_material(item_change, days)}
    return frozenset(told)
