"""Importing a file: all of it or nothing, and the result for each type of file."""

from __future__ import annotations

from typing import Literal

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.errors import BadInput
from handlers.importing.commands import reply_with
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport
from handlers.importing.workflow.files import import_file
from integrations.ports.inbound import Account, Attachment, CommandText, ConversationRef, Reply
from storage import people, revisions, roadmap
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp, text_of

What = Literal["teams", "people", "campaigns", "roadmap"]
BOSS = "boss@example.com"
HEADER = "key,title,team,campaigns,status,due,owner_email\n"


async def make_app(store: Store) -> ChatApp:
    app = ChatApp(store, FEATURES, Policy(admins=frozenset({BOSS})))
    await app.add_teams()
    await app.add_campaign("spring", "Spring Launch")
    await app.add_person("ana@example.com", "web", Permission.CONTRIBUTOR)
    return app


async def import_text(app: ChatApp, what: What, content: str, **options: object) -> ImportReport:
    return await import_file(app.ctx, what, content.encode(), ImportOptions(**options), Importer(account="root"))  # type: ignore[arg-type]


async def newest(store: Store) -> int:
    async with store.reading() as session:
        revision = await revisions.latest(session)
    return revision.number if revision else 0


ROWS = HEADER + "WEB-1,Banner,web,spring,planned,2027-01-01,ana@example.com\nWEB-2,Cache,web,,done,,\n"


async def test_without_publish_a_file_becomes_a_draft(store: Store) -> None:
    app = await make_app(store)

    report = await import_text(app, "roadmap", ROWS)

    assert (report.added, report.revision) == (2, None)
    assert await newest(store) == 0
    assert (await app.say("ana@example.com", "draft show")).facts["draft"] == 2


async def test_with_publish_it_becomes_one_revision_and_again_none(store: Store) -> None:
    app = await make_app(store)

    first = await import_text(app, "roadmap", ROWS, publish=True)
    second = await import_text(app, "roadmap", ROWS, publish=True)

    assert (first.added, first.revision, first.changes) == (2, 1, ())
    assert (second.unchanged, second.revision) == (2, None)


async def test_a_dry_run_says_the_same_and_writes_nothing(store: Store) -> None:
    app = await make_app(store)

    report = await import_text(app, "roadmap", ROWS, publish=True, dry_run=True)

    assert (report.added, report.revision, report.written) == (2, None, False)
    assert await newest(store) == 0


async def test_one_bad_row_keeps_everything_out_unless_errors_are_accepted(store: Store) -> None:
    app = await make_app(store)
    mixed = ROWS + "WEB-3,Broken,nobody,,planned,,\n"

    refused = await import_text(app, "roadmap", mixed, publish=True)
    taken = await import_text(app, "roadmap", mixed, publish=True, accept_errors=True)

    assert (refused.exit, refused.added, refused.errors[0].row) == (2, 0, 4)
    assert (taken.exit, taken.added, len(taken.errors)) == (0, 2, 1)


async def test_columns_that_are_absent_leave_stored_values_alone(store: Store) -> None:
    app = await make_app(store)
    await import_text(app, "roadmap", ROWS, publish=True)

    report = await import_text(app, "roadmap", "key,title,team,status\nWEB-1,Banner,web,blocked\n", publish=True)

    assert report.changes == ({"key": "WEB-1", "field": "status", "old": "planned", "new": "blocked"},)


async def test_rows_missing_from_a_complete_file_are_dropped(store: Store) -> None:
    app = await make_app(store)
    await import_text(app, "roadmap", ROWS, publish=True)

    kept = await import_text(app, "roadmap", HEADER + "WEB-1,Banner,web,spring,planned,2027-01-01,ana@example.com\n")
    dropped = await import_text(
        app, "roadmap", HEADER + "WEB-1,Banner,web,spring,planned,2027-01-01,ana@example.com\n",
        complete=True, publish=True,
    )  # fmt: skip

    assert (kept.dropped, dropped.dropped, dropped.changed) == (0, 1, 0)
    async with store.reading() as session:
        items = await roadmap.all_items(session)
    assert items["WEB-2"].status == "dropped"


