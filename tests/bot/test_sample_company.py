"""The sample company: valid by the contract, the same for the same day, and with answers on any day."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.company import SampleCompany, sample_company
from storage.values.company import Permission, Side
from storage.values.roadmap import ITEM_FIELDS, OPEN_STATUSES, Kind, Status
from tests.hypothesis_profiles import example_count

Row = dict[str, str]
Rows = dict[str, Row]

DAYS = (
    *(date(2026, month, 1) for month in range(1, 13)),
    *(date(2027, month, 15) for month in range(1, 13)),
    date(2026, 12, 31),
    date(2028, 2, 29),
    date(2027, 5, 1),  # a Saturday
    date(2027, 5, 2),  # a Sunday
    date(2026, 11, 23),  # Black Friday begins
)
ANY_DAY = st.dates(date(2024, 1, 1), date(2035, 12, 31))
EITHER_DAY = pytest.mark.parametrize("today", DAYS, ids=str)


def rows(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text)))


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass(frozen=True)
class CompanyView:
    """The company replayed from its revisions, as a reader would find it on *today*."""

    today: date
    company: SampleCompany
    items: Rows
    finished: dict[str, date]
    campaigns: Rows
    side: dict[str, str]

    def open(self) -> Iterator[Row]:
        return (item for item in self.items.values() if Status(item["status"]) in OPEN_STATUSES)

    def due(self, first: date, last: date) -> list[Row]:
        return [item for item in self.open() if item["due"] and first <= day(item["due"]) <= last]

    def shipped(self, first: date, last: date) -> list[str]:
        return [key for key, on in self.finished.items() if first <= on <= last]


@cache
def company_view(today: date) -> CompanyView:
    sample = sample_company(today)
    items: Rows = {}
    finished: dict[str, date] = {}
    for revision in sample.revisions:
        for row in rows(revision.roadmap):
            before = items.get(row["key"])
            if row["status"] == Status.DONE and (before is None or before["status"] != Status.DONE):
                finished[row["key"]] = revision.at.date() if before else day(row["due"])
            items[row["key"]] = row
    campaigns = {row["key"]: row for row in rows(sample.campaigns)}
    side = {row["key"]: row["side"] for row in rows(sample.teams)}
    return CompanyView(today, sample, items, finished, campaigns, side)


@EITHER_DAY
def test_it_is_as_large_as_promised(today: date) -> None:
    larkfield = company_view(today)

    people = rows(larkfield.company.people)

    assert Counter(larkfield.side.values()) == {Side.MARKETING: 4, Side.IT: 4}
    assert len(people) == 60
    assert Counter(larkfield.side[person["team"]] for person in people) == {Side.MARKETING: 30, Side.IT: 30}
    assert len(larkfield.campaigns) == 12
    assert len(larkfield.items) == 160
    assert len(larkfield.company.revisions) == 41


def test_its_people_are_legal_and_fill_every_post() -> None:
    """Managers, zones and permissions are known; both sides can publish; one person bridges the sides."""
    larkfield = company_view(date(2026, 11, 23))
    people = {person["email"]: person for person in rows(larkfield.company.people)}
    permitted = Counter(person["permission"] for person in people.values())
    publishing = {larkfield.side[p["team"]] for p in people.values() if p["permission"] == Permission.PUBLISHER}

    assert len(people) == len({person["name"] for person in people.values()}) == 60
    assert all(email.endswith("@example.com") and email.isascii() and email.islower() for email in people)
    assert all(person["manager_email"] in {"", *people} for person in people.values())
    assert all(person["manager_email"] != email for email, person in people.items())
    assert sum(not person["manager_email"] for person in people.values()) == 2
    assert {person["timezone"] for person in people.values()} <= available_timezones()
    assert permitted.keys() == set(Permission)
    assert permitted[Permission.ADMIN] == 1
    assert publishing == {Side.MARKETING, Side.IT}
    assert sum("marketing technologist" in person["role"].lower() for person in people.values()) == 1
    assert sum(bool(person["diet"]) for person in people.values()) >= 3


@EITHER_DAY
def test_its_campaigns_are_legal(today: date) -> None:
    larkfield = company_view(today)
    emails = {person["email"] for person in rows(larkfield.company.people)}
    aliases = Counter(alias for campaign in larkfield.campaigns.values() for alias in campaign["aliases"].split(";"))

    for campaign in larkfield.campaigns.values():
        assert set(campaign) == {"key", "name", "aliases", "owner_email", "it_partner_email", "start", "end", "status"}
        assert {campaign["owner_email"], campaign["it_partner_email"]} <= emails
        assert day(campaign["start"]) <= day(campaign["end"])
        assert day(campaign["start"]).weekday() < 5
    assert [alias for alias, times in aliases.items() if times > 1] == ["summer"]


@EITHER_DAY
def test_every_row_of_every_revision_is_legal(today: date) -> None:
    larkfield = company_view(today)
    team_of = {person["email"]: person["team"] for person in rows(larkfield.company.people)}
    columns = {"key", "owner_email", *ITEM_FIELDS} - {"owner"}

    for revision in larkfield.company.revisions:
        for row in rows(revision.roadmap):
            assert row.keys() == columns
            assert row["title"]
            assert row["summary"].endswith(".")
            assert Status(row["status"])
            assert Kind(row["kind"])
            assert row["team"] in larkfield.side
            assert set(row["campaigns"].split(";")) <= {"", *larkfield.campaigns}
            assert set(row["visible_to"].split(";")) <= {"", *larkfield.side}
            assert not row["owner_email"] or team_of[row["owner_email"]] == row["team"]
            assert row["url"].startswith("https://example.com/")
            assert all(day(row[name]).weekday() < 5 for name in ("start", "due") if row[name])
            assert not row["due"] or row["start"] <= row["due"]
            assert not any(cell.startswith(("=", "+", "-", "@", "'")) for cell in row.values())


@given(ANY_DAY)
@settings(max_examples=example_count(40), deadline=None)
def test_the_revisions_lead_exactly_to_the_roadmap_of_today(today: date) -> None:
    """Each has something new; none says again what is already so."""
    larkfield = sample_company(today)
    items: Rows = {}

    for revision in larkfield.revisions:
        brought = {row["key"]: row for row in rows(revision.roadmap)}
        assert len(brought) >= 2
        assert not any(items.get(key) == row for key, row in brought.items())
        items |= brought

    assert items == {row["key"]: row for row in rows(larkfield.roadmap)}


@given(ANY_DAY)
@settings(max_examples=example_count(40), deadline=None)
def test_revisions_come_one_after_the_other_in_working_hours_of_the_past_year(today: date) -> None:
    revisions = sample_company(today).revisions
    times = [revision.at for revision in revisions]

    assert all(earlier < later for earlier, later in pairwise(times))
    assert all(at.tzinfo is UTC and at.weekday() < 5 and 8 <= at.hour < 16 for at in times)
    assert timedelta(days=350) < today - times[0].date() < timedelta(days=372)
    assert timedelta(0) < today - times[-1].date() < timedelta(days=7)


@EITHER_DAY
def test_publishers_publish_and_say_why(today: date) -> None:
    larkfield = company_view(today)
    permission = {person["email"]: person["permission"] for person in rows(larkfield.company.people)}

    authors = {revision.author for revision in larkfield.company.revisions}

    assert {permission[author] for author in authors} == {Permission.PUBLISHER}
    assert all(revision.reason for revision in larkfield.company.revisions)
    assert len({revision.reason for revision in larkfield.company.revisions}) == 41


@EITHER_DAY
def test_a_reason_never_tells_of_what_only_some_may_see(today: date) -> None:
    """Everybody reads the reason of a revision."""
    larkfield = company_view(today)
    reasons = " ".join(revision.reason for revision in larkfield.company.revisions)

    restricted = [item["title"] for item in larkfield.items.values() if item["visible_to"]]

    assert len(restricted) >= 3
    assert not [title for title in restricted if title in reasons]


def test_the_same_day_gives_the_same_company() -> None:
    assert sample_company(date(2026, 11, 23)) == sample_company(date(2026, 11, 23))


@given(ANY_DAY)
@settings(max_examples=example_count(60), deadline=None)
def test_there_is_always_an_answer(today: date) -> None:
    """The questions on the first screen never come back empty, whenever the demo is started."""
    larkfield = company_view(today)
    monday = today - timedelta(days=today.weekday())
    this_month = today.replace(day=1)
    quarter = date(today.year, today.month - (today.month - 1) % 3, 1)
    spring = [item for item in larkfield.items.values() if item["campaigns"] == "spring-launch"]
    spring_of_it = [item for item in spring if larkfield.side[item["team"]] == Side.IT]
    coming = larkfield.due(today, today + timedelta(days=14))

    assert any(item["status"] == Status.BLOCKED for item in spring_of_it)
    assert len({item["status"] for item in spring_of_it}) >= 4
    assert larkfield.due(date.min, today - timedelta(days=1))
    assert len(larkfield.due(monday + timedelta(days=7), monday + timedelta(days=13))) >= 3
    assert larkfield.due(quarter, quarter + timedelta(days=89))
    assert any(item["kind"] == Kind.MILESTONE for item in coming)
    assert len(larkfield.shipped((this_month - timedelta(days=1)).replace(day=1), this_month - timedelta(days=1))) >= 3
    # In the first days of a quarter nothing has been published in it yet.
    assert len(larkfield.shipped(quarter, today)) >= 2 or today - quarter < timedelta(days=7)
    assert {item["team"] for item in larkfield.open()} == larkfield.side.keys()


@EITHER_DAY
def test_one_item_comes_too_late_for_its_campaign(today: date) -> None:
    larkfield = company_view(today)

    late = [
        item["key"]
        for item in larkfield.open()
        if item["campaigns"] and item["due"] > larkfield.campaigns[item["campaigns"]]["start"] > today.isoformat()
    ]

    assert late == ["WEB-18"]


@EITHER_DAY
def test_some_items_have_no_owner_and_some_no_date(today: date) -> None:
    larkfield = company_view(today)

    assert sum(not item["owner_email"] for item in larkfield.open()) >= 3
    assert sum(not item["due"] for item in larkfield.open()) >= 3


@EITHER_DAY
def test_the_items_people_are_told_to_try_exist(today: date) -> None:
    larkfield = company_view(today)

    assert larkfield.items["WEB-12"]["campaigns"] == "spring-launch"
    assert larkfield.items["WEB-11"]["title"] == "Consent banner"
    assert larkfield.items["WEB-11"]["owner_email"] == "priya.subramanian@example.com"


@EITHER_DAY
def test_the_draft_waits_to_be_published(today: date) -> None:
    """Each edit changes something and is the work of somebody who may; the finder moves past its launch."""
    larkfield = company_view(today)
    people = {person["email"]: person for person in rows(larkfield.company.people)}
    finder = larkfield.company.draft[0]

    assert 3 <= len(larkfield.company.draft) <= 4
    assert finder.key == "WEB-12"
    assert day(finder.value) - day(larkfield.items["WEB-12"]["due"]) == timedelta(days=9)
    assert finder.value > larkfield.campaigns["spring-launch"]["start"]
    for edit in larkfield.company.draft:
        assert larkfield.items[edit.key][edit.field] != edit.value
        assert people[edit.author]["permission"] in {Permission.CONTRIBUTOR, Permission.PUBLISHER}
        assert people[edit.author]["team"] == larkfield.items[edit.key]["team"]
        assert edit.why


def test_rooms_follow_what_exists() -> None:
    larkfield = company_view(date(2026, 11, 23))
    known = {"", *(f"campaign:{key}" for key in larkfield.campaigns), *(f"team:{key}" for key in larkfield.side)}

    for room in larkfield.company.rooms:
        assert room.name.startswith("#")
        assert room.topic
        assert room.subscription in known


def test_most_are_on_the_newest_revision_some_behind_and_some_never_were() -> None:
    larkfield = company_view(date(2026, 11, 23))
    known = larkfield.company.acknowledged
    newest = len(larkfield.company.revisions)
    emails = {person["email"] for person in rows(larkfield.company.people)}

    assert known.keys() < emails
    assert 30 < sum(revision == newest for revision in known.values()) < 50
    assert all(1 <= revision <= newest for revision in known.values())
    assert len(set(known.values())) > 3
    assert known["lena.hoffmann@example.com"] < newest
