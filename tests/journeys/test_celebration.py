"""Celebrations from end to end: an IT milestone of a Marketing campaign ships on a Saturday, and both platforms show it on Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.context import Policy
from storage import people, places
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Kind, Status
from tests.app import item, text_of
from tests.simulated_company import SimulatedCompany

LENA, BO, DEE, EVE = (f"{name}@example.com" for name in ("lena", "bo", "dee", "eve"))
POLICY = Policy(
    quiet_hours="19:00-08:00", working_days="mon-fri", two_key="off", platforms=frozenset({"slack", "teams"})
)
SATURDAY = datetime(2026, 11, 14, 12, tzinfo=UTC)
ROOMS = (
    ("slack", "C-SPRING", "America/New_York"),
    ("teams", "19:spring", "Europe/Berlin"),
    ("slack", "C-TOKYO", "Asia/Tokyo"),
)


async def simulate_until(company: SimulatedCompany, moment: datetime) -> None:
    await company.simulate(moment - company.now, "celebrations.tick", every=timedelta(minutes=30))


def posted_cards(company: SimulatedCompany) -> list[str]:
    return [card for _, room, _ in ROOMS for card in company.card_texts(room)]


@pytest.fixture
async def company(store: Store) -> SimulatedCompany:
    company = SimulatedCompany(store, POLICY, platforms=("slack", "teams"))
    await company.add_teams()
    for email, team in ((LENA, "seo"), (BO, "web"), (DEE, "data"), (EVE, "brand")):
        await company.add_person(email, team, Permission.CONTRIBUTOR, timezone="Europe/Berlin")
    await company.link(BO, "teams", "29:bo")
    await company.link(LENA, "slack", "U-LENA", "T1")
    await company.add_campaign("spring", "Spring Launch", owner="p_lena", it_partner="p_dee")
    async with store.transaction() as session:
        for platform, room, zone in ROOMS:
            place = await places.ensure(session, platform, "T1" if platform == "slack" else "", room, name=room)
            members = [await people.with_email(session, email) for email in (LENA, BO, DEE)]
            await places.set_members(
                session, place.id, [person.id for person in members if person], known=True, external=False
            )
            await places.set_hours(session, place.id, timezone=zone, quiet="", days="")
            await places.subscribe(
                session, place.id, campaigns=("spring",), teams=(), level="weekly", by="", at=company.now
            )
    await company.say(DEE, "me hide")
    await company.publish(item("WEB-12", "Consent banner", owner="p_bo", campaigns=("spring",), kind=Kind.MILESTONE))
    company.advance(SATURDAY - company.now)
    await company.publish(
        item(
            "WEB-12",
            "Consent banner",
            owner="p_bo",
            campaigns=("spring",),
            kind=Kind.MILESTONE,
            status=Status.DONE,
            due=date(2026, 12, 1),
        )
    )
    return company


async def test_a_milestone_is_drafted_on_saturday_posted_on_monday_in_each_rooms_zone_and_undone_everywhere(
    company: SimulatedCompany,
) -> None:
    await simulate_until(company, SATURDAY + timedelta(hours=6))
    quiet = list(company.log)
    [waiting] = (await company.say(BO, "celebrations")).facts["celebrations"]
    await company.press(BO, "celebrations post", str(waiting["id"]))
    await simulate_until(company, SATURDAY + timedelta(days=3))

    posted = {room: at for at, room, title in company.log if title == "Done: Consent banner"}
    assert quiet == []  # nothing is posted on a Saturday, not even the owner
    assert {room: (at.weekday(), at.hour) for room, at in posted.items()} == {
        "C-TOKYO": (6, 23),  # Sunday in UTC is Monday morning there
        "19:spring": (0, 7),
        "C-SPRING": (0, 13),
    }
    for card in posted_cards(company):
        assert "Bo (owned it), Lena (runs Spring Launch) and a colleague (is the IT partner of Spring Launch)" in card
        assert "Dee" not in card

    undone = await company.press(BO, "celebrations undo", str(waiting["id"]))
    await company.deliver_due()

    assert undone.facts["removed"] == 3, text_of(undone)
    assert posted_cards(company) == []


async def test_the_owner_is_asked_on_monday_where_they_are(company: SimulatedCompany) -> None:
    await simulate_until(company, SATURDAY + timedelta(days=2))

    [(at, room, title)] = [entry for entry in company.log if "Say so?" in entry[2]]
    assert (room, title) == ("@29:bo", "Consent banner is done. Say so?")
    assert (at.weekday(), at.hour) == (0, 7)
