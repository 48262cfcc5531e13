"""Build a year of revisions from the items' histories: changed rows, publisher and reason of each."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.demo import reasons
from bot.demo.campaign_calendar import SEED, CampaignCalendar
from bot.demo.item_history import CsvRow, FieldChange, ItemHistory
from bot.demo.people import SIDE_OF_TEAM, publishers
from storage.values.company import Side
from storage.values.roadmap import Status

_MIN_ROWS = 2  # of a revision


@dataclass(frozen=True, slots=True)
class SampleStep:
    """One revision; `rows` are only the new and changed ones."""

    at: datetime
    author: str
    reason: str
    rows: tuple[CsvRow, ...]


@dataclass(frozen=True, slots=True)
class _Headline:
    """One item's change in one revision. `word` is its kind, for counting; `loud` ones may lead the reason."""

    word: str
    headline: str
    side: Side
    loud: bool = False
    own: bool = False  # the reason was written for this item


def build_revisions(items: Sequence[ItemHistory], calendar: CampaignCalendar) -> tuple[SampleStep, ...]:
    """Replay all *items*, revision by revision. Reasons never mention items with restricted visibility."""
    rng = random.Random(f"{SEED} history")
    days = [at.date() for at in calendar.published]
    rows: list[list[CsvRow]] = [[] for _ in days]
    news: list[list[_Headline]] = [[] for _ in days]
    for item in _without_gaps(items, days):
        for number, row, headlines in _appearances(item, days):
            rows[number].append(row)
            if not item.spec.visible_to:
                news[number].extend(headlines)

    steps: list[SampleStep] = []
    for at, changed, headlines in zip(calendar.published, rows, news, strict=True):
        head = _pick_headline(headlines, rng)
        reason = _reason(head, headlines) if steps else reasons.FIRST_REVISION
        steps.append(SampleStep(at, rng.choice(publishers(head.side)), reason, tuple(changed)))
    return tuple(steps)


def _without_gaps(histories: Sequence[ItemHistory], days: Sequence[date]) -> list[ItemHistory]:
    """Add some items earlier than drawn, so that every revision has changes that everyone may see."""
    public = [item for item in histories if not item.spec.visible_to]
    latecomers = sorted((item for item in public if item.added > days[0]), key=lambda item: (item.added, item.spec.key))
    size = Counter(number for item in public for number, _, _ in _appearances(item, days))
    moved: dict[str, ItemHistory] = {}
    for number, day in enumerate(days):
        while size[number] < _MIN_ROWS and latecomers:
            item = latecomers.pop(0)
            if item.added <= day:
                continue
            earlier = moved[item.spec.key] = replace(item, added=day)
            size.subtract(at for at, _, _ in _appearances(item, days))
            size.update(at for at, _, _ in _appearances(earlier, days))
    return [moved.get(item.spec.key, item) for item in histories]


def _appearances(item: ItemHistory, days: Sequence[date]) -> Iterator[tuple[int, CsvRow, list[_Headline]]]:
    """The revisions (counted from 0) that change *item*, each with the new row and its headlines."""
    arrival = bisect_left(days, item.added)
    by_revision: dict[int, list[FieldChange]] = {arrival: []}
    for change in item.changes:
        by_revision.setdefault(max(arrival, bisect_left(days, change.day)), []).append(change)

    row = item.first
    for number, changes in sorted(by_revision.items()):
        before, row = row, {**row, **{change.column: change.value for change in changes}}
        if number == arrival:
            yield number, row, [_Headline("added", f"“{item.spec.title}” joins the roadmap", _side(item))]
        elif row != before:
            yield (
                number,
                row,
                [_headline_of(item, change, before) for change in changes if _is_effective(change, before, row)],
            )


def _is_effective(change: FieldChange, before: CsvRow, after: CsvRow) -> bool:
    """False for a change that was undone or overwritten within the same revision."""
    return after[change.column] == change.value != before[change.column]


def _side(item: ItemHistory) -> Side:
    return SIDE_OF_TEAM[item.spec.team]


def _headline_of(item: ItemHistory, change: FieldChange, before: CsvRow) -> _Headline:
    title, side = f"“{item.spec.title}”", _side(item)
    own = item.spec.key in reasons.ITEM_REASONS and change.why == reasons.ITEM_REASONS[item.spec.key]
    if change.column == "owner_email":
        return _Headline("handed over", f"{title} has a new owner {change.why}", side, loud=True)
    if change.column == "due":
        moved = (date.fromisoformat(change.value) - date.fromisoformat(before["due"])).days
        days = f"{abs(moved)} day{'s' if abs(moved) != 1 else ''}"
        if moved > 0:
            return _Headline("slipped", f"{title} slips {days}: {change.why}", side, loud=True)
        return _Headline("pulled in", f"{title} comes {days} sooner: {change.why}", side, loud=True)

    why = f": {change.why}" if change.why else ""
    match Status(change.value):
        case Status.DONE:
            return _Headline("done", f"{title} is done{why}", side, loud=item.spec.milestone, own=own)
        case Status.DROPPED:
            return _Headline("dropped", f"{title} is dropped{why}", side, loud=True, own=own)
        case Status.BLOCKED:
            return _Headline("blocked", f"{title} is blocked{why}", side, loud=True, own=own)
        case Status.AT_RISK:
            return _Headline("at risk", f"{title} is at risk{why}", side, loud=True, own=own)
        case Status.ON_HOLD:
            return _Headline("on hold", f"{title} is on hold{why}", side, loud=True, own=own)
        case _ if before["status"] == Status.PLANNED:
            return _Headline("started", f"{title} begins", side)
        case _ if before["status"] == Status.AT_RISK:
            return _Headline("back on track", f"{title} is back on track{why}", side, loud=True)
        case _:
            return _Headline("unblocked", f"{title} moves again{why}", side, loud=True)


def _pick_headline(headlines: Sequence[_Headline], rng: random.Random) -> _Headline:
    """The headline of the reason: first items with their own reason (blocked ones first), then loud ones."""
    own, loud = [line for line in headlines if line.own], [line for line in headlines if line.loud]
    urgent = [line for line in own if line.word == "blocked"]
    return rng.choice(urgent or own or loud or headlines or (_Headline("", reasons.RESTRICTED_ONLY, Side.IT),))


def _reason(head: _Headline, headlines: Sequence[_Headline]) -> str:
    others = Counter(line.word for line in headlines if line is not head)
    counts = ", ".join(f"{count} {word}" for word, count in others.most_common())
    return f"{head.headline}. Also: {counts}" if counts else head.headline
