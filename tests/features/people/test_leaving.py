"""Somebody leaves: they lose access and take part in nothing, history keeps them, and admins hear what to decide."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from handlers.catalogue import FEATURES
from handlers.errors import Refusal
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport
from handlers.importing.workflow.files import import_file
from handlers.people.jobs import end_due
from storage import deliveries, dinners, places, verify
from storage.directory import directory
from storage.store import Store
from storage.values.company import UNRESTRICTED, Permission
from tests.app import ChatApp, item, text_of

ADMIN, EVA, BO, CY = "root@x.org", "eva@x.org", "bo@x.org", "cy@x.org"


@pytest.fixture
async def app(store: Store) -> ChatApp:
    app = ChatApp(store, FEATURES)
    await app.add_teams()
    await app.add_person(ADMIN, "brand", Permission.ADMIN)
    await app.add_person(EVA, "web", name="Eva Lang", manager_email=BO, permission=Permission.CONTRIBUTOR)
    await app.add_person(BO, "web", Permission.PUBLISHER)
    await app.add_person(CY, "web", manager_email=EVA)
    await app.publish(item("WEB-1", owner="p_eva"), item("WEB-2", owner="p_eva"), item("WEB-3", owner="p_bo"))
    return app


async def said_to(app: ChatApp, email: str) -> list[str]:
    """The titles of the cards that wait for that person."""
    async with app.store.reading() as session:
        waiting = await deliveries.in_state(session)
    cards = [d.notice.payload.get("card") for d in waiting if d.place.conversation == f"@{email}"]
    return [str(card["title"]) for card in cards if isinstance(card, dict)]


async def test_a_leaver_loses_access_and_is_told_whom_to_ask(app: ChatApp) -> None:
    await app.say(ADMIN, "people end @eva")

    for words in ("me", "roadmap", "me link", "ask what is blocked"):
        reply = await app.say(EVA, words)
        assert reply.exit == 1
        assert "Your membership has ended" in text_of(reply)


async def test_a_leaver_is_not_counted_but_history_still_names_them(app: ChatApp) -> None:
    await app.say(ADMIN, "people end eva@x.org")

    coverage = await app.say(ADMIN, "coverage")
    team = next(team for team in coverage.facts["teams"] if team["team"] == "web")
    assert (team["people"], EVA in team["behind"]) == (2, False)
    assert "Eva Lang" in text_of(await app.say(ADMIN, "item WEB-1"))
    assert "Eva" not in text_of(await app.say(BO, "people web"))
    assert (await app.say(BO, "ask what does eva own")).facts["items"] == ["WEB-1", "WEB-2"]
    async with app.store.reading() as session:
        assert (await verify.verify(session)).problem == ""


@pytest.mark.parametrize(
    "words",
    [
        "kudos @eva for the launch",
        'item edit WEB-3 owner=eva@x.org --why "x"',
        "roles grant @eva publisher",
        "dinner must eva@x.org",
        "tours pin @eva @cy",
    ],
)
async def test_nobody_can_be_given_to_do_who_left(app: ChatApp, words: str) -> None:
    await app.say(ADMIN, "people end @eva")

    reply = await app.say(ADMIN, words)

    assert reply.exit in (1, 2)


async def test_an_admin_sees_what_is_left_to_decide_and_settles_it_with_one_press(app: ChatApp) -> None:
    reply = await app.say(ADMIN, "people end @eva")

    told = text_of(reply)
    assert "owner of 2 open items (WEB-1, WEB-2)" in told
    assert "manager of Cy" in told
    pressed = await app.press(ADMIN, "people reassign", "p_eva p_bo")
    assert pressed.facts == {"from": EVA, "to": BO, "reassigned": ["WEB-1", "WEB-2"]}
    assert (await app.say(ADMIN, "people back @eva")).facts["ended"] is False
    assert (await app.say(EVA, "me")).exit == 0


async def test_reassigning_tells_whose_unpublished_owner_it_replaces(app: ChatApp) -> None:
    await app.say(BO, 'item edit WEB-1 owner=cy@x.org --why "Cy knows it"')

    reply = await app.say(ADMIN, "people reassign @eva @bo")

    assert "replaces an unpublished change by Bo: WEB-1 owner Cy → Bo. Their reason was: Cy knows it." in text_of(reply)
    assert "The owner left" not in text_of(await app.say(ADMIN, "draft"))  # Eva has not


async def test_without_an_heir_a_form_asks(app: ChatApp) -> None:
    await app.say(ADMIN, "people end @eva")

    asked = await app.press(ADMIN, "people reassign", "p_eva")
    given = await app.submit(ADMIN, "people reassign", {"to": "cy@x.org"}, value="p_eva")

    assert asked.form is not None
    assert given.facts["to"] == CY


async def test_notices_that_waited_for_a_leaver_are_dropped_and_none_follow(app: ChatApp) -> None:
    await app.say(EVA, "follow WEB-3")
    await app.publish(item("WEB-3", owner="p_bo", due=date(2027, 1, 5)))

    await app.say(ADMIN, "people end @eva")
    await app.publish(item("WEB-3", owner="p_bo", due=date(2027, 3, 5)))

    async with app.store.reading() as session:
        assert not [d for d in await deliveries.in_state(session) if d.place.conversation == f"@{EVA}"]


async def test_a_room_in_which_a_leaver_sits_shows_no_more_than_strangers_see(app: ChatApp) -> None:
    async with app.store.transaction() as session:
        room = await places.ensure(session, "slack", "T1", "C1", name="#web")
        await places.set_members(session, room.id, ["p_eva", "p_bo"], known=True, external=False)
    await app.say(ADMIN, "people end @eva")

    async with app.store.reading() as session:
        found = await places.find(session, "slack", "T1", "C1")
        assert found is not None
        assert await places.audience(session, found) == UNRESTRICTED
        assert (await places.audiences(session, [found]))[found.id] == UNRESTRICTED


async def test_somebody_leaves_on_a_day_to_come(app: ChatApp) -> None:
    reply = await app.say(ADMIN, "people end @eva --on 2026-12-01")
    assert reply.facts == {"person": EVA, "ended": False, "ends_on": "2026-12-01"}
    assert (await app.say(EVA, "me")).exit == 0
    assert "Eva Lang: 1 Dec 2026" in text_of(await app.say(ADMIN, "people left"))

    await run_end(app)
    assert (await app.say(EVA, "me")).exit == 0
    app.advance(timedelta(days=29))
    assert (await app.say(EVA, "me")).exit == 1
    await run_end(app)

    assert (await app.say(EVA, "me")).exit == 1
    assert await said_to(app, ADMIN) == ["Eva Lang left"]


async def test_an_export_before_an_announced_end_says_when(app: ChatApp) -> None:
    await app.say(ADMIN, "people end @eva --on 2026-12-01")

    reply = await app.say(EVA, "me export")

    assert reply.file is not None
    assert json.loads(reply.file.content)["profile"]["ends_on"] == "2026-12-01"


async def run_end(app: ChatApp) -> None:
    async with app.store.transaction() as session:
        await end_due(app.ctx, session, app.now)


async def test_an_announced_end_is_withdrawn(app: ChatApp) -> None:
    await app.say(ADMIN, "people end @eva --on 2026-12-01")
    await app.say(ADMIN, "people back @eva")

    app.advance(timedelta(days=40))
    await run_end(app)

    assert (await app.say(EVA, "me")).exit == 0


async def test_only_an_admin_ends_people_and_the_last_admin_stays(app: ChatApp) -> None:
    assert (await app.say(BO, "people end @eva")).exit == 1
    assert "only admin" in text_of(await app.say(ADMIN, f"people end {ADMIN}"))
    assert "not exact enough" in text_of(await app.say(ADMIN, "people end eva"))
    assert (await app.say(EVA, "me")).exit == 0


HEAD = "email,name,team,permission\n"
ROWS = {
    ADMIN: "root@x.org,Root,brand,admin\n",
    EVA: "eva@x.org,Eva Lang,web,contributor\n",
    BO: "bo@x.org,Bo,web,publisher\n",
    CY: "cy@x.org,Cy,web,\n",
}


async def import_people(app: ChatApp, *emails: str, more: str = "", **options: bool) -> ImportReport:
    content = HEAD + "".join(ROWS[email] for email in emails) + more
    return await import_file(app.ctx, "people", content.encode(), ImportOptions(**options), Importer())  # type: ignore[arg-type]


async def test_a_complete_file_ends_whom_it_does_not_name(app: ChatApp) -> None:
    report = await import_people(app, ADMIN, BO, CY, complete=True)

    assert report.facts()["ended"] == [EVA]
    assert report.dropped == 1
    assert (await app.say(EVA, "me")).exit == 1
    assert "Eva Lang left" in await said_to(app, ADMIN)
    assert (await import_people(app, ADMIN, EVA, BO, CY, complete=True)).facts()["former"] == [EVA]


async def test_an_incomplete_file_ends_nobody(app: ChatApp) -> None:
    await import_people(app, ADMIN, BO)

    assert (await app.say(EVA, "me")).exit == 0


async def test_a_file_that_leaves_out_many_is_held_until_confirmed(app: ChatApp) -> None:
    with pytest.raises(Refusal, match="leaves out 2 of 4 people"):
        await import_people(app, ADMIN, BO, complete=True)
    assert (await app.say(EVA, "me")).exit == 0

    report = await import_people(app, ADMIN, BO, complete=True, accept_removals=True)

    assert report.ended == (CY, EVA)


async def test_a_complete_file_without_an_admin_is_refused(app: ChatApp) -> None:
    with pytest.raises(Refusal, match="nobody could"):
        await import_people(app, EVA, BO, CY, complete=True)


@pytest.mark.parametrize("what", ["teams", "campaigns"])
async def test_a_file_of_teams_or_campaigns_cannot_be_complete(app: ChatApp, what: str) -> None:
    content = b"key,name,side\nweb,Web,it\n" if what == "teams" else b"key,name\nspring,Spring\n"

    with pytest.raises(Refusal, match="--complete is for the roadmap and for people"):
        await import_file(app.ctx, what, content, ImportOptions(complete=True), Importer())  # type: ignore[arg-type]


async def test_another_email_in_a_complete_file_is_the_same_person(app: ChatApp) -> None:
    report = await import_people(app, ADMIN, BO, CY, more="eva.lang@x.org,Eva Lang,web,\n", complete=True)

    assert (report.added, report.ended) == (0, ())
    assert (await app.say("eva.lang@x.org", "me items")).facts["items"] == ["WEB-1", "WEB-2"]
    assert (await app.say(ADMIN, "people end eva@x.org")).facts["person"] == "eva.lang@x.org"


async def test_two_entries_of_one_person_become_one(app: ChatApp) -> None:
    await app.add_person("e.lang@x.org", "web", name="E. Lang")
    await app.say("e.lang@x.org", "ack")
    await app.say(EVA, "follow WEB-3")
    await app.link(EVA, "slack", "U1")

    asked = await app.say(ADMIN, "people merge @eva @e.lang")
    await app.press(ADMIN, "people merge", "p_eva p_e.lang yes")

    assert asked.facts["merged"] is False
    assert (await app.say("e.lang@x.org", "me items")).facts["items"] == ["WEB-1", "WEB-2"]
    assert (await app.say(EVA, "me")).facts["email"] == "e.lang@x.org"
    assert (await app.say(EVA, "me")).facts["accounts"][0]["account"] == "U1"
    assert "E. Lang" in text_of(await app.say(ADMIN, "item WEB-1"))
    team = next(t for t in (await app.say(ADMIN, "coverage")).facts["teams"] if t["team"] == "web")
    assert (team["people"], team["acknowledged"]) == (3, 1)
    async with app.store.reading() as session:
        assert (await verify.verify(session)).problem == ""
        assert len((await directory(session)).people) == 4


async def test_a_dinner_seat_is_free_again_and_a_host_is_named_with_one_press(app: ChatApp) -> None:
    await app.say(ADMIN, "dinner plan 2027-Q1 --host eva@x.org --dates 2027-02-09")
    await app.say(ADMIN, "dinner pick 2027-02-09")
    assert (await app.say(EVA, "dinner rsvp yes")).exit == 0

    reply = await app.say(ADMIN, "people end @eva")

    assert "host of the dinner 2027-Q1" in reply.facts["open_work"]
    assert (await app.press(ADMIN, "dinner host", "2027-Q1 bo@x.org")).exit == 0
    async with app.store.reading() as session:
        [dinner] = await dinners.ongoing(session)
        assert dinner.host == "p_bo"
        assert (await dinners.rsvps(session, dinner.id))["p_eva"].answer == "no"


async def test_a_question_put_to_a_leaver_is_named_without_its_words(app: ChatApp) -> None:
    asked = await app.say(CY, "ask how hot is the sauna in the basement")
    number = asked.facts["question"]
    await app.say(CY, f"handoff {number} @eva")

    reply = await app.say(ADMIN, "people end @eva")

    assert any(number in work for work in reply.facts["open_work"])
    assert "sauna" not in text_of(reply)


@pytest.mark.parametrize(
    "words", ["people end eva", "people merge eva bo", "roles grant eva admin", "roles bridge eva"]
)
async def test_a_first_name_is_not_exact_enough_for_what_gives_or_takes_rights(app: ChatApp, words: str) -> None:
    reply = await app.say(ADMIN, words)

    assert (reply.exit, "not exact enough" in text_of(reply)) == (2, True)


@pytest.mark.parametrize("name", ["eva@x.org", "@eva", '"Eva Lang"', "Eva Lang", "EVA@X.ORG"])
async def test_an_email_a_mention_or_the_full_name_is(app: ChatApp, name: str) -> None:
    assert (await app.say(ADMIN, f"roles grant {name} publisher")).facts["person"] == EVA


async def test_a_file_keeps_the_items_of_a_leaver_and_gives_them_no_new_ones(app: ChatApp) -> None:
    await app.say(ADMIN, "people end @eva")
    head, row = "key,title,team,status,due,owner_email\n", "web,in_progress,2026-12-01,eva@x.org\n"

    same = await import_file(app.ctx, "roadmap", f"{head}WEB-1,Item WEB-1,{row}".encode(), ImportOptions(), Importer())
    more = await import_file(app.ctx, "roadmap", f"{head}WEB-3,Item WEB-3,{row}".encode(), ImportOptions(), Importer())

    assert (same.errors, same.unchanged) == ((), 1)
    assert [(error.column, error.reason, error.fix) for error in more.errors] == [
        ("owner_email", "Eva Lang left", "somebody who is still here, or leave the cell empty")
    ]


async def test_a_roadmap_file_that_leaves_out_many_items_is_held_until_confirmed(app: ChatApp) -> None:
    content = b"key,title,team,status,due\nWEB-1,Item WEB-1,web,in_progress,2026-12-01\n"

    with pytest.raises(Refusal, match="leaves out 2 of 3 items"):
        await import_file(app.ctx, "roadmap", content, ImportOptions(complete=True), Importer())
    report = await import_file(
        app.ctx, "roadmap", content, ImportOptions(complete=True, accept_removals=True), Importer()
    )

    assert report.dropped == 2


async def test_a_leaver_is_on_no_tour_and_in_no_list_of_those_left_out(app: ChatApp) -> None:
    await app.add_person("mia@x.org", "seo")
    for email in (EVA, BO, "mia@x.org"):
        await app.say(email, "tours join")
    await app.say(ADMIN, "people end @eva")

    plan = (await app.say(ADMIN, "tours plan")).facts

    assert [sorted(pair) for pair in plan["pairs"]] == [[BO, "mia@x.org"]]
    assert plan["left_out"] == []


async def test_whoever_reassigns_hidden_items_is_told_how_many_and_not_which(app: ChatApp) -> None:
    await app.publish(item("SEC-1", "Vault", visible_to=("web",), owner="p_eva"))

    reassigned = await app.say(ADMIN, "people reassign @eva @bo")
    exported = await app.say(ADMIN, "me export")
    by_key = await app.say(ADMIN, "draft discard SEC-1")
    discarded = await app.say(ADMIN, "draft discard")

    assert "WEB-1, WEB-2 and 1 that you cannot see" in text_of(reassigned)
    assert by_key.exit == 1
    assert "WEB-1, WEB-2 and 1 that you cannot see" in text_of(discarded)
    assert all("SEC-1" not in json.dumps(dict(reply.facts)) for reply in (reassigned, exported, discarded))
    assert (await app.say(BO, "draft")).facts["draft"] == 0
