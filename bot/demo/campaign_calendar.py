"""The sample company's dates relative to today: campaigns, publishing days, working days.

Seasonal campaigns keep their place in the calendar (Black Friday is never in May); everything else moves with today.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

SEED = "larkfield"
REVISIONS = 41
_CADENCE_DAYS = 9
_SATURDAY, _TUESDAY, _THURSDAY = 5, 1, 3
# The spring launch is always at least this far ahead, as long as that is still spring.
_SPRING_AHEAD = timedelta(days=35)
# A seasonal campaign that started longer ago than this is replaced by next year's.
_SEASON_PAST = timedelta(days=130)

# key | name | aliases | owner | IT partner. Two share "summer", so that Handshake asks which one is meant.
_CAMPAIGNS = """
spring-launch | Spring Launch | spring;spring release;terrace launch | lena.hoffmann | bo.lindqvist
summer-sale | Summer Sale | summer;mid-year sale | devon.carter | grace.njoroge
summer-loyalty | Summer Loyalty | summer;double points | chloe.dubois | malik.johnson
back-to-campus | Back to Campus | campus;back to school;students | isha.menon | priya.subramanian
autumn-collection | Autumn Collection | autumn;fall;fall collection | mei-ling.chow | rohan.gupta
black-friday | Black Friday | BF;BFCM;cyber week | gabriel.moreau | theo.brandt
holiday-gifting | Holiday Gifting | holiday;christmas;xmas | yuki.tanaka | anja.keller
brand-refresh | Brand Refresh | rebrand;new look | tomas.ribeiro | samuel.ortiz
circle-relaunch | Circle Relaunch | circle;loyalty app | chloe.dubois | renata.alves
brazil-entry | Brazil Market Entry | brazil;brasil | paulo.nogueira | sean.oconnell
partner-summit | Partner Summit | summit | zoe.papadakis | beatriz.costa
cookieless | Cookieless Ready | cookieless;first-party data | ines.ferreira | leila.haddad
"""

# Days from today to the start, and from the start to the end.
_ROLLING = {
    "brand-refresh": (84, 60),
    "circle-relaunch": (42, 30),
    "brazil-entry": (77, 90),
    "partner-summit": (14, 2),
    "cookieless": (49, 120),
}


def workday(day: date) -> date:
    """*day*, or the Friday before it when it falls on a weekend."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _quarter_start(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _spring(today: date) -> date:
    this_year = _on_or_after(max(date(today.year, 3, 1), today + _SPRING_AHEAD), _TUESDAY)
    if this_year <= date(today.year, 5, 31):
        return this_year
    return _on_or_after(date(today.year + 1, 3, 1), _TUESDAY)


def _season(key: str, year: int) -> tuple[date, date]:
    """Start and end in *year*."""
    match key:
        case "summer-sale":
            return _on_or_after(date(year, 6, 14), _TUESDAY), workday(date(year, 7, 12))
        case "summer-loyalty":
            return _on_or_after(date(year, 7, 1), _TUESDAY), workday(date(year, 8, 31))
        case "back-to-campus":
            return _on_or_after(date(year, 8, 8), _TUESDAY), workday(date(year, 9, 20))
        case "autumn-collection":
            return _on_or_after(date(year, 9, 4), _TUESDAY), workday(date(year, 10, 31))
        case "black-friday":
            monday = _on_or_after(date(year, 11, 22), _THURSDAY) - timedelta(days=3)
            return monday, monday + timedelta(days=7)
        case _:
            return _on_or_after(date(year, 12, 1), _TUESDAY), workday(date(year, 12, 24))


def _dates(key: str, today: date) -> tuple[date, date]:
    if key == "spring-launch":
        start = _spring(today)
        return start, workday(start + timedelta(days=45))
    if key in _ROLLING:
        ahead, length = _ROLLING[key]
        start = workday(today + timedelta(days=ahead))
        return start, workday(start + timedelta(days=length))
    years = (_season(key, year) for year in range(today.year - 1, today.year + 2))
    return next(dates for dates in years if dates[0] >= today - _SEASON_PAST)


def _status(start: date, end: date, today: date) -> str:
    if today < start:
        return "planned"
    return "running" if today <= end else "finished"


def campaign_rows(today: date) -> list[dict[str, str]]:
    """The rows of campaigns.csv."""
    rows = []
    for line in _CAMPAIGNS.strip().splitlines():
        key, name, aliases, owner, partner = (cell.strip() for cell in line.split("|"))
        start, end = _dates(key, today)
        rows.append(
            {
                "key": key,
                "name": name,
                "aliases": aliases,
                "owner_email": f"{owner}@example.com",
                "it_partner_email": f"{partner}@example.com",
                "start": start.isoformat(),
                "end": end.isoformat(),
                "status": _status(start, end, today),
            }
        )
    return rows


@dataclass(frozen=True, slots=True)
class CampaignCalendar:
    """Today, the times of all revisions (oldest first), and the start of each campaign."""

    today: date
    published: tuple[datetime, ...]
    starts: Mapping[str, date]

    @property
    def first_published(self) -> date:
        return self.published[0].date()

    @property
    def last_published(self) -> date:
        return self.published[-1].date()


def _latest(today: date) -> date:
    """The newest revision's day: three days ago, or yesterday if only that falls into this quarter.

    So something was always shipped in this quarter.
    """
    usual, recent = workday(today - timedelta(days=3)), workday(today - timedelta(days=1))
    return recent if usual < _quarter_start(today) <= recent else usual


def campaign_calendar(today: date) -> CampaignCalendar:
    """A year of revisions, one every week or two, in working hours."""
    rng = random.Random(f"{SEED} calendar")
    latest = _latest(today)
    published = []
    for ago in range(REVISIONS - 1, -1, -1):
        wobble = rng.randint(-2, 2) if ago else 0
        day = workday(latest - timedelta(days=ago * _CADENCE_DAYS + wobble))
        at = time(rng.randint(8, 15), rng.randrange(0, 60), tzinfo=UTC)
        published.append(datetime.combine(day, at))
    starts = {row["key"]: date.fromisoformat(row["start"]) for row in campaign_rows(today)}
    return CampaignCalendar(today, tuple(published), starts)
