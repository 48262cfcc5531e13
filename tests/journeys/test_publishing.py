"""Publishing, from end to end: a date moves, both sides approve, every room is notified once, and coverage says who has read it."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.context import Policy
from storage.store import Store
from storage.values.company import Permission
from storage.verify import verify
from tests.app import item, text_of
from tests.simulated_company import SimulatedCompany


async def make_company(store: Store) -> SimulatedCompany:
    """A publisher and eleven people on each side, three subscribed rooms, one published revision."""
    company = SimulatedCompany(store, Policy())
    await company.add_teams()
    await company.add_campaign("spring", "Spring Launch", start=date(2026, 12, 5), end=date(2027, 1, 31))
    await company.add_person("cmo@example.com", "brand", Permission.PUBLISHER)
    await company.add_person("cio@example.com", "web", Permission.PUBLISHER)
    for number in range(11):
        await company.add_person(f"m{number}@example.com", "seo")
        await company.add_person(f"i{number}@example.com", "web", Permission.CONTRIBUTOR)
    await company.say("cmo@example.com", "subscribe roadmap", room="#everything")
    await company.say("cio@example.com", "subscribe roadmap campaign:spring", room="#spring")
    await company.say("cio@example.com", "subscribe roadmap team:data", room="#data")
    await company.publish(item("WEB-12", "Consent banner", due=date(2026, 12, 1), campaigns=("spring",)))
    await company.deliver_due()
    return company


async def test_a_moved_date_reaches_every_room_once_and_supersedes_the_card_before(store: Store) -> None:
    company = await make_company(store)
    company.advance(timedelta(days=1))

    edited = await company.say("i0@example.com", 'item edit WEB-12 due=+9d --why "vendor is late"')
    proposed = await company.say("cio@example.com", "publish")
    approved = await company.say("cmo@example.com", "approve R2")
    await company.deliver_due()
    await company.deliver_due()

    assert "10 Dec 2026" in text_of(edited)
    assert (proposed.facts["state"], approved.facts["state"]) == ("proposed", "published")
    for room in ("#everything", "#spring"):
        first, second = company.card_texts(room)
        assert "superseded" in first.lower()
        assert "R2" in second
        assert "9 days later" in second
        assert "Spring Launch" in second
        assert "vendor is late" in second
        assert approved.facts["hash"][:12] in second
    assert company.card_texts("#data") == []


async def test_coverage_names_exactly_the_people_who_are_behind(store: Store) -> None:
    company = await make_company(store)
    all_emails = ["cmo@example.com", "cio@example.com", *(f"{s}{n}@example.com" for s in "mi" for n in range(11))]
    for email in all_emails[:19]:
        await company.press(email, "ack", "R1", room="#everything")

    reply = await company.say("cmo@example.com", "coverage")

    teams = {entry["team"]: entry for entry in reply.facts["teams"]}
    assert sum(entry["acknowledged"] for entry in teams.values()) == 19
    assert sorted(email for entry in teams.values() for email in entry["behind"]) == sorted(all_emails[19:])


async def test_a_rejected_proposal_notifies_nobody(store: Store) -> None:
    company = await make_company(store)
    await company.say("i0@example.com", "item edit WEB-12 due=+9d")
    await company.say("cio@example.com", "publish")

    await company.say("cmo@example.com", 'reject R2 "collides with the fair"')
    await company.deliver_due()

    assert len(company.card_texts("#everything")) == 1
    assert (await company.say("cmo@example.com", "current")).facts["revision"] == 1


async def test_everything_that_happened_verifies(store: Store) -> None:
    company = await make_company(store)
    company.advance(timedelta(days=1))
    await company.say("i0@example.com", "item edit WEB-12 due=+9d")
    await company.say("cio@example.com", "publish")
    await company.say("cmo@example.com", "approve")
    company.advance(timedelta(days=1))
    await company.say("cmo@example.com", "revert R2")
    await company.say("cmo@example.com", "publish")
    await company.say("cio@example.com", "approve R3")

    async with store.reading() as session:
        verdict = await verify(session)

    assert (verdict.problem, verdict.head_name) == ("", "R3")
