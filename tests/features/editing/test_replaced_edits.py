"""Nobody's unpublished edit is replaced in silence, and each reason stays with its own change."""

from __future__ import annotations

from datetime import timedelta

from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.editing import FEATURE as EDITING
from handlers.importing.rules.report import Importer, ImportOptions
from handlers.importing.workflow.files import import_file
from handlers.shared.replaced_edits import EDIT_REPLACED
from integrations.plain.render import card_text
from storage import deliveries, places
from storage.store import Store
from storage.values.company import Permission
from tests.app import ChatApp, item, text_of

BOSS, CIO, CMO, BO, GRETA = (f"{n}@example.com" for n in ("boss", "cio", "cmo", "bo", "greta"))
BO_MOVES = 'item edit WEB-1 due=2027-01-15 --why "waiting for photos"'


async def make_app(sqlite_store: Store, two_key: str = "off") -> ChatApp:
    app = ChatApp(sqlite_store, FEATURES, Policy(admins=frozenset({BOSS}), two_key=two_key))  # type: ignore[arg-type]
    await app.add_teams()
    await app.add_person(CIO, "web", Permission.PUBLISHER)
    await app.add_person(CMO, "brand", Permission.PUBLISHER)
    await app.add_person(BO, "web", Permission.CONTRIBUTOR)
    await app.add_person(GRETA, "web", Permission.PUBLISHER)
    await app.publish(item("WEB-1"), item("WEB-2"))
    app.advance(timedelta(hours=1))
    return app


async def messages_to(app: ChatApp, who: str) -> list[str]:
    """What *who* would read now about their edits that were replaced."""
    texts = []
    async with app.store.reading() as session:
        for delivery in await deliveries.in_state(session):
            if delivery.notice.kind == EDIT_REPLACED and delivery.place.conversation == f"@{who}":
                audience = await places.audience(session, delivery.place)
                card = await EDITING.notices()[EDIT_REPLACED](app.ctx, session, delivery, audience)
                texts += [card_text(card)] if card else []
    return texts


async def test_whoever_replaces_an_edit_is_told_whose_it_was_and_what_it_said(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BO, BO_MOVES)

    replaced = await app.say(GRETA, "item edit WEB-1 due=2027-02-01")

    assert (
        "This replaces an unpublished change by Bo: WEB-1 due 15 Jan 2027 → 1 Feb 2027. "
        "Their reason was: waiting for photos. Bo gets a message about it." in text_of(replaced)
    )
    assert replaced.facts["replaced"] == [{"by": BO, "fields": {"due": "2027-01-15"}, "why": "waiting for photos"}]


async def test_the_author_of_a_replaced_edit_gets_a_message(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BO, BO_MOVES)

    await app.say(GRETA, "item edit WEB-1 due=2027-02-01")

    [message] = await messages_to(app, BO)
    assert message.startswith("Your change of WEB-1 was replaced")
    assert "Greta changed it in the draft: due 15 Jan 2027 → 1 Feb 2027." in message


async def test_the_author_reads_nothing_of_an_item_that_is_hidden_from_them_by_then(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BO, BO_MOVES)

    await app.say(GRETA, 'item edit WEB-1 due=2027-02-01 title="Secret" visible_to=data')

    assert await messages_to(app, BO) == []


async def test_a_reason_is_shown_with_its_own_value_alone(sqlite_store: Store) -> None:
    """Bo's edit stays below: discarding Greta's brings it back, with its reason."""
    app = await make_app(sqlite_store)
    await app.say(BO, BO_MOVES)
    await app.say(GRETA, "item edit WEB-1 due=2027-02-01")

    assert "photos" not in text_of(await app.say(CIO, "draft"))
    discarded = text_of(await app.say(GRETA, "draft discard"))

    assert "Still in the draft: WEB-1, due by Bo: waiting for photos." in discarded
    assert "WEB-1, due by Bo: waiting for photos" in text_of(await app.say(CIO, "draft"))


