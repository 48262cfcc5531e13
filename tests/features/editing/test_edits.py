"""Edits in the shared draft: exact names, absolute dates, and the edits of others neither lost nor shown."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.shared.draft import pending
from integrations.ports.inbound import Account, CommandText, ConversationRef
from storage import audit, drafts, revisions
from storage.store import Store
from storage.values.company import Permission
from storage.values.roadmap import Revision, RevisionState
from tests.app import ChatApp, item, text_of
from tests.store_dump import dump_tables

BOSS, CIO, CODER, MATE, WRITER, READER = (
    f"{n}@example.com" for n in ("boss", "cio", "coder", "mate", "writer", "reader")
)


async def make_app(store: Store) -> ChatApp:
    """One approval is enough here; WEB-3 is visible to web only."""
    app = ChatApp(store, FEATURES, Policy(admins=frozenset({BOSS}), two_key="off"))
    await app.add_teams()
    await app.add_campaign("spring", "Spring Launch", start=date(2027, 3, 1), end=date(2027, 5, 31))
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.add_person(CODER, "web", Permission.CONTRIBUTOR)
    await app.add_person(MATE, "web", Permission.CONTRIBUTOR)
    await app.add_person(WRITER, "seo", Permission.CONTRIBUTOR)
    await app.add_person(READER, "seo")
    await app.publish(
        item("WEB-1", campaigns=("spring",)), item("WEB-12"), item("SEO-1", team="seo"),
        item("WEB-3", "Secret drill", visible_to=("web",)),
    )  # fmt: skip
    app.advance(timedelta(hours=1))
    return app


async def draft_size(app: ChatApp) -> int:
    """The number of changes in the draft that a member of web sees."""
    return int((await app.say(CODER, "draft show")).facts["draft"])


async def drafted(app: ChatApp) -> dict[str, str]:
    """Field -> new value of what waits for WEB-1."""
    async with app.store.reading() as session:
        return {name: new for change in (await pending(session)).changes for name, (_, new) in change.fields.items()}


@pytest.mark.parametrize(
    ("who", "left"),
    [
        (CODER, {"due": "2027-02-01", "tags": "seo"}),
        (MATE, {"due": "2027-01-15", "status": "blocked"}),
    ],
)
async def test_discarding_takes_ones_own_fields_and_leaves_those_of_others(
    store: Store, who: str, left: dict[str, str]
) -> None:
    """Discarding an edit reveals an earlier edit of the same field by somebody else."""
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked due=2027-01-15")
    await app.say(MATE, "item edit WEB-1 due=2027-02-01 tags=seo")

    discarded = await app.say(who, "draft discard")

    assert discarded.facts["discarded"] == ["WEB-1"]
    assert await drafted(app) == left


async def test_the_latest_edit_counts_whatever_others_edited_in_between(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 due=2027-01-15")
    await app.say(MATE, "item edit WEB-1 due=2027-02-01")
    await app.say(CODER, "item edit WEB-1 status=blocked")
    kept = await drafted(app)

    await app.say(CODER, "item edit WEB-1 due=2027-03-01")

    assert kept == {"due": "2027-02-01", "status": "blocked"}
    assert await drafted(app) == {"due": "2027-03-01", "status": "blocked"}


@pytest.mark.parametrize("words", ["draft discard WEB-1", "draft discard --all"])
async def test_a_publisher_discards_the_edits_of_everybody(store: Store, words: str) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(MATE, "item edit WEB-1 due=2027-02-01")

    discarded = await app.say(CIO, words)

    assert discarded.facts["discarded"] == ["WEB-1"]
    assert await draft_size(app) == 0


async def test_edits_of_a_new_item_are_discarded_with_it(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, 'item add WEB-9 title="Cookie audit"')
    await app.say(MATE, "item edit WEB-9 due=2027-02-01")

    await app.say(CODER, "draft discard WEB-9")

    assert await draft_size(app) == 0
    assert (await app.say(MATE, "item add WEB-9 title=Again")).exit == 0


async def test_edits_that_return_from_a_proposal_keep_their_authors(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(MATE, "item edit WEB-1 due=2027-02-01")
    async with store.transaction() as session:
        await drafts.move_to_proposal(session, 9)
    await app.say(CODER, "item edit WEB-1 due=2027-03-01")
    async with store.transaction() as session:
        await drafts.return_to_draft(session, 9)
    returned = await drafted(app)

    await app.say(CODER, "draft discard")

    assert returned == {"status": "blocked", "due": "2027-03-01"}
    assert await drafted(app) == {"due": "2027-02-01"}


async def test_a_field_that_is_published_meanwhile_leaves_the_draft(store: Store) -> None:
    """If it stayed below another edit, it would apply again when that one is discarded."""
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 due=2027-01-15 status=blocked")
    await app.say(MATE, "item edit WEB-1 due=2027-02-01")
    await app.publish(item("WEB-1", campaigns=("spring",), due=date(2027, 2, 1)))

    await app.say(MATE, "draft discard")

    assert await drafted(app) == {"status": "blocked"}


async def test_my_data_lists_the_edits_of_mine(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(MATE, "item edit WEB-1 due=2027-02-01")

    told = (await app.say(CODER, "me export")).facts["draft_edits"]

    assert [(each["key"], each["fields"]) for each in told] == [("WEB-1", {"status": "blocked"})]


@pytest.mark.parametrize("key", ["WEB-3", "web-3", "WEB-31", "WEB-32", "WEB-77", "WEB-2"])
async def test_a_key_of_a_hidden_item_is_refused_like_a_free_one_beside_it(store: Store, key: str) -> None:
    """Published, in the draft or in a proposal: the reply does not reveal a hidden item."""
    app = await make_app(store)
    await app.say(CODER, "item add WEB-31 title=Drill visible_to=web")
    async with store.transaction() as session:
        await drafts.move_to_proposal(session, 9)
        await revisions.propose(session, Revision(9, RevisionState.PROPOSED, "p_cio", "", app.now), "salt")
    await app.say(CODER, "item add WEB-32 title=Drill visible_to=web")

    refused = await app.say(WRITER, f"item add {key} title=Pages team=seo")

    assert refused.exit == 2
    told = f"{key} cannot be used for a new item. The next free key of the team is SEO-2."
    assert refused.facts["error"] == told
    assert refused.facts["try"] == ['item add SEO-2 title="…"']


@pytest.mark.parametrize("key", ["WEB-1", "web-9"])
async def test_a_key_of_a_visible_item_is_refused_with_the_command_to_edit_it(store: Store, key: str) -> None:
    app = await make_app(store)
    await app.say(CODER, "item add WEB-9 title=Audit")

    refused = await app.say(WRITER, f"item add {key} title=Pages team=seo")

    assert refused.facts["error"] == f"{key} exists already. Edit it instead."


@pytest.mark.parametrize(
    "words", ["item edit WEB status=done", "item edit WEB-2 status=done", "item edit drill status=done"]
)
async def test_a_change_needs_the_full_key(store: Store, words: str) -> None:
    """A part of a key or title finds an item for reading; here it would change the wrong one."""
    app = await make_app(store)

    refused = await app.say(CODER, words)

    assert refused.exit == 1
    assert await draft_size(app) == 0


async def test_near_keys_are_offered_for_the_words_that_were_typed(store: Store) -> None:
    app = await make_app(store)

    assert (await app.say(CODER, "item edit WEB-2 status=done")).facts["try"][0].startswith("item edit WEB-")
    assert (await app.say(CODER, "whatif WEB-2 status=done")).facts["try"][0].startswith("whatif WEB-")


async def test_the_case_of_a_key_does_not_matter(store: Store) -> None:
    app = await make_app(store)

    edited = await app.say(CODER, "item edit web-1 status=blocked")

    assert edited.facts["key"] == "WEB-1"


@pytest.mark.parametrize("key", ["WEB-1", "web-1", "Web-9"])
async def test_a_key_is_given_once_whatever_its_case(store: Store, key: str) -> None:
    app = await make_app(store)
    await app.say(CODER, 'item add WEB-9 title="Cookie audit"')

    assert (await app.say(CODER, f'item add {key} title="Another"')).exit == 2
    assert await draft_size(app) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("due=+9d", "10 Dec 2026"),
        ("due=-1w", "24 Nov 2026"),
        ('due="next friday"', "13 Nov 2026"),
        ('due="in 2 weeks"', "16 Nov 2026"),
        ('due="1 march"', "1 Mar 2027"),
        ("start=tomorrow", "3 Nov 2026"),
        ("due=", "due 1 Dec 2026 → none"),
    ],
)
async def test_a_day_in_words_is_confirmed_as_a_date(sqlite_store: Store, words: str, said: str) -> None:
    app = await make_app(sqlite_store)

    assert said in text_of(await app.say(CODER, f"item edit WEB-1 {words}"))


async def test_a_second_move_counts_from_the_first(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 due=+9d")

    await app.say(MATE, "item edit WEB-1 due=+1d")

    assert "11 Dec 2026" in text_of(await app.say(CODER, "draft show"))


async def test_edits_of_one_item_by_several_people_are_one_change_with_all_their_reasons(store: Store) -> None:
    app = await make_app(store)

    await app.say(CODER, 'item edit WEB-1 due=+9d --why "vendor is late"')
    await app.say(MATE, 'item edit WEB-1 status=at_risk --why "half the team is ill"')

    shown = text_of(await app.say(CIO, "draft show"))
    assert await draft_size(app) == 1
    assert "vendor is late" in shown
    assert "half the team is ill" in shown


async def test_an_edit_taken_back_does_not_return_with_the_next_revision(store: Store) -> None:
    """It was requested against what was published then, which is no longer current."""
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 due=2027-01-15")
    await app.say(CODER, "item edit WEB-1 due=2026-12-01")

    await app.publish(item("WEB-1", campaigns=("spring",), due=date(2027, 2, 2)))

    assert await draft_size(app) == 0


@pytest.mark.parametrize("who", ["cio@example.com", "@cio", "Cio", "@CIO@example.com", BOSS])
async def test_an_owner_is_named_by_address_or_whole_name(sqlite_store: Store, who: str) -> None:
    app = await make_app(sqlite_store)

    assert (await app.say(CODER, f"item edit WEB-1 owner={who}")).exit == 0


async def test_an_ambiguous_name_is_refused(store: Store) -> None:
    app = await make_app(store)
    await app.add_person("sam.lee@example.com", "web", name="Sam Lee")
    await app.add_person("sam.lee@other.example", "seo", name="Sam Lee", id="p_sam2")

    refused = await app.say(CODER, 'item edit WEB-1 owner="Sam Lee"')

    assert refused.exit == 2
    assert "sam.lee@other.example" in refused.facts["error"]
    assert await draft_size(app) == 0


async def test_a_campaign_cannot_end_before_it_starts_even_when_one_day_alone_is_typed(store: Store) -> None:
    app = await make_app(store)

    late = await app.say(CIO, "campaign edit spring start=2027-06-01")
    await app.say(CIO, "campaign edit spring end=2027-08-31")
    then = await app.say(CIO, "campaign edit spring start=2027-06-01")

    assert (late.exit, then.exit) == (2, 0)


async def test_a_campaign_is_edited_by_its_owner_its_partner_and_publishers(store: Store) -> None:
    app = await make_app(store)
    await app.add_campaign("summer", "Summer Sale", owner="p_writer", it_partner="p_mate")

    for who, status in ((WRITER, 0), (MATE, 0), (CIO, 0), (CODER, 1)):
        assert (await app.say(who, "campaign edit summer status=planned")).exit == status, who


async def test_nothing_of_a_restricted_item_shows_in_what_others_do(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, 'item edit WEB-3 title="Secret drill of May" --why "the drill leaked"')
    await app.say(CODER, 'item add WEB-4 title="Secret vendor" visible_to=web')
    await app.say(CODER, "item edit WEB-12 visible_to=web")

    for words in ("whatif WEB-3 due=+1d", "whatif WEB-4 due=+1d", "whatif WEB-12 due=+1d", "draft show", "item WEB-4"):
        told = text_of(await app.say(READER, words)).lower()
        assert "secret" not in told, words
        assert "leaked" not in told, words
    edited = await app.say(WRITER, "item edit SEO-1 status=blocked")
    assert edited.facts["draft"] == 1


async def test_the_reason_of_a_revision_holds_no_reason_of_a_restricted_item(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, 'item edit WEB-3 status=blocked --why "the drill leaked"')
    await app.say(CODER, 'item edit WEB-1 status=blocked --why "vendor is late"')

    published = text_of(await app.say(CIO, "publish"))

    assert "vendor is late" in published
    assert "leaked" not in published


async def test_discard_without_a_key_discards_only_ones_own_edits(store: Store) -> None:
    """Also for a publisher: the button says Discard mine."""
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(CIO, "item edit WEB-12 status=blocked")

    gone = await app.say(CIO, "draft discard")

    assert gone.facts["discarded"] == ["WEB-12"]
    assert await draft_size(app) == 1


async def test_a_publisher_discards_the_edits_of_a_named_person_or_all(store: Store) -> None:
    app = await make_app(store)
    await app.say(CODER, "item edit WEB-1 status=blocked")
    await app.say(WRITER, "item edit SEO-1 status=blocked")
    await app.say(CODER, "item edit WEB-12 status=blocked")

    assert (await app.say(MATE, "draft discard WEB-1")).exit == 1
    assert (await app.say(MATE, "draft discard --all")).exit == 1
    assert (await app.say(CIO, "draft discard web-1")).facts["discarded"] == ["WEB-1"]
    assert (await app.say(CIO, "draft discard --all")).facts["discarded"] == ["SEO-1", "WEB-12"]


async def test_whatif_leaves_every_table_as_it_was(store: Store) -> None:
    app = await make_app(store)
    await app.say(CIO, "subscribe roadmap", room="#web")
    before = await dump_tables(store)

    told = await app.say(READER, "whatif WEB-1 due=+120d status=blocked")

    assert told.facts["conflicts"] == ["WEB-1"]
    assert "1 room" in text_of(told)
    assert "#web" not in text_of(told)
    assert "#web" in text_of(await app.say(CIO, "whatif WEB-1 due=+120d"))
    assert await dump_tables(store) == before


@pytest.mark.parametrize(
    "words",
    ["item edit WEB-1 colour=red", "item edit WEB-1 due=5", "item edit WEB-1 due=03/04/2027", "item edit WEB-1 due=soon",
     "item edit WEB-1 kind=party", "item edit WEB-1 visible_to=nobody", "item edit WEB-1 title=", "item add",
     "item edit WEB-1 campaign=sprnig", f"item edit WEB-1 title={'x' * 501}", "item edit WEB-1 due=+99999d",
     'item add "two words" title=x', "item edit WEB-1 owner=stranger@nowhere.example", "item edit WEB-1 --why later"],
)  # fmt: skip
async def test_an_impossible_edit_is_refused_with_a_reason_and_writes_nothing(sqlite_store: Store, words: str) -> None:
    app = await make_app(sqlite_store)
    before = await dump_tables(sqlite_store)

    refused = await app.say(CODER, words)

    assert refused.exit == 2
    assert len(refused.facts["error"]) > 15
    assert await dump_tables(sqlite_store) == before


async def test_invisible_and_unstorable_characters_are_removed(store: Store) -> None:
    app = await make_app(store)

    edited = await app.say(CODER, 'item edit WEB-1 title="Ban\x00ner \ud800 مرحبا 👩‍🚀" --why "\x1b[31mred"')

    assert edited.exit == 0
    assert "Banner مرحبا 👩‍🚀" in text_of(edited)


async def test_people_who_edit_at_once_lose_nothing(store: Store) -> None:
    """Their first edits of one item: without waiting for each other all but one would fail."""
    app = await make_app(store)
    edits = ["due=2027-01-15", "status=blocked", "title=Banner", "start=2026-12-01", "tags=a;b", "summary=Soon"]

    replies = await asyncio.gather(*[app.say(CODER, f"item edit WEB-1 {each}") for each in edits])

    assert [reply.exit for reply in replies] == [0] * len(edits)
    await app.say(CIO, "publish")
    changed = {change["field"] for change in (await app.say(CODER, "changes R2")).facts["changes"]}
    assert changed == {"due", "status", "title", "start", "tags", "summary"}


async def test_the_audit_holds_the_account_behind_a_terminal(store: Store) -> None:
    app = await make_app(store)

    await app.dispatch(
        CommandText(
            account=Account("console", CODER, email=CODER),
            conversation=ConversationRef("console", f"@{CODER}", direct=True),
            words="item edit WEB-1 status=blocked",
            operator="root",
        )
    )

    async with store.reading() as session:
        [line] = await audit.newest(session, 1)
    assert (line["act"], line["person_id"], line["operator"]) == ("item edit", "p_coder", "root")
