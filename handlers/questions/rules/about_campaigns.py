"""Questions about a campaign itself: who runs it, when it starts and ends, whether it is on track."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.questions.rules.conditions import Part
from handlers.questions.rules.stop_words import ITEM_NOUNS
from handlers.questions.rules.tagged_text import DateSpan
from handlers.questions.rules.understanding import Aspect
from storage.values.questions import AnswerType, GroupBy, Plan

_ASPECTS: dict[str, Aspect] = {
    "aspect_owner": "owner",
    "aspect_partner": "partner",
    "aspect_start": "start",
    "aspect_end": "end",
    "aspect_dates": "dates",
}
# Roles of a question about the campaign itself; any other role makes it a question about items.
_OF_CAMPAIGN = _ASPECTS.keys() | {
    "O",
    "campaign",
    "who",
    "when",
    "owner",
    "start",
    "finished",
    "due",
    "ref",
    "side",
    "yes_no",
}
_PARTNER = re.compile(r"partners?|counterparts?|contacts?|liaison")
_END = re.compile(r"ends?|ending|ended|finish(?:es)?|over|close[sd]?|until|till|stops?|wraps?|last")
_START = re.compile(r"starts?|starting|begins?|launch(?:es)?|kicks?|kickoff|opens?|live")
_SEVERAL = frozenset(["which", "what", "how", "list", "all", "any", "every", "per", "each"])


def campaign_aspect(parts: Sequence[Part], plan: Plan) -> Aspect:
    """What is asked about the campaign itself; "" if the question is about items."""
    roles = {part.role for part in parts}
    words = [part.word for part in parts]
    if not plan.campaigns or plan.keys or plan.words or plan.owners:
        return ""
    if _asks_state(parts, plan):
        return "status"
    day = _anchored_day(parts)
    if day or not roles <= _OF_CAMPAIGN:
        return day
    if not ITEM_NOUNS.isdisjoint(set(words) - {"campaign", "project", "launch", "release"}):
        return ""
    if any(_PARTNER.fullmatch(word) for word in words) and roles & {"aspect_partner", "side", "who", "owner"}:
        return "partner"
    named: Aspect = next((_ASPECTS[part.role] for part in parts if part.role in _ASPECTS), "")
    if named:
        return named
    if "side" in roles:
        return ""
    if "owner" in roles:
        return "owner"
    if roles & {"when", "start", "due", "finished"}:
        return _date_asked_for(words)
    return ""


_STATE = re.compile(r"live|over|started|running|begun|ended|launched|active|finished|done|already|open|closed")


def _asks_state(parts: Sequence[Part], plan: Plan) -> bool:
    """Whether it is asked if a campaign has begun or is over: "is X live yet"."""
    words = [part.word for part in parts]
    allowed = _OF_CAMPAIGN | {"done", "in_progress", "dropped", "on_track", "health"}
    return (
        bool(words)
        and words[0] in {"is", "has", "are", "have"}
        and {part.role for part in parts} <= allowed
        and len(plan.campaigns) == 1
        and any(_STATE.fullmatch(word) for word in words[-3:])
        and ITEM_NOUNS.isdisjoint(words)
    )


def _anchored_day(parts: Sequence[Part]) -> Aspect:
    """ "The end date of X" alone asks for that day."""
    days = [part for part in parts if isinstance(part.chunk.value, DateSpan)]
    rest = {part.role for part in parts if part not in days} - {"O", "when", "yes_no", "ref"}
    words = {part.word for part in parts}
    if len(days) != 1 or rest or not words.isdisjoint(_BESIDE_DAY):
        return ""
    value = days[0].chunk.value
    if not isinstance(value, DateSpan) or value.anchor is None:
        return ""
    return _date_asked_for([token.text for token in days[0].chunk.tokens])


_BESIDE_DAY = frozenset(
    [
        "before",
        "after",
        "by",
        "until",
        "till",
        "since",
        "past",
        "beyond",
        "open",
        "left",
        "due",
        "items",
        "anything",
        "everything",
    ]
)


def _date_asked_for(words: Sequence[str]) -> Aspect:
    ends = any(_END.fullmatch(word) for word in words)
    starts = any(_START.fullmatch(word) for word in words)
    return "dates" if ends == starts else "end" if ends else "start"


def asks_health(parts: Sequence[Part], plan: Plan) -> bool:
    """Whether the question is about the health of campaigns: "is X on track", "which campaigns are late"."""
    if plan.teams or plan.owners or plan.keys or plan.words or plan.tags or plan.due or plan.kinds or plan.not_teams:
        return False
    roles, words = {part.role for part in parts}, {part.word for part in parts}
    judged = plan.overdue or plan.slipping or plan.on_track or plan.not_overdue
    if plan.group_by is GroupBy.CAMPAIGN and not plan.most and plan.wanted is AnswerType.LIST:
        return bool(judged or "health" in roles)
    if plan.wanted not in (AnswerType.LIST, AnswerType.STATUS):
        return False
    one = bool(plan.campaigns) and words.isdisjoint(
        _SEVERAL | ITEM_NOUNS - {"launch", "campaign", "project", "release"}
    )
    return "health" in roles or (plan.on_track and one)
