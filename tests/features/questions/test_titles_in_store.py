"""Questions by title with a real store: they find items that the asker may see, and no others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.catalogue import FEATURES
from storage.store import Store
from storage.values.roadmap import Status
from tests.app import BRAND, DATA, SEO, WEB, ChatApp, item, text_of

ANA, BO = "ana@example.com", "bo@example.com"


async def make_app(store: Store) -> ChatApp:
    """Ana of Web sees WEB-3; Bo of SEO does not. WEB-1 got its title with the second revision."""
    app = ChatApp(store, FEATURES)
    await app.add_teams(WEB, DATA, SEO, BRAND)
    await app.add_person(ANA, "web", name="Ana Lima")
    await app.add_person(BO, "seo", name="Bo Chen")
    await app.add_campaign("spring-sale", "Spring Sale", start=date(2026, 12, 5))
    await app.publish(
        item("WEB-1", "Gate for lorries"),
        item("WEB-2", "Moving the archive to the data centre, floor by floor", owner="p_ana"),
        item("WEB-3", "Layoffs in the brand team", visible_to=("web",)),
        item("WEB-4", "Spring Sale"),
        item("WEB-5", "Café & bar: menu on the in-house screens", status=Status.BLOCKED),
        item("WEB-6", "Menu"),
        item("WEB-7", "Gate for lorries and vans"),
        item("WEB-8", "In the data centre"),
    )
    app.advance(timedelta(days=10))
    await app.publish(item("WEB-1", "Gate for bicycles of the brand team"))
    return app


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("who owns Moving the archive to the data centre, floor by floor?", ["WEB-2"]),
        ("when is moving the archive to the data centre floor by floor due", ["WEB-2"]),
        ("what's the status of the gate for bicycles of the brand team?", ["WEB-1"]),
        ("is Café & bar: menu on the in-house screens done?", ["WEB-5"]),
        ("who owns Gate for lorries and vans?", ["WEB-7"]),
        ("who has “Menu”?", ["WEB-6"]),
        ("as of 3 November 2026, who owned Gate for bicycles of the brand team?", ["WEB-1"]),
        ("who owns Layoffs in the brand team?", ["WEB-3"]),
        ("what is blocked in Web Platform?", ["WEB-5"]),
    ],
)
async def test_a_title_leads_to_its_item(store: Store, words: str, keys: list[str]) -> None:
    app = await make_app(store)

    reply = await app.say(ANA, f"ask {words}")

    assert (reply.facts["outcome"], reply.facts["items"]) == ("answered", keys), text_of(reply)


@pytest.mark.parametrize("frame", ["who owns {}?", "when is {} due?", "what about {}", "“{}”", "is {} blocked?"])
async def test_a_hidden_title_reads_as_if_there_were_no_such_item(store: Store, frame: str) -> None:
    app = await make_app(store)

    hidden = await app.say(BO, "ask " + frame.format("Layoffs in the brand team"))
    seen = await app.say(ANA, "ask " + frame.format("Layoffs in the brand team"))
    in_room = await app.mention(ANA, frame.format("Layoffs in the brand team"), room="#all")
    assert seen.facts["items"] == ["WEB-3"]
    assert "WEB-3" not in hidden.facts["items"]
    assert "WEB-3" not in in_room.facts["items"]
    assert "WEB-3" not in text_of(hidden) + text_of(in_room)
    await app.publish(item("WEB-3", "Something else", visible_to=("web",)))
    without = await app.say(BO, "ask " + frame.format("Layoffs in the brand team"))
    moves = {"revision": 0, "as_of": "", "question": ""}
    assert {**without.facts, **moves} == {**hidden.facts, **moves}


async def test_a_campaign_takes_precedence_over_an_item_of_the_same_name(store: Store) -> None:
    app = await make_app(store)

    reply = await app.say(ANA, "ask when does Spring Sale start?")

    assert "5 Dec 2026" in text_of(reply)


async def test_a_former_title_finds_nothing(store: Store) -> None:
    app = await make_app(store)

    assert (await app.say(ANA, "ask who owns Gate for bicycles of the brand team?")).facts["items"] == ["WEB-1"]
    assert "WEB-1" not in (await app.say(ANA, "ask when is Gate for lorries due?")).facts["items"]


@pytest.mark.parametrize(
    "words", ['who owns ""?', 'who "', "who owns %_';--?", 'when is "AND OR NOT" due', "who " * 400]
)
async def test_no_text_breaks_the_title_search(store: Store, words: str) -> None:
    app = await make_app(store)

    assert (await app.say(ANA, f"ask {words}")).facts["outcome"] in {"none", "not_understood", "answered"}
