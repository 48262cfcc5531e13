"""The headline of an answer: one sentence with a count, a name, a date, or what was found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from handlers.questions.rules.plan_description import STATUS_LABELS, campaign_name, day, listed
from handlers.questions.rules.understanding import Aspect, StatusCheck, Understood
from storage.values.company import Campaign, Directory
from storage.values.questions import AnswerType
from storage.values.roadmap import Item, Status

MOST_NAMED = 5  # items mentioned in the sentence; the list below it has more


def answer_line(understood: Understood, items: Sequence[Item], total: int, names: Directory, today: date) -> str:
    """The answer in one sentence; *total* counts all matches, of which *items* may be the first."""
    plan = understood.plan
    if plan.wanted is AnswerType.CAMPAIGN:
        return _of_campaigns(plan.campaigns, understood.aspect, names, today)
    if not items and not total:
        return f"{'No, n' if understood.is_yes_no else 'N'}othing matches; searched: {understood.description}."
    match plan.wanted:
        case AnswerType.WHO:
            return _all(items, total, lambda item: _owned(item, names))
        case AnswerType.WHEN:
            return _all(items, total, lambda item: _dated(item, understood.aspect, today))
        case _ if understood.whether:
            return _verdict(understood.whether, items, total, today)
        case AnswerType.STATUS if plan.keys or plan.words:
            return _all(items, total, lambda item: _status_of(item, today))
        case AnswerType.LIST if understood.is_yes_no and not _asks_for_all(plan.statuses):
            return f"Yes: {total} {_in_singular(understood.description, total)}."
        case _:
            return f"{total} {_in_singular(understood.description, total)}."


def _asks_for_all(statuses: Collection[Status]) -> bool:
    """ "Is Spring Launch done?" asks about all items: "yes" would be wrong while only some of them are done."""
    return Status.DONE in statuses or not statuses or {Status.PLANNED, Status.IN_PROGRESS} <= set(statuses)


def _verdict(asked: StatusCheck, items: Sequence[Item], total: int, today: date) -> str:
    """ "Yes" or "No" with the status of each item; only the statuses when some items fit and others do not."""
    statuses = _all(items, total, lambda item: _status_of(item, today))
    fitting = sum(_fits(asked, item, today) for item in items)
    if len(items) < total or 0 < fitting < len(items):
        return statuses
    return f"{'Yes' if fitting else 'No'}: {statuses}"


def _fits(asked: StatusCheck, item: Item, today: date) -> bool:
    is_late = item.is_open and item.due is not None and item.due < today
    return (item.status in asked.statuses or (asked.late and is_late)) is not asked.negated


def _in_singular(description: str, total: int) -> str:
    """*description* with its noun in the singular when *total* is 1: "1 open item of IT"."""
    if total != 1:
        return description
    for plural in ("milestones", "work items", "items"):
        if plural in description:
            return description.replace(plural, plural[:-1], 1)
    return description


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
    late = " and is overdue" if item.is_open and item.due < today else ""
    dropped = "; it was dropped" if item.status is Status.DROPPED else ""
    return f"{_key_and_title(item)} {'was' if item.due < today else 'is'} due on {day(item.due)}{late}{dropped}"


def _status_of(item: Item, today: date) -> str:
    text = f"{_key_and_title(item)} is {STATUS_LABELS[item.status]}"
    if item.is_open and item.due:
        text += f", {'overdue since' if item.due < today else 'due on'} {day(item.due)}"
    return text


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
