"""A revision is reverted: its changes are taken back, and what changed since is left alone."""

from __future__ import annotations

from datetime import timedelta

from handlers.catalogue import FEATURES
from handlers.context import Policy
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from storage.verify import verify
from tests.app import ChatApp, item, text_of

CIO, CODER, WRITER = (f"{name}@example.com" for name in ("cio", "coder", "writer"))


async def make_app(store: Store) -> ChatApp:
    """A company in which no revision needs an approval."""
    app = ChatApp(store, FEATURES, Policy(two_key="off"))
    await app.add_teams()
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.add_person(CODER, "web", Permission.CONTRIBUTOR)
    await app.add_person(WRITER, "seo", Permission.CONTRIBUTOR)
    await app.publish(item("WEB-1"), item("WEB-2"), item("SEO-1", team="seo"))
    app.advance(timedelta(hours=1))
    return app


async def test_a_revert_leaves_what_changed_again_and_says_so(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked due=2027-01-15")
    await app.say(CIO, "publish")
    await app.say(CODER, "item edit WEB-1 status=done due=2027-02-01")
    await app.say(CIO, "publish")

    reverted = await app.say(CIO, "revert R2")

    assert reverted.exit == 1
    assert reverted.facts["draft"] == 0
    assert sorted(reverted.facts["left_alone"]) == ["WEB-1 due", "WEB-1 status"]


async def test_a_revert_shows_its_own_changes_and_not_the_rest_of_the_draft(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "publish")
    await app.say(WRITER, "item edit SEO-1 status=done")

    reverted = await app.say(CIO, "revert R2")

    assert reverted.facts["draft"] == 1
    assert "SEO-1" not in text_of(reverted)


async def test_what_a_revert_removed_comes_back_when_that_is_reverted(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, 'item add WEB-9 title="Cookie audit" due=2027-03-01')
    await app.say(CIO, "publish")

    for number in (2, 3):
        await app.say(CIO, f"revert R{number}")
        await app.say(CIO, "publish")

    assert "Cookie audit" in text_of(await app.say(CODER, "item WEB-9"))
    async with store.reading() as session:
        assert (await verify(session)).problem == ""


async def test_an_item_that_is_reopened_loses_its_finishing_date(store: Store) -> None:
    app = await make_app(store)
    await app.publish(item("WEB-1", status=Status.DONE))

    await app.say(CIO, "revert R2")
    await app.say(CIO, "publish")

    assert "Finished" not in text_of(await app.say(CODER, "item WEB-1"))
