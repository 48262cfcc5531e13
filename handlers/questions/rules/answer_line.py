"""The headline of an answer: one sentence with a count, a name, a date, or what was found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from handlers.questions.rules.plan_description import (
    STATUS_LABELS,
    campaign_name,
    day,
    headline_items,
    in_singular,
    listed,
)
from handlers.questions.rules.understanding import Aspect, StatusCheck, Understood
from handlers.shared.rules.phrases import plural
from storage.values.company import Campaign, Directory
from storage.values.questions import AnswerType, Plan
from storage.values.roadmap import OPEN_STATUSES, Item, Status

MOST_NAMED = 5  # items mentioned in the sentence; the list below it has more


def answer_line(
    understood: Understood,
    items: Sequence[Item],
    total: int,
    names: Directory,
    today: date,
    considered: int | None = None,
) -> str:
    """The answer in one sentence; *total* counts all matches, of which *items* may be the first.

    *considered* counts the open items that a question such as "is anything late?" is about.
    """
    plan = understood.plan
    if plan.wanted is AnswerType.CAMPAIGN:
        return _of_campaigns(plan.campaigns, understood.aspect, names, today)
    if understood.is_yes_no and considered is not None:
        return _share(understood, total, considered, names)
    if not items and not total:
        return _nothing(understood, names)
    match plan.wanted:
        case AnswerType.WHO:
            return _all(items, total, lambda item: _owned(item, names))
        case AnswerType.WHEN:
            return _all(items, total, lambda item: _dated(item, understood.aspect, today))
        case AnswerType.HOW_LATE:
            return _all(items, total, lambda item: _lateness_of(item, today))
        case _ if understood.whether:
            return _verdict(understood.whether, items, total, today)
        case AnswerType.STATUS if plan.keys or plan.words:
            return _all(items, total, lambda item: _status_of(item, today))
        case AnswerType.LIST if understood.is_yes_no and not _asks_for_all(plan.statuses):
            return f"Yes. {_counted(plan, total, names)}."
        case _:
            return f"{_counted(plan, total, names)}."


def _counted(plan: Plan, total: int, names: Directory) -> str:
    return f"{total:,} {in_singular(headline_items(plan, names), total)}"


def _nothing(understood: Understood, names: Directory) -> str:
    """What was searched, without a match: "No blocked items for Spring Launch."."""
    searched = headline_items(understood.plan, names)
    if understood.plan.wanted is AnswerType.COUNT:
        return f"0 {searched}."
    return f"No. There are no {searched}." if understood.is_yes_no else f"No {searched}."


def open_items_considered(plan: Plan) -> Plan | None:
    """The open items of which *plan* selects those in some state; None if it does not ask about a state."""
    if plan.keys or plan.words or plan.wanted not in {AnswerType.LIST, AnswerType.COUNT} or not _predicate(plan):
        return None
    return replace(
        plan,
        statuses=OPEN_STATUSES,
        overdue=False,
        or_overdue=False,
        not_overdue=False,
        slipping=False,
        on_track=False,
        limit=None,
    )


def _predicate(plan: Plan) -> str:
    """What is asked about open items: "late", "blocked or at risk"; "" for anything else."""
    narrowed = plan.statuses and plan.statuses != OPEN_STATUSES
    if narrowed and not plan.statuses <= OPEN_STATUSES:
        return ""
    states = [STATUS_LABELS[status] for status in Status if narrowed and status in plan.statuses]
    states += ["late"] if plan.overdue or plan.or_overdue else []
    states += ["slipping"] if plan.slipping else []
    states += ["not late"] if plan.not_overdue else []
    states += ["on track"] if plan.on_track else []
    return listed(states, "or" if plan.or_overdue or len(states) == len(plan.statuses) else "and")


def _share(understood: Understood, total: int, considered: int, names: Directory) -> str:
    """ "Yes. 3 of 12 open items for Spring Launch are late."; all of them, if the question asks about everything."""
    plan = understood.plan
    of_all = open_items_considered(plan) or plan
    items = headline_items(of_all, names)
    negated = understood.whether is not None and understood.whether.negated
    asks_for_all = plan.on_track or plan.not_overdue
    is_yes = (total == considered) if asks_for_all else (bool(total) is not negated)
    verdict = "Yes" if is_yes else "No"
    if not considered:
        return f"{verdict}. There are no {items}."
    verb = "is" if total == 1 else "are"
    number = f"{total:,} of {considered:,}" if total else f"None of the {considered:,}"
    return f"{verdict}. {number} {in_singular(items, considered)} {verb} {_predicate(plan)}."


def _asks_for_all(statuses: Collection[Status]) -> bool:
    """ "Is Spring Launch done?" asks about all items: "yes" would be wrong while only some of them are done."""
    return Status.DONE in statuses or not statuses or {Status.PLANNED, Status.IN_PROGRESS} <= set(statuses)


def _verdict(asked: StatusCheck, items: Sequence[Item], total: int, today: date) -> str:
    """ "Yes" or "No" with the status of each item; only the statuses when some items fit and others do not."""
    statuses = _all(items, total, lambda item: _status_of(item, today))
    fitting = sum(_fits(asked, item, today) for item in items)
    if len(items) < total:
        return statuses
    if 0 < fitting < len(items):
        return f"{fitting} of {len(items)}: {statuses}"
    return f"{'Yes' if fitting else 'No'}. {statuses}"


def _fits(asked: StatusCheck, item: Item, today: date) -> bool:
    is_late = item.days_late(today) > 0
    return (item.status in asked.statuses or (asked.late and is_late)) is not asked.negated


def _all(items: Sequence[Item], total: int, say: Callable[[Item], str]) -> str:
    parts = [say(item) for item in items[:MOST_NAMED]]
    more = total - len(parts)
    return "; ".join(parts) + (f"; and {more} more" if more > 0 else "") + "."


def _key_and_title(item: Item) -> str:
    return f"{item.key} ({item.title})"


def _owned(item: Item, names: Directory) -> str:
    team = names.team[item.team].name if item.team in names.team else item.team
    owner = names.name_of(item.owner)
    if not owner:
        return f"{_key_and_title(item)} has no owner; its team is {team}"
    return f"{owner} ({team}) owns {_key_and_title(item)}"


def _dated(item: Item, aspect: Aspect, today: date) -> str:
    if aspect == "start":
        return (
            f"{_key_and_title(item)} starts on {day(item.start)}"
            if item.start
            else f"{_key_and_title(item)} has no start date"
        )
    if item.status is Status.DONE and item.finished_on:
        return f"{_key_and_title(item)} was done on {day(item.finished_on)}"
    if item.due is None:
        return f"{_key_and_title(item)} has no due date"
    late = f", {_late_words(item, today)}" if item.days_late(today) else ""
    dropped = "; it was dropped" if item.status is Status.DROPPED else ""
    return f"{_key_and_title(item)} {'was' if item.due < today else 'is'} due on {day(item.due)}{late}{dropped}"


def _status_of(item: Item, today: date) -> str:
    text = f"{_key_and_title(item)} is {STATUS_LABELS[item.status]}"
    if item.days_late(today):
        return f"{text}, {_late_words(item, today)} (was due {_day_or_none(item.due)})"
    return f"{text}, due on {day(item.due)}" if item.is_open and item.due else text


def _late_words(item: Item, today: date) -> str:
    return f"{plural(item.days_late(today), 'day')} late"


def _lateness_of(item: Item, today: date) -> str:
    """ "WEB-12 (Consent banner) is 5 days late (was due 25 Nov 2026)"."""
    if item.days_late(today):
        return f"{_key_and_title(item)} is {_late_words(item, today)} (was due {_day_or_none(item.due)})"
    if item.is_open and item.due:
        return f"{_key_and_title(item)} is not late; it is due on {day(item.due)}"
    return _dated(item, "", today)


def _day_or_none(on: date | None) -> str:
    return day(on) if on else "no date"


def _of_campaigns(keys: Sequence[str], aspect: Aspect, names: Directory, today: date) -> str:
    campaigns = [names.campaign[key] for key in keys if key in names.campaign]
    if not campaigns:
        return "No campaign matches."
    return "; ".join(_of_campaign(campaign, aspect, names, today) for campaign in campaigns[:20]) + "."


def _of_campaign(campaign: Campaign, aspect: Aspect, names: Directory, today: date) -> str:
    owner, partner = names.name_of(campaign.owner), names.name_of(campaign.it_partner)
    match aspect:
        case "owner":
            return f"{owner} owns {campaign.name}" if owner else f"{campaign.name} has no owner"
        case "partner":
            return (
                f"{partner} is the IT partner of {campaign.name}" if partner else f"{campaign.name} has no IT partner"
            )
        case "start":
            return f"{campaign.name} {_tense('start', campaign.start, today)}"
        case "end":
            return f"{campaign.name} {_tense('end', campaign.end, today)}"
        case "dates" | "status":
            return _dates_of(campaign, today)
        case _:
            return f"{_dates_of(campaign, today)}; owner {owner or 'nobody'}, IT partner {partner or 'nobody'}"


def _tense(verb: str, on: date | None, today: date) -> str:
    if on is None:
        return f"has no {verb} date"
    return f"{verb}ed on {day(on)}" if on < today else f"{verb}s on {day(on)}"


def _dates_of(campaign: Campaign, today: date) -> str:
    if campaign.start and campaign.end:
        state = "has not started" if today < campaign.start else "is over" if today > campaign.end else "is running"
        return f"{campaign.name} runs from {day(campaign.start)} to {day(campaign.end)} and {state}"
    dates = listed([_tense(verb, on, today) for verb, on in (("start", campaign.start), ("end", campaign.end)) if on])
    return f"{campaign.name} {dates}" if dates else f"{campaign.name} has no dates"


__all__ = ["answer_line", "campaign_name"]
