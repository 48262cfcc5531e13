"""The company `similar_names`, with titles that look like names, conditions or whole questions."""

from __future__ import annotations

from datetime import timedelta

from storage.values.roadmap import Item, Status
from tests.features.questions.company_similar_names import NAMES, PEOPLE, TODAY

_TITLES = {
    "N-1": "Parking lot for the loading bays",
    "N-2": "Move the archive out of the basement and delete what is blocked",
    "N-3": "Newsletter in Portuguese, Polish and Finnish",
    "N-4": "Spring Launch teaser on the home page",
    "N-5": "Data room for auditors",
    "N-6": "Ticket printer that Grace can repair",
    "N-7": "Resize images over 12 MB",
    "N-8": "Upgrade PHP8 to version 8.4",
    "N-9": "Why we lost the spring customers?",
    "N-10": "Marketing wiki without last year's pages",
    "N-11": "Search results in under 300 ms",
    "N-12": "Late night hotline",
    "N-13": "Brand",
    "N-14": "Spring Sale",
    "N-15": "Open items",
    "N-16": "Sofa",
    "N-17": "Café guide: 20 places for São Jorge",
    "N-18": "Parking lot",
    "N-19": "Back-office sign-in by badge",
    "N-20": "Planned outages shown to everybody at least three days before",
    "N-21": "Refund flow",
    "N-22": "Refund flow",
    "N-23": "What we owe the suppliers",
    "N-24": "Ana's checklist for new shops",
    "N-26": "Brand new socks",
    "N-25": "How many visitors come back",
}
ITEMS = tuple(
    Item(
        key,
        title,
        team=("seo", "webp", "brand")[number % 3],
        campaigns=("spsale",) if number % 2 else ("loyal",),
        status=tuple(Status)[number % 7],
        due=TODAY + timedelta(days=10 * number - 90),
        owner="p1",
    )
    for number, (key, title) in enumerate(_TITLES.items())
)

__all__ = ["ITEMS", "NAMES", "PEOPLE", "TODAY"]
