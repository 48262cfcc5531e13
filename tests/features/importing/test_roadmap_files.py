"""roadmap.csv and campaigns.csv: who may change which rows, what a complete file removes, what stays in the draft and what is published."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport
from handlers.importing.workflow.files import import_file
from integrations.ports.inbound import Account, Attachment, ConversationRef, MessageText, Reply
from storage import revisions, roadmap
from storage.store import Store
from storage.values.company import EVERYTHING, Permission
from storage.values.roadmap import Item, Status
from storage.verify import verify
from tests.app import ChatApp, item, text_of
from tests.store_dump import dump_tables

What = Literal["teams", "people", "campaigns", "roadmap"]
BOSS, ANA, BO, CIO = (f"{name}@example.com" for name in ("boss", "ana", "bo", "cio"))
HEADER = "key,title,team,status\n"


async def make_app(store: Store) -> ChatApp:
    app = ChatApp(store, FEATURES, Policy(admins=frozenset({BOSS})))
    await app.add_teams()
    await app.add_person(ANA, "web", Permission.CONTRIBUTOR)
    await app.add_person(BO, "seo")
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.publish(item("WEB-1"), item("WEB-2"), item("SEO-1", team="seo"))
    app.advance(timedelta(hours=1))
    return app


async def import_text(app: ChatApp, what: What, content: str, **options: bool) -> ImportReport:
    return await import_file(app.ctx, what, content.encode(), ImportOptions(**options), Importer(account="root"))  # type: ignore[arg-type]


async def upload(app: ChatApp, email: str, *contents: str, text: str = "", event: str = "") -> Reply:
    """Files dropped into a direct message."""
    return await app.dispatch(
        MessageText(
            account=Account("console", email, email=email),
            conversation=ConversationRef("console", f"@{email}", direct=True),
            text=text,
            event_id=event,
            files=tuple(Attachment(f"{n}.csv", content.encode()) for n, content in enumerate(contents)),
        )
    )


async def stored(app: ChatApp, key: str) -> Item:
    async with app.store.reading() as session:
        found = await roadmap.item(session, key, EVERYTHING)
    assert found is not None
    return found


async def test_a_row_cannot_take_another_teams_item_by_claiming_it(store: Store) -> None:
    app = await make_app(store)
    before = await dump_tables(store)

    reply = await upload(app, ANA, HEADER + "SEO-1,Mine now,web,dropped\n")

    assert reply.exit == 2
    assert [(error["row"], error["column"]) for error in reply.facts["errors"]] == [(2, "key")]
    assert await dump_tables(store) == before


async def test_a_contributors_complete_file_speaks_of_their_own_team_alone(store: Store) -> None:
    app = await make_app(store)

    reply = await upload(app, ANA, HEADER + "WEB-1,Item WEB-1,web,in_progress\n", text="import roadmap --complete")

    assert (reply.facts["dropped"], [change["key"] for change in reply.facts["changes"]]) == (1, ["WEB-2"])


async def test_a_viewer_imports_nothing(store: Store) -> None:
    app = await make_app(store)
    before = await dump_tables(store)

    reply = await upload(app, BO, HEADER + "SEO-1,Mine,seo,done\n")

    assert reply.exit == 1
    assert await dump_tables(store) == before


async def test_two_files_at_once_are_asked_for_one_by_one(store: Store) -> None:
    """Importing only the first would drop the other without an error."""
    app = await make_app(store)
    before = await dump_tables(store)

    reply = await upload(app, ANA, HEADER + "WEB-8,A,web,planned\n", HEADER + "WEB-9,B,web,planned\n")

    assert (reply.exit, "one file" in text_of(reply)) == (2, True)
    assert await dump_tables(store) == before


@pytest.mark.parametrize("content", ["", "colour,size\nred,3\n", "\x00\x01\x02", "key;name\nx;X\n", '{"key": 1}'])
async def test_a_file_that_is_no_table_is_explained(sqlite_store: Store, content: str) -> None:
    app = await make_app(sqlite_store)
    before = await dump_tables(sqlite_store)

    reply = await upload(app, ANA, content)

    assert reply.exit == 2
    assert len(reply.facts["error"]) > 20
    assert await dump_tables(sqlite_store) == before


async def test_the_same_message_twice_brings_its_file_once(store: Store) -> None:
    app = await make_app(store)
    file = HEADER + "WEB-9,New,web,planned\n"

    await upload(app, ANA, file, event="E1")
    await upload(app, ANA, file, event="E1")

    draft = await app.say(ANA, "draft show")
    assert draft.facts["draft"] == 1


async def test_a_dry_run_in_chat_writes_nothing(store: Store) -> None:
    app = await make_app(store)
    before = await dump_tables(store)

    reply = await upload(app, ANA, HEADER + "WEB-9,New,web,planned\n", text="import --dry-run", event="E1")

    assert (reply.exit, reply.facts["added"]) == (0, 1)
    assert await dump_tables(store) == before


async def test_a_bad_row_keeps_its_item_while_a_complete_file_drops_what_it_does_not_name(store: Store) -> None:
    app = await make_app(store)
    file = HEADER + "WEB-1,Item WEB-1,web,nearly done\nWEB-2,Item WEB-2,web,in_progress\n"

    report = await import_text(app, "roadmap", file, complete=True, accept_errors=True, publish=True)

    assert (report.dropped, [change["key"] for change in report.changes]) == (1, ["SEO-1"])
    assert (await stored(app, "WEB-1")).status is Status.IN_PROGRESS
    assert (await stored(app, "SEO-1")).status is Status.DROPPED


async def test_a_row_without_a_key_lets_a_complete_file_drop_nothing(store: Store) -> None:
    """It is not known which item it means."""
    app = await make_app(store)

    reply = await upload(app, BOSS, HEADER + ",Untold,web,planned\n", text="import roadmap --complete --accept-errors")

    assert reply.exit == 2
    assert (await app.say(BOSS, "draft show")).facts["draft"] == 0


async def test_a_row_that_turns_dropped_is_changed_and_not_dropped(store: Store) -> None:
    app = await make_app(store)

    report = await import_text(app, "roadmap", HEADER + "WEB-1,Item WEB-1,web,dropped\n", publish=True)

    assert (report.changed, report.dropped) == (1, 0)


async def test_an_operators_file_needs_no_second_key_and_is_recorded_as_such(store: Store) -> None:
    app = await make_app(store)
    await app.add_person("cmo@example.com", "brand", Permission.PUBLISHER)

    report = await import_text(app, "roadmap", HEADER + "WEB-1,Item WEB-1,web,done\n", publish=True)

    async with store.reading() as session:
        newest = await revisions.latest(session)
    assert newest is not None
    assert (report.revision, newest.number, newest.how) == (2, 2, "operator")


async def test_a_published_file_leaves_what_others_edited_in_the_draft(store: Store) -> None:
    """Also other fields of an item that the file changes: somebody edited them, and the file does not contain them."""
    app = await make_app(store)
    await app.say(ANA, 'item edit WEB-1 due=2027-01-15 --why "vendor"')
    await app.say(ANA, "item edit WEB-2 status=blocked")

    await import_text(app, "roadmap", HEADER + "WEB-1,Item WEB-1,web,at_risk\n", publish=True)

    shown = await app.say(ANA, "draft show")
    assert shown.facts["draft"] == 2
    assert "15 Jan 2027" in text_of(shown)


async def test_campaigns_enter_history_with_the_next_revision(store: Store) -> None:
    app = await make_app(store)

    first = await import_text(app, "campaigns", "key,name,start\nspring,Spring Launch,2027-03-01\n", publish=True)
    await import_text(app, "roadmap", HEADER + "WEB-1,Item WEB-1,web,done\n", publish=True)

    assert first.revision is None
    async with store.reading() as session:
        assert [each.key for each in await roadmap.campaigns(session, 1)] == []
        assert [each.key for each in await roadmap.campaigns(session, 2)] == ["spring"]
        assert (await verify(session)).problem == ""


async def test_an_edit_of_a_campaign_that_is_not_in_history_yet_is_kept(store: Store) -> None:
    app = await make_app(store)
    await import_text(app, "campaigns", "key,name,start,end\nspring,Spring Launch,2027-03-01,2027-05-31\n")

    await app.say(BOSS, "campaign edit spring end=2027-06-30")
    await app.say(BOSS, "item edit WEB-1 status=done")
    published = await app.say(BOSS, "publish --now")

    assert published.exit == 0
    async with store.reading() as session:
        [spring] = await roadmap.campaigns(session, 2)
        assert str(spring.end) == "2027-06-30"
        assert (await verify(session)).problem == ""


async def test_changed_dates_of_a_recorded_campaign_are_a_revision_with_publish(store: Store) -> None:
    app = await make_app(store)
    file = "key,name,start\nspring,Spring Launch,{}\n"
    await import_text(app, "campaigns", file.format("2027-03-01"))
    await import_text(app, "roadmap", HEADER + "WEB-1,Item WEB-1,web,done\n", publish=True)

    moved = await import_text(app, "campaigns", file.format("2027-03-08"), publish=True)
    again = await import_text(app, "campaigns", file.format("2027-03-08"), publish=True)

    assert (moved.changed, moved.revision) == (1, 3)
    assert (again.unchanged, again.changed, again.revision) == (1, 0, None)


async def test_an_admin_of_the_settings_may_own_things_without_a_row_in_people(store: Store) -> None:
    app = await make_app(store)

    report = await import_text(
        app, "roadmap", f"key,title,team,status,owner_email\nWEB-1,Item WEB-1,web,planned,{BOSS}\n", publish=True
    )

    assert {"key": "WEB-1", "field": "owner_email", "old": "", "new": BOSS} in report.changes


async def test_a_hidden_key_in_a_contributors_file_is_refused_without_saying_whose_it_is(store: Store) -> None:
    app = await make_app(store)
    await app.publish(item("SEO-9", "Secret fair", team="seo", visible_to=("seo",)))

    reply = await upload(app, ANA, HEADER + "SEO-9,Mine now,web,planned\n")

    assert "cannot be used" in text_of(reply)
    assert "another team" not in text_of(reply)
    assert (await stored(app, "SEO-9")).title == "Secret fair"
