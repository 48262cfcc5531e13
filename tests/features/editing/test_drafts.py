"""Changing the roadmap: who may, what a draft is, and how both sides approve."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from storage import audit, revisions
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Status
from storage.verify import verify
from tests.app import ChatApp, item, text_of

CMO, CIO, CODER, WRITER, READER = (f"{name}@example.com" for name in ("cmo", "cio", "coder", "writer", "reader"))


async def make_app(store: Store, two_key: str = "auto") -> ChatApp:
    """Both sides have a publisher; one revision holds an item of each."""
    app = ChatApp(store, FEATURES, Policy(two_key=two_key))  # type: ignore[arg-type]
    await app.add_teams()
    await app.add_campaign("spring", "Spring Launch", start=date(2027, 3, 1), end=date(2027, 5, 31))
    await app.add_person(CMO, "brand", Permission.PUBLISHER)
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.add_person(CODER, "web", Permission.CONTRIBUTOR)
    await app.add_person(WRITER, "seo", Permission.CONTRIBUTOR)
    await app.add_person(READER, "seo")
    secret = item("WEB-3", "Secret drill", visible_to=("web",))
    await app.publish(item("WEB-1", campaigns=("spring",)), item("SEO-1", team="seo"), secret)
    app.advance(timedelta(hours=1))
    return app


async def current(app: ChatApp) -> int:
    return int((await app.say(CODER, "current")).facts["revision"])


async def test_an_edit_waits_in_the_draft_and_reads_show_what_is_published(store: Store) -> None:
    app = await make_app(store)

    edited = await app.say(CODER, 'item edit WEB-1 due=+9d --why "vendor is late"')

    assert "10 Dec 2026" in text_of(edited)
    assert "1 Dec 2026" in text_of(await app.say(CODER, "item WEB-1"))
    assert (await app.say(CODER, "draft show")).facts["draft"] == 1


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (CODER, "item edit SEO-1 status=done"),
        (CODER, "item edit WEB-1 team=seo"),
        (CODER, "item add SEO-9 title=x team=seo"),
        (READER, "item edit SEO-1 status=done"),
        (WRITER, "item edit WEB-3 status=done"),
        (CODER, "publish"),
        (CODER, "campaign edit spring end=2027-06-30"),
        (CIO, "publish --now"),
    ],
)
async def test_nobody_changes_what_is_not_theirs(store: Store, who: str, words: str) -> None:
    app = await make_app(store)

    assert (await app.say(who, words)).exit == 1
    assert (await app.say(CIO, "draft show")).facts["draft"] == 0


@pytest.mark.parametrize(
    "words",
    ["item edit WEB-1 due=2027-02-30", "item edit WEB-1 status=nearly", "item edit WEB-1 owner=zoe@nowhere.com",
     "item edit WEB-1 colour=red", "item edit WEB-1", "item edit WEB-1 url=javascript:alert(1)", "item add WEB-9",
     "item edit WEB-1 campaigns=sprnig"],
)  # fmt: skip
async def test_a_value_that_cannot_be_is_refused_with_words(sqlite_store: Store, words: str) -> None:
    app = await make_app(sqlite_store)

    refused = await app.say(CODER, words)

    assert refused.exit == 2
    assert len(refused.facts["error"]) > 20
    assert (await app.say(CODER, "draft show")).facts["draft"] == 0


async def test_everything_that_is_wrong_with_an_edit_is_said_at_once(store: Store) -> None:
    app = await make_app(store)

    fields = (await app.say(CODER, "item edit WEB-1 colour=red size=big")).facts["error"]
    days = (await app.say(CODER, "item edit WEB-1 start=someday due=never")).facts["error"]

    assert "“colour” and “size” cannot be set" in fields
    assert "someday" in days
    assert "never" in days


async def test_editing_back_to_what_is_published_leaves_no_change(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")

    await app.say(CODER, "item edit WEB-1 status=in_progress")

    assert (await app.say(CODER, "draft show")).facts["draft"] == 0


async def test_both_sides_sign_as_soon_as_both_have_a_publisher(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")

    proposed = await app.say(CIO, "publish")
    own = await app.say(CIO, "approve R2")
    signed = await app.say(CMO, "approve R2")

    assert proposed.facts["state"] == "proposed"
    assert own.exit == 1
    assert (signed.facts["state"], signed.facts["how"]) == ("published", "two-key")
    assert await current(app) == 2


async def test_later_edits_wait_while_a_proposal_is_open_and_only_one_is(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "publish")
    await app.say(WRITER, "item edit SEO-1 status=done")

    second = await app.say(CMO, "publish")
    await app.say(CMO, "approve R2")

    assert second.exit == 1
    async with store.reading() as session:
        changed = {change.key for change in await revisions.changes_of(session, 2) if change.entity_type == "item"}
    assert changed == {"WEB-1"}
    assert (await app.say(WRITER, "draft show")).facts["draft"] == 1


async def test_a_rejected_number_stays_used_and_its_changes_come_back(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "publish")

    without_why = await app.say(CMO, "reject R2")
    await app.say(CMO, 'reject R2 "not now"')
    again = await app.say(CIO, "publish")

    assert without_why.exit == 2
    assert again.facts["revision"] == 3


async def test_what_is_published_directly_sends_an_open_proposal_back(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "publish")

    await app.publish(item("SEO-1", team="seo", status=Status.DONE))

    assert (await app.say(CMO, "approve R2")).exit == 1
    assert (await app.say(CIO, "draft show")).facts["draft"] == 1
    assert await current(app) == 3


async def test_one_key_is_enough_where_the_organisation_says_so(store: Store) -> None:
    app = await make_app(store, two_key="off")
    await app.say(CODER, "item edit WEB-1 status=blocked")

    assert (await app.say(CIO, 'publish "alone"')).facts["how"] == "one-key"


async def test_a_revision_is_taken_back_by_another_one(store: Store) -> None:
    app = await make_app(store, two_key="off")
    await app.say(CODER, "item edit WEB-1 status=blocked due=2027-01-15")
    await app.say(CODER, 'item add WEB-9 title="Cookie audit"')
    await app.say(CIO, "publish")
    await app.say(CODER, "item edit WEB-1 due=2027-02-01")
    await app.say(CIO, "publish")

    reverted = await app.say(CIO, "revert R2")
    await app.say(CIO, "publish")

    assert reverted.facts["left_alone"] == ["WEB-1 due"]
    text = text_of(await app.say(CODER, "item WEB-1"))
    assert "in progress" in text
    assert "1 Feb 2027" in text
    assert (await app.say(CODER, "item WEB-9")).exit == 1
    async with store.reading() as session:
        assert (await verify(session)).problem == ""


async def test_a_campaigns_dates_change_in_a_revision(store: Store) -> None:
    app = await make_app(store, two_key="off")

    await app.say(CMO, 'campaign edit "Spring Launch" end=2027-06-07 --why "one week more"')
    await app.say(CMO, "publish")

    told = (await app.say(CMO, "changes R1..R2")).facts["changes"]
    assert told == [{"key": "spring", "field": "end", "old": "2027-05-31", "new": "2027-06-07"}]


async def test_a_draft_hides_what_its_reader_may_not_see(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, 'item edit WEB-3 status=blocked --why "the drill leaked"')

    shown = await app.say(CMO, "draft show")

    assert shown.facts["draft"] == 0
    assert "drill" not in text_of(shown).lower()


async def test_a_proposal_that_names_something_hidden_keeps_its_reason_to_those_who_may_see_it(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-3 status=blocked")
    await app.say(CIO, 'publish "the secret drill leaked"')

    for reader, told in ((CODER, True), (CMO, False)):
        shown = text_of(await app.say(reader, "draft show")).lower()
        assert "r2 waits for approval" in shown
        assert ("secret drill leaked" in shown) is told


async def test_whatif_counts_and_writes_nothing(store: Store) -> None:
    app = await make_app(store)
    await app.say(CIO, "subscribe roadmap campaign:spring", room="#spring")

    told = await app.say(CODER, "whatif WEB-1 due=2027-04-01")

    assert told.facts == {"changes": ["due"], "conflicts": ["WEB-1"], "rooms": 1}
    assert (await app.say(CODER, "draft show")).facts["draft"] == 0


async def test_a_repeated_event_changes_nothing_twice(store: Store) -> None:
    app = await make_app(store, two_key="off")
    await app.say(CODER, "item edit WEB-1 status=blocked", event="E1")
    await app.say(CIO, "publish", event="E2")

    await app.say(CODER, "item edit WEB-1 status=blocked due=2030-01-01", event="E1")
    await app.say(CIO, "publish", event="E2")

    assert await current(app) == 2
    assert (await app.say(CODER, "draft show")).facts["draft"] == 0


async def test_the_audit_says_who_did_what(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")

    async with store.reading() as session:
        lines = await audit.of_person(session, "p_coder")

    assert [(line["act"], line["details"]) for line in lines] == [("item edit", {"key": "WEB-1"})]


async def test_publishers_at_once_get_numbers_of_their_own(store_address: str) -> None:
    """Each on a connection of its own: without the lock most of them would fail or take the same number."""
    stores = [Store(store_address) for _ in range(6)]
    first = ChatApp(stores[0], ())
    await first.add_teams()

    await asyncio.gather(*[ChatApp(s, ()).publish(item(f"WEB-{n}")) for n, s in enumerate(stores)])

    async with stores[0].reading() as session:
        verdict = await verify(session)
    assert (verdict.problem, verdict.revisions, verdict.changes) == ("", 6, 6)
    for each in stores:
        await each.close()
