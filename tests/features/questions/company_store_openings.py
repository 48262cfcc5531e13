"""A fictional company with openings in several towns, seasonal campaigns, and people with similar names."""

from __future__ import annotations

import random
from datetime import date, timedelta

from storage.values.company import Campaign, Directory, Person, Side, Team
from storage.values.roadmap import Item, Kind, Status

TODAY = date(2027, 2, 27)  # a Saturday

TEAMS = (
    Team("net", "Network Services", Side.IT, ("networking", "netserv")),
    Team("erp", "ERP Core", Side.IT, ("sap team",)),
    Team("qa", "Quality Assurance", Side.IT, ("QA", "testing")),
    Team("arch", "Enterprise Architecture", Side.IT, ("EA",)),
    Team("shop", "Online Shop", Side.IT, ("ecommerce", "e-commerce")),
    Team("soc", "Social Media", Side.MARKETING, ("socials",)),
    Team("pr", "Public Relations", Side.MARKETING, ("PR",)),
    Team("mi", "Market Insights", Side.MARKETING, ("research",)),
    Team("mkb", "Marketing Benelux", Side.MARKETING, ("benelux",)),
    Team("leg", "Legal & Compliance", Side.OTHER, ("legal",)),
    Team("hr", "HR", Side.OTHER, ("human resources",)),
)
PEOPLE = (
    Person("a", "olga@x.y", "Olga Petrova", "soc"),
    Person("b", "oleg@x.y", "Oleg Petrov", "net"),
    Person("c", "jan.k@x.y", "Jan Kowalski", "erp"),
    Person("d", "janina@x.y", "Janina Kowalska", "qa"),
    Person("e", "thabo@x.y", "Thabo Nkosi", "shop"),
    Person("f", "fatima@x.y", "Fatima Al-Sayed", "pr"),
    Person("g", "chloe@x.y", "Chloé Dubois", "mkb"),
    Person("h", "hugo@x.y", "Hugo Dubois", "arch"),
    Person("i", "rose.hill@x.y", "Rose Hill", "mi"),
    Person("j", "max.power@x.y", "Max Power", "leg"),
)
CAMPAIGNS = (
    Campaign("C-101", "Summer Sale 2027", ("summer sale",), "a", "e", date(2027, 6, 20), date(2027, 7, 31)),
    Campaign("C-102", "Summer Festival", ("fest",), "f", "b", date(2027, 7, 1), date(2027, 7, 4)),
    Campaign("C-103", "Easter Eggstravaganza", ("easter",), "g", "e", date(2027, 3, 15), date(2027, 4, 5)),
    Campaign("C-104", "Green Friday", (), "a", "h", date(2027, 11, 26), date(2027, 11, 29)),
    Campaign("C-105", "Rebrand", ("the rebrand", "new look"), "f", "c", date(2027, 2, 1), date(2027, 5, 31)),
    Campaign("C-106", "Customer Days Lisbon", ("CDL", "lisbon"), "i", "", date(2027, 5, 3), date(2027, 5, 5)),
    Campaign("C-107", "Store Opening Antwerp", ("antwerp",), "g", "b", date(2027, 3, 8), date(2027, 3, 8)),
    Campaign("C-108", "Store Opening Ghent", ("ghent",), "", "b", date(2027, 4, 12), date(2027, 4, 12)),
    Campaign("C-109", "Member Gets Member", ("MGM",), "i", "h", date(2027, 1, 10), date(2027, 12, 31)),
    Campaign("C-110", "March Madness", (), "a", "e", date(2027, 3, 1), date(2027, 3, 31)),
)
NAMES = Directory(TEAMS, CAMPAIGNS, PEOPLE)
_TITLES = (
    "Queue monitor",
    "Loyalty card print",
    "Firewall rules",
    "Press kit",
    "Invoice archive",
    "Photo shoot",
    "Product finder",
    "Ticket scanner",
    "Opening hours widget",
    "Stock sync",
    "Influencer brief",
    "Survey results",
    "Packaging proof",
    "Voucher engine",
)


def roadmap(seed: int = 5, size: int = 1100) -> tuple[Item, ...]:
    """Items in every state, spread over teams, campaigns, owners and dates; some lack one of them."""
    dice = random.Random(seed)
    items = []
    for number in range(1, size + 1):
        team = dice.choice(TEAMS)
        status = dice.choice(tuple(Status))
        due = TODAY + timedelta(days=dice.randint(-160, 230)) if dice.random() < 0.9 else None
        items.append(
            Item(
                key=f"RM-{number}",
                title=f"{dice.choice(_TITLES)} v{number % 5}",
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
