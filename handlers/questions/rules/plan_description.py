"""Describe a plan in words, so that people notice when a question was misread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from handlers.questions.rules.name_index import OTHER_TEAMS
from handlers.questions.rules.understanding import Aspect
from handlers.shared.rules.sides import side_name
from storage.values.company import Directory, Side
from storage.values.questions import AnswerType, DateRange, Plan, SortOrder
from storage.values.roadmap import OPEN_STATUSES, Kind, Status

STATUS_LABELS = {
    Status.PLANNED: "planned",
    Status.IN_PROGRESS: "in progress",
    Status.AT_RISK: "at risk",
    Status.BLOCKED: "blocked",
    Status.ON_HOLD: "on hold",
    Status.DONE: "done",
    Status.DROPPED: "dropped",
}
_FIELDS = {"owner": "an owner", "due": "a due date", "start": "a start date", "campaigns": "a campaign"}
_ASPECTS = {
    "": "the campaign",
    "owner": "the owner",
    "partner": "the IT partner",
    "start": "the start",
    "end": "the end",
    "dates": "the dates",
    "status": "the dates",
}


def day(on: date) -> str:
    """A day as in "9 Oct 2026"."""
    return f"{on.day} {on:%b} {on.year}"


def describe(plan: Plan, names: Directory, notes: Sequence[str] = (), aspect: Aspect = "") -> str:
    """What was understood: "open items of IT for Spring Launch, due 1 Oct to 31 Dec 2026"."""
    if plan.wanted is AnswerType.CAMPAIGN:
        return f"{_ASPECTS[aspect]} of {listed([campaign_name(key, names) for key in plan.campaigns]) or 'no campaign'}"
    parts = [noun_phrase(plan, plural=True), *_whose(plan, names)]
    text = " ".join(part for part in parts if part)
    extra = [part for part in (_titled(plan), _without(plan), _in_period(plan), _ordered(plan), *notes) if part]
    return ", ".join([text, *extra])


def noun_phrase(plan: Plan, *, plural: bool) -> str:
    """ "open items", "blocked milestone", without names and dates."""
    noun = "milestone" if plan.kinds == {Kind.MILESTONE} else "work item" if plan.kinds == {Kind.WORK} else "item"
    return f"{_state(plan)} {noun}{'s' if plural else ''}".strip()


def _state(plan: Plan) -> str:
    states = []
    if plan.statuses and plan.statuses != OPEN_STATUSES:
        states.append(listed([STATUS_LABELS[status] for status in Status if status in plan.statuses], "or"))
    if plan.overdue:
        states.append("overdue")
    if plan.slipping:
        states.append("slipping")
    if plan.not_overdue:
        states.append("not overdue")
    if not states and plan.statuses == OPEN_STATUSES:
        return "open"
    return " or ".join(states) if plan.or_overdue else " ".join(states)


def _whose(plan: Plan, names: Directory) -> list[str]:
    people = [names.name_of(person) or "nobody" for person in plan.owners]
    not_people = [names.name_of(person) for person in plan.not_owners]
    return [
        f"of {listed(team_names(plan.teams, names), 'or')}" if plan.teams else "",
        f"outside {listed(team_names(plan.not_teams, names))}" if plan.not_teams else "",
        f"owned by {listed(people, 'or')}" if people else "",
        f"not owned by {listed(not_people, 'or')}" if not_people else "",
        f"for {_of_campaigns(plan, names)}" if plan.campaigns else "",
        f"not for {listed([campaign_name(key, names) for key in plan.not_campaigns], 'or')}"
        if plan.not_campaigns
        else "",
    ]


def _of_campaigns(plan: Plan, names: Directory) -> str:
    campaigns = [campaign_name(key, names) for key in plan.campaigns]
    return f"both {listed(campaigns)}" if plan.all_campaigns else listed(campaigns, "or")


def team_names(keys: Sequence[str], names: Directory) -> list[str]:
    """The names of the teams *keys*; if they include all teams of a side, the side's name instead."""
    rest, labels = list(keys), []
    for side in (Side.IT, Side.MARKETING):
        of_side = names.teams_of_side(side)
        if of_side and set(of_side) <= set(rest) and len(of_side) > 1:
            labels.append(side_name(side, OTHER_TEAMS))
            rest = [key for key in rest if key not in of_side]
    return labels + [names.team[key].name if key in names.team else "no team" for key in rest]


def campaign_name(key: str, names: Directory) -> str:
    campaign = names.campaign.get(key)
    return campaign.name if campaign else "no campaign"


def _titled(plan: Plan) -> str:
    if plan.keys:
        return f"with the key {listed(list(plan.keys), 'or')}"
    return f"about “{' '.join(plan.words)}”" if plan.words else ""


def _without(plan: Plan) -> str:
    return (
        f"without {listed([_FIELDS[name] for name in sorted(plan.without) if name in _FIELDS], 'or')}"
        if plan.without
        else ""
    )


def _in_period(plan: Plan) -> str:
    dates = (("due", plan.due), ("starting", plan.start), ("finished", plan.finished))
    return ", ".join(f"{verb} {span(period)}" for verb, period in dates if period)


def span(period: DateRange) -> str:
    """ "1 Oct to 31 Dec 2026", "by 4 Dec 2026", "since 1 Nov 2026"."""
    first, last = period.first, period.last
    if first and last:
        if first > last:
            return "on no possible day"
        if first == last:
            return f"on {day(first)}"
        start = f"{first.day} {first:%b}" if first.year == last.year else day(first)
        return f"{start} to {day(last)}"
    if last:
        return f"by {day(last)}"
    return f"from {day(first)} on" if first else "at any time"


def _ordered(plan: Plan) -> str:
    if plan.limit is None:
        return ""
    which = {SortOrder.LATEST_DUE: "last due", SortOrder.FINISHED: "last finished"}.get(plan.order, "first due")
    return f"the {which}" if plan.limit == 1 else f"the {plan.limit} {which}"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    all_words = list(words)
    if len(all_words) < 2:
        return "".join(all_words)
    return f"{', '.join(all_words[:-1])} {joint} {all_words[-1]}"
