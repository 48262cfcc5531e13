"""Nobody learns from a draft or a proposal what is not published: a change shows to those who may see it before and after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.editing import FEATURE as EDITING
from handlers.editing.notices import APPROVAL_WANTED
from integrations.plain.render import card_text
from storage import deliveries, places
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp, item, text_of

BOSS, CMO, CIO, GUARD, CODER = (f"{n}@example.com" for n in ("boss", "cmo", "cio", "guard", "coder"))
OPEN_IT = 'item edit SEC-1 visible_to="" title="Drill at the shop" --why "the drill found a hole"'


async def make_app(sqlite_store: Store, two_key: str = "on") -> ChatApp:
    """SEC-1 is visible to the team data alone; the publishers are of brand and web."""
    app = ChatApp(sqlite_store, FEATURES, Policy(admins=frozenset({BOSS}), two_key=two_key))  # type: ignore[arg-type]
    await app.add_teams()
    await app.add_person(BOSS, "brand", Permission.ADMIN)
    await app.add_person(CMO, "brand", Permission.PUBLISHER)
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.add_person(GUARD, "data", Permission.CONTRIBUTOR)
    await app.add_person(CODER, "web", Permission.CONTRIBUTOR)
    await app.publish(item("WEB-1"), item("SEC-1", "Secret drill", "data", visible_to=("data",)))
    app.advance(timedelta(hours=1))
    return app


async def told_to(app: ChatApp, who: str) -> str:
    """Everything that *who* is told of drafts, proposals and SEC-1, in one text."""
    commands = ("draft", "draft show", "whatif SEC-1 due=+1d", "item SEC-1", "item edit SEC-1 due=+1d", "approve R9")
    return "\n".join([text_of(await app.say(who, words)) for words in commands]).lower()


async def approval_request(app: ChatApp) -> str:
    async with app.store.reading() as session:
        request, *_ = [each for each in await deliveries.in_state(session) if each.notice.kind == APPROVAL_WANTED]
        audience = await places.audience(session, request.place)
        card = await EDITING.notices()[APPROVAL_WANTED](app.ctx, session, request, audience)
    assert card is not None
    return card_text(card)


@pytest.mark.parametrize("then", [(), ("publish",), ("publish", "reject R2 no")])
async def test_an_item_that_is_opened_in_the_draft_stays_hidden_until_that_is_published(
    sqlite_store: Store, then: tuple[str, ...]
) -> None:
    """In the draft, while two keys are missing and after a rejection."""
    app = await make_app(sqlite_store)
    await app.say(GUARD, OPEN_IT)

    for words in then:
        await app.say(CIO if words.startswith("publish") else CMO, words)

    told = await told_to(app, CODER)
    assert "drill" not in told
    assert "hole" not in told
    assert (await app.say(CODER, "draft")).facts["draft"] == 0
    assert "drill at the shop" in text_of(await app.say(GUARD, "draft")).lower()


async def test_whoever_is_asked_to_approve_reads_nothing_of_a_restricted_item(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(GUARD, OPEN_IT)
    await app.say(CIO, 'publish "the drill at the shop"')

    request = await approval_request(app)

    assert "It has no change that you can see." in request
    assert "drill" not in request.lower()


async def test_what_was_hidden_before_it_was_published_stays_hidden_in_its_history(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store, two_key="off")
    await app.say(GUARD, OPEN_IT)
    await app.say(CIO, "publish")

    for words in ("item SEC-1", "changes R1..R2", "changes R2", "current", "draft"):
        told = text_of(await app.say(CODER, words)).lower()
        assert "secret drill" not in told, words
        assert "hole" not in told, words
    assert "Drill at the shop" in text_of(await app.say(CODER, "item SEC-1"))


async def test_a_new_item_is_restricted_from_its_first_moment(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)

    await app.say(GUARD, 'item add SEC-2 title="Secret audit" visible_to=data')

    assert "audit" not in text_of(await app.say(CODER, "draft")).lower()


async def test_a_new_item_that_was_restricted_does_not_open_in_the_draft(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(GUARD, 'item add SEC-2 title="Secret audit" visible_to=data')

    opened = await app.say(GUARD, 'item edit SEC-2 visible_to=""')

    assert opened.facts["draft"] == 1
    assert "audit" not in text_of(await app.say(CODER, "draft")).lower()


async def test_an_item_that_the_draft_restricts_is_still_what_is_published_to_others(sqlite_store: Store) -> None:
    """A refusal would tell them that the draft hides something of it."""
    app = await make_app(sqlite_store)
    await app.say(CODER, 'item edit WEB-1 title="Secret merger" visible_to=web')

    edited = await app.say(BOSS, "item edit WEB-1 due=+1d")

    assert "due 1 Dec 2026 → 2 Dec 2026" in text_of(edited)
    assert "merger" not in text_of(edited).lower()
    assert edited.facts["draft"] == 0
    assert (await app.say(CMO, "whatif WEB-1 due=+1d")).exit == 0


async def test_a_reason_that_names_a_hidden_item_is_left_out(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(GUARD, OPEN_IT)
    await app.say(CODER, 'item edit WEB-1 status=blocked --why "waits for SEC-1"')

    told = text_of(await app.say(CMO, "draft"))

    assert "WEB-1, status by Coder" in told
    assert "SEC-1" not in told


async def test_a_revert_shows_only_what_its_reader_may_see(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store, two_key="off")
    await app.publish(item("SEC-1", "Secret drill in May", "data", visible_to=("data",)))

    reverted = text_of(await app.say(CMO, "revert R2"))

    assert "drill" not in reverted.lower()
    assert "SEC-1" not in reverted


async def test_a_revert_leaves_what_its_reader_may_not_see(sqlite_store: Store) -> None:
    """Otherwise discarding or exporting the reverting edits would name the item and its earlier values."""
    app = await make_app(sqlite_store, two_key="off")
    await app.publish(item("SEC-1", "Secret drill in May", "data", visible_to=("data",)), item("WEB-1", "Shop"))

    await app.say(CMO, "revert R2")

    exported = await app.say(CMO, "me export")
    assert [edit["key"] for edit in exported.facts["draft_edits"]] == ["WEB-1"]
    assert "SEC-1" not in text_of(await app.say(CMO, "draft discard"))


async def test_a_revert_does_not_name_a_hidden_item_that_was_removed(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store, two_key="off")
    await app.publish(item("SEC-1", "Secret drill in May", "data", visible_to=("data",)))
    await app.say(BOSS, "roles grant @guard publisher")
    for words in ("revert R2", "publish back", "revert R1", "publish gone"):
        await app.say(GUARD, words)

    reverted = await app.say(CMO, "revert R2")

    assert "SEC-1" not in text_of(reverted)
    assert reverted.facts["left_alone"] == []


async def test_the_author_of_an_edit_is_not_told_what_a_hidden_edit_put_in_its_place(sqlite_store: Store) -> None:
    """Not even once the hidden edit was discarded."""
    app = await make_app(sqlite_store)
    await app.say(CODER, "item edit WEB-1 title=Shop")
    await app.say(BOSS, 'item edit WEB-1 title="Secret merger" visible_to=data')
    await app.say(BOSS, "draft discard WEB-1")

    async with app.store.reading() as session:
        queued = await deliveries.after(session, 0, limit=50)
    assert "Secret merger" not in repr([delivery.notice.payload for delivery in queued])