async def test_owners_are_shown_as_addresses(store: Store) -> None:
    app = await make_app(store)
    await import_text(app, "roadmap", ROWS, publish=True)

    report = await import_text(app, "roadmap", ROWS.replace("ana@example.com", BOSS), publish=True)

    assert report.changes == ({"key": "WEB-1", "field": "owner_email", "old": "ana@example.com", "new": BOSS},)


async def test_a_diet_is_sealed_and_seen_by_no_list(store: Store) -> None:
    app = await make_app(store)
    people_file = "email,name,team,diet\nzoe@example.com,Zoe,web,no nuts\n"

    report = await import_text(app, "people", people_file)

    async with store.reading() as session:
        zoe = await people.with_email(session, "zoe@example.com")
        assert zoe is not None
        sealed = await people.encrypted_diet(session, zoe.id)
    assert "nuts" not in sealed
    assert app.ctx.cipher.decrypt(sealed) == "no nuts"
    assert "nuts" not in str(report.facts())


async def test_importing_people_again_changes_only_what_the_file_says(store: Store) -> None:
    app = await make_app(store)

    report = await import_text(app, "people", "email,name,team\nana@example.com,Ana Lima-Souza,web\n")

    async with store.reading() as session:
        ana = await people.with_email(session, "ana@example.com")
    assert ana is not None
    assert (ana.name, ana.permission, report.changed) == ("Ana Lima-Souza", Permission.CONTRIBUTOR, 1)


async def test_new_campaigns_are_known_at_once_and_changed_dates_wait_like_any_change(store: Store) -> None:
    app = await make_app(store)
    await import_text(app, "roadmap", ROWS, publish=True)
    moved = "key,name,start\nspring,Spring Launch,2027-03-01\nsummer,Summer Sale,2027-06-01\n"

    report = await import_text(app, "campaigns", moved)

    assert (report.added, report.changed, report.revision) == (1, 1, None)
    assert (await app.say(BOSS, "draft show")).facts["draft"] == 1
    assert (await app.say(BOSS, "roadmap summer")).exit == 0


async def upload(app: ChatApp, email: str, name: str, content: str, words: str = "") -> Reply:
    return await app.dispatch(
        CommandText(
            account=Account("console", email, email=email),
            conversation=ConversationRef("console", f"@{email}", direct=True),
            words=words,
            files=(Attachment(name, content.encode()),),
        )
    )


async def test_a_file_dropped_without_a_word_is_recognised_by_its_columns(store: Store) -> None:
    app = await make_app(store)

    reply = await upload(app, "ana@example.com", "roadmap.csv", ROWS)

    assert reply.facts["added"] == 2
    assert await newest(store) == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [("roadmap.csv", HEADER + "SEO-1,Texts,seo,,planned,,\n"), ("teams.csv", "key,name,side\nx,X,it\n")],
)
async def test_a_contributor_imports_rows_of_their_own_team_alone(store: Store, name: str, content: str) -> None:
    app = await make_app(store)

    assert (await upload(app, "ana@example.com", name, content)).exit > 0
    assert (await app.say(BOSS, "draft show")).facts["draft"] == 0


async def test_options_of_a_revision_are_accepted_for_what_takes_effect_at_once_and_it_is_said(
    sqlite_store: Store,
) -> None:
    app = await make_app(sqlite_store)

    report = await import_text(app, "teams", "key,name,side\nops,Ops,it\n", publish=True, reason="x")

    assert report.added == 1
    told = text_of(reply_with(report, dry_run=False))
    assert "Teams take effect at once, so --publish and a reason have no effect." in told


async def test_accepted_removals_without_a_complete_file_are_refused(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)

    with pytest.raises(BadInput, match="--accept-removals goes with --complete"):
        await import_text(app, "people", "email,name,team\nana@example.com,Ana,web\n", accept_removals=True)


async def test_lists_of_keys_may_have_commas(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    row = 'WEB-1,Banner,web,planned,"WEB, seo",spring\n'

    await import_text(app, "roadmap", f"key,title,team,status,visible_to,campaigns\n{row}", publish=True)

    async with sqlite_store.reading() as session:
        assert (await roadmap.all_items(session))["WEB-1"].visible_to == ("web", "seo")
