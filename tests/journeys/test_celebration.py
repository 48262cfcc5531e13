"""An IT milestone ships on a Saturday for a campaign of Marketing: seen on Monday morning, by both sides, on both platforms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from bot.delivery.deliverer import Deliverer
from bot.delivery.sqlite_worker import deliver_due
from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.shared.sending_hours import next_sending_time
from integrations.plain.render import card_text
from storage import people, places
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Kind, Status
from tests.app import ChatApp, item, text_of
from tests.fakes.platform import FakePlatform

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


class ThanksCompany:
    """Rooms in three zones on two platforms; `log` is (moment, room, title)."""

    def __init__(self, store: Store) -> None:
        self.chat_app = ChatApp(store, FEATURES, POLICY)
        self.log: list[tuple[datetime, str, str]] = []
        self.platforms = {name: FakePlatform(name, on_change=self._note) for name in ("slack", "teams")}
        words = {
            kind: partial(compose, self.chat_app.ctx) for each in FEATURES for kind, compose in each.notices().items()
        }
        self.postman = Deliverer(
            store,
            self.platforms,
            words,
            clock=self.chat_app.ctx.clock,
            random=Random(1),
            next_sending_time=lambda db, place, at: next_sending_time(db, POLICY, place, at),
        )

    def _note(self, did: str, room: str, message: Any) -> None:
        if did == "post":
            self.log.append((self.chat_app.now, room, message.card.title))

    async def simulate(self, until: datetime) -> None:
        while self.chat_app.now < until:
            self.chat_app.advance(timedelta(minutes=30))
            async with self.chat_app.store.transaction() as session:
                for job in (job for each in FEATURES for job in each.jobs if job.name == "celebrations.tick"):
                    await job.run(self.chat_app.ctx, session, self.chat_app.now)
            await deliver_due(self.chat_app.store, self.postman.deliver, self.chat_app.ctx.clock)

    def cards(self) -> list[str]:
        return [
            card_text(message.card)
            for platform, room, _ in ROOMS
            for message in self.platforms[platform].messages_in(room)
        ]


@pytest.fixture
async def company(store: Store) -> ThanksCompany:
    made = ThanksCompany(store)
    app = made.chat_app
    await app.add_teams()
    for email, team in ((LENA, "seo"), (BO, "web"), (DEE, "data"), (EVE, "brand")):
        await app.add_person(email, team, Permission.CONTRIBUTOR, timezone="Europe/Berlin")
    await app.link(BO, "teams", "29:bo")
    await app.link(LENA, "slack", "U-LENA", "T1")
    await app.add_campaign("spring", "Spring Launch", owner="p_lena", it_partner="p_dee")
    async with store.transaction() as session:
        for platform, room, zone in ROOMS:
            place = await places.ensure(session, platform, "T1" if platform == "slack" else "", room, name=room)
            sitting = [await people.with_email(session, email) for email in (LENA, BO, DEE)]
            await places.set_members(
                session, place.id, [each.id for each in sitting if each], known=True, external=False
            )
            await places.set_hours(session, place.id, timezone=zone, quiet="", days="")
            await places.subscribe(
                session, place.id, campaigns=("spring",), teams=(), level="weekly", by="", at=app.now
            )
    await app.say(DEE, "me hide")
    await app.publish(item("WEB-12", "Consent banner", owner="p_bo", campaigns=("spring",), kind=Kind.MILESTONE))
    app.advance(SATURDAY - app.now)
    await app.publish(
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
    return made


async def test_it_is_drafted_on_saturday_posted_on_monday_where_each_room_is_and_taken_back_everywhere(
    company: ThanksCompany,
) -> None:
    await company.simulate(SATURDAY + timedelta(hours=6))
    quiet = list(company.log)
    [waiting] = (await company.chat_app.say(BO, "celebrations")).facts["celebrations"]
    await company.chat_app.press(BO, "celebrations post", str(waiting["id"]))
    await company.simulate(SATURDAY + timedelta(days=3))

    posted = {room: at for at, room, title in company.log if title == "Done: Consent banner"}
    assert quiet == []  # nobody is spoken to on a Saturday, not even the owner
    assert {room: (at.weekday(), at.hour) for room, at in posted.items()} == {
        "C-TOKYO": (6, 23),  # Sunday in UTC is Monday morning there
        "19:spring": (0, 7),
        "C-SPRING": (0, 13),
    }
    for card in company.cards():
        assert "Bo (owned it), Lena (runs Spring Launch) and a colleague (is the IT partner of Spring Launch)" in card
        assert "Dee" not in card

    undone = await company.chat_app.press(BO, "celebrations undo", str(waiting["id"]))
    await deliver_due(company.chat_app.store, company.postman.deliver, company.chat_app.ctx.clock)

    assert undone.facts["removed"] == 3, text_of(undone)
    assert company.cards() == []


async def test_the_owner_is_asked_on_monday_where_they_are(company: ThanksCompany) -> None:
    await company.simulate(SATURDAY + timedelta(days=2))

    [(at, room, title)] = [each for each in company.log if "Say so?" in each[2]]
    assert (room, title) == ("@29:bo", "Consent banner is done. Say so?")
    assert (at.weekday(), at.hour) == (0, 7)
