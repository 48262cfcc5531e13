"""Reading the roadmap: by name, as of any day, and only what the reader may see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.catalogue import FEATURES
from storage.store import Store
from storage.values.roadmap import Status
from tests.app import ChatApp, item, text_of

ANA, BO = "ana@example.com", "bo@example.com"  # of web, and of seo


async def make_app(store: Store) -> ChatApp:
    """R1 on 2 November, R2 on the 12th: WEB-1 slips, WEB-2 ships, SEO-2 is added."""
    app = ChatApp(store, FEATURES)
    await app.add_teams()
    await app.add_person(ANA, "web")
    await app.add_person(BO, "seo")
    await app.add_campaign("spring", "Spring Launch", aliases="launch", start=date(2026, 12, 5))
    await app.add_campaign("summer-sale", "Summer Sale")
    await app.add_campaign("summer-games", "Summer Games")
    await app.publish(
        item("WEB-1", campaigns=("spring",)), item("WEB-2"), item("SEO-1", team="seo", campaigns=("spring",)),
        item("WEB-3", "Secret drill", visible_to=("web",), campaigns=("spring",)),
    )  # fmt: skip
    app.advance(timedelta(days=10))
    await app.publish(
        item("WEB-1", campaigns=("spring",), due=date(2026, 12, 9)), item("WEB-2", status=Status.DONE),
        item("SEO-2", team="seo"),
    )  # fmt: skip
    return app


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("roadmap", {"WEB-1", "WEB-2", "WEB-3", "SEO-1", "SEO-2"}),
        ("roadmap Spring Launch", {"WEB-1", "WEB-3", "SEO-1"}),
        ("roadmap for the launch", {"WEB-1", "WEB-3", "SEO-1"}),
        ("roadmap sprng launch", {"WEB-1", "WEB-3", "SEO-1"}),
        ("roadmap seo", {"SEO-1", "SEO-2"}),
        ("roadmap it", {"WEB-1", "WEB-2", "WEB-3"}),
        ("roadmap marketing", {"SEO-1", "SEO-2"}),
        ("roadmap --as-of R1", {"WEB-1", "WEB-2", "WEB-3", "SEO-1"}),
        ("roadmap --as-of 2026-11-05", {"WEB-1", "WEB-2", "WEB-3", "SEO-1"}),
        ("roadmap --as-of 2026-11-12", {"WEB-1", "WEB-2", "WEB-3", "SEO-1", "SEO-2"}),
    ],
)
async def test_a_list_contains_the_named_scope(store: Store, words: str, keys: set[str]) -> None:
    app = await make_app(store)

    reply = await app.say(ANA, words)

    assert set(reply.facts["items"]) == keys, text_of(reply)


@pytest.mark.parametrize(
    "words", ["roadmap gala", "roadmap summer", "roadmap --as-of 2020-01-01", "roadmap --as-of R9"]
)
async def test_what_is_not_there_is_said_with_what_to_type(sqlite_store: Store, words: str) -> None:
    app = await make_app(sqlite_store)

    reply = await app.say(ANA, words)

    assert reply.exit == 1
    assert reply.facts["try"]


async def test_a_restricted_item_exists_for_its_teams_alone(store: Store) -> None:
    app = await make_app(store)

    for words in ("roadmap", "roadmap spring", "export roadmap", "changes R1..R2", "brief spring", "item WEB-3"):
        reply = await app.say(BO, words)
        content = reply.file.content.decode() if reply.file else ""
        assert "WEB-3" not in [*reply.facts.get("items", [])]
        assert "Secret drill" not in text_of(reply) + content
    assert (await app.say(ANA, "item WEB-3")).exit == 0
    assert (await app.mention(ANA, "item WEB-3", room="#web")).exit == 1


async def test_an_item_is_found_in_any_case_and_tells_its_history(store: Store) -> None:
    app = await make_app(store)

    shown = text_of(await app.say(BO, "item web-1"))

    assert "9 Dec 2026" in shown
    assert "R2, 12 Nov 2026" in shown
    assert "8 days later" in shown


async def test_changes_tell_the_net_difference(store: Store) -> None:
    app = await make_app(store)

    for words in ("changes R1..R2", "changes R2", "changes since 2026-11-03"):
        facts = (await app.say(BO, words)).facts
        assert (facts["from"], facts["to"], facts["added"]) == (1, 2, ["SEO-2"])
        assert facts["changes"] == [
            {"key": "WEB-1", "field": "due", "old": "2026-12-01", "new": "2026-12-09"},
            {"key": "WEB-2", "field": "status", "old": "in_progress", "new": "done"},
        ]


async def test_a_finished_item_finished_on_the_day_its_revision_was_published(store: Store) -> None:
    app = await make_app(store)

    reply = await app.say(ANA, "what shipped in november?")

    assert reply.facts["items"] == ["WEB-2"]


async def test_what_shipped_that_arrived_done_goes_by_its_due_date(store: Store) -> None:
    app = await make_app(store)
    await app.publish(item("DATA-1", team="data", status=Status.DONE, due=date(2026, 10, 3)))

    reply = await app.say(ANA, "what shipped in october?")

    assert reply.facts["items"] == ["DATA-1"]
