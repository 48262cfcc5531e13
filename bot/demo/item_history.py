"""Invent the history of a sample item: when it was added, started, slipped, got stuck, was finished.

It is built backwards from today's state, so that the history leads exactly there. Deterministic for an item and a day.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.demo import reasons
from bot.demo.campaign_calendar import SEED, CampaignCalendar, workday
from bot.demo.items import ItemSpec
from bot.demo.people import SIDE_OF_TEAM, item_owners
from storage.values.roadmap import Status

CsvRow = Mapping[str, str]  # one row of roadmap.csv, column by column

ROADMAP_COLUMNS = (
    "key",
    "title",
    "team",
    "campaigns",
    "status",
    "start",
    "due",
    "owner_email",
    "summary",
    "url",
    "kind",
    "visible_to",
    "tags",
)

_TROUBLE = (Status.BLOCKED, Status.AT_RISK, Status.ON_HOLD)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A new value of one column on *day*. `why` may be empty."""

    day: date
    column: str
    value: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """An item from the day it was added; `first` is its row on that day, before any changes."""

    spec: ItemSpec
    added: date
    first: CsvRow
    changes: tuple[FieldChange, ...]

    @property
    def last(self) -> CsvRow:
        """The item's row today."""
        return {**self.first, **{change.column: change.value for change in self.changes}}


@dataclass(frozen=True, slots=True)
class _Outline:
    """The fixed points of an item's history, before the rest is filled in."""

    status: Status
    start: date | None
    due: date | None
    stopped: date | None  # when it was done or dropped
    stuck: date | None  # blocked, at risk or on hold since then

    @property
    def begun(self) -> bool:
        return self.status not in {Status.PLANNED, Status.DROPPED} and self.start is not None


def history_of(spec: ItemSpec, calendar: CampaignCalendar) -> ItemHistory:
    rng = random.Random(f"{SEED} {spec.key}")
    side = SIDE_OF_TEAM[spec.team]
    outline = _outline(spec, calendar, rng)
    added = _added(outline, calendar, rng)
    owner = _owner(spec, rng)

    changes = _progress(spec, outline)
    changes += _temporary_trouble(outline, calendar, side_reasons=reasons.BLOCKED[side], rng=rng)
    first_due, slips = _slips(spec, outline, added, calendar, rng)
    first_owner, handover = _owner_change(spec, owner, outline, added, calendar, rng)
    changes += slips + handover

    first = {
        "key": spec.key,
        "title": spec.title,
        "team": spec.team,
        "campaigns": spec.campaign,
        "status": Status.PLANNED.value,
        "start": outline.start.isoformat() if outline.start else "",
        "due": first_due.isoformat() if first_due else "",
        "owner_email": first_owner,
        "summary": spec.summary,
        "url": spec.url,
        "kind": "milestone" if spec.milestone else "work",
        "visible_to": ";".join(spec.visible_to),
        "tags": ";".join(spec.tags),
    }
    return ItemHistory(spec, added, first, tuple(sorted(changes, key=lambda change: change.day)))


