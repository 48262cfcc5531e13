"""When each state of a dinner is due. Pure; after missed days, the next check catches up step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.values.dinners import Dinner, DinnerState

REMIND_BEFORE = timedelta(days=7)  # before the dinner
SEAT_BEFORE = timedelta(days=2)
THANK_WITHIN = timedelta(days=7)  # after the dinner; later is too late for thanks
REVIEW_AFTER = timedelta(days=14)
POLL_LENGTH = timedelta(days=7)
SHORTEST_POLL = timedelta(days=1)
POLL_ENDS_BEFORE = timedelta(days=10)  # before the first day on offer


def takes_answers(dinner: Dinner, now: datetime) -> bool:
    """Whether people can still vote, or say that they come: until it begins."""
    return not dinner.is_over and (dinner.starts_at is None or now < dinner.starts_at)


def has_begun(dinner: Dinner, now: datetime) -> bool:
    """Whether the evening has come; a dinner that was called off never takes place."""
    return dinner.state is not DinnerState.CANCELLED and dinner.starts_at is not None and dinner.starts_at <= now


@dataclass(frozen=True, slots=True)
class PollStatus:
    """The days on offer, and whether everybody who was asked has voted."""

    days: tuple[date, ...]
    all_voted: bool = False


def local_day(dinner: Dinner, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(dinner.timezone)).date()


def step_due(
    dinner: Dinner, poll: PollStatus, now: datetime, is_working_day: Callable[[date], bool] = lambda _: True
) -> DinnerState | None:
    """The next state, if it is due *now*.

    People are notified on working days only; for a dinner on a day off, on the last working day before.
    """
    today = local_day(dinner, now)
    match dinner.state:
        case DinnerState.PLANNED if today > local_day(dinner, dinner.planned_at):
            return state_after_planning(dinner, poll)
        case DinnerState.POLLING if dinner.day or poll.all_voted or (dinner.closes_at and dinner.closes_at <= now):
            return DinnerState.DATED
        case DinnerState.DATED:
            return DinnerState.INVITED
        case DinnerState.PLANNED | DinnerState.POLLING | DinnerState.REVIEWED | DinnerState.CANCELLED:
            return None
        case _:
            return _step_by_day(dinner.state, today, dinner.day, is_working_day) if dinner.day else None


def state_after_planning(dinner: Dinner, poll: PollStatus) -> DinnerState:
    """The state after planning: a poll if there is a choice of days."""
    return DinnerState.DATED if dinner.day or len(poll.days) < 2 else DinnerState.POLLING


def _step_by_day(
    state: DinnerState, today: date, day: date, is_working_day: Callable[[date], bool]
) -> DinnerState | None:
    tells_on = _last_working_day(day, is_working_day)
    begins = {
        DinnerState.REMINDED: day - REMIND_BEFORE,
        DinnerState.SEATED: min(day - SEAT_BEFORE, tells_on),
        DinnerState.ANNOUNCED: tells_on,
        DinnerState.THANKED: day + timedelta(days=1),
        DinnerState.REVIEWED: day + REVIEW_AFTER,
    }
    order = [DinnerState.INVITED, *begins]
    following = order[order.index(state) + 1]
    return following if today >= begins[following] else None


def _last_working_day(day: date, is_working_day: Callable[[date], bool]) -> date:
    """The last working day up to *day*; *day* itself if there is none within two weeks."""
    before = (day - timedelta(days=days) for days in range(14))
    return next((day for day in before if is_working_day(day)), day)


def poll_closes_at(days: tuple[date, ...], zone: str, now: datetime) -> datetime:
    """When a poll that starts *now* closes: after a week, but well before the first day, and after a day at least."""
    first = datetime.combine(min(days), datetime.min.time(), ZoneInfo(zone)) - POLL_ENDS_BEFORE
    return max(now + SHORTEST_POLL, min(now + POLL_LENGTH, first))


def have_needs_expired(dinner: Dinner, last_day: date, now: datetime) -> bool:
    """Whether diet and access must be deleted. Without a day, the quarter's *last_day* counts."""
    if dinner.state in (DinnerState.CANCELLED, DinnerState.REVIEWED):
        return True
    return local_day(dinner, now) - (dinner.day or last_day) >= REVIEW_AFTER
