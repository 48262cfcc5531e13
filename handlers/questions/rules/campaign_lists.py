"""Questions for campaigns themselves: which ones are running, start next month, have no owner, belong to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.questions.rules.conditions import Part
from handlers.questions.rules.stop_words import ITEM_NOUNS
from storage.values.company import Campaign, Directory
from storage.values.questions import AnswerType, DateRange, GroupBy, Plan

_RUNNING = frozenset(["running", "active", "live", "ongoing", "current", "currently", "now"])
_ENDS = frozenset(["end", "ends", "ending", "finish", "finishes", "finishing", "close", "closes", "over"])
_PARTNER = frozenset(["partner", "partners", "counterpart", "contact"])
_CONDITIONS = frozenset(
    [
        "late",
        "slipping",
        "on_track",
        "blocked",
        "at_risk",
        "on_hold",
        "done",
        "dropped",
        "health",
        "count",
        "most",
        "least",
        "due",
    ]
)


def campaigns_asked(parts: Sequence[Part], plan: Plan, names: Directory) -> tuple[str, ...] | None:
    """The keys of the campaigns that are asked for; None if the question is about something else."""
    words = {part.word for part in parts}
    roles = {part.role for part in parts}
    if plan.group_by is not GroupBy.CAMPAIGN or plan.wanted is not AnswerType.LIST or roles & _CONDITIONS:
        return None
    if plan.campaigns or plan.teams or plan.keys or plan.words or not words.isdisjoint(ITEM_NOUNS - {"campaigns"}):
        return None
    chosen = [campaign for campaign in names.campaigns if _fits(campaign, plan, words)]
    return tuple(campaign.key for campaign in chosen)


def _fits(campaign: Campaign, plan: Plan, words: set[str]) -> bool:
    responsible = campaign.it_partner if words & _PARTNER else campaign.owner
    period = plan.start or plan.due
    if plan.owners and responsible not in plan.owners:
        return False
    if plan.without and responsible:
        return False
    if period:
        return _within(campaign.end if words & _ENDS else campaign.start, period)
    if words & _RUNNING:
        return _is_running(campaign, plan.today)
    return True


def _is_running(campaign: Campaign, today: date) -> bool:
    dated = campaign.start or campaign.end
    return bool(dated) and (campaign.start or today) <= today <= (campaign.end or today)


def _within(day: date | None, period: DateRange) -> bool:
    return day is not None and (period.first or day) <= day <= (period.last or day)
