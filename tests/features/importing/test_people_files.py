"""people.csv and teams.csv: who is added with which permission, and what importing again changes."""

from __future__ import annotations

from typing import Literal

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport
from handlers.importing.workflow.files import import_file
from storage import people
from storage.store import Store
from storage.values.company import Permission, Person, Side
from tests.app import ChatApp
from tests.store_dump import dump_tables

What = Literal["teams", "people", "campaigns", "roadmap"]
BOSS = "boss@example.com"
FULL = (
    "email,name,team,role,permission,timezone,location,manager_email,skills_offered,skills_wanted,diet,slack_user_id\n"
    "ana@example.com,Ana,web,Developer,,,Berlin,,css;html,seo,no nuts,U1\n"
    "bo@example.com,Bo,seo,Head of SEO,publisher,Europe/Berlin,,ana@example.com,,,,U2\n"
)


async def make_app(store: Store) -> ChatApp:
    app = ChatApp(store, FEATURES, Policy(admins=frozenset({BOSS}), timezone="Europe/Lisbon"))
    await app.add_teams()
    return app


async def import_text(app: ChatApp, what: What, content: str, **options: bool) -> ImportReport:
    return await import_file(app.ctx, what, content.encode(), ImportOptions(**options), Importer(account="root"))  # type: ignore[arg-type]


async def person(app: ChatApp, email: str) -> Person:
    async with app.store.reading() as session:
        found = await people.with_email(session, email)
    assert found is not None
    return found


async def test_each_row_keeps_its_own_permission_and_viewer_is_what_a_row_without_one_means(store: Store) -> None:
    app = await make_app(store)

    await import_text(app, "people", FULL)

    assert (await person(app, "ana@example.com")).permission is Permission.VIEWER
    assert (await person(app, "bo@example.com")).permission is Permission.PUBLISHER


async def test_an_empty_permission_takes_nothing_from_somebody_who_has_one(store: Store) -> None:
    """Permissions are also granted in chat; the next file of the staff system must not revoke them."""
    app = await make_app(store)
    await import_text(app, "people", FULL)

    await import_text(app, "people", "email,name,team,permission\nbo@example.com,Bo,seo,\n")

    assert (await person(app, "bo@example.com")).permission is Permission.PUBLISHER


async def test_whoever_names_no_time_zone_lives_in_the_organisations(store: Store) -> None:
    app = await make_app(store)

    await import_text(app, "people", FULL)
    await import_text(app, "people", "email,name,team\ncy@example.com,Cy,web\n")

    assert (await person(app, "ana@example.com")).timezone == "Europe/Lisbon"
    assert (await person(app, "bo@example.com")).timezone == "Europe/Berlin"
    assert (await person(app, "cy@example.com")).timezone == "Europe/Lisbon"


async def test_the_same_file_again_changes_nobody(store: Store) -> None:
    app = await make_app(store)

    first = await import_text(app, "people", FULL)
    again = await import_text(app, "people", FULL)

    assert (first.added, first.changed, first.unchanged) == (2, 0, 0)
    assert (again.added, again.changed, again.unchanged, again.changes) == (0, 0, 2, ())


async def test_a_diet_that_the_file_clears_is_gone(store: Store) -> None:
    app = await make_app(store)
    await import_text(app, "people", FULL)

    await import_text(app, "people", FULL.replace("no nuts", ""))

    async with store.reading() as session:
        assert await people.encrypted_diet(session, (await person(app, "ana@example.com")).id) == ""


async def test_a_file_without_the_column_leaves_diets_alone(store: Store) -> None:
    app = await make_app(store)
    await import_text(app, "people", FULL)

    await import_text(app, "people", "email,name,team\nana@example.com,Ana Maria,web\n")

    async with store.reading() as session:
        sealed = await people.encrypted_diet(session, (await person(app, "ana@example.com")).id)
    assert app.ctx.cipher.decrypt(sealed) == "no nuts"


async def test_no_diet_is_readable_anywhere_in_the_store(store: Store) -> None:
    app = await make_app(store)

    await import_text(app, "people", FULL)

    assert "no nuts" not in str(await dump_tables(store))


async def test_two_rows_with_one_address_in_different_case_are_one_person_too_many(store: Store) -> None:
    app = await make_app(store)
    before = await dump_tables(store)

    report = await import_text(app, "people", "email,name,team\nAna@example.com,Ana,web\nana@EXAMPLE.com,Anna,seo\n")

    assert [(error.row, error.column) for error in report.errors] == [(3, "email")]
    assert await dump_tables(store) == before


async def test_an_account_of_somebody_else_is_an_error_of_its_row(store: Store) -> None:
    app = await make_app(store)
    await import_text(app, "people", FULL)
    thief = "email,name,team,slack_user_id\ncy@example.com,Cy,web,U1\ndi@example.com,Di,web,U9\n"

    refused = await import_text(app, "people", thief)
    accepted = await import_text(app, "people", thief, accept_errors=True)

    assert [(error.row, error.column, error.value) for error in refused.errors] == [(2, "slack_user_id", "U1")]
    assert "ana@example.com" in refused.errors[0].fix
    assert (refused.exit, accepted.exit, accepted.added) == (2, 0, 1)


