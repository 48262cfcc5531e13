"""A company as large as one likes: eight teams, forty people, twenty campaigns, and any number of items.

The same size is the same company, on every machine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import Random

TODAY = date(2026, 11, 2)

IT_TEAMS = ("Web Platform", "Data Services", "Payments", "Mobile Apps")
MARKETING_TEAMS = ("Brand Studio", "Search and Content", "Lifecycle", "Events")
TEAMS = (*IT_TEAMS, *MARKETING_TEAMS)
CAMPAIGNS = (
    "Spring Launch", "Summer Sale", "Harvest Week", "Winter Gala", "Loyalty Relaunch", "Student Days",
    "Founders Tour", "Green Promise", "City Marathon", "Partner Summit", "Holiday Countdown", "Midnight Drop",
    "Northern Lights", "Family Weekend", "Open House", "Silver Jubilee", "Back To Work", "Rainy Season",
    "Market Square", "Golden Ticket",
)  # fmt: skip
_NAMES = ("Ada", "Ben", "Chidi", "Dana", "Emre")
PEOPLE_IN_A_TEAM = len(_NAMES)

_VERBS = ("Migrate", "Redesign", "Measure", "Retire", "Translate", "Automate", "Review", "Launch", "Test", "Speed up")
_THINGS = (
    "checkout", "consent banner", "tag manager", "newsletter", "landing page", "price feed", "store finder",
    "customer survey", "payment gateway", "image library", "booking form", "partner portal", "voucher engine",
    "search index", "loyalty card", "product video", "event calendar", "press kit", "data warehouse", "sitemap",
)  # fmt: skip
_WORDS = (
    "one", "flow", "for", "all", "regions", "with", "fewer", "steps", "and", "clear", "wording", "so", "that",
    "visitors", "find", "offers", "before", "they", "leave", "agreed", "numbers", "from", "last", "quarter",
    "legal", "approved", "draft", "waits", "vendor", "contract", "until", "October", "mobile", "first", "layout",
    "tracking", "moves", "server", "side", "each", "market", "keeps", "own", "currency", "tax", "rules", "team",
    "shares", "weekly", "figures", "dashboard", "old", "links", "redirect", "pages", "load", "under", "seconds",
)  # fmt: skip
_STATUSES = ("planned", "in_progress", "in_progress", "at_risk", "blocked", "on_hold", "done", "done", "dropped")


def key_of(name: str) -> str:
    """The key of a team or campaign: its first word, in lower case; no two here share one."""
    return name.split()[0].lower()


def email_of(team: str, number: int) -> str:
    return f"person{number}.{key_of(team)}@example.com"


def teams_csv() -> bytes:
    sides = {**dict.fromkeys(IT_TEAMS, "it"), **dict.fromkeys(MARKETING_TEAMS, "marketing")}
    return _csv(("key", "name", "side"), ((key_of(name), name, side) for name, side in sides.items()))


def people_csv() -> bytes:
    rows = (
        (email_of(team, number), f"{_NAMES[number - 1]} {team.split()[0]}son", key_of(team))
        for team in TEAMS
        for number in range(1, PEOPLE_IN_A_TEAM + 1)
    )
    return _csv(("email", "name", "team"), rows)


def campaigns_csv() -> bytes:
    first = date(2026, 9, 1)
    rows = (
        (
            key_of(name),
            name,
            email_of(MARKETING_TEAMS[number % 4], 1),
            email_of(IT_TEAMS[number % 4], 1),
            (first + timedelta(weeks=2 * number)).isoformat(),
            (first + timedelta(weeks=2 * number + 8)).isoformat(),
            "planned",
        )
        for number, name in enumerate(CAMPAIGNS)
    )
    return _csv(("key", "name", "owner_email", "it_partner_email", "start", "end", "status"), rows)


ROADMAP_COLUMNS = (
    "key", "title", "team", "campaigns", "status", "start", "due", "owner_email", "summary", "url", "kind",
    "visible_to", "tags",
)  # fmt: skip


def roadmap_csv(size: int) -> bytes:
    """*size* items, each of all thirteen columns, with a summary of twelve words."""
    random = Random(size)
    return _csv(ROADMAP_COLUMNS, (_item(random, number) for number in range(1, size + 1)))


def _item(random: Random, number: int) -> Sequence[str]:
    team = random.choice(TEAMS)
    key = f"{key_of(team).upper()}-{number}"
    start = TODAY + timedelta(days=random.randint(-200, 300))
    thing = random.choice(_THINGS)
    serves = random.sample(CAMPAIGNS, random.choice((1, 1, 1, 2)))
    return (
        key,
        f"{random.choice(_VERBS)} the {thing} for {random.choice(CAMPAIGNS)}",
        key_of(team),
        ";".join(key_of(each) for each in serves),
        random.choice(_STATUSES),
        start.isoformat(),
        (start + timedelta(days=random.randint(5, 90))).isoformat(),
        email_of(team, random.randint(1, PEOPLE_IN_A_TEAM)),
        " ".join(random.choices(_WORDS, k=12)).capitalize() + ".",
        f"https://tracker.example.com/browse/{key}",
        "milestone" if number % 25 == 0 else "work",
        key_of(team) if number % 40 == 0 else "",
        ";".join(random.sample(("q4", "legal", "seo", "growth", "debt"), 2)),
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(columns)
    writer.writerows(rows)
    return sheet.getvalue().encode()
