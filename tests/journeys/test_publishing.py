"""The first story: a date moves, both sides sign, every room hears it once, and we know who has it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from bot.app import App
from bot.delivery.deliverer import Deliverer
from bot.delivery.factory import notice_composers
from bot.delivery.sqlite_worker import deliver_due
from bot.settings import Settings
from handlers.catalogue import FEATURES
from integrations.plain.render import card_text
from storage.store import Store
from storage.values.company import Permission
from storage.verify import verify
from tests.app import ChatApp, item, text_of
from tests.fakes.platform import FakePlatform


class NoticesCompany:
    """A house with a platform behind it."""

    def __init__(self, store: Store) -> None:
        self.chat_app = ChatApp(store, FEATURES)
        self.platform = FakePlatform("console")
        app = App(Settings(), store, self.chat_app.ctx, self.chat_app.dispatch)
        self.postman = Deliverer(
            store, {"console": self.platform}, notice_composers(app), clock=self.chat_app.ctx.clock, random=Random(1)
        )

    async def deliver(self) -> None:
        await deliver_due(self.chat_app.store, self.postman.deliver, self.chat_app.ctx.clock)

    def cards_in(self, room: str) -> list[str]:
        return [card_text(message.card) for message in self.platform.messages_in(room)]


async def make_company(store: Store) -> NoticesCompany:
    """Two sides with a publisher each, ten people on either, two rooms that follow, one revision published."""
    told = NoticesCompany(store)
    app = told.chat_app
    await app.add_teams()
    await app.add_campaign("spring", "Spring Launch", start=date(2026, 12, 5), end=date(2027, 1, 31))
    await app.add_person("cmo@example.com", "brand", Permission.PUBLISHER)
    await app.add_person("cio@example.com", "web", Permission.PUBLISHER)
    for number in range(11):
        await app.add_person(f"m{number}@example.com", "seo")
        await app.add_person(f"i{number}@example.com", "web", Permission.CONTRIBUTOR)
    await app.say("cmo@example.com", "subscribe roadmap", room="#everything")
    await app.say("cio@example.com", "subscribe roadmap campaign:spring", room="#spring")
    await app.say("cio@example.com", "subscribe roadmap team:data", room="#data")
    await app.publish(item("WEB-12", "Consent banner", due=date(2026, 12, 1), campaigns=("spring",)))
    await told.deliver()
    return told


async def test_a_moved_date_reaches_every_room_once_and_supersedes_the_card_before(store: Store) -> None:
    told = await make_company(store)
    app = told.chat_app
    app.advance(timedelta(days=1))

    edited = await app.say("i0@example.com", 'item edit WEB-12 due=+9d --why "vendor is late"')
    proposed = await app.say("cio@example.com", "publish")
    signed = await app.say("cmo@example.com", "approve R2")
    await told.deliver()
    await told.deliver()

    assert "10 Dec 2026" in text_of(edited)
    assert (proposed.facts["state"], signed.facts["state"]) == ("proposed", "published")
    for room in ("#everything", "#spring"):
        first, second = told.cards_in(room)
        assert "superseded" in first.lower()
        assert "R2" in second
        assert "9 days later" in second
        assert "Spring Launch" in second
        assert "vendor is late" in second
        assert signed.facts["hash"][:12] in second
    assert told.cards_in("#data") == []


async def test_coverage_names_exactly_those_who_are_behind(store: Store) -> None:
    told = await make_company(store)
    app = told.chat_app
    everybody = ["cmo@example.com", "cio@example.com", *(f"{s}{n}@example.com" for s in "mi" for n in range(11))]
    for email in everybody[:19]:
        await app.press(email, "ack", "R1", room="#everything")

    reply = await app.say("cmo@example.com", "coverage")

    teams = {entry["team"]: entry for entry in reply.facts["teams"]}
    assert sum(entry["acknowledged"] for entry in teams.values()) == 19
    assert sorted(email for entry in teams.values() for email in entry["behind"]) == sorted(everybody[19:])


async def test_a_rejected_proposal_tells_nobody(store: Store) -> None:
    told = await make_company(store)
    app = told.chat_app
    await app.say("i0@example.com", "item edit WEB-12 due=+9d")
    await app.say("cio@example.com", "publish")

    await app.say("cmo@example.com", 'reject R2 "collides with the fair"')
    await told.deliver()

    assert len(told.cards_in("#everything")) == 1
    assert (await app.say("cmo@example.com", "current")).facts["revision"] == 1


async def test_everything_that_happened_verifies(store: Store) -> None:
    told = await make_company(store)
    app = told.chat_app
    app.advance(timedelta(days=1))
    await app.say("i0@example.com", "item edit WEB-12 due=+9d")
    await app.say("cio@example.com", "publish")
    await app.say("cmo@example.com", "approve")
    app.advance(timedelta(days=1))
    await app.say("cmo@example.com", "revert R2")
    await app.say("cmo@example.com", "publish")
    await app.say("cio@example.com", "approve R3")

    async with store.reading() as session:
        verdict = await verify(session)

    assert (verdict.problem, verdict.head_name) == ("", "R3")
