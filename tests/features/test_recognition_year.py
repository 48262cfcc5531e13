"""A year of a company in 24 zones, with daylight saving, holidays, a 29 February and restarts, judged from the rooms' log.

`PERSON_DAYS=10000 pytest tests/features/test_recognition_year.py` looks longer.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from handlers.hours import Hours
from handlers.toolbox import Policy
from storage.store import Store
from storage.values import Permission, Status
from tests.features.company import Company
from tests.house import item

PERSON_DAYS = int(os.environ.get("PERSON_DAYS", "168"))
ZONES = (
    "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Tokyo", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Europe/Moscow",
    "Africa/Cairo", "Europe/Berlin", "Europe/London", "Atlantic/Azores", "America/Sao_Paulo", "America/St_Johns",
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
    "Pacific/Apia", "Pacific/Chatham", "Asia/Dubai", "Australia/Adelaide", "Pacific/Marquesas",
)  # fmt: skip
POLICY = Policy(quiet_hours="19:00-08:00", working_days="mon-fri", two_key="off", holidays="DE")
JOBS = ("celebrations.recap", "celebrations.tick", "notices.digest", "celebrations.hint")


@pytest.mark.timeout(0)
async def test_nobody_is_disturbed_nothing_is_doubled_and_nobody_is_named_unasked(store: Store) -> None:
    random = Random(2028)
    company = Company(store, POLICY)
    company.at(2028, 2, 14, 0)
    await company.has_teams()
    await company.has_person("boss@example.com", "web", Permission.ADMIN)
    for number, zone in enumerate(ZONES):
        email = f"p{number}@example.com"
        await company.has(email, ["web", "data", "seo", "brand"][number % 4], zone)
        await company.room(f"#r{number}", email, "boss@example.com", zone=zone)
        await company.say("boss@example.com", "subscribe roadmap digest", room=f"#r{number}")
        await company.say(
            "boss@example.com", f"celebrations schedule {['weekly', 'monthly'][number % 2]}", room=f"#r{number}"
        )
    await company.say("p3@example.com", "anniversary 29 February")
    await company.say("p5@example.com", "me hide")
    days = max(7, PERSON_DAYS // len(ZONES))
    started = {f"W-{number}": item(f"W-{number}", owner=f"p_p{number % 24}") for number in range(days)}
    await company.publishes(*started.values())

    for day in range(days):
        key = f"W-{day}"
        await company.publishes(item(key, owner=f"p_p{day % 24}", status=Status.DONE))
        if random.random() < 0.2:  # a stop of some hours: the clock stands, then rings twice
            company.wait(timedelta(hours=random.randrange(1, 7)))
            for name in JOBS:
                await company.ring(name)
        if random.random() < 0.5:
            waiting = (await company.say(f"p{day % 24}@example.com", "celebrations")).facts["celebrations"]
            for each in waiting[:1]:
                await company.press(f"p{day % 24}@example.com", "celebrations post", str(each["id"]))
        await company.passes(timedelta(days=1), *JOBS, every=timedelta(hours=2))

    _judge(company)


def _judge(company: Company) -> None:
    """From what arrived, and from nothing else."""
    digests: Counter[tuple[str, object]] = Counter()
    for at, room, title in company.log:
        zone = ZONES[int(room[2:])] if room.startswith("#r") else _zone_of(room)
        if zone is None:
            continue
        local = at.astimezone(ZoneInfo(zone))
        assert 8 <= local.hour < 19, (at, room, title)
        assert Hours(zone, days=("mon", "tue", "wed", "thu", "fri"), country="DE").is_working_day(local.date()), (
            local,
            title,
        )
        if room.startswith("#r") and (
            title.startswith("Shipped together") or "since R" in title.lower() or "digest" in title.lower()
        ):
            digests[room, local.date()] += 1
    assert max(digests.values(), default=0) <= 1, [each for each, count in digests.items() if count > 1]
    posts = Counter((room, title) for _, room, title in company.log if title.startswith("Done:"))
    assert max(posts.values(), default=0) <= 1
    told = "\n".join(card for number in range(len(ZONES)) for card in company.read_in(f"#r{number}"))
    assert "P5 (owned it)" not in told
    assert "Shipped together" in told
    assert company.log[-1][0] <= datetime(2030, 1, 1, tzinfo=UTC)


def _zone_of(room: str) -> str | None:
    name = room.removeprefix("@").partition("@")[0]
    return ZONES[int(name[1:])] if name.startswith("p") and name[1:].isdecimal() else None
