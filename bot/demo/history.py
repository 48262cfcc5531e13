"""A year of revisions: which rows each one brought, who published it, and the reason they gave."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.demo import reasons
from bot.demo.lives import CsvRow, FieldChange, ItemHistory
from bot.demo.people import SIDE_OF_TEAM, publishers
from bot.demo.seasons import SEED, CampaignCalendar
from storage.values.company import Side
from storage.values.roadmap import Status

_LEAST_ROWS = 2  # nobody publishes less than that


@dataclass(frozen=True, slots=True)
class SampleStep:
    """One revision: its rows are only those that are new or different in it."""

    at: datetime
    author: str
    reason: str
    rows: tuple[CsvRow, ...]


@dataclass(frozen=True, slots=True)
class _Headline:
    """What one item contributed to one revision, in words. `word` counts it, `loud` may head the reason."""

    word: str
    headline: str
    side: Side
    loud: bool = False
    own: bool = False  # somebody wrote this reason for this very item


def build_revisions(lives: Sequence[ItemHistory], calendar: CampaignCalendar) -> tuple[SampleStep, ...]:
    """Replay all *lives*, revision by revision. What is visible to some is never told in a reason."""
    rng = random.Random(f"{SEED} history")
    days = [at.date() for at in calendar.published]
    rows: list[list[CsvRow]] = [[] for _ in days]
    news: list[list[_Headline]] = [[] for _ in days]
    for life in _without_gaps(lives, days):
        for number, row, told in _appearances(life, days):
            rows[number].append(row)
            if not life.spec.visible_to:
                news[number].extend(told)

    steps: list[SampleStep] = []
    for at, changed, told in zip(calendar.published, rows, news, strict=True):
        head = _pick_headline(told, rng)
        reason = _reason(head, told) if steps else reasons.FIRST_REVISION
        steps.append(SampleStep(at, rng.choice(publishers(head.side)), reason, tuple(changed)))
    return tuple(steps)


def _without_gaps(lives: Sequence[ItemHistory], days: Sequence[date]) -> list[ItemHistory]:
    """Let some things be promised earlier than drawn, so that every revision has something that all may read."""
    told = [life for life in lives if not life.spec.visible_to]
    latecomers = sorted((life for life in told if life.added > days[0]), key=lambda life: (life.added, life.spec.key))
    size = Counter(number for life in told for number, _, _ in _appearances(life, days))
    moved: dict[str, ItemHistory] = {}
    for number, day in enumerate(days):
        while size[number] < _LEAST_ROWS and latecomers:
            life = latecomers.pop(0)
            if life.added <= day:
                continue
            earlier = moved[life.spec.key] = replace(life, added=day)
            size.subtract(at for at, _, _ in _appearances(life, days))
            size.update(at for at, _, _ in _appearances(earlier, days))
    return [moved.get(life.spec.key, life) for life in lives]


def _appearances(life: ItemHistory, days: Sequence[date]) -> Iterator[tuple[int, CsvRow, list[_Headline]]]:
    """Each revision (counted from 0) that *life* is part of, with its new row and what is worth saying."""
    arrival = bisect_left(days, life.added)
    by_revision: dict[int, list[FieldChange]] = {arrival: []}
    for turn in life.changes:
        by_revision.setdefault(max(arrival, bisect_left(days, turn.day)), []).append(turn)

    row = life.first
    for number, turns in sorted(by_revision.items()):
        before, row = row, {**row, **{turn.column: turn.value for turn in turns}}
        if number == arrival:
            yield number, row, [_Headline("added", f"“{life.spec.title}” joins the roadmap", _side(life))]
        elif row != before:
            yield number, row, [_headline_of(life, turn, before) for turn in turns if _is_effective(turn, before, row)]


def _is_effective(turn: FieldChange, before: CsvRow, after: CsvRow) -> bool:
    """False for what was taken back or overtaken within the same revision."""
    return after[turn.column] == turn.value != before[turn.column]


def _side(life: ItemHistory) -> Side:
    return SIDE_OF_TEAM[life.spec.team]


def _headline_of(life: ItemHistory, turn: FieldChange, before: CsvRow) -> _Headline:
    title, side = f"“{life.spec.title}”", _side(life)
    own = life.spec.key in reasons.ITEM_REASONS and turn.why == reasons.ITEM_REASONS[life.spec.key]
    if turn.column == "owner_email":
        return _Headline("handed over", f"{title} has a new owner {turn.why}", side, loud=True)
    if turn.column == "due":
        moved = (date.fromisoformat(turn.value) - date.fromisoformat(before["due"])).days
        days = f"{abs(moved)} day{'s' if abs(moved) != 1 else ''}"
        if moved > 0:
            return _Headline("slipped", f"{title} slips {days}: {turn.why}", side, loud=True)
        return _Headline("pulled in", f"{title} comes {days} sooner: {turn.why}", side, loud=True)

    why = f": {turn.why}" if turn.why else ""
    match Status(turn.value):
        case Status.DONE:
            return _Headline("done", f"{title} is done{why}", side, loud=life.spec.milestone, own=own)
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


def _pick_headline(told: Sequence[_Headline], rng: random.Random) -> _Headline:
    """What heads the reason: what has a reason of its own (blocked first), else what people would talk about."""
    own, loud = [news for news in told if news.own], [news for news in told if news.loud]
    urgent = [news for news in own if news.word == "blocked"]
    return rng.choice(urgent or own or loud or told or (_Headline("", reasons.RESTRICTED_ONLY, Side.IT),))


def _reason(head: _Headline, told: Sequence[_Headline]) -> str:
    others = Counter(news.word for news in told if news is not head)
    counts = ", ".join(f"{count} {word}" for word, count in others.most_common())
    return f"{head.headline}. Also: {counts}" if counts else head.headline
