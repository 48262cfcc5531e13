"""Sentences about changes and the reasons that were given with them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from handlers.questions.rules.plan_description import day, headline_items, in_singular, listed, span
from handlers.questions.rules.understanding import Understood
from handlers.shared.card_parts import author_name
from handlers.shared.rules.diff import ItemChange
from handlers.shared.rules.phrases import plural
from storage.values.company import Directory
from storage.values.questions import AnswerType, ChangeFilter, DateRange, Plan
from storage.values.roadmap import OPEN_STATUSES, Revision, Status

LONGEST_REASON = 200  # characters, where it stands in a sentence
USUAL_DAYS = 7  # for a question that names no days
_VERBS = {
    ChangeFilter.ANY: "changed",
    ChangeFilter.MOVED: "moved",
    ChangeFilter.SLIPPED: "slipped",
    ChangeFilter.ADDED: "were added",
    ChangeFilter.DROPPED: "were dropped",
}


@dataclass(frozen=True, slots=True)
class PublishedChange:
    """A change to one item, the revision that made it, and its reason as far as the readers may know it."""

    change: ItemChange
    revision: Revision
    reason: str
    key: str  # the key that the item has now

    @property
    def published_on(self) -> date | None:
        return self.revision.published_at.date() if self.revision.published_at else None


def days_asked_for(plan: Plan, today: date) -> DateRange:
    """The days of *plan*; without any, the last seven for changes and all for reasons."""
    if plan.changed is not None:
        return plan.changed
    return DateRange() if plan.wanted is AnswerType.REASONS else DateRange(today - timedelta(days=USUAL_DAYS), today)


def selecting(plan: Plan) -> Plan:
    """The items whose changes are asked for: also those that were done or dropped, unless a status was named."""
    statuses = frozenset[Status]() if plan.statuses == OPEN_STATUSES else plan.statuses
    if plan.change is ChangeFilter.DROPPED:
        statuses -= OPEN_STATUSES
    return replace(plan, statuses=statuses, limit=None)


def is_asked_for(change: ItemChange, wanted: ChangeFilter) -> bool:
    match wanted:
        case ChangeFilter.ANY:
            return True
        case ChangeFilter.SLIPPED:
            return change.days_later > 0
        case ChangeFilter.MOVED:
            return change.before is not None and change.after is not None and change.before.due != change.after.due
        case ChangeFilter.ADDED:
            return change.before is None
        case ChangeFilter.DROPPED:
            return _was_dropped(change)


def _was_dropped(change: ItemChange) -> bool:
    if change.after is None:
        return True
    before = change.before.status if change.before else None
    return change.after.status is Status.DROPPED and before is not Status.DROPPED


def change_headline(understood: Understood, changes: Sequence[PublishedChange], names: Directory, today: date) -> str:
    """ "2 items for Spring Launch slipped, 23 to 30 Nov 2026." """
    plan = understood.plan
    if plan.wanted is AnswerType.REASONS:
        return _reasons_headline(plan, changes, names)
    count = len({change.key for change in changes})
    verb = _VERBS[plan.change].replace("were", "was") if count == 1 else _VERBS[plan.change]
    verdict = ("Yes. " if count else "No. ") if understood.is_yes_no else ""
    number = f"{count:,}" if count else "No"
    return (
        f"{verdict}{number} {in_singular(_items(plan, names), count)} {verb} {_in_days(days_asked_for(plan, today))}."
    )


def _in_days(days: DateRange) -> str:
    if days.first and not days.last:
        return f"since {day(days.first)}"
    words = span(days)
    return words if words.startswith(("by", "on", "at")) else f"from {words}"


def _items(plan: Plan, names: Directory) -> str:
    return headline_items(replace(selecting(plan), changed=None, change=ChangeFilter.ANY, as_of=None), names)


def _reasons_headline(plan: Plan, changes: Sequence[PublishedChange], names: Directory) -> str:
    about = listed(plan.keys) or _items(plan, names)
    if not changes:
        return f"{about[:1].upper()}{about[1:]}: no {_changes_words(plan.change)} to explain."
    given = [change for change in changes if change.reason]
    if not given:
        return f"No reason was given for the {plural(len(changes), 'change')} to {about}."
    newest = given[0]
    if len({change.key for change in changes}) == 1:
        return f"{newest.key} {what_happened(newest.change)}: {short_reason(newest)} ({said_by(newest, names)})."
    return f"{plural(len(given), 'change')} to {about} came with a reason."


def _changes_words(change: ChangeFilter) -> str:
    return {ChangeFilter.SLIPPED: "later due dates", ChangeFilter.MOVED: "moved due dates"}.get(change, "changes")


def what_happened(change: ItemChange) -> str:
    """ "moved 9 days later", "was dropped", "changed"."""
    if change.before is None:
        return "was added"
    if _was_dropped(change):
        return "was dropped"
    if change.days_later:
        direction = "later" if change.days_later > 0 else "earlier"
        return f"moved {plural(abs(change.days_later), 'day')} {direction}"
    return "changed"


def short_reason(change: PublishedChange) -> str:
    """The reason, cut after LONGEST_REASON characters."""
    reason = change.reason.rstrip(". ")
    return reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON].rstrip()}…"


def said_by(change: PublishedChange, names: Directory) -> str:
    """ "Ada Lima, R41, 30 Oct 2026"."""
    on = f", {day(change.published_on)}" if change.published_on else ""
    return f"{author_name(change.revision.author, names)}, {change.revision.name}{on}"
