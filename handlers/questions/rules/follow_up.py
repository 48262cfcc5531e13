"""Read a follow-up question: "and for the autumn one?", "which of those are blocked?". Pure.

What the follow-up names replaces the same part of the previous plan; the rest of the plan stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.questions.rules.plan_description import describe
from handlers.questions.rules.reading import understand
from handlers.questions.rules.tokens import clean
from handlers.questions.rules.understanding import Unclear, Understanding, Understood, UnknownName
from storage.values.company import Directory, Person
from storage.values.questions import AnswerType, ItemTitle, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Status

_JOINED = re.compile(
    r"^(?:ok(?:ay)?|so|then|great|thanks|cool|hm+)?[\s,]*(?:and|also|plus|same (?:again )?(?:question )?(?=for\b))[\s,]+",
    re.I,
)
_ONLY = re.compile(r"^(?:only|just)\b", re.I)
_WHAT_ABOUT = re.compile(r"^(?:and\s+)?(?:what|how) about\b[\s,]*", re.I)
_THOSE = re.compile(r"\b(?:(?:out )?of (?:those|these|them)|those|these|them|they|that one|the same ones?)\b", re.I)
_OF_THOSE = re.compile(r"\bof (?:those|these|them)\b", re.I)
_WANTED = (
    (re.compile(r"\bhow many\b", re.I), AnswerType.COUNT),
    (re.compile(r"\b(?:who|whose|whom)\b", re.I), AnswerType.WHO),
    (re.compile(r"\b(?:when|what dates?)\b", re.I), AnswerType.WHEN),
)
_SAYS_DATE = re.compile(r"\b(?:due|start\w*|kick\w*|ship\w*|finish\w*|deliver\w*|done)\b", re.I)
_ASKS = re.compile(r"\b(?:what|which|who|whose|when|how|show|list|give|does|do|is|are)\b", re.I)
_SHORT = 12  # words; a longer text is a question of its own
_FEW = 6


def is_follow_up(words: str, *, loosely: bool) -> bool:
    """Whether *words* look like a follow-up. Be less strict (*loosely*) in a conversation than in a list of questions."""
    text = clean(words)
    if len(text.split()) > _SHORT:
        return False
    # In a list of questions, some begin with "and"; a complete question is not a follow-up.
    joined = _JOINED.match(text) and (loosely or not _ASKS.search(text))
    if joined or _OF_THOSE.search(text):
        return True
    # In "which items are late and who owns them", "them" refers to the same message; only short texts refer back.
    short = len(text.split()) <= _FEW
    return loosely and bool(_WHAT_ABOUT.match(text) or _ONLY.match(text) or (short and _THOSE.search(text)))


def follow_up(
    words: str, before: Plan, names: Directory, *, asker: Person | None, today: date, titles: Sequence[ItemTitle] = ()
) -> Understanding | None:
    """The plan *before*, changed by *words*; None if they change nothing and are a question of their own."""
    text = _bare(words)
    understanding = _read(text, names, asker, today, titles)
    if (
        _ASKS.search(text)
        and isinstance(understanding, Understood)
        and _names_somebody(understanding.plan)
        and not _THOSE.search(clean(words))
    ):
        return None
    answer_type = next((kind for pattern, kind in _WANTED if pattern.search(text)), AnswerType.LIST)
    match understanding:
        case Unclear():
            again = tuple(replace(option, words=f"and {option.words}") for option in understanding.candidates)
            return replace(understanding, candidates=again)
        # An item, a topic or a campaign's own dates start a new question.
        case Understood(plan=plan) if plan.keys or plan.words or plan.wanted is AnswerType.CAMPAIGN:
            return None
        case Understood(plan=plan):
            merged = _merged(before, plan, says_date=bool(_SAYS_DATE.search(text)))
        case _ if answer_type is not AnswerType.LIST:
            merged = before
        case _:
            return None
    if answer_type is not AnswerType.LIST:
        merged = replace(merged, wanted=answer_type, limit=None if answer_type is AnswerType.COUNT else merged.limit)
    merged = replace(merged, today=today)
    if merged == replace(before, today=today):
        return None
    return Understood(merged, describe(merged, names), merged.as_of)


def _names_somebody(plan: Plan) -> bool:
    return bool(plan.campaigns or plan.teams or plan.owners)


def _bare(words: str) -> str:
    text = _WHAT_ABOUT.sub("", _JOINED.sub("", clean(words)))
    return re.sub(r"\s+", " ", _THOSE.sub(" ", text)).strip()


def _read(
    text: str, names: Directory, asker: Person | None, today: date, titles: Sequence[ItemTitle]
) -> Understanding | None:
    """Read *text*; a phrase without a noun ("next quarter") is read as a question about items."""
    if not text:
        return None
    understanding = understand(text, names, asker=asker, today=today, titles=titles)
    if isinstance(understanding, Understood | Unclear | UnknownName):
        return understanding
    return understand(f"items {text}", names, asker=asker, today=today)


def _merged(before: Plan, new: Plan, *, says_date: bool) -> Plan:
    """*before*, with the names and limits of *new* instead of its own where *new* has any."""
    plan = before
    if new.campaigns or new.not_campaigns:
        plan = replace(plan, campaigns=new.campaigns, not_campaigns=new.not_campaigns)
    if new.teams or new.owners or new.not_teams or new.not_owners:
        plan = replace(plan, teams=new.teams, owners=new.owners, not_teams=new.not_teams, not_owners=new.not_owners)
    if new.kinds:
        plan = replace(plan, kinds=new.kinds)
    if new.without:
        plan = replace(plan, without=new.without)
    if new.limit:
        plan = replace(plan, limit=new.limit, order=new.order)
    return _standing(_dated(plan, new, says_date=says_date), new)


def _standing(plan: Plan, new: Plan) -> Plan:
    """*plan* with the statuses of *new*, if it names any. "Open" is the default, so it does not count as named."""
    says = (
        (new.statuses and new.statuses != OPEN_STATUSES)
        or new.overdue
        or new.slipping
        or new.or_overdue
        or new.not_overdue
    )
    if not says:
        return plan
    keeps_finish = new.statuses == frozenset({Status.DONE})
    period = plan.due or plan.finished
    return replace(
        plan,
        statuses=new.statuses,
        overdue=new.overdue,
        slipping=new.slipping,
        or_overdue=new.or_overdue,
        not_overdue=new.not_overdue,
        due=None if keeps_finish else period,
        finished=period if keeps_finish else None,
        order=SortOrder.FINISHED if keeps_finish else plan.order,
    )


def _dated(plan: Plan, new: Plan, *, says_date: bool) -> Plan:
    if says_date and (new.due or new.start or new.finished):
        return replace(plan, due=new.due, start=new.start, finished=new.finished)
    period = new.due or new.start or new.finished
    if period is None:
        return plan
    if plan.start:
        return replace(plan, start=period)
    return replace(plan, finished=period) if plan.finished else replace(plan, due=period)
