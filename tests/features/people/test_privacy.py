"""Personal data: everybody can export and delete their own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import update

from handlers import publishing
from handlers.catalogue import FEATURES
from handlers.context import Policy
from handlers.errors import Refusal
from handlers.shared import notify
from integrations.ports.cards import Card, card_from_json, text, to_json
from integrations.ports.inbound import Account, CommandText, ConversationRef
from storage import (
    acknowledgements,
    audit,
    console,
    deliveries,
    drafts,
    people,
    places,
    redaction,
    revisions,
    roadmap,
    vendor_state,
    verify,
)
from storage.store import Store
from storage.values.acknowledgements import Acknowledgement
from storage.values.company import EVERYTHING, UNRESTRICTED, Permission
from tests.app import TEAMS, ChatApp, item, text_of
from tests.features.people.accounts import ADA, ADMIN, BO, accounts_app, code_for, on_teams, say_as
from tests.store_dump import dump_text


@pytest.fixture
async def app(store: Store) -> ChatApp:
    """On both databases."""
    return await accounts_app(store)


async def add_activity(app: ChatApp) -> None:
    """Store everything that Handshake can know about Ada."""
    await say_as(app, f"me link {await code_for(app, ADA)}", on_teams())
    await app.publish(item("WEB-1", owner="p_ada.byron"), reason="Ada Byron asked for it")
    await app.publish(item("WEB-2"), reason="a quiet one")
    async with app.store.transaction() as session:
        await people.save_people(
            session,
            [{"id": "p_ada.byron", "diet": app.ctx.cipher.encrypt("no nuts")}, {"id": "p_bo", "manager_email": ADA}],
            known={"p_ada.byron", "p_bo"},
        )
        room = await places.ensure(session, "slack", "T1", "C1", name="#seo")
        await places.set_members(session, room.id, ["p_ada.byron", "p_bo"], known=True, external=False)
        await places.subscribe(
            session, room.id, campaigns=(), teams=("web",), level="all", by="p_ada.byron", at=app.now
        )
        await places.ensure(session, "teams", "", "@29:ada", name="Ada", direct=True)
        await places.ensure(session, "console", "", f"@{ADA}", name="Ada", direct=True)
        await acknowledgements.acknowledge(session, Acknowledgement("p_ada.byron", 1, app.now, "console", ADA))
        await drafts.add_edits(
            session,
            [
                drafts.Edit("item", "WEB-1", {"title": "X"}, "p_ada.byron", app.now, "because ADA BYRON said so"),
                drafts.Edit("item", "WEB-2", {"title": "Y"}, "p_bo", app.now, "for the adaptive page"),
            ],
        )


async def test_export_holds_everything_about_me_and_my_diet(app: ChatApp) -> None:
    await add_activity(app)

    reply = await app.say(ADA, "me export")

    assert reply.file is not None
    told = json.loads(reply.file.content)
    assert told == json.loads(json.dumps(dict(reply.facts)))
    assert told["profile"]["email"] == ADA
    assert told["profile"]["diet"] == "no nuts"
    assert told["accounts"] == [{"platform": "teams", "workspace": "", "account": "29:ada"}]
    assert told["acknowledgements"][0]["revision"] == 1
    assert told["items_owned"] == ["WEB-1"]
    assert [each["key"] for each in told["draft_edits"]] == ["WEB-1"]
    assert [each["name"] for each in told["rooms_subscribed"]] == ["#seo"]
    assert {each["act"] for each in told["audit"]} == {"me link"}


async def test_a_diet_stays_closed_when_a_terminal_speaks_for_somebody(app: ChatApp) -> None:
    await add_activity(app)
    account, where = Account("console", ADA, email=ADA), ConversationRef("console", f"@{ADA}", direct=True)

    reply = await app.dispatch(CommandText(account=account, conversation=where, words="me export", operator="root"))

    assert "nuts" not in json.dumps(dict(reply.facts))


async def test_a_file_about_me_is_not_dropped_into_a_room(app: ChatApp) -> None:
    reply = await app.say(ADA, "me export", room="#web")

    assert reply.exit == 1
    assert reply.file is None


async def test_forgetting_first_says_what_goes_and_what_stays(app: ChatApp) -> None:
    await add_activity(app)

    reply = await app.say(ADA, "me forget")

    assert reply.facts["forgotten"] is False
    assert reply.facts["items_owned"] == ["WEB-1"]
    assert "me forget --yes" in text_of(reply)
    assert (await app.say(ADA, "me")).exit == 0


async def test_the_last_admin_is_warned_before_leaving(app: ChatApp) -> None:
    assert "last admin" in text_of(await app.say(ADMIN, "me forget"))


async def test_everything_about_a_forgotten_person_is_gone(app: ChatApp) -> None:
    await add_activity(app)

    reply = await app.say(ADA, "me forget --yes")

    assert reply.facts == {"forgotten": True, "reasons": 1, "whys": 1, "cards": 0}
    left = await dump_text(app.store)
    for trace in ("ada.byron@", "Ada", "ADA BYRON", "29:ada", "nuts", "Copy lead"):
        assert trace not in left, trace
    assert (await app.say(ADA, "me")).exit == 1


async def test_the_ways_to_a_forgotten_person_are_gone_and_those_to_others_stay(app: ChatApp) -> None:
    """By every id that Teams has for them, also for an older conversation that none of the ids points to."""
    await add_activity(app)
    ways = {
        "direct": {"29:ada": "a:1", "entra-ada": "a:1", "29:bo": "a:2"},
        "conversation": {
            "a:1": '{"account": "29:ada"}',
            "a:0": '{"account": "entra-ada"}',
            "a:2": '{"account": "29:bo"}',
            "19:x": "{}",
        },
    }
    async with app.store.transaction() as session:
        for kind, notes in ways.items():
            for key, note in notes.items():
                await vendor_state.save(session, "teams", kind, key, app.ctx.cipher.encrypt(note), app.now)

    await app.say(ADA, "me forget --yes")

    async with app.store.reading() as session:
        left = {kind: set(await vendor_state.all_of(session, "teams", kind)) for kind in ways}
    assert left == {"direct": {"29:bo"}, "conversation": {"a:2", "19:x"}}


async def test_cards_that_name_a_forgotten_person_are_blanked_wherever_they_are_kept(app: ChatApp) -> None:
    """In the ledger, in a console room, and every message to them alone; other cards stay."""
    naming, other = Card("R2 was rejected", (text("Why:\nAda Byron says no"),)), Card("R3", (text("Adam is back"),))
    async with app.store.transaction() as session:
        room = await places.ensure(session, "console", "", "#web", name="#web")
        for number, card in enumerate((naming, other)):
            await notify.queue_card(session, [room.id], card, key=f"key {number}", at=app.now)
            await console.put(session, "#web", to_json(card), f"tag {number}", app.now)
        await console.put(session, f"@{ADA}", to_json(Card("Good morning")), "tag", app.now)

    reply = await app.say(ADA, "me forget --yes")

    assert reply.facts["cards"] == 3
    async with app.store.reading() as session:
        kept = [each.notice.payload for each in await deliveries.in_state(session)]
        standing = [card_from_json(each.card) for each in await console.in_room(session, "#web")]
        alone = await console.in_room(session, f"@{ADA}")
    assert kept == [{"card": to_json(other)}, {}]
    assert [card.title for card in standing] == ["Removed", "R3"]
    assert alone == ()
    assert ADA not in await dump_text(app.store)


async def test_history_still_holds_after_somebody_was_forgotten(app: ChatApp) -> None:
    await add_activity(app)
    await app.say(ADA, "me forget --yes")

    async with app.store.reading() as session:
        verdict = await verify.verify(session)
        kept = await revisions.numbered(session, 2)
        owner = (await roadmap.all_items(session))["WEB-1"].owner
        acknowledged = await acknowledgements.of_person(session, "p_ada.byron")
    assert verdict.problem == ""
    assert kept is not None
    assert kept.reason == "a quiet one"
    assert owner == "p_ada.byron"
    assert [each.revision for each in acknowledged] == [1]


async def test_what_a_forgotten_person_edited_still_waits_in_the_draft(app: ChatApp) -> None:
    await add_activity(app)
    await app.say(ADA, "me forget --yes")

    async with app.store.reading() as session:
        waiting = await drafts.edits(session)
    assert [(edit.key, edit.reason) for edit in waiting] == [("WEB-1", ""), ("WEB-2", "for the adaptive page")]


async def test_a_reason_that_somebody_wrote_goes_even_if_it_names_nobody(app: ChatApp) -> None:
    await app.publish(item("WEB-1"), reason="I am ill")
    table = revisions.REVISION
    async with app.store.transaction() as session:
        await session.execute(update(table).values(author="p_ada.byron"))

    await app.say(ADA, "me forget --yes")

    async with app.store.reading() as session:
        kept = await revisions.numbered(session, 1)
    assert kept is not None
    assert kept.reason == ""


async def test_a_proposal_whose_author_was_forgotten_lacks_a_key_but_its_changes_are_not_lost(store: Store) -> None:
    """It is no longer known for which side the first approval counts; no publisher may approve for both sides."""
    app = ChatApp(store, FEATURES, Policy(two_key="on"))
    await app.add_teams(*TEAMS)
    await app.add_person(ADA, "seo", Permission.PUBLISHER)
    await app.add_person(BO, "web", Permission.PUBLISHER)
    await app.publish(item("WEB-1"))
    async with store.transaction() as session:
        await drafts.add_edits(
            session, [drafts.Edit("item", "WEB-1", {"title": "X"}, "p_ada.byron", app.now, "I said so")]
        )
        ada = await people.with_id(session, "p_ada.byron")
        assert ada is not None
        await publishing.publish_draft(app.ctx, session, ada, reason="I said so", now=app.now)
    await app.say(ADA, "me forget --yes")

    async with store.transaction() as session:
        bo = await people.with_id(session, "p_bo")
        assert bo is not None
        with pytest.raises(Refusal, match="no longer known"):
            await publishing.approve(app.ctx, session, bo, 2, now=app.now)
        await publishing.reject(app.ctx, session, bo, 2, "its author left", now=app.now)
        revision = await publishing.publish_draft(
            app.ctx, session, replace(bo, permission=Permission.ADMIN), reason="", now=app.now, at_once=True
        )

    async with store.reading() as session:
        kept = await roadmap.item(session, "WEB-1", EVERYTHING)
        assert kept is not None
        assert (revision.number, kept.title) == (3, "X")
        assert (await verify.verify(session)).problem == ""


async def test_what_was_done_stays_recorded_without_where_from(app: ChatApp) -> None:
    await add_activity(app)
    await app.say(ADA, "me forget --yes")

    async with app.store.reading() as session:
        lines = await audit.of_person(session, "p_ada.byron")
    assert [line["act"] for line in lines] == ["me link", "me link", "me forget"]
    assert {line["platform"] for line in lines} == {""}


async def test_the_button_forgets_as_the_words_do(app: ChatApp) -> None:
    await app.press(ADA, "me forget", "yes")

    assert (await app.say(ADA, "me")).exit == 1


async def test_forgetting_somebody_else_is_not_understood(app: ChatApp) -> None:
    assert (await app.say(ADMIN, "me forget bo@x.org")).exit == 2
    assert (await app.say(BO, "me")).exit == 0


async def test_a_forgotten_account_is_a_stranger_and_may_be_linked_anew(app: ChatApp) -> None:
    await add_activity(app)
    await app.say(ADA, "me forget --yes")

    assert (await say_as(app, "me", on_teams())).exit == 1
    assert (await say_as(app, f"me link {await code_for(app, BO)}", on_teams())).exit == 0


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Ada  Byron asked", True),
        ("ask ADA.BYRON@X.ORG!", True),
        ("for <@U5>", True),
        ("Ada Byronson", False),
        ("", False),
    ],
)
def test_a_name_matches_whole_words_only(said: str, named: bool) -> None:
    assert redaction.mentions_any(said, ("Ada Byron", ADA, "U5")) is named


async def test_a_room_in_which_somebody_forgotten_sits_is_not_known_any_more(app: ChatApp) -> None:
    """They are still members there, and it is not known what they may see."""
    async with app.store.transaction() as session:
        room = await places.ensure(session, "slack", "T1", "C1", name="#web")
        await places.set_members(session, room.id, ["p_ada.byron", "p_bo"], known=True, external=False)

    await app.say(ADA, "me forget --yes")

    async with app.store.reading() as session:
        found = await places.find(session, "slack", "T1", "C1")
        assert found is not None
        assert await places.audience(session, found) == UNRESTRICTED
