"""`item rename`: one step of the roadmap, after which history, followers and the old key lead to the same item."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.importing.rules.report import Importer, ImportOptions, ImportReport
from handlers.importing.workflow.files import import_file
from storage import celebrations
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from storage.verify import verify
from tests.app import ChatApp, item, text_of

CIO, CODER, GUARD, READER = (f"{n}@example.com" for n in ("cio", "coder", "guard", "reader"))


async def make_app(store: Store) -> ChatApp:
    app = ChatApp(store, FEATURES, Policy(two_key="off"))
    await app.add_teams()
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.add_person(CODER, "web", Permission.CONTRIBUTOR)
    await app.add_person(GUARD, "data", Permission.CONTRIBUTOR)
    await app.add_person(READER, "seo")
    await app.publish(item("WEB-1", "Banner"), item("WEB-2"))
    app.advance(timedelta(hours=1))
    return app


async def renamed_app(store: Store) -> ChatApp:
    """WEB-1 is SHOP-1 since R2."""
    app = await make_app(store)
    await app.say(READER, "follow WEB-1")
    await app.say(CODER, 'item rename web-1 SHOP-1 --why "moved to the shop"')
    await app.say(CIO, "publish")
    app.advance(timedelta(hours=1))
    return app


async def import_rows(app: ChatApp, *rows: str, complete: bool = False) -> ImportReport:
    content = "key,title,team,status\n" + "".join(f"{row}\n" for row in rows)
    return await import_file(app.ctx, "roadmap", content.encode(), ImportOptions(complete=complete), Importer())


async def test_the_old_key_says_what_the_item_is_called_now(store: Store) -> None:
    app = await renamed_app(store)

    shown = await app.say(READER, "item web-1")

    assert shown.facts["items"] == ["SHOP-1"]
    assert "web-1 is now SHOP-1." in text_of(shown)
    assert "R2, 2 Nov 2026: key WEB-1 → SHOP-1 (moved to the shop)" in text_of(shown)
    assert "R1, 2 Nov 2026: added" in text_of(shown)


async def test_a_rename_is_one_change_between_two_versions(store: Store) -> None:
    app = await renamed_app(store)

    told = (await app.say(READER, "changes R1..R2")).facts

    assert told["changes"] == [{"key": "SHOP-1", "field": "key", "old": "WEB-1", "new": "SHOP-1"}]
    assert (told["added"], told["removed"]) == ([], [])


async def test_an_earlier_version_shows_the_key_of_then(store: Store) -> None:
    app = await renamed_app(store)

    assert "SHOP-1 had the key WEB-1 then." in text_of(await app.say(READER, "item SHOP-1 --as-of R1"))


async def test_followers_celebrations_and_questions_find_the_renamed_item(store: Store) -> None:
    app = await make_app(store)
    await app.publish(item("WEB-1", "Banner", status=Status.DONE, owner="p_coder"))
    await app.say(READER, "follow WEB-1")
    await app.say(CODER, "item rename WEB-1 SHOP-1")
    await app.say(CIO, "publish")

    assert (await app.say(READER, "following")).facts["items"] == ["SHOP-1"]
    assert (await app.say(READER, "is WEB-1 done?")).facts["items"] == ["SHOP-1"]
    async with store.reading() as session:
        assert (await celebrations.newest_of(session, "SHOP-1")) is not None
        assert (await verify(session)).problem == ""


async def test_a_former_key_unfollows_the_item(sqlite_store: Store) -> None:
    app = await renamed_app(sqlite_store)

    assert (await app.say(READER, "unfollow web-1")).facts["item"] == "SHOP-1"


async def test_a_rename_is_reverted_like_any_change(store: Store) -> None:
    app = await renamed_app(store)

    await app.say(CIO, "revert R2")
    await app.say(CIO, "publish")

    assert "SHOP-1 is now WEB-1." in text_of(await app.say(READER, "item SHOP-1"))
    assert (await app.say(READER, "following")).facts["items"] == ["WEB-1"]
    async with store.reading() as session:
        assert (await verify(session)).problem == ""


async def test_a_rename_and_other_edits_of_the_item_are_published_together(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item rename WEB-1 SHOP-1")

    await app.say(CODER, "item edit WEB-1 due=2027-02-01")
    await app.say(CIO, "publish")

    assert "due 1 Dec 2026 → 1 Feb 2027" in text_of(await app.say(READER, "item SHOP-1"))


async def test_a_new_item_is_renamed_in_the_draft(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item add WEB-3 title=Audit")

    renamed = await app.say(CODER, "item rename WEB-3 SHOP-3")

    assert (renamed.facts["key"], renamed.facts["draft"]) == ("SHOP-3", 1)


@pytest.mark.parametrize("words", ["item rename WEB-1 web-2", "item add web-1 title=X", "item rename WEB-1 no/key"])
async def test_a_key_that_another_item_has_or_had_is_refused(store: Store, words: str) -> None:
    app = await renamed_app(store)

    assert (await app.say(CODER, words)).exit == 2


async def test_only_the_case_of_a_key_can_change(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item rename WEB-1 web-1")
    await app.say(CIO, "publish")

    assert "key WEB-1 → web-1" in text_of(await app.say(READER, "item WEB-1"))


async def test_a_row_with_another_case_or_a_former_key_changes_the_item(store: Store) -> None:
    app = await renamed_app(store)

    report = await import_rows(app, "web-1,Banner of the shop,WEB,in_progress", "Web-2,Item WEB-2,web,blocked")

    assert (report.added, report.changed) == (0, 2)
    assert {change["key"] for change in report.changes} == {"SHOP-1", "WEB-2"}


async def test_a_complete_file_with_a_former_key_does_not_drop_the_item(store: Store) -> None:
    app = await renamed_app(store)

    report = await import_rows(app, "WEB-1,Banner,web,in_progress", "web-2,Item WEB-2,web,planned", complete=True)

    assert report.dropped == 0


async def test_two_rows_of_one_item_are_an_error_of_the_second(store: Store) -> None:
    app = await renamed_app(store)

    report = await import_rows(app, "web-1,Banner,web,planned", "Shop-1,Banner,web,planned")

    assert [(error.row, error.reason) for error in report.errors] == [(3, "row 2 is the same item, SHOP-1")]


async def test_an_added_row_that_looks_like_an_open_item_is_reported_with_the_rename(store: Store) -> None:
    app = await make_app(store)

    report = await import_rows(app, "SHOP-1,Banner,web,in_progress", "SHOP-2,Another,web,planned")

    assert report.facts()["likely_duplicates"] == [{"key": "SHOP-1", "like": "WEB-1"}]


async def test_a_file_that_names_both_items_has_two_items(store: Store) -> None:
    app = await make_app(store)

    report = await import_rows(app, "SHOP-1,Banner,web,in_progress", "WEB-1,Banner,web,in_progress")

    assert report.duplicates == ()


async def test_a_renamed_item_keeps_the_day_on_which_it_was_finished(store: Store) -> None:
    app = await make_app(store)
    await app.publish(item("WEB-1", "Banner", status=Status.DONE, due=date(2026, 10, 1)))
    app.advance(timedelta(days=3))
    await app.say(CODER, "item rename WEB-1 SHOP-1")
    await app.say(CIO, "publish")

    assert "Finished: 2 Nov 2026" in text_of(await app.say(READER, "item SHOP-1"))
