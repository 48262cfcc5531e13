"""A company of five thousand people with a few items, and files as large as a chat accepts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.encryption import FernetCipher
from handlers.catalogue import FEATURES
from storage import people
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from tests.app import ChatApp, item

PEOPLE = 5_000
BOSS = "boss@example.com"
QUESTION = "what is blocked for Spring Launch?"
_FIRST_NAMES = ("Ana", "Bo", "Chen", "Dora", "Emil", "Fay", "Gus", "Hana")


def email_of(number: int) -> str:
    return f"p{number}@example.com"


async def large_company(store: Store) -> ChatApp:
    """The application on *store*, which has that company from now on; the boss is an admin."""
    app = ChatApp(store, FEATURES)
    app.ctx = replace(app.ctx, cipher=FernetCipher(("k" * 40,), None))
    app.dispatch.ctx = app.ctx
    await app.add_teams()
    rows = [
        {"id": f"p_{n}", "email": email_of(n), "name": f"{_FIRST_NAMES[n % 8]} Sur{n}", "team": "web", "permission": "viewer"}
        for n in range(PEOPLE)
    ]  # fmt: skip
    async with store.transaction() as session:
        await people.save_people(session, rows, known=())
    await app.add_person(BOSS, "web", Permission.ADMIN)
    await app.add_campaign("spring", "Spring Launch")
    blocked = item("A-0", status=Status.BLOCKED, due=date(2027, 2, 9), campaigns=("spring",))
    await app.publish(*[replace(blocked, key=f"A-{n}", title=f"Consent page {n}", owner=f"p_{n}") for n in range(12)])
    return app


def roadmap_file(items: int, prefix: str = "WEB") -> bytes:
    """A file of new items whose keys begin with *prefix*; 18,000 of them are 5 MB."""
    header = "key,title,team,campaigns,status,start,due,owner_email,summary,url,kind,visible_to,tags\r\n"
    summary = "what it is about " * 8
    rows = [
        f"{prefix}-{n},Title of item {n},web,spring,in_progress,2026-10-01,2027-0{1 + n % 9}-1{n % 9},{email_of(n % PEOPLE)},"
        f"Item {n}: {summary},https://example.com/{n},work,,one;two\r\n"
        for n in range(items)
    ]
    return "".join([header, *rows]).encode()
