"""Turn the conditions and days of a message into a plan: what is asked for, dates, limits, groups and statuses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.questions.rules.conditions import CONDITIONS, NOBODY, Conditions, Part
from handlers.questions.rules.date_constraints import DatedPeriod, intersection
from handlers.questions.rules.understanding import StatusCheck
from storage.values.questions import AnswerType, ChangeFilter, DateRange, GroupBy, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Status

_COLUMNS = ("due", "start", "finished", "changed", "moved")
_GROUPS = {
    "by_team": GroupBy.TEAM,
    "by_campaign": GroupBy.CAMPAIGN,
    "by_owner": GroupBy.OWNER,
    "by_status": GroupBy.STATUS,
}
_ANY_STATUS = re.compile(
    r"\b(?:whatever (?:its|their|the) status|(?:any|every|all) status(?:es)?|regardless of (?:the |its |their )?status"
    r"|including (?:the )?(?:done|finished|completed|closed)|ever had|done or not|finished or not|open or (?:done|closed))\b"
)
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "couple": 2, "few": 3, "dozen": 12,
}  # fmt: skip


def plan_of(parts: Sequence[Part], read: Conditions, periods: Sequence[DatedPeriod], today: date) -> Plan:
    """The plan for *parts*, with the conditions and the periods that were read from them."""
    roles = {part.role for part in parts}
    dates = _dates(parts, periods, read, today)
    campaigns = read.campaigns
    if not (campaigns or read.teams or read.owners or read.keys or read.words or read.tags):
        # "What is left before Spring Launch starts": the campaign is the day and, where no other name is, the topic.
        campaigns = [period.anchor.key for period in periods if period.anchor]
    wanted = _wanted(roles, {part.word for part in parts}, read)
    limit, order = _limit_and_order(parts, read)
    group = next((_GROUPS[part.role] for part in parts if part.role in _GROUPS), None)
    begun = next(
        (part for part in parts if part.role == "start" and re.match(r"begun|started|running", part.word)), None
    )
    if begun is not None and dates["start"] is None and not read.statuses:
        dates["start"] = DateRange(None, today)  # "has already begun"
    if limit and order is SortOrder.DUE and not (read.late or read.slipping or read.statuses == {Status.DONE}):
        dates["due"] = intersection(dates["due"], DateRange(today, None))
    late = read.late or (wanted is AnswerType.HOW_LATE and not (read.keys or read.words))
    plan = Plan(
        wanted=wanted,
        keys=_once(read.keys),
        not_keys=_once(read.not_keys),
        words=_once(read.words),
        not_words=_once(read.not_words),
        teams=_once(key for key in read.teams if key not in read.not_teams) or ((NOBODY,) if read.teams else ()),
        not_teams=_once(read.not_teams),
        campaigns=_once(campaigns),
        all_campaigns=len(set(campaigns)) > 1 and "both" in roles,
        not_campaigns=_once(read.not_campaigns),
        owners=_once(read.owners),
        not_owners=_once(read.not_owners),
        tags=_once(read.tags),
        not_tags=_once(read.not_tags),
        kinds=frozenset(read.kinds),
        due=dates["due"],
        start=dates["start"],
        finished=dates["finished"],
        changed=dates["changed"],
        change=ChangeFilter.SLIPPED if "moved" in roles else ChangeFilter.ANY,
        overdue=late,
        slipping=read.slipping,
        not_overdue=read.not_late,
        on_track=read.on_track,
        without=frozenset(read.without),
        order=order,
        limit=None if wanted is AnswerType.COUNT or group else limit,
        group_by=group,
        most=1 if group and "most" in roles else -1 if group and "least" in roles else 0,
        today=today,
    )
    return _with_statuses(plan, read, parts)


def _with_statuses(plan: Plan, read: Conditions, parts: Sequence[Part]) -> Plan:
    """*plan* with the statuses named, else any status for a single item asked for by name, else the open ones."""
    if _ANY_STATUS.search(" ".join(part.word for part in parts)):
        return plan
    either = read.late and read.statuses and (any(part.role == "or_late" for part in parts) or _joined_by_or(parts))
    if either:
        return replace(plan, statuses=frozenset(read.statuses - read.not_statuses), or_overdue=True)
    if read.statuses:
        return replace(plan, statuses=frozenset(read.statuses - read.not_statuses))
    if read.says_now and not (read.not_statuses or read.late or read.slipping or plan.keys or plan.words or plan.due):
        return replace(plan, statuses=frozenset({Status.IN_PROGRESS}))
    if read.not_statuses:
        whole = set(Status) if read.not_statuses == {Status.DROPPED} else set(OPEN_STATUSES)
        return replace(plan, statuses=frozenset(whole - read.not_statuses))
    if plan.finished or any(part.role == "finished" for part in parts):
        return replace(plan, statuses=frozenset({Status.DONE}), order=SortOrder.FINISHED)
    asks_one = bool(plan.keys or plan.words) and plan.wanted is not AnswerType.COUNT
    if asks_one and not read.says_open and (plan.keys or plan.wanted is not AnswerType.LIST):
        return plan
    if plan.wanted in (AnswerType.CHANGES, AnswerType.REASONS) or plan.group_by is GroupBy.STATUS:
        return plan if not read.says_open else replace(plan, statuses=OPEN_STATUSES)
    return replace(plan, statuses=OPEN_STATUSES)


def _joined_by_or(parts: Sequence[Part]) -> bool:
    """Whether "or" stands between being late and a status."""
    places = [place for place, part in enumerate(parts) if part.role in CONDITIONS]
    return bool(places) and any(part.word in {"or", "and"} for part in parts[places[0] : places[-1]])


_STATUS_WORDS = frozenset({"status", "state", "progress", "update"})


def _wanted(roles: set[str], words: set[str], read: Conditions) -> AnswerType:
    if "why" in roles:
        return AnswerType.REASONS
    if roles & {"changed", "moved"}:
        return AnswerType.CHANGES
    for role, wanted in (
        ("count", AnswerType.COUNT),
        ("how_late", AnswerType.HOW_LATE),
        ("who", AnswerType.WHO),
        ("when", AnswerType.WHEN),
    ):
        if role in roles:
            return wanted
    if (read.keys or read.words) and ("health" in roles or not _STATUS_WORDS.isdisjoint(words)):
        return AnswerType.STATUS
    return AnswerType.LIST


def _limit_and_order(parts: Sequence[Part], read: Conditions) -> tuple[int | None, SortOrder]:
    roles = {part.role for part in parts}
    done = read.statuses == {Status.DONE}
    order = SortOrder.FINISHED if done else SortOrder.START if "order_start" in roles else SortOrder.DUE
    number = next((_number(part.word) for part in parts if part.role == "number" and _number(part.word)), None)
    if "last" in roles:
        return number or 1, SortOrder.FINISHED if done else SortOrder.LATEST_DUE
    if "first" in roles:
        return number or 1, SortOrder.START if "start" in roles else order
    longest = any(part.role == "order_late" and part.word in {"longest", "most"} for part in parts)
    if longest and not any(part.role == "order_late" and part.word == "first" for part in parts):
        return number or 1, SortOrder.DUE
    if "reverse" in roles:
        order = SortOrder.LATEST_DUE
    return (number if "order_late" in roles else None), order


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() and 0 < int(word) < 100 else _NUMBERS.get(word)


def _dates(
    parts: Sequence[Part], periods: Sequence[DatedPeriod], read: Conditions, today: date
) -> dict[str, DateRange | None]:
    """Which date each period is about: the column named beside it, else the usual one for the question."""
    dates: dict[str, DateRange | None] = dict.fromkeys(("due", "start", "finished", "changed"))
    roles = {part.role for part in parts}
    for period in periods:
        column = _column_of(parts, period, read, roles)
        span = period.span
        if column == "due" and span == DateRange(today, today) and "due" not in roles and (read.late or read.says_open):
            continue  # "what is open today"
        if column in {"finished", "changed"} and (span.last is None or span.last > today):
            span = DateRange(span.first, today)
        dates[column] = intersection(dates[column], span)
    return dates


def _column_of(parts: Sequence[Part], period: DatedPeriod, read: Conditions, roles: set[str]) -> str:
    if roles & {"changed", "moved", "why"}:
        return "changed"
    near = sorted(
        (abs(part.place - period.first) + (2 if part.place > period.last else 0), part.role)
        for part in parts
        if part.role in _COLUMNS and abs(part.place - period.first) < 9
    )
    if near:
        return near[0][1]
    return "finished" if read.statuses == {Status.DONE} else "due"


def _once(keys: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))  # type: ignore[call-overload]


_AUXILIARIES = frozenset(["is", "are", "was", "were", "has", "have", "had", "did", "does", "do", "will"])


def asks_yes_no(parts: Sequence[Part]) -> bool:
    """Whether the question can be answered with yes or no."""
    return any(
        part.role == "yes_no" or (part.word in _AUXILIARIES and part.chunk.tokens and part.chunk.tokens[0].opens)
        for part in parts
    )


def status_check(parts: Sequence[Part], read: Conditions) -> StatusCheck | None:
    """What a yes-or-no question asks about single items: "is the banner done?"."""
    if not asks_yes_no(parts) or not (read.keys or read.words):
        return None
    if read.statuses or read.late:
        return StatusCheck(frozenset(read.statuses), late=read.late)
    if read.not_statuses:
        return StatusCheck(frozenset(read.not_statuses), negated=True)
    return None
