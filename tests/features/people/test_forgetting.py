"""`me forget` reaches what others wrote about a person, and what people wrote is not kept for longer than was decided."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta

import pytest

from handlers.catalogue import FEATURES
from handlers.operations.jobs import delete_expired
from handlers.shared import notify
from storage import celebrations, deliveries, places, tour_progress, tours, verify
from storage.store import Store
from storage.values.company import Permission
from storage.values.tours import Debrief
from tests.app import ChatApp, item, text_of
from tests.store_dump import dump_text

ADMIN, ADA, BO = "root@x.org", "ada.byron@x.org", "bo@x.org"


@pytest.fixture
async def app(store: Store) -> ChatApp:
    app = ChatApp(store, FEATURES)
    await app.add_teams()
    await app.add_person(ADMIN, "brand", Permission.ADMIN)
    await app.add_person(ADA, "web", skills_offered="knitting", manager_email=BO)
    await app.add_person(BO, "web")
    await app.publish(item("WEB-1", owner="p_ada.byron"))
    return app


async def add_tour(app: ChatApp) -> int:
    """A tour of Ada and Bo, whose calendar file waits in a notice."""
    traveller = {"id": "p_ada.byron", "side": "it", "offered": ["knitting"], "wanted": [], "offset": 60, "seniority": 2}
    async with app.store.transaction() as session:
        kept = await tours.plan_round(
            session, "tours", starts=date(2027, 1, 4), weeks=4, inputs={"travellers": [traveller]}, by="", at=app.now
        )
        number = await tours.add_tour(session, kept.id, ("p_ada.byron", "p_bo"), kept.starts, kept.starts, "tour-x")
        direct = await places.ensure(session, "console", "", f"@{BO}", direct=True)
        file = {"name": "tour.ics", "content": base64.b64encode(b"ATTENDEE:mailto:ada.byron@x.org").decode()}
        payload = {"tour": number, "file": file}
        await notify.queue_notice(session, [direct.id], "tour kickoff", payload, key="kickoff", at=app.now)
    return number


async def test_what_others_wrote_about_a_forgotten_person_is_gone_too(app: ChatApp) -> None:
    await add_tour(app)
    await app.say(BO, "ask what is Ada Byron working on")
    await app.say(BO, "kudos @ada.byron for teaching me to knit")
    await app.say(BO, "ask who repaired Ada Byron's sauna")

    await app.say(ADA, "me forget --yes")

    left = await dump_text(app.store)
    for trace in (
        "Ada Byron",
        "ada byron",
        "ada.byron@",
        "knitting",
        base64.b64encode(b"ATTENDEE:mailto:ada").decode(),
    ):
        assert trace not in left, trace
    async with app.store.reading() as session:
        assert (await verify.verify(session)).problem == ""


async def test_admins_hear_what_a_forgotten_person_leaves_to_decide_without_the_name(app: ChatApp) -> None:
    await app.say(ADA, "me forget --yes")

    async with app.store.reading() as session:
        [card] = [d.notice.payload["card"] for d in await deliveries.in_state(session)]
    told = json.dumps(card)
    assert "owner of 1 open item (WEB-1)" in told
    assert "Ada" not in told
    assert (await app.press(ADMIN, "people reassign", "p_ada.byron p_bo")).facts["reassigned"] == ["WEB-1"]


async def test_the_export_holds_absences_checkins_and_approvals(app: ChatApp) -> None:
    number = await add_tour(app)
    await app.say(ADA, "tours join")
    days = [(date(2027, 2, 1), date(2027, 2, 5))]
    async with app.store.transaction() as session:
        await tours.change_member(session, "tours", "p_ada.byron", capacity=2, blackout=days)
        await tour_progress.request_approvals(session, number, [("p_ada.byron", "p_ada.byron")], app.now)
        await tour_progress.add_checkin(session, number, "p_ada.byron", "half", app.now)

    mine = (await app.say(ADA, "me export")).facts["tours"]

    assert mine["joined"][0]["capacity"] == 2
    assert mine["approvals"][0]["tour"] == mine["checkins"][0]["tour"] == number
    assert mine["joined"][0]["absent"] == [{"from": "2027-02-01", "to": "2027-02-05"}]


async def test_what_people_wrote_is_deleted_after_the_retention_and_revisions_stay(app: ChatApp) -> None:
    number = await add_tour(app)
    debrief = Debrief(tour=number, person="p_bo", text="I learned to purl", shared=True, at=app.now)
    await app.say(BO, "kudos @ada.byron for teaching me to knit")
    async with app.store.transaction() as session:
        await tour_progress.save_debrief(session, debrief)
        await tour_progress.add_checkin(session, number, "p_bo", "half", app.now)
        await tour_progress.record_checkin(session, number, "p_bo", "half", met=False, obstacle="the flu")
    app.advance(timedelta(days=401))

    async with app.store.transaction() as session:
        await delete_expired(app.ctx, session, app.now)

    async with app.store.reading() as session:
        assert await celebrations.kudos_of(session, "p_bo") == ()
        assert await tour_progress.debriefs(session, shared_only=False) == ()
        assert [checkin.obstacle for checkin in await tour_progress.checkins(session)] == [""]
    assert "WEB-1" in text_of(await app.say(BO, "roadmap"))
