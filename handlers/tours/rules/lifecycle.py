"""The states of a tour, and what is due when. Pure.

proposed ── everybody said yes ──> approved ── first day ──> running ── last day ──> ended
    └── a no, or four working days of silence ──> declined, and the round is solved again with as few changes as possible
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum, auto

from storage.values.tours import Approval, Pair, Tour

CHECKIN_STEPS = ("quarter", "half", "end")
REMIND_AFTER_DAYS, GIVE_UP_AFTER_DAYS = 2, 4  # working days of the person asked


class ApprovalAction(Enum):
    """What is due for a person who has not answered."""

    NOTHING = auto()
    REMIND = auto()
    GIVE_UP = auto()


def action_due(approval: Approval, working_days: int) -> ApprovalAction:
    """What is due *working_days* after the person was asked."""
    if approval.answer:
        return ApprovalAction.NOTHING
    if working_days >= GIVE_UP_AFTER_DAYS:
        return ApprovalAction.GIVE_UP
    return (
        ApprovalAction.REMIND if working_days >= REMIND_AFTER_DAYS and not approval.reminded else ApprovalAction.NOTHING
    )


def all_said_yes(approvals: Sequence[Approval]) -> bool:
    return bool(approvals) and all(approval.answer == "yes" for approval in approvals)


def first_day(today: date, last: date | None) -> date:
    """The Monday on which a round planned *today* starts: at least a week ahead, and after the round before."""
    earliest = max(today + timedelta(days=7), last + timedelta(days=1) if last else today)
    return earliest + timedelta(days=-earliest.weekday() % 7)


def last_day(starts: date, weeks: int) -> date:
    """The Friday at the end of the last week."""
    return starts + timedelta(days=7 * weeks - 3)


def checkins_due(tour: Tour, today: date) -> tuple[str, ...]:
    """The check-ins due by *today*, the local day of the person asked. Includes those of missed days."""
    length = (tour.ends - tour.starts).days
    days = {"quarter": -(-length // 4), "half": -(-length // 2), "end": length}
    return tuple(step for step in CHECKIN_STEPS if tour.starts + timedelta(days=days[step]) <= today)


def pairs_of(people: Sequence[str]) -> frozenset[Pair]:
    """All pairs of one group."""
    return frozenset(frozenset({one, other}) for one in people for other in people if one < other)
