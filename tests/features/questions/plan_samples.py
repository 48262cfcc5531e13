"""For every field of a plan, a plan without it and a value: the tests that go over all fields use these."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from storage.values.company import Campaign, Directory, Person
from storage.values.questions import AnswerType, ChangeFilter, DateRange, GroupBy, Plan, SortOrder
from storage.values.roadmap import Item, Kind, Status
from tests.app import TEAMS, item

TODAY = date(2026, 12, 10)
PEOPLE = (
    Person("p_ana", "ana@example.com", "Ana Lima", "seo"),
    Person("p_bo", "bo@example.com", "Bo Chen", "web"),
)
CAMPAIGNS = (Campaign("spring", "Spring Launch"), Campaign("autumn", "Autumn Sale"))
NAMES = Directory(TEAMS, CAMPAIGNS, PEOPLE)


@dataclass(frozen=True)
class FieldSample:
    """A field's name, a plan without it, and the same plan with it."""

    name: str
    without: Plan
    with_it: Plan


_SPRING_OR_AUTUMN = Plan(campaigns=("spring", "autumn"))
_CHANGES = Plan(wanted=AnswerType.CHANGES)
_BY_TEAM = Plan(group_by=GroupBy.TEAM)
_FIRST_DAYS = DateRange(date(2026, 12, 1), date(2026, 12, 5))

# The value of each field, and the plan that it needs beside it if it means nothing alone.
_VALUES: dict[str, tuple[object, Plan]] = {
    "wanted": (AnswerType.COUNT, Plan()),
    "keys": (("WEB-1",), Plan()),
    "not_keys": (("WEB-1",), Plan()),
    "words": (("banner",), Plan()),
    "not_words": (("banner",), Plan()),
    "teams": (("web",), Plan()),
    "not_teams": (("web",), Plan()),
    "campaigns": (("spring",), Plan()),
    "all_campaigns": (True, _SPRING_OR_AUTUMN),
    "not_campaigns": (("spring",), Plan()),
    "owners": (("p_ana",), Plan()),
    "not_owners": (("p_ana",), Plan()),
    "statuses": (frozenset({Status.BLOCKED}), Plan()),
    "kinds": (frozenset({Kind.MILESTONE}), Plan()),
    "tags": (("legal",), Plan()),
    "not_tags": (("legal",), Plan()),
    "due": (_FIRST_DAYS, Plan()),
    "start": (_FIRST_DAYS, Plan()),
    "finished": (_FIRST_DAYS, Plan()),
    "overdue": (True, Plan()),
    "slipping": (True, Plan()),
    "or_overdue": (True, Plan(statuses=frozenset({Status.BLOCKED}), overdue=True)),
    "not_overdue": (True, Plan()),
    "on_track": (True, Plan()),
    "without": (frozenset({"owner"}), Plan()),
    "having": (frozenset({"tags"}), Plan()),
    "order": (SortOrder.START, Plan()),
    "limit": (1, Plan()),
    "group_by": (GroupBy.TEAM, Plan()),
    "most": (1, _BY_TEAM),
    "changed": (_FIRST_DAYS, _CHANGES),
    "change": (ChangeFilter.SLIPPED, _CHANGES),
    "as_of": (1, Plan()),
}

ITEMS: tuple[Item, ...] = (
    item("WEB-1", "Consent banner", campaigns=("spring",), owner="p_ana", due=date(2026, 12, 3), tags=("legal",)),
    item("WEB-2", "Checkout", campaigns=("spring", "autumn"), owner="p_bo", due=date(2026, 12, 20)),
    item("WEB-3", "Search", status=Status.BLOCKED, due=date(2026, 12, 21), start=date(2026, 12, 2)),
    item("SEO-1", "Landing page", "seo", status=Status.DONE, due=date(2026, 12, 4), finished_on=date(2026, 12, 4)),
    item("SEO-2", "Press day", "seo", campaigns=("autumn",), kind=Kind.MILESTONE, due=None, owner="p_bo"),
    item("SEO-3", "Newsletter", "seo", status=Status.AT_RISK, due=date(2026, 12, 30), start=date(2026, 11, 2)),
    item("SEO-4", "Old portal", "seo", status=Status.BLOCKED, due=date(2026, 11, 30), tags=("Legal", "web")),
)


def samples(*leaving_out: str) -> list[FieldSample]:
    """A sample of every field of `Plan` but *leaving_out*. Raises KeyError for a field that has no value here."""
    made = []
    for name in (field.name for field in fields(Plan) if field.name not in leaving_out):
        value, beside = _VALUES[name]
        without = replace(beside, today=TODAY)
        with_it = replace(without, **{name: value})  # type: ignore[arg-type]  # the value is of that field
        made.append(FieldSample(name, without, with_it))
    return made