def _due(spec: ItemSpec, calendar: CampaignCalendar) -> date | None:
    if spec.due == "-":
        return None
    unit, distance = spec.due[0], int(spec.due[1:])
    if unit == "T":
        return workday(calendar.today + timedelta(days=distance))
    start = calendar.starts[spec.campaign]
    if unit == "S":
        return workday(start + timedelta(days=distance))
    return workday(calendar.today + (start - calendar.today) * distance // 100)


def _outline(spec: ItemSpec, calendar: CampaignCalendar, rng: random.Random) -> _Outline:
    latest, due = calendar.last_published, _due(spec, calendar)
    stuck = latest - timedelta(days=spec.goal_days or 0) if spec.goal_status in _TROUBLE else None
    if due is None:
        return _Outline(Status(spec.goal_status), None, None, None, stuck)

    wobble = timedelta(days=rng.randint(-4, 2))
    start = due - timedelta(days=rng.randint(12, 25) if spec.milestone else rng.randint(18, 60))
    match spec.goal_status:
        case "dropped":
            return _Outline(Status.DROPPED, workday(start), due, due - timedelta(days=25), None)
        case "done":
            finished = latest if spec.goal_days == 0 else min(due + wobble, latest)
            return _Outline(Status.DONE, workday(start), due, finished, None)
        case "planned":
            after = max(start, calendar.today + timedelta(days=3))
            return _Outline(Status.PLANNED, workday(min(after, due)), due, None, None)
        case "":
            if due + wobble <= latest:
                return _Outline(Status.DONE, workday(start), due, due + wobble, None)
            status = Status.IN_PROGRESS if start <= latest else Status.PLANNED
            return _Outline(status, workday(start), due, None, None)
        case fate:
            busy_since = (stuck or latest) - timedelta(days=rng.randint(12, 80))
            status = Status.IN_PROGRESS if fate == "late" else Status(fate)
            return _Outline(status, workday(min(start, busy_since)), due, None, stuck)


def _added(outline: _Outline, calendar: CampaignCalendar, rng: random.Random) -> date:
    """The day an item was added: for most, the first revision; for the rest, one to five months before their start."""
    lead = timedelta(days=rng.randint(30, 150))
    recently = calendar.last_published - timedelta(days=rng.randint(12, 300))
    if rng.random() < 0.69:
        return calendar.first_published
    leading = [day - lead for day in (outline.start, outline.stopped, outline.stuck) if day]
    return max(calendar.first_published, min([recently, *leading]))


def _owner(spec: ItemSpec, rng: random.Random) -> str:
    drawn = rng.choice(item_owners(spec.team))
    if spec.owner == "-":
        return ""
    return f"{spec.owner}@example.com" if spec.owner else drawn


def _progress(spec: ItemSpec, outline: _Outline) -> list[FieldChange]:
    """The changes of status: started, then done, dropped, or stuck until today."""
    changes = []
    why = reasons.ITEM_REASONS.get(spec.key, "")
    if outline.begun and outline.start:
        changes.append(FieldChange(outline.start, "status", Status.IN_PROGRESS))
    if outline.stopped:
        changes.append(FieldChange(outline.stopped, "status", outline.status, why))
    if outline.stuck:
        changes.append(FieldChange(outline.stuck, "status", outline.status, why))
    return changes


def _temporary_trouble(
    outline: _Outline, calendar: CampaignCalendar, side_reasons: tuple[str, ...], rng: random.Random
) -> list[FieldChange]:
    """For every third item, a period of trouble in the middle that was resolved."""
    until = outline.stopped or outline.stuck or calendar.last_published
    unlucky, blocked = rng.random() < 0.34, rng.random() < 0.6
    if not (unlucky and outline.begun and outline.start) or (until - outline.start).days < 26:
        return []
    hit = outline.start + timedelta(days=rng.randint(3, (until - outline.start).days - 22))
    over = hit + timedelta(days=rng.randint(11, 20))
    trouble, why = (Status.BLOCKED, side_reasons) if blocked else (Status.AT_RISK, reasons.AT_RISK)
    return [
        FieldChange(hit, "status", trouble, rng.choice(why)),
        FieldChange(over, "status", Status.IN_PROGRESS, rng.choice(reasons.RESUMED)),
    ]


def _slips(
    spec: ItemSpec, outline: _Outline, added: date, calendar: CampaignCalendar, rng: random.Random
) -> tuple[date | None, list[FieldChange]]:
    """The original due date, and its changes up to today's."""
    side = SIDE_OF_TEAM[spec.team]
    times = rng.choices((0, 1, 2), (50, 36, 14))[0]
    if outline.due is None or outline.start is None or outline.status is Status.DROPPED:
        return outline.due, []

    promised, moves = outline.due, []
    for _ in range(times):
        sooner = rng.random() < 0.22
        earlier = workday(promised + timedelta(days=rng.randint(2, 8) if sooner else -rng.randint(4, 18)))
        if earlier == promised or earlier <= outline.start:
            break
        why = rng.choice((reasons.PULLED_IN if earlier > promised else reasons.SLIPPED)[side])
        moves.append(FieldChange(added, "due", promised.isoformat(), why))
        promised = earlier

    first = added + timedelta(days=5)
    until = (outline.stopped or calendar.last_published) - timedelta(days=4)
    last = min(until, promised + timedelta(days=3), outline.due - timedelta(days=2))
    if last <= first:
        return outline.due, []
    first = max(first, last - timedelta(days=120))
    days = sorted(first + timedelta(days=rng.randint(0, (last - first).days)) for _ in moves)
    return promised, [replace(move, day=day) for move, day in zip(reversed(moves), days, strict=True)]


def _owner_change(
    spec: ItemSpec, owner: str, outline: _Outline, added: date, calendar: CampaignCalendar, rng: random.Random
) -> tuple[str, list[FieldChange]]:
    """The original owner, and the change to today's owner, if there was one."""
    before = rng.choice([email for email in item_owners(spec.team) if email != owner])
    changes_hands, why = rng.random() < 0.1, rng.choice(reasons.HANDED_OVER)
    first, last = added + timedelta(days=5), (outline.stopped or calendar.last_published) - timedelta(days=4)
    if not changes_hands or not owner or last <= first:
        return owner, []
    day = first + timedelta(days=rng.randint(0, (last - first).days))
    return before, [FieldChange(day, "owner_email", owner, why)]
