"""Larkfield, the sample company: an outdoor furniture maker with a year of history up to any given day.

Pure: the same day gives the same company. Everything is text that a user could have imported.
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
# The campaign manager was away, so her catch-up has something to show.
_ASKER, _ASKER_HAS = "lena.hoffmann@example.com", REVISIONS - 3


@dataclass(frozen=True, slots=True)
class SampleRevision:
    """One revision; `roadmap` is roadmap.csv with only the new and changed rows."""

    at: datetime
    author: str
    reason: str
    roadmap: str


@dataclass(frozen=True, slots=True)
class SampleEdit:
    """An edit in the unpublished draft."""

    key: str
    field: str
    value: str
    why: str
    author: str


@dataclass(frozen=True, slots=True)
class SampleRoom:
    """A channel with a subscription. `subscription` follows `subscribe roadmap`; "" is the whole roadmap."""

    name: str
    subscription: str
    topic: str


@dataclass(frozen=True, slots=True)
class SampleCompany:
    """The sample company as of one day. `roadmap` is the state after the newest of its `revisions`.

    `acknowledged` maps an e-mail to the newest revision that person has acknowledged, if any.
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
    """Larkfield on *today*, a day in UTC."""
    calendar = campaign_calendar(today)
    histories = [history_of(spec, calendar) for spec in ITEM_SPECS]
    roadmap = {history.spec.key: history.last for history in histories}
    steps = build_revisions(histories, calendar)
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
    """Four edits from both sides; the first delays the product finder beyond the campaign's start."""
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
    """Most people have the newest revision, some are a few behind, and some non-publishers have none."""
    rng = random.Random(f"{SEED} acknowledged")
    acknowledged = {}
    for person in STAFF:
        drawn, behind = rng.random(), rng.randint(1, 6)
        if drawn < 0.64:
            acknowledged[person.email] = REVISIONS
        elif drawn < 0.86 or person.permission is Permission.PUBLISHER:
            acknowledged[person.email] = REVISIONS - behind
    return {**acknowledged, _ASKER: _ASKER_HAS, publisher: REVISIONS}
