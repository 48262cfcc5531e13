"""Commands to type next, about the dinner at hand: its quarter and its days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from handlers.dinners.rules import quarters


def next_quarter(today: date) -> str:
    """The key of the quarter in which the next dinner can be planned."""
    keys = [quarters.quarter_key(f"Q{number}", today) or "" for number in range(1, 5)]
    return min(keys)


def plan_example(key: str, option: str = "") -> str:
    return f"dinner plan {key} {option}".strip()


def dates_example(key: str, today: date) -> str:
    """`--dates` with days that can be offered for that quarter."""
    days = quarters.proposed_dates(key, today, lambda day: day.weekday() < 5)
    return plan_example(key, f'--dates "{", ".join(day.isoformat() for day in days)}"')


def other_dates_example(key: str, offered: Sequence[date]) -> str:
    """`--dates` with days a week after those that were offered."""
    days = [day + timedelta(days=7) for day in offered[:2]]
    return plan_example(key, f'--dates "{", ".join(day.isoformat() for day in days)}"')


def vote_example(key: str, offered: Sequence[date]) -> str:
    """A vote for the first day on offer, and perhaps the last."""
    first, last = offered[0].isoformat(), offered[-1].isoformat()
    return f"dinner vote {key} {first}" + (f" maybe {last}" if last != first else "")


def pick_examples(key: str, offered: Sequence[date]) -> tuple[str, ...]:
    return tuple(f"dinner pick {key} {day.isoformat()}" for day in offered)


def rsvp_examples(key: str) -> tuple[str, ...]:
    return tuple(f"dinner rsvp {answer} {key}".strip() for answer in ("yes", "maybe", "no"))
