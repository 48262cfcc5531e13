"""What one revision did, and what of it a room hears.

a revision -> news (the same for everybody) -> what a room's subscriptions want -> what its audience may see
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.changes import Step, campaigns_wanted_by, steps_of, untold, wanted_by
from storage import revisions, roadmap
from storage.store import Session
from storage.values import Audience, Change, Revision, RevisionState, Subscription

KEPT = 16  # revisions whose news stay in memory: the post words one of them for a thousand rooms


@dataclass(frozen=True, slots=True)
class News:
    """What a published revision did; `previous` is the number of the one before it. It never changes again."""

    number: int
    previous: int | None
    steps: tuple[Step, ...]
    campaigns: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """The part of the news that one room hears; `untold` are the names of items that it may not know of."""

    steps: tuple[Step, ...] = ()
    campaigns: tuple[Change, ...] = ()
    untold: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.steps or self.campaigns)


def heard_by(news: News, subscriptions: Sequence[Subscription], audience: Audience, days: int) -> Heard:
    """What a room hears of *news*. *days* is how far a date may move without being news."""
    found = wanted_by(subscriptions, news.steps, audience, days)
    return Heard(found, campaigns_wanted_by(subscriptions, news.campaigns, days), untold(news.steps, audience))


# By hash, which is the same only for the same revision with the same changes.
_news: OrderedDict[str, News] = OrderedDict()


async def news_of(session: Session, revision: Revision) -> News:
    """The news of a published revision, from memory when it was asked for lately."""
    if revision.hash not in _news:
        _news[revision.hash] = await _read(session, revision)
    _news.move_to_end(revision.hash)
    while len(_news) > KEPT:
        _news.popitem(last=False)
    return _news[revision.hash]


async def _read(session: Session, revision: Revision) -> News:
    changes = await revisions.changes_of(session, revision.number)
    keys = [change.key for change in changes if change.noun == "item"]
    after = await roadmap.items_with(session, keys, revision.number)
    previous = await published_before(session, revision.number)
    return news_from(revision.number, changes, steps_of(changes, after), previous)


def news_from(number: int, changes: Sequence[Change], steps: tuple[Step, ...], previous: int | None = None) -> News:
    return News(number, previous, steps, tuple(change for change in changes if change.noun == "campaign"))


async def published_before(session: Session, number: int) -> int | None:
    """The number of the published revision before R*number*."""
    for earlier in range(number - 1, 0, -1):
        found = await revisions.numbered(session, earlier)
        if found and found.state is RevisionState.PUBLISHED:
            return earlier
    return None
