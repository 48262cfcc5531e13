"""A fictional company whose names are easily confused, and a roadmap for it."""

from __future__ import annotations

import random
from datetime import date, timedelta

from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.roadmap import Item, Kind, Status

TODAY = date(2026, 11, 18)  # a Wednesday

TEAMS = (
    Team("itsec", "IT Security", Side.IT, ("infosec",)),
    Team("node", "SIG Node", Side.IT, ("sig-node", "node")),
    Team("webp", "Web Platform", Side.IT, ("web team",)),
    Team("data", "Data", Side.IT, ("analytics", "data team")),
    Team("crm", "CRM", Side.IT, ("customer relations",)),
    Team("seo", "SEO", Side.MARKETING, ("search",)),
    Team("brand", "Brand", Side.MARKETING, ()),
    Team("mops", "Marketing Operations", Side.MARKETING, ("mops",)),
    Team("legal", "Legal", Side.OTHER, ()),
)
PEOPLE = (
    Person("p1", "ana.lima@acme.test", "Ana Lima", "seo"),
    Person("p2", "ana.costa@acme.test", "Ana Costa", "webp"),
    Person("p3", "bo.chen@acme.test", "Bo Chen", "data"),
    Person("p4", "dmitri.volkov@acme.test", "Dmitri Volkov", "itsec"),
    Person("p5", "siobhan.oneill@acme.test", "Siobhán O'Neill", "brand"),
    Person("p6", "will.marsh@acme.test", "Will Marsh", "node"),
    Person("p7", "grace.kim@acme.test", "Grace Kim", "crm"),
    Person("p8", "juergen.weiss@acme.test", "Jürgen Weiß", "mops"),
)
CAMPAIGNS = (
    Campaign("spl27", "Spring Launch 2027", ("spring launch",), "p1", "p3", date(2027, 3, 15), date(2027, 4, 30)),
    Campaign("spsale", "Spring Sale", ("SpS",), "p5", "p2", date(2027, 4, 12), date(2027, 4, 26)),
    Campaign("loyal", "Loyalty Relaunch", ("LR",), "p7", "p4", date(2026, 11, 2), date(2027, 1, 31)),
    Campaign("b2s", "Back to School", ("b2s",), "p8", "", date(2027, 8, 1), date(2027, 9, 15)),
    Campaign("uber", "Über Week", (), "p5", "p6", date(2026, 12, 7), date(2026, 12, 13)),
    Campaign("v1.26", "Kubernetes 1.26", ("1.26", "release 1.26"), "", "", None, date(2026, 9, 9)),
    Campaign("v1.27", "Kubernetes 1.27", ("1.27", "release 1.27"), "p6", "", None, date(2027, 4, 11)),
    Campaign("md", "Mother's Day", (), "p1", "p2", date(2027, 5, 1), date(2027, 5, 9)),
    Campaign("bf26", "Black Friday 2026", ("black friday", "BF"), "p8", "p3", date(2026, 11, 27), date(2026, 11, 30)),
    Campaign("autumn", "Autumn Harvest", ("autumn campaign",), "", "p7", date(2026, 9, 1), date(2026, 11, 30)),
)
NAMES = Directory(TEAMS, CAMPAIGNS, PEOPLE)

_TITLES = (
    "Consent banner", "Loyalty migration", "Checkout redesign", "Landing page", "Cookie audit", "Newsletter template",
    "Price feed", "Partner portal", "Search console cleanup", "Store locator", "Payment retries", "Image pipeline",
)  # fmt: skip


def roadmap(seed: int = 7, size: int = 260) -> tuple[Item, ...]:
    """Items in every state, spread over teams, campaigns, owners and dates; some lack one of them."""
    dice = random.Random(seed)
    items = []
    for number in range(1, size + 1):
        team = dice.choice(TEAMS)
        status = dice.choice(tuple(Status))
        due = TODAY + timedelta(days=dice.randint(-120, 200)) if dice.random() < 0.9 else None
        items.append(
            Item(
                key=f"{team.key.upper()}-{number}",
                title=f"{dice.choice(_TITLES)} {number}",
                team=team.key,
                campaigns=tuple(c.key for c in dice.sample(CAMPAIGNS, dice.choice((0, 1, 1, 1, 2)))),
                status=status,
                start=due - timedelta(days=dice.randint(5, 60)) if due and dice.random() < 0.8 else None,
                due=due,
                owner=dice.choice(PEOPLE).id if dice.random() < 0.85 else "",
                kind=Kind.MILESTONE if dice.random() < 0.2 else Kind.WORK,
                finished_on=(min(due, TODAY) if due else None) if status is Status.DONE else None,
            )
        )
    return tuple(items)
