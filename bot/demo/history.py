"""A year of revisions: which rows each one brought, who published it, and the reason they gave."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.demo import reasons
from bot.demo.lives import Life, Row, Turn
from bot.demo.people import SIDE_OF_TEAM, publishers
from bot.demo.seasons import SEED, Calendar
from storage.values import Side, Status

_LEAST_ROWS = 2  # nobody publishes less than that


@dataclass(frozen=True, slots=True)
class Step:
    """One revision: its rows are only those that are new or different in it."""

    at: datetime
    author: str
    reason: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _News:
    """What one item contributed to one revision, in words. `word` counts it, `loud` may head the reason."""

    word: str
    headline: str
    side: Side
    loud: bool = False
    own: bool = False  # somebody wrote this reason for this very item


def history(lives: Sequence[Life], calendar: Calendar) -> tuple[Step, ...]:
    """Replay all *lives*, revision by revision. What is visible to some is never told in a reason."""
    rng = random.Random(f"{SEED} history")
    days = [at.date() for at in calendar.published]
    rows: list[list[Row]] = [[] for _ in days]
    news: list[list[_News]] = [[] for _ in days]
    for life in _without_gaps(lives, days):
        for number, row, told in _appearances(life, days):
            rows[number].append(row)
            if not life.sketch.visible_to:
                news[number].extend(told)

    steps: list[Step] = []
    for at, changed, told in zip(calendar.published, rows, news, strict=True):
        head = _head(told, rng)
        reason = _reason(head, told) if steps else reasons.OPENING
        steps.append(Step(at, rng.choice(publishers(head.side)), reason, tuple(changed)))
    return tuple(steps)


def _without_gaps(lives: Sequence[Life], days: Sequence[date]) -> list[Life]:
    """Let some things be promised earlier than drawn, so that every revision has something that all may read."""
    told = [life for life in lives if not life.sketch.visible_to]
    latecomers = sorted((life for life in told if life.added > days[0]), key=lambda life: (life.added, life.sketch.key))
    size = Counter(number for life in told for number, _, _ in _appearances(life, days))
    moved: dict[str, Life] = {}
    for number, day in enumerate(days):
        while size[number] < _LEAST_ROWS and latecomers:
            life = latecomers.pop(0)
            if life.added <= day:
                continue
            earlier = moved[life.sketch.key] = replace(life, added=day)
            size.subtract(at for at, _, _ in _appearances(life, days))
            size.update(at for at, _, _ in _appearances(earlier, days))
    return [moved.get(life.sketch.key, life) for life in lives]


def _appearances(life: Life, days: Sequence[date]) -> Iterator[tuple[int, Row, list[_News]]]:
    """Each revision (counted from 0) that *life* is part of, with its new row and what is worth saying."""
    arrival = bisect_left(days, life.added)
    by_revision: dict[int, list[Turn]] = {arrival: []}
    for turn in life.turns:
        by_revision.setdefault(max(arrival, bisect_left(days, turn.day)), []).append(turn)

    row = life.first
    for number, turns in sorted(by_revision.items()):
        before, row = row, {**row, **{turn.column: turn.value for turn in turns}}
        if number == arrival:
            yield number, row, [_News("added", f"“{life.sketch.title}” joins the roadmap", _side(life))]
        elif row != before:
            yield number, row, [_told(life, turn, before) for turn in turns if _counts(turn, before, row)]


def _counts(turn: Turn, before: Row, after: Row) -> bool:
    """False for what was taken back or overtaken within the same revision."""
    return after[turn.column] == turn.value != before[turn.column]


def _side(life: Life) -> Side:
    return SIDE_OF_TEAM[life.sketch.team]


def _told(life: Life, turn: Turn, before: Row) -> _News:
    title, side = f"“{life.sketch.title}”", _side(life)
    own = life.sketch.key in reasons.OWN and turn.why == reasons.OWN[life.sketch.key]
    if turn.column == "owner_email":
        return _News("handed over", f"{title} has a new owner {turn.why}", side, loud=True)
    if turn.column == "due":
        moved = (date.fromisoformat(turn.value) - date.fromisoformat(before["due"])).days
        days = f"{abs(moved)} day{'s' if abs(moved) != 1 else ''}"
        if moved > 0:
            return _News("slipped", f"{title} slips {days}: {turn.why}", side, loud=True)
        return _News("pulled in", f"{title} comes {days} sooner: {turn.why}", side, loud=True)

    why = f": {turn.why}" if turn.why else ""
    match Status(turn.value):
        case Status.DONE:
            return _News("done", f"{title} is done{why}", side, loud=life.sketch.milestone, own=own)
        case Status.DROPPED:
            return _News("dropped", f"{title} is dropped{why}", side, loud=True, own=own)
        case Status.BLOCKED:
            return _News("blocked", f"{title} is blocked{why}", side, loud=True, own=own)
        case Status.AT_RISK:
            return _News("at risk", f"{title} is at risk{why}", side, loud=True, own=own)
        case Status.ON_HOLD:
            return _News("on hold", f"{title} is on hold{why}", side, loud=True, own=own)
        case _ if before["status"] == Status.PLANNED:
            return _News("started", f"{title} begins", side)
        case _ if before["status"] == Status.AT_RISK:
            return _News("back on track", f"{title} is back on track{why}", side, loud=True)
        case _:
            return _News("unblocked", f"{title} moves again{why}", side, loud=True)


def _head(told: Sequence[_News], rng: random.Random) -> _News:
    """What heads the reason: what has a reason of its own (blocked first), else what people would talk about."""
    own, loud = [news for news in told if news.own], [news for news in told if news.loud]
    urgent = [news for news in own if news.word == "blocked"]
    return rng.choice(urgent or own or loud or told or (_News("", reasons.QUIET, Side.IT),))


def _reason(head: _News, told: Sequence[_News]) -> str:
    others = Counter(news.word for news in told if news is not head)
    counts = ", ".join(f"{count} {word}" for word, count in others.most_common())
    return f"{head.headline}. Also: {counts}" if counts else head.headline
