"""A fictional company whose names are everyday words, which makes them hard to recognise."""

from __future__ import annotations

import random
from datetime import date, timedelta

from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.roadmap import Item, Kind, Status
from tests.features.questions.company_similar_names import TODAY

TEAMS = (
    Team("pay", "Payments", Side.IT, ("billing",)),
    Team("plat", "Platform", Side.IT, ("platform engineering",)),
    Team("desk", "Help Desk", Side.IT, ("service desk", "support")),
    Team("dni", "Data & Insights", Side.IT, ("D&I", "insights")),
    Team("mob", "Mobile Apps", Side.IT, ("apps",)),
    Team("cont", "Content", Side.MARKETING, ("editorial",)),
    Team("grow", "Growth", Side.MARKETING, ("performance marketing",)),
    Team("ev", "Events", Side.MARKETING, ("event team",)),
    Team("prod", "Product Marketing", Side.MARKETING, ("PMM",)),
    Team("fin", "Finance", Side.OTHER, ()),
)
PEOPLE = (
    Person("a", "mark.twain@x.y", "Mark Twain", "cont"),
    Person("b", "april.ludgate@x.y", "April Ludgate", "desk"),
    Person("c", "li.wei@x.y", "Li Wei", "plat"),
    Person("d", "jl.picard@x.y", "Jean-Luc Picard", "pay"),
    Person("e", "mj.garcia@x.y", "María José García", "grow"),
    Person("f", "sam.green@x.y", "Sam Green", "ev"),
    Person("g", "sam.brown@x.y", "Sam Brown", "mob"),
    Person("h", "k.vdberg@x.y", "Karel van den Berg", "dni"),
    Person("i", "priya@x.y", "Priya Raman", "prod"),
)
CAMPAIGNS = (
    Campaign("hol26", "Holiday 2026", ("xmas campaign",), "a", "c", date(2026, 11, 20), date(2026, 12, 31)),
    Campaign("hol27", "Holiday 2027", (), "a", "c", date(2027, 11, 20), date(2027, 12, 31)),
    Campaign("aur", "Project Aurora", ("aurora",), "i", "d", date(2027, 2, 1), date(2027, 6, 30)),
    Campaign("nyny", "New Year, New You", ("NYNY",), "e", "g", date(2027, 1, 2), date(2027, 1, 31)),
    Campaign("tax", "Tax Season", ("tax",), "f", "h", date(2027, 1, 15), date(2027, 4, 15)),
    Campaign("m3", "Mobile App v3", ("App v3", "v3"), "i", "g", date(2027, 3, 1), None),
    Campaign("q4p", "Q4 Push", (), "e", "", date(2026, 10, 1), date(2026, 12, 31)),
    Campaign("ref", "Refer a Friend", ("referral",), "e", "d", date(2026, 9, 1), date(2027, 9, 1)),
    Campaign("bsc", "Brand Summit Copenhagen", ("the summit",), "f", "b", date(2027, 5, 10), date(2027, 5, 12)),
)
NAMES = Directory(TEAMS, CAMPAIGNS, PEOPLE)

_TITLES = (
    "Invoice export",
    "Wallet pilot",
    "Sign-up form",
    "Push notifications",
    "Speaker portal",
    "Tax calculator",
    "Gift cards",
    "Referral links",
    "Budget dashboard",
    "Chat widget",
    "Release notes",
    "Blog revamp",
    "Consent v2",
    "Single sign-on",
)


def roadmap(seed: int = 3, size: int = 1000) -> tuple[Item, ...]:
    """Items in every state, spread over teams, campaigns, owners and dates; some lack one of them."""
    dice = random.Random(seed)
    return tuple(_item(dice, number) for number in range(1, size + 1))


def _item(dice: random.Random, number: int) -> Item:
    team = dice.choice(TEAMS)
    status = dice.choice(tuple(Status))
    due = TODAY + timedelta(days=dice.randint(-150, 220)) if dice.random() < 0.9 else None
    return Item(
        key=f"{team.key.upper()}-{number}",
        title=f"{dice.choice(_TITLES)} #{number}",
        team=team.key,
        campaigns=tuple(c.key for c in dice.sample(CAMPAIGNS, dice.choice((0, 1, 1, 1, 2)))),
        status=status,
        start=due - timedelta(days=dice.randint(5, 60)) if due and dice.random() < 0.8 else None,
        due=due,
        owner=dice.choice(PEOPLE).id if dice.random() < 0.85 else "",
        kind=Kind.MILESTONE if dice.random() < 0.2 else Kind.WORK,
        finished_on=(min(due, TODAY) if due else None) if status is Status.DONE else None,
    )


__all__ = ["NAMES", "PEOPLE", "TODAY", "roadmap"]