async def test_a_revert_says_what_it_replaces_and_leaves_no_reason_behind(sqlite_store: Store) -> None:
    """Bo's edit, Greta's revert of another revision, then her own edit of the same date."""
    app = await make_app(sqlite_store)
    await app.say(CIO, "item edit WEB-1 due=2026-12-24")
    await app.say(CIO, "publish moved")
    await app.say(BO, BO_MOVES)

    reverted = text_of(await app.say(GRETA, "revert R2"))
    await app.say(GRETA, "item edit WEB-1 due=2027-03-01")
    published = text_of(await app.say(GRETA, "publish"))

    assert "replaces an unpublished change by Bo: WEB-1 due 15 Jan 2027 → 1 Dec 2026" in reverted
    assert "Reason: no reason given" in published


async def test_ones_own_new_value_has_no_older_reason(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BO, 'item edit WEB-1 due=2027-01-15 status=blocked --why "waiting for photos"')

    await app.say(BO, "item edit WEB-1 due=2027-01-20")

    told = text_of(await app.say(CIO, "draft"))
    assert "WEB-1, status by Bo: waiting for photos" in told
    assert "WEB-1, due by Bo\n" in told
    assert (await app.say(CIO, "draft")).facts["draft"] == 1


async def test_the_reasons_of_several_changes_say_which_they_are_about(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BO, BO_MOVES)
    await app.say(GRETA, "item edit WEB-2 status=blocked")

    published = text_of(await app.say(CIO, "publish"))

    assert "Reason: WEB-1: waiting for photos" in published


async def test_a_proposal_lists_its_changes_with_their_authors_and_reasons(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store, two_key="on")
    await app.say(BO, BO_MOVES)
    await app.say(GRETA, "item edit WEB-2 status=blocked")
    await app.say(GRETA, 'publish "for the fair"')

    shown = await app.say(CMO, "draft")

    for line in ("Greta proposed it: for the fair", "WEB-1, due by Bo: waiting for photos", "WEB-2, status by Greta"):
        assert line in text_of(shown)
    assert {edit["by"] for edit in shown.facts["proposed_edits"]} == {BO, GRETA}


async def test_what_was_edited_since_is_named_when_a_proposal_comes_back(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store, two_key="on")
    await app.say(BO, BO_MOVES)
    await app.say(GRETA, "publish")
    await app.say(GRETA, "item edit WEB-1 due=2027-02-01")

    rejected = text_of(await app.say(CMO, "reject R2 no"))

    assert "replaces an unpublished change by Bo: WEB-1 due 15 Jan 2027 → 1 Feb 2027" in rejected
    assert len(await messages_to(app, BO)) == 1


async def test_whoever_discards_the_edit_of_somebody_else_says_so_to_them(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BO, BO_MOVES)

    discarded = text_of(await app.say(CIO, "draft discard WEB-1"))

    assert "discards an unpublished change by Bo: WEB-1 due 15 Jan 2027" in discarded
    assert "Cio discarded it: due 15 Jan 2027." in (await messages_to(app, BO))[0]


async def test_an_import_into_the_draft_says_whose_edits_it_replaces(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BO, BO_MOVES)
    content = b"key,title,team,status,due\nWEB-1,Item WEB-1,web,in_progress,2027-04-01\n"

    report = await import_file(app.ctx, "roadmap", content, ImportOptions(), Importer())

    assert report.replaced[0].startswith("This replaces an unpublished change by Bo: WEB-1 due 15 Jan 2027 → 1 Apr")


async def test_the_same_value_replaces_nothing_and_keeps_its_reason(sqlite_store: Store) -> None:
    app = await make_app(sqlite_store)
    await app.say(BO, BO_MOVES)

    repeated = await app.say(GRETA, "item edit WEB-1 due=2027-01-15")

    assert repeated.facts["replaced"] == []
    assert "waiting for photos" in text_of(await app.say(CIO, "draft"))
