"""Larkfield, the sample company: sells things to sit on outside, and has a year behind it whenever you look.

Pure: same day, same company. Everything is text that could have been imported by a user.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.demo.campaign_calendar import REVISIONS, SEED, campaign_calendar, campaign_rows
from bot.demo.item_history import ROADMAP_COLUMNS, CsvRow, history_of
from bot.demo.items import ITEM_SPECS
from bot.demo.people import STAFF, people_rows, team_rows
from bot.demo.revision_history import build_revisions
from storage.values.company import Permission

NAME = "Larkfield"
FINDER_SLIPS = timedelta(days=9)
# The campaign manager was away: her catch-up has something to tell.
_ASKER, _ASKER_HAS = "lena.hoffmann@example.com", REVISIONS - 3


@dataclass(frozen=True, slots=True)
class SampleRevision:
    """One published step: `roadmap` is roadmap.csv with only the rows that are new or different."""

    at: datetime
    author: str
    reason: str
    roadmap: str


@dataclass(frozen=True, slots=True)
class SampleEdit:
    """An edit that waits in the draft for somebody to publish it."""

    key: str
    field: str
    value: str
    why: str
    author: str


@dataclass(frozen=True, slots=True)
class SampleRoom:
    """A room that hears about the roadmap. `subscription` is the words after `subscribe roadmap`, "" for all of it."""

    name: str
    subscription: str
    topic: str


@dataclass(frozen=True, slots=True)
class SampleCompany:
    """The sample company as of one day. `roadmap` is the state after the newest of its `revisions`.

    `acknowledged` maps an e-mail to the newest revision that person has; whoever never did is missing.
    """

    name: str
    teams: str
    people: str
    campaigns: str
    roadmap: str
    revisions: tuple[SampleRevision, ...]
    draft: tuple[SampleEdit, ...]
    rooms: tuple[SampleRoom, ...]
    acknowledged: Mapping[str, int]


ROOMS = (
    SampleRoom("#roadmap", "", "Everything that changes, for everybody who wants to know."),
    SampleRoom("#spring-launch", "campaign:spring-launch", "One launch, two departments, many folding chairs."),
    SampleRoom("#black-friday", "campaign:black-friday", "The loudest week of the year, prepared quietly."),
    SampleRoom("#brazil", "campaign:brazil-entry", "A country, a tax office and a shop. Bom dia!"),
    SampleRoom("#web-platform", "team:web", "What the web team promised, and what became of it."),
    SampleRoom("#it-security", "team:security", "Ask early, it is cheaper."),
    SampleRoom("#crm-and-lifecycle", "team:crm", "Mails, members and good manners."),
)


def sample_company(today: date) -> SampleCompany:
    """Larkfield as it stands on *today*, a day in UTC."""
    seen = campaign_calendar(today)
    lives = [history_of(spec, seen) for spec in ITEM_SPECS]
    roadmap = {item.spec.key: item.last for item in lives}
    steps = build_revisions(lives, seen)
    return SampleCompany(
        name=NAME,
        teams=_csv(team_rows()),
        people=_csv(people_rows()),
        campaigns=_csv(campaign_rows(today)),
        roadmap=_csv(roadmap.values(), ROADMAP_COLUMNS),
        revisions=tuple(
            SampleRevision(step.at, step.author, step.reason, _csv(step.rows, ROADMAP_COLUMNS)) for step in steps
        ),
        draft=_draft(roadmap),
        rooms=ROOMS,
        acknowledged=_acknowledged(steps[-1].author),
    )


def _csv(rows: Iterable[CsvRow], columns: Sequence[str] = ()) -> str:
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns or list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _draft(roadmap: Mapping[str, CsvRow]) -> tuple[SampleEdit, ...]:
    """Four edits from both sides; the first moves the product finder past the day it is needed."""
    finder = date.fromisoformat(roadmap["WEB-12"]["due"]) + FINDER_SLIPS
    return (
        SampleEdit(
            "WEB-12",
            "due",
            finder.isoformat(),
            "the quiz vendor delivers the last of the four questions a week late",
            "bo.lindqvist@example.com",
        ),
        SampleEdit(
            "GRO-2",
            "status",
            "done",
            "both budget holders have signed",
            "lena.hoffmann@example.com",
        ),
        SampleEdit(
            "SEO-11",
            "status",
            "in_progress",
            "the agency has sent the drive",
            "lucy.adeyemi@example.com",
        ),
        SampleEdit(
            "DAT-5",
            "status",
            "blocked",
            "the archive of 2019 is readable only on a machine we gave away",
            "amara.diallo@example.com",
        ),
    )


def _acknowledged(publisher: str) -> dict[str, int]:
    """Most have the newest, some are a few behind, some who do not publish have never pressed the button."""
    rng = random.Random(f"{SEED} acknowledged")
    known = {}
    for person in STAFF:
        luck, behind = rng.random(), rng.randint(1, 6)
        if luck < 0.64:
            known[person.email] = REVISIONS
        elif luck < 0.86 or person.permission is Permission.PUBLISHER:
            known[person.email] = REVISIONS - behind
    return {**known, _ASKER: _ASKER_HAS, publisher: REVISIONS}
