"""Run a plan over items in memory, in the simplest way. Tests compare the program with this."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from handlers.questions.rules.tokens import fold, words_of
from storage.values.questions import DateRange, Plan, SortOrder
from storage.values.roadmap import Item, Status


def matching(plan: Plan, items: Iterable[Item]) -> list[Item]:
    """The items that match *plan*, in its order."""
    matches = sorted((item for item in items if fits(plan, item)), key=lambda item: _rank(plan.order, item))
    return matches[: plan.limit] if plan.limit else matches


def fits(plan: Plan, item: Item) -> bool:
    late = item.is_open and item.due is not None and item.due < plan.today
    status = not plan.statuses or item.status in plan.statuses
    return (
        (not plan.keys or item.key.casefold() in {key.casefold() for key in plan.keys})
        and all(_occurs_in(word, item) for word in plan.words)
        and not (plan.not_words and all(_occurs_in(word, item) for word in plan.not_words))
        and (not plan.teams or item.team in plan.teams)
        and item.team not in plan.not_teams
        and (not plan.campaigns or bool(set(plan.campaigns) & set(item.campaigns)))
        and (not plan.all_campaigns or set(plan.campaigns) <= set(item.campaigns))
        and not set(plan.not_campaigns) & set(item.campaigns)
        and (not plan.owners or item.owner in plan.owners)
        and item.owner not in plan.not_owners
        and (not plan.kinds or item.kind in plan.kinds)
        and item.key.casefold() not in {key.casefold() for key in plan.not_keys}
        and (not plan.tags or _shares(plan.tags, item.tags))
        and not _shares(plan.not_tags, item.tags)
        and all(not getattr(item, name) for name in plan.without)
        and all(getattr(item, name) for name in plan.having)
        and ((status or late) if plan.or_overdue else status and (late or not plan.overdue))
        and not (plan.not_overdue and late)
        and (not plan.slipping or late or item.status in {Status.AT_RISK, Status.BLOCKED})
        and not (plan.on_track and (late or not item.is_open or item.status in {Status.AT_RISK, Status.BLOCKED}))
        and _lies_in(plan.due, item.due)
        and _lies_in(plan.start, item.start)
        and _lies_in(plan.finished, item.finished_on)
    )


def _shares(tags: Iterable[str], others: Iterable[str]) -> bool:
    return not {tag.lower() for tag in tags}.isdisjoint(tag.lower() for tag in others)


def _occurs_in(word: str, item: Item) -> bool:
    title_words = words_of(f"{item.title} {item.key} {item.summary}")
    return any(title_word.startswith(fold(word)) for title_word in title_words)


def _lies_in(period: DateRange | None, day: date | None) -> bool:
    if period is None:
        return True
    return (
        day is not None
        and (period.first is None or period.first <= day)
        and (period.last is None or day <= period.last)
    )


_URGENT = (Status.BLOCKED, Status.AT_RISK)
_LATER = (Status.ON_HOLD, Status.DONE, Status.DROPPED)


def _urgency(item: Item) -> int:
    order = (*_URGENT, Status.IN_PROGRESS, *_LATER)
    return order.index(Status.IN_PROGRESS if item.status is Status.PLANNED else item.status)


def _rank(order: SortOrder, item: Item) -> tuple[int, bool, int, str]:
    urgency = _urgency(item) if order is SortOrder.URGENCY else 0
    return (urgency, *_rank_by_day(order, item))


def _rank_by_day(order: SortOrder, item: Item) -> tuple[bool, int, str]:
    day = {SortOrder.FINISHED: item.finished_on, SortOrder.START: item.start}.get(order, item.due)
    if order is SortOrder.KEY or day is None:
        return (order is not SortOrder.KEY, 0, item.key)
    sign = -1 if order in {SortOrder.LATEST_DUE, SortOrder.FINISHED} else 1
    return (False, sign * day.toordinal(), item.key)
