"""A company with an item to finish: an owner with a lead, a campaign with people of both sides, a room that follows it."""

from __future__ import annotations

from datetime import date, timedelta

from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Item, Status
from tests.app import item
from tests.simulated_company import SimulatedCompany

ANA, BO, CY, DEE, BOSS = (f"{name}@example.com" for name in ("ana", "bo", "cy", "dee", "boss"))
BANNER = item("WEB-12", "Consent banner", owner="p_bo", campaigns=("spring",), start=date(2026, 9, 1))
DONE = item("WEB-12", "Consent banner", owner="p_bo", campaigns=("spring",), start=date(2026, 9, 1), status=Status.DONE)
HIDDEN = item("WEB-13", "Hidden page", owner="p_bo", campaigns=("spring",), visible_to=("web",))
HIDDEN_DONE = item(
    "WEB-13", "Hidden page", owner="p_bo", campaigns=("spring",), visible_to=("web",), status=Status.DONE
)


async def banner_company(store: Store) -> SimulatedCompany:
    """Bo of Web owns the banner, Cy leads Bo; Ana runs the campaign, Dee is its IT partner; #spring follows it."""
    made = SimulatedCompany(store)
    await made.add_teams()
    await made.add_person(BOSS, "brand", Permission.ADMIN)
    await made.add_person(ANA, "seo", Permission.CONTRIBUTOR)
    await made.add_person(BO, "web", Permission.CONTRIBUTOR, manager_email=CY)
    await made.add_person(CY, "web", Permission.PUBLISHER)
    await made.add_person(DEE, "data", Permission.CONTRIBUTOR)
    await made.add_campaign("spring", "Spring Launch", owner="p_ana", it_partner="p_dee")
    await made.add_room("#spring", ANA, BO, DEE)
    await made.say(ANA, "subscribe roadmap campaign:spring digest weekly", room="#spring")
    await made.publish(BANNER, HIDDEN)
    return made


async def ship(company: SimulatedCompany, *items: Item) -> None:
    """Publish *items* (the finished banner by default), and deliver what is due."""
    company.advance(timedelta(minutes=5))
    await company.publish(*(items or (DONE,)))
    await company.deliver_due()


async def pending_celebration(company: SimulatedCompany, email: str) -> int:
    """The id of the one celebration that waits for that person's decision."""
    [waiting] = (await company.say(email, "celebrations")).facts["celebrations"]
    return int(waiting["id"])


async def post_celebration(company: SimulatedCompany) -> int:
    """Finish the banner and let its owner post it. Returns the id of the celebration."""
    await ship(company)
    number = await pending_celebration(company, BO)
    await company.press(BO, "celebrations post", str(number))
    await company.deliver_due()
    return number


async def post_thanks(company: SimulatedCompany) -> int:
    """Let Ana thank Bo in the room, and Bo make it public. Returns the id of the thank-you."""
    given = await company.say(ANA, "kudos @bo for the night shift before the launch", room="#spring")
    number = int(given.facts["kudos"])
    await company.press(BO, "kudos show", str(number))
    await company.deliver_due()
    return number
