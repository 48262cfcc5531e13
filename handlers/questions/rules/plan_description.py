"""Describe a plan in words: every field that selects or orders items is said, so that people notice a misreading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from handlers.questions.rules.understanding import Aspect
from handlers.shared.rules.phrases import join_names
from handlers.shared.rules.sides import side_name
from storage.values.company import Directory, Side
from storage.values.questions import AnswerType, ChangeFilter, DateRange, GroupBy, Plan, SortOrder
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
_FIELDS = {
    "owner": "an owner",
    "due": "a due date",
    "start": "a start date",
    "campaigns": "a campaign",
    "tags": "a tag",
}
_ASPECTS = {
    "": "the campaign",
    "owner": "the owner",
    "partner": "the IT partner",
    "start": "the start",
    "end": "the end",
    "dates": "the dates",
    "status": "the dates",
}
_WANTED = {
    AnswerType.LIST: "",
    AnswerType.COUNT: "the number of ",
    AnswerType.WHO: "the owners of ",
    AnswerType.WHEN: "the dates of ",
    AnswerType.STATUS: "the status of ",
    AnswerType.HOW_LATE: "how late: ",
    AnswerType.HEALTH: "campaign health, ",
    AnswerType.REASONS: "the reasons for ",
}
_CHANGES = {
    ChangeFilter.ANY: "changes to ",
    ChangeFilter.MOVED: "new due dates of ",
    ChangeFilter.SLIPPED: "later due dates of ",
    ChangeFilter.ADDED: "added: ",
    ChangeFilter.DROPPED: "dropped: ",
}
_GROUPS = {GroupBy.TEAM: "team", GroupBy.CAMPAIGN: "campaign", GroupBy.OWNER: "owner", GroupBy.STATUS: "status"}
_LIMITED = {
    SortOrder.DUE: "first due",
    SortOrder.LATEST_DUE: "last due",
    SortOrder.START: "first to start",
    SortOrder.FINISHED: "last finished",
    SortOrder.URGENCY: "most urgent",
    SortOrder.KEY: "first by key",
}
_SORTED = {
    SortOrder.DUE: "",
    SortOrder.LATEST_DUE: "latest due date first",
    SortOrder.START: "by start date",
    SortOrder.FINISHED: "last finished first",
    SortOrder.URGENCY: "most urgent first",
    SortOrder.KEY: "by key",
}


def day(on: date) -> str:
    """A day as in "9 Oct 2026"."""
    return f"{on.day} {on:%b} {on.year}"


def describe(plan: Plan, names: Directory, notes: Sequence[str] = (), aspect: Aspect = "") -> str:
    """What was understood: "the number of open items of IT for Spring Launch, due 1 Oct to 31 Dec 2026"."""
    if plan.wanted is AnswerType.CAMPAIGN:
        return f"{_ASPECTS[aspect]} of {listed([campaign_name(key, names) for key in plan.campaigns]) or 'no campaign'}"
    published = f", published {span(plan.changed)}" if plan.changed else ""
    return f"{_asked_for(plan)}{describe_items(plan, names, notes)}{published}"


def describe_items(plan: Plan, names: Directory, notes: Sequence[str] = ()) -> str:
    """The items that *plan* selects: "open items of IT for Spring Launch, due 1 Oct to 31 Dec 2026"."""
    parts = [noun_phrase(plan, plural=True), *_whose(plan, names)]
    text = " ".join(part for part in parts if part)
    extra = [*_named(plan), *_fields_filled(plan), *_in_periods(plan), _ordered(plan), _grouped(plan), _as_of(plan)]
    return ", ".join([text, *[part for part in extra if part], *notes])


def headline_items(plan: Plan, names: Directory) -> str:
    """The items that *plan* selects, without how they are sorted and grouped."""
    order = SortOrder.DUE if plan.limit is None else plan.order
    return describe_items(replace(plan, order=order, group_by=None, most=0), names)


def _asked_for(plan: Plan) -> str:
    """What is wanted of the items."""
    is_about_changes = plan.wanted in {AnswerType.CHANGES, AnswerType.REASONS} or plan.change is not ChangeFilter.ANY
    return f"{_WANTED.get(plan.wanted, '')}{_CHANGES[plan.change] if is_about_changes else ''}"


def noun_phrase(plan: Plan, *, plural: bool) -> str:
    """ "open items", "blocked milestone", without names and dates."""
    noun = "milestone" if plan.kinds == {Kind.MILESTONE} else "work item" if plan.kinds == {Kind.WORK} else "item"
    return f"{_state(plan)} {noun}{'s' if plural else ''}".strip()


def _state(plan: Plan) -> str:
    is_late = plan.overdue or plan.or_overdue
    states = [_statuses(plan.statuses)] if plan.statuses and plan.statuses != OPEN_STATUSES else []
    states += ["overdue"] if is_late else []
    if plan.or_overdue:
        states = [" or ".join(states)]
    if plan.statuses == OPEN_STATUSES and not (is_late or plan.slipping or plan.on_track):
        states.append("open")
    states += ["slipping"] if plan.slipping else []
    states += ["not overdue"] if plan.not_overdue else []
    states += ["on-track"] if plan.on_track else []
    return ", ".join(states) if plan.not_overdue else " ".join(states)


def _statuses(statuses: Collection[Status]) -> str:
    return listed([STATUS_LABELS[status] for status in Status if status in statuses], "or")


def _whose(plan: Plan, names: Directory) -> list[str]:
    people = [names.name_of(person) or "nobody" for person in plan.owners]
    not_people = [names.name_of(person) or "nobody" for person in plan.not_owners]
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
            labels.append(side_name(side))
            rest = [key for key in rest if key not in of_side]
    return labels + [names.team[key].name if key in names.team else "no team" for key in rest]


def campaign_name(key: str, names: Directory) -> str:
    campaign = names.campaign.get(key)
    return campaign.name if campaign else "no campaign"


def _named(plan: Plan) -> list[str]:
    """The conditions about keys, words of the title, and tags."""
    return [
        f"with the key {listed(plan.keys, 'or')}" if plan.keys else "",
        f"not {listed(plan.not_keys, 'or')}" if plan.not_keys else "",
        f"about “{' '.join(plan.words)}”" if plan.words else "",
        f"not about “{' '.join(plan.not_words)}”" if plan.not_words else "",
        f"with the tag {listed(plan.tags, 'or')}" if plan.tags else "",
        f"without the tag {listed(plan.not_tags, 'or')}" if plan.not_tags else "",
    ]


def _fields_filled(plan: Plan) -> list[str]:
    return [
        f"without {_fields(plan.without, 'or')}" if plan.without else "",
        f"with {_fields(plan.having, 'and')}" if plan.having else "",
    ]


def _fields(fields: Iterable[str], joint: str) -> str:
    return listed([_FIELDS.get(name, name) for name in sorted(fields)], joint)


def _in_periods(plan: Plan) -> list[str]:
    dates = (("due", plan.due), ("starting", plan.start), ("finished", plan.finished))
    return [f"{verb} {span(period)}" for verb, period in dates if period]


def span(period: DateRange) -> str:
    """ "1 Oct to 31 Dec 2026", "by 4 Dec 2026", "from 1 Nov 2026 on"."""
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
        return _SORTED[plan.order]
    which = _LIMITED[plan.order]
    return f"the {which}" if plan.limit == 1 else f"the {plan.limit} {which}"


def _grouped(plan: Plan) -> str:
    if plan.group_by is None:
        return ""
    group = _GROUPS[plan.group_by]
    if not plan.most:
        return f"counted by {group}"
    return f"the {group} with the {'most' if plan.most > 0 else 'fewest'}"


def _as_of(plan: Plan) -> str:
    return f"as of version {plan.as_of}" if plan.as_of is not None else ""


def in_singular(description: str, total: int) -> str:
    """*description* with its noun in the singular when *total* is 1: "1 open item of IT"."""
    if total != 1:
        return description
    for plural in ("milestones", "work items", "items"):
        if plural in description:
            return description.replace(plural, plural[:-1], 1)
    return description


def listed(words: Iterable[str], joint: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return join_names(list(words), joint)
