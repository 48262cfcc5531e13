"""One approval or two: who approves what, and what returns to the draft."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.editing import FEATURE as DRAFTING
from handlers.editing.notices import APPROVAL_WANTED
from integrations.plain.render import card_text
from storage import deliveries, people, places, revisions
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Revision
from storage.verify import verify
from tests.app import ChatApp, item, text_of
from tests.store_dump import dump_tables

BOSS, CMO, CIO, CTO, CODER, WRITER = (f"{n}@example.com" for n in ("boss", "cmo", "cio", "cto", "coder", "writer"))


async def make_app(store: Store, two_key: str = "auto") -> ChatApp:
    """Marketing has one publisher, IT two; the admin of the settings belongs to neither."""
    app = ChatApp(store, FEATURES, Policy(admins=frozenset({BOSS}), two_key=two_key))  # type: ignore[arg-type]
    await app.add_teams()
    await app.add_person(CMO, "brand", Permission.PUBLISHER)
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.add_person(CTO, "data", Permission.PUBLISHER)
    await app.add_person(CODER, "web", Permission.CONTRIBUTOR)
    await app.add_person(WRITER, "seo", Permission.CONTRIBUTOR)
    await app.publish(item("WEB-1"), item("WEB-2"), item("SEO-1", team="seo"))
    app.advance(timedelta(hours=1))
    return app


async def revision(app: ChatApp, number: int) -> Revision:
    async with app.store.reading() as session:
        found = await revisions.numbered(session, number)
    assert found is not None
    return found


async def draft(app: ChatApp) -> int:
    return int((await app.say(CODER, "draft show")).facts["draft"])


async def test_publishers_of_the_other_side_are_asked_to_approve_in_private(store: Store) -> None:
    app = await make_app(store)
    await app.say(WRITER, "item edit SEO-1 status=blocked")

    await app.say(CMO, "publish")

    async with store.reading() as session:
        asked = {each.place.conversation for each in await deliveries.in_state(session) if each.place.direct}
    assert asked == {f"@{CIO}", f"@{CTO}"}


async def approval_requests(app: ChatApp) -> dict[str, str | None]:
    """What each person who is asked to approve would read now; None where nothing would be sent."""
    worded: dict[str, str | None] = {}
    async with app.store.reading() as session:
        for each in await deliveries.in_state(session):
            if each.notice.kind == APPROVAL_WANTED:
                audience = await places.audience(session, each.place)
                card = await DRAFTING.notices()[APPROVAL_WANTED](app.ctx, session, each, audience)
                worded[each.place.conversation] = card_text(card) if card else None
    return worded


async def move_person(app: ChatApp, email: str, team: str) -> None:
    async with app.store.transaction() as session:
        known = {f"p_{email.split('@')[0]}"}
        await people.save_people(session, [{"id": each, "team": team} for each in known], known=known)


async def test_an_approval_request_shows_what_its_reader_may_see_when_it_is_sent(store: Store) -> None:
    """Delivery may have been down since, and people may have changed teams."""
    app = await make_app(store)
    await app.publish(item("SEO-2", "Quiet rebrand", team="seo", visible_to=("seo", "web")))
    await app.say(WRITER, "item edit SEO-1 status=blocked")
    await app.say(WRITER, "item edit SEO-2 status=blocked")
    await app.say(CMO, 'publish "The Quiet rebrand is late"')
    before = await approval_requests(app)

    await move_person(app, CIO, "data")
    await move_person(app, CTO, "web")

    after = await approval_requests(app)
    assert ["Quiet rebrand" in str(before[f"@{who}"]) for who in (CIO, CTO)] == [True, False]
    assert ["Quiet rebrand" in str(after[f"@{who}"]) for who in (CIO, CTO)] == [False, True]
    assert all("SEO-1" in str(said) for said in after.values())


@pytest.mark.parametrize(
    ("who", "words"),
    [(CTO, "approve R2"), (CTO, 'reject R2 "no"'), (CMO, 'reject R2 "too early"'), (BOSS, "publish --now")],
)
async def test_nobody_is_asked_to_approve_what_is_decided(store: Store, who: str, words: str) -> None:
    app = await make_app(store)
    await app.say(WRITER, "item edit SEO-1 status=blocked")
    await app.say(CMO, "publish")
    await app.say(CODER, "item edit WEB-1 status=blocked")

    assert (await app.say(who, words)).exit == 0

    assert await approval_requests(app) == {f"@{CIO}": None, f"@{CTO}": None}


async def test_nobody_is_asked_for_an_approval_that_they_can_no_longer_give(store: Store) -> None:
    """One changed sides; the account of the other now belongs to somebody else."""
    app = await make_app(store)
    await app.say(WRITER, "item edit SEO-1 status=blocked")
    await app.say(CMO, "publish")

    await move_person(app, CIO, "seo")
    async with store.transaction() as session:
        await people.save_people(session, [{"id": "p_cto", "email": "cto@elsewhere.com"}], known={"p_cto"})

    assert await approval_requests(app) == {f"@{CIO}": None, f"@{CTO}": None}


@pytest.mark.parametrize(
    ("served", "reached"),
    [
        ({"console"}, ("console", f"@{CIO}")),
        ({"console", "slack"}, ("slack", "@U1")),
        ({"console", "slack", "teams"}, ("teams", "@29:cio")),
    ],
)
async def test_a_direct_message_goes_to_the_newest_account_on_a_connected_platform(
    store: Store, served: set[str], reached: tuple[str, str]
) -> None:
    """A notice to an account on a platform that is not connected would never arrive."""
    app = await make_app(store)
    async with store.transaction() as session:
        await people.link(session, "p_cio", "slack", "T1", "U1", at=app.now)
        await people.link(session, "p_cio", "teams", "", "29:cio", at=app.now + timedelta(hours=1))
    desk = ChatApp(store, FEATURES, Policy(platforms=frozenset(served)))
    desk.advance(timedelta(hours=2))
    await desk.say(WRITER, "item edit SEO-1 status=blocked")

    await desk.say(CMO, "publish")

    async with store.reading() as session:
        asked = {(each.place.platform, each.place.conversation) for each in await deliveries.in_state(session)}
    assert asked == {reached, ("console", f"@{CTO}")}


@pytest.mark.parametrize("who", [CIO, CTO, BOSS, CODER])
async def test_only_the_other_side_gives_the_second_approval(store: Store, who: str) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "publish")

    assert (await app.say(who, "approve R2")).exit == 1
    assert (await app.say(CODER, "current")).facts["revision"] == 1


async def test_the_proposer_may_withdraw_and_their_own_side_may_not(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "publish")

    assert (await app.say(CTO, 'reject R2 "no"')).exit == 1
    assert (await app.say(CIO, 'reject R2 --why "too early"')).exit == 0
    assert (await revision(app, 2)).note == "too early"


async def test_the_proposer_is_told_why_it_was_rejected(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "publish")

    await app.say(CMO, 'reject R2 "collides with the fair"')

    async with store.reading() as session:
        [told] = [each for each in await deliveries.in_state(session) if each.place.conversation == f"@{CIO}"]
    assert "collides with the fair" in str(told.notice.payload)


async def test_what_was_edited_while_a_proposal_was_open_wins_when_it_comes_back(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked due=2027-01-15")
    await app.say(CIO, "publish")
    await app.say(CODER, "item edit WEB-1 due=2027-02-15")

    await app.say(CMO, 'reject R2 "later"')

    shown = text_of(await app.say(CODER, "draft show"))
    assert "15 Feb 2027" in shown
    assert "15 Jan 2027" not in shown
    assert "blocked" in shown


async def test_an_item_that_is_only_proposed_is_edited_once_that_is_decided(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, 'item add WEB-9 title="Cookie audit"')
    await app.say(CIO, "publish")

    edited = await app.say(CODER, "item edit WEB-9 status=blocked")
    added = await app.say(CODER, 'item add WEB-9 title="Cookie audit"')

    assert (edited.exit, added.exit) == (1, 2)
    assert "R2" in edited.facts["error"]
    assert await draft(app) == 0


async def test_publish_says_which_proposal_waits_when_the_draft_is_empty(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "publish")

    again = await app.say(CIO, "publish")

    assert again.exit == 1
    assert again.facts["try"] == ["approve R2"]


async def test_only_an_admin_publishes_now_and_it_is_recorded(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")

    assert (await app.say(CIO, "publish --now")).exit == 1
    done = await app.say(BOSS, 'publish --now --why "the site is down"')

    assert (done.facts["revision"], done.facts["how"]) == (2, "now")
    assert ((await revision(app, 2)).how, (await revision(app, 2)).reason) == ("now", "the site is down")


async def test_publishing_at_once_returns_the_open_proposal_whole(store: Store) -> None:
    """Also when both concern the same item: the admin published the blocker, not the date."""
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 due=2027-01-15")
    await app.say(CODER, "item edit WEB-2 due=2027-01-15")
    await app.say(CIO, "publish")
    await app.say(CODER, "item edit WEB-1 status=blocked")

    await app.say(BOSS, "publish --now")

    assert (await revision(app, 2)).state == "withdrawn"
    told = (await app.say(CODER, "changes R3")).facts["changes"]
    assert told == [{"key": "WEB-1", "field": "status", "old": "in_progress", "new": "blocked"}]
    assert (await app.say(CODER, "draft show")).facts["draft"] == 2


async def test_an_admin_of_the_settings_counts_as_publisher_of_their_side(store: Store) -> None:
    app = ChatApp(store, FEATURES, Policy(admins=frozenset({CMO})))
    await app.add_teams()
    await app.add_person(CMO, "brand")
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.publish(item("WEB-1"))
    await app.say(CIO, "item edit WEB-1 status=blocked")

    proposed = await app.say(CIO, "publish")
    signed = await app.say(CMO, "approve R2")

    assert (proposed.facts["state"], signed.facts["state"]) == ("proposed", "published")


async def test_a_second_approval_that_nobody_can_give_is_not_required(store: Store) -> None:
    app = ChatApp(store, FEATURES, Policy(two_key="on"))
    await app.add_teams()
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.publish(item("WEB-1"))
    await app.say(CIO, "item edit WEB-1 status=blocked")

    refused = await app.say(CIO, "publish")

    assert refused.exit == 1
    assert "Marketing" in refused.facts["error"]
    assert (await app.say(CIO, "draft show")).facts["draft"] == 1


async def test_one_approval_is_enough_while_only_one_side_has_a_publisher(store: Store) -> None:
    app = ChatApp(store, FEATURES)
    await app.add_teams()
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.publish(item("WEB-1"))
    await app.say(CIO, "item edit WEB-1 status=blocked")

    assert (await app.say(CIO, "publish")).facts["how"] == "one-key"


@pytest.mark.parametrize("two_key", ["on", "off"])
async def test_nothing_is_published_or_proposed_before_the_latest_revision(store: Store, two_key: str) -> None:
    app = await make_app(store, two_key)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    app.advance(-timedelta(days=30))
    before = await dump_tables(store)

    refused = await app.say(CIO, "publish")

    assert refused.exit == 2
    assert await dump_tables(store) == before


async def test_what_reads_like_a_question_publishes_nothing(store: Store) -> None:
    app = await make_app(store, "off")
    await app.say(CODER, "item edit WEB-1 status=blocked")

    asked = await app.say(CIO, "publish date of WEB-1?")

    assert asked.exit == 2
    assert (await app.say(CIO, 'publish "why not?"')).exit == 0


@pytest.mark.parametrize("words", ["revert R9", "revert R0", "approve R9", 'reject R9 "no"', "approve"])
async def test_an_unknown_revision_is_neither_approved_nor_reverted(sqlite_store: Store, words: str) -> None:
    app = await make_app(sqlite_store)

    refused = await app.say(CIO, words)

    assert refused.exit == 1
    assert refused.facts["try"]


@pytest.mark.parametrize(
    "words", ["approve yes", "revert", "revert everything", "publish --why --now", "publish --now=no"]
)
async def test_invalid_commands_change_nothing(sqlite_store: Store, words: str) -> None:
    app = await make_app(sqlite_store, "off")
    await app.say(CODER, "item edit WEB-1 status=blocked")
    before = await dump_tables(sqlite_store)

    assert (await app.say(BOSS, words)).exit == 2
    assert await dump_tables(sqlite_store, "person") == {k: v for k, v in before.items() if k != "person"}


async def test_publishers_and_editors_at_once_lose_no_edit(store_address: str) -> None:
    """Each with a connection of their own; every edit is in a revision or still in the draft, none in both."""
    stores = [Store(store_address) for _ in range(4)]
    app = await make_app(stores[0], "off")
    keys = [f"WEB-{number}" for number in range(10, 22)]
    await app.publish(*[item(key) for key in keys])
    desks = [ChatApp(store, FEATURES, Policy(two_key="off")) for store in stores]
    for desk in desks:
        desk.advance(timedelta(hours=2))

    async def edits(desk: ChatApp, mine: list[str]) -> None:
        for key in mine:
            assert (await desk.say(CODER, f"item edit {key} status=blocked", event=f"edit {key}")).exit == 0
            await desk.say(CIO, "publish", event=f"publish {key}")

    await asyncio.gather(*[edits(desk, keys[n :: len(desks)]) for n, desk in enumerate(desks)])

    async with stores[0].reading() as session:
        verdict = await verify(session)
        newest = await revisions.latest(session)
        assert newest is not None
        changed = [each.key for each in await revisions.changes_of(session, 3, newest.number)]
    assert verdict.problem == ""
    assert (sorted(changed), await draft(app)) == (keys, 0)
    for each in stores:
        await each.close()


async def test_two_who_approve_at_once_publish_once(store_address: str) -> None:
    stores = [Store(store_address) for _ in range(3)]
    app = await make_app(stores[0])
    await app.say(WRITER, "item edit SEO-1 status=done")
    await app.say(CMO, "publish")
    desks = [ChatApp(store, FEATURES) for store in stores]
    for desk in desks:
        desk.advance(timedelta(hours=2))

    replies = await asyncio.gather(
        *[
            desk.say(who, "approve R2", event=f"{who}{n}")
            for n, (desk, who) in enumerate(zip(desks, [CIO, CTO, CIO], strict=True))
        ]
    )

    assert sorted(reply.exit for reply in replies) == [0, 1, 1]
    async with stores[0].reading() as session:
        verdict = await verify(session)
    assert (verdict.problem, verdict.revisions) == ("", 2)
    for each in stores:
        await each.close()