async def test_an_account_that_the_file_names_replaces_the_one_it_named_before(store: Store) -> None:
    """The old account may now belong to somebody else; accounts that a person linked are not changed by the file."""
    app = await make_app(store)
    await import_text(app, "people", FULL)
    ana = await person(app, "ana@example.com")
    async with store.transaction() as session:
        await people.link(session, ana.id, "slack", "T1", "U7", at=app.now)
        await people.link(session, ana.id, "teams", "", "29:ana", at=app.now)

    await import_text(app, "people", FULL.replace("U1", "U8"))

    async with store.reading() as session:
        accounts = await people.accounts_of(session, ana.id)
        gone = await people.with_account(session, "slack", "T1", "U1")
    assert set(accounts) == {("slack", "", "U8"), ("slack", "T1", "U7"), ("teams", "", "29:ana")}
    assert gone is None


@pytest.mark.parametrize("again", [FULL, FULL.replace(",U1", ","), FULL.replace(",slack_user_id", ",unknown")])
async def test_a_file_that_names_no_other_account_changes_none(store: Store, again: str) -> None:
    """Not even one without a workspace: accounts of Teams never have one."""
    app = await make_app(store)
    await import_text(app, "people", FULL.replace("slack", "teams"))
    ana = await person(app, "ana@example.com")
    async with store.transaction() as session:
        await people.link(session, ana.id, "teams", "", "29:ana", at=app.now)

    await import_text(app, "people", again.replace("slack", "teams"))

    async with store.reading() as session:
        assert set(await people.accounts_of(session, ana.id)) == {("teams", "", "U1"), ("teams", "", "29:ana")}


async def test_an_admin_of_the_settings_comes_with_the_file_like_anybody(store: Store) -> None:
    """A person who used Handshake before the import is reported as added, not as changed."""
    app = await make_app(store)
    await app.say(BOSS, "draft show")

    report = await import_text(app, "people", f"email,name,team\n{BOSS},The Boss,brand\n")

    assert (report.added, report.changed) == (1, 0)
    assert (await person(app, BOSS)).name == "The Boss"


async def test_a_complete_file_says_whom_it_does_not_end(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BOSS, "draft show")
    await import_text(app, "people", FULL)

    report = await import_text(app, "people", FULL, complete=True)

    assert (report.ended, report.facts()["kept"]) == ((), [BOSS])


@pytest.mark.parametrize("what", ["teams", "people", "campaigns", "roadmap"])
async def test_a_refused_file_writes_nothing_at_all(store: Store, what: What) -> None:
    app = await make_app(store)
    before = await dump_tables(store)
    bad = {
        "teams": "key,name,side\nx,X,it\ny,Y,nowhere\n",
        "people": "email,name,team\nx@example.com,X,web\ny@example.com,Y,nowhere\n",
        "campaigns": f"key,name,owner_email,start\nx,X,{BOSS},2027-01-01\ny,Y,,2027-02-30\n",
        "roadmap": f"key,title,team,status,owner_email\nX-1,X,web,planned,{BOSS}\nX-2,Y,web,nearly,\n",
    }[what]

    report = await import_text(app, what, bad)

    assert (report.exit, report.added, [error.row for error in report.errors]) == (2, 0, [3])
    assert await dump_tables(store) == before


@pytest.mark.parametrize("what", ["teams", "people", "campaigns", "roadmap"])
async def test_a_dry_run_foresees_what_is_then_done_and_writes_nothing(store: Store, what: What) -> None:
    app = await make_app(store)
    good = {
        "teams": "key,name,side\nx,X,it\nweb,Web,it\n",
        "people": FULL,
        "campaigns": f"key,name,owner_email\nx,X,{BOSS}\n",
        "roadmap": f"key,title,team,status,owner_email\nX-1,X,web,planned,{BOSS}\n",
    }[what]
    before = await dump_tables(store)

    foreseen = await import_text(app, what, good, dry_run=True)

    assert await dump_tables(store) == before
    done = await import_text(app, what, good)
    assert foreseen.facts() == done.facts()


async def test_a_dry_run_of_accepted_errors_succeeds_as_the_import_would(store: Store) -> None:
    app = await make_app(store)
    mixed = "key,name,side\nx,X,it\ny,Y,nowhere\n"

    foreseen = await import_text(app, "teams", mixed, dry_run=True, accept_errors=True)

    assert (foreseen.exit, foreseen.added, foreseen.written) == (0, 1, False)


async def test_a_team_that_changes_its_side_is_told_by_field(store: Store) -> None:
    app = await make_app(store)

    report = await import_text(app, "teams", "key,name,side\nweb,Web Platform,marketing\n")

    assert report.changes == ({"key": "web", "field": "side", "old": "it", "new": "marketing"},)
    async with store.reading() as session:
        assert {team.key: team.side for team in await people.teams(session)}["web"] is Side.MARKETING


async def test_a_new_person_with_the_name_and_team_of_a_known_one_is_pointed_out(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await import_text(app, "people", FULL)

    report = await import_text(app, "people", "email,name,team\nana.neu@example.com,Ana,web\ncy@example.com,Cy,web\n")

    assert report.alike == (("ana.neu@example.com", "ana@example.com"),)
