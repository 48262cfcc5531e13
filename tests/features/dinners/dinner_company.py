"""A simulated company with dinner guests of two sides, and helpers for frequent steps of the tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from integrations.ports.inbound import Reply
from storage.store import Store
from storage.values.company import Permission
from tests.simulated_company import SimulatedCompany

ADMIN = "root@x.test"
TICK = "dinners.tick"
TEAM = ("web", "seo", "data", "brand")  # IT and Marketing in turn
DAY = timedelta(days=1)


class DinnerCompany(SimulatedCompany):
    """People `g0@x.test`, `g1@x.test`, …; even ones are of IT, odd ones of Marketing."""

    async def add_guests(self, count: int, *, first: int = 0) -> None:
        for number in range(first, first + count):
            await self.add_person(guest_email(number), TEAM[number % 4])

    async def plan(self, words: str = "Q1 --cap 24 --date 2027-02-09") -> Reply:
        return await self.say(ADMIN, f"dinner plan {words}")

    async def say_yes(self, *numbers: int) -> None:
        for number in numbers:
            reply = await self.say(guest_email(number), "dinner rsvp yes")
            assert reply.exit == 0, reply.card
            self.advance(timedelta(seconds=1))

    async def seats(self, words: str = "dinner seats") -> dict[str, Any]:
        reply = await self.say(ADMIN, words)
        assert reply.exit == 0, reply.card
        json.dumps(reply.facts)
        return dict(reply.facts)

    async def simulate_until(self, *moment: int) -> None:
        """Run the job and deliver: every four days far from *moment*, then daily, every four hours in the last three days."""
        until = datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]
        for days, every in ((24, 4 * DAY), (4, DAY)):
            while until - self.now > timedelta(days=days):
                await self.simulate(every, TICK, every=every)
        await self.simulate(until - self.now, TICK, every=timedelta(hours=4))

    async def state(self) -> str:
        return str((await self.say(ADMIN, "dinner")).facts["state"])


def guest_email(number: int) -> str:
    return f"g{number}@x.test"


async def dinner_company(store: Store, guests: int) -> DinnerCompany:
    """Monday, 2 November 2026, 9:00 UTC."""
    made = DinnerCompany(store)
    await made.add_teams()
    await made.add_person(ADMIN, "web", Permission.ADMIN)
    await made.add_guests(guests)
    return made


def sides(people: Sequence[str]) -> set[int]:
    return {int(email[1 : email.index("@")]) % 2 for email in people}


def pairs(facts: dict[str, Any]) -> set[frozenset[str]]:
    return {frozenset(two) for table in facts["tables"] for two in combinations(table["people"], 2)}


def table_of(facts: dict[str, Any]) -> dict[str, int]:
    return {email: number for number, table in enumerate(facts["tables"]) for email in table["people"]}
