"""What a room may not know of people and items is in no suggestion, candidate, description or example."""

from __future__ import annotations

import json

import pytest

from handlers.catalogue import FEATURES
from integrations.plain.render import card_text
from integrations.ports.inbound import Reply
from storage import people, places
from storage.store import Store
from tests.app import ChatApp, item

ANA, BO = "ana@example.com", "bo@example.com"
ROOM, PARTNERS = "#launch", "#partners"


@pytest.fixture
async def app(sqlite_store: Store) -> ChatApp:
    """Zora Quill does not want to be named publicly; people of another organisation are in #partners."""
    app = ChatApp(sqlite_store, FEATURES)
    await app.add_teams()
    await app.add_person(ANA, "seo")
    await app.add_person(BO, "web")
    await app.add_person("zora.quill@example.com", "web", named_publicly=False)
    await app.add_person("zora.berg@example.com", "web")
    await app.add_campaign("spring", "Spring Launch")
    await app.publish(
        item("ABC-1", "Zorkmid merger", owner="p_bo", visible_to=("web",), campaigns=("spring",)),
        item("WEB-12", "Consent banner", owner="p_zora.quill", campaigns=("spring",)),
    )
    async with sqlite_store.transaction() as session:
        for room, external in ((ROOM, False), (PARTNERS, True)):
            place = await places.ensure(session, "console", "", room, name=room)
            members = [await people.with_email(session, email) for email in (ANA, BO)]
            ids = [person.id for person in members if person]
            await places.set_members(session, place.id, ids, known=True, external=external)
    return app


def shown(reply: Reply) -> str:
    return f"{card_text(reply.card)}\n{json.dumps(reply.facts, default=str)}"


async def test_who_does_not_want_to_be_named_is_no_candidate_in_a_room(app: ChatApp) -> None:
    words = "what is zora working on?"

    assert "Zora Quill" in shown(await app.say(BO, f"ask {words}"))
    assert "Zora Berg" in (in_room := shown(await app.mention(BO, words, room=ROOM)))
    assert "Quill" not in in_room


async def test_who_does_not_want_to_be_named_is_not_named_in_how_a_question_was_understood(app: ChatApp) -> None:
    reply = await app.mention(BO, "what is zora.quill@example.com working on?", room=ROOM)

    assert reply.facts["items"] == ["WEB-12"]
    assert "Zora Quill" not in shown(reply)


async def test_no_person_is_suggested_where_outsiders_read(app: ChatApp) -> None:
    for words in ("what is zora working on?", "what is Zora Bergmann working on?"):
        assert "Zora Berg" in shown(await app.mention(BO, words, room=ROOM)), words
        assert 'Zora Berg"' not in (reply := shown(await app.mention(BO, words, room=PARTNERS))), words
        assert "Did you mean" not in reply, words


async def test_examples_name_what_the_reader_may_know(app: ChatApp) -> None:
    """The most urgent item is restricted, and the campaign is the reader's own."""
    for reply in (await app.say(ANA, "ask what's the weather"), await app.mention(BO, "tell me a joke", room=ROOM)):
        assert reply.facts["outcome"] == "not_understood"
        assert "who owns WEB-12?" in shown(reply)
        assert "ABC-1" not in shown(reply)


async def test_a_misspelt_title_is_not_corrected_to_one_that_the_readers_may_not_know(app: ChatApp) -> None:
    assert "Zorkmid" in shown(await app.say(BO, "ask who owns the zorkmidd merger?"))
    for reply in (
        await app.say(ANA, "ask who owns the zorkmidd merger?"),
        await app.mention(BO, "who owns the zorkmidd merger?", room=ROOM),
    ):
        assert "ABC-1" not in shown(reply)
        assert "zorkmid " not in shown(reply).casefold().replace("zorkmidd ", "")


async def test_counts_leave_out_what_the_readers_may_not_see(app: ChatApp) -> None:
    words = "how many items are open for Spring Launch?"

    assert (await app.say(BO, f"ask {words}")).card.title.startswith("2 ")
    assert (await app.mention(BO, words, room=PARTNERS)).card.title.startswith("1 ")


async def test_what_a_colleague_answered_stays_in_the_company(app: ChatApp) -> None:
    words = "who owns WEB-12?"
    number = (await app.say(ANA, f"ask {words}")).facts["question"]
    await app.say(ANA, f"handoff {number} @bo")
    await app.say(BO, f'answer {number} "Zora, until the agency starts."')

    assert "agency" in shown(await app.mention(BO, words, room=ROOM))
    assert "agency" in shown(await app.say(ANA, f"share {number}", room=ROOM))
    assert "agency" not in shown(await app.mention(BO, words, room=PARTNERS))
    assert "agency" not in shown(await app.say(ANA, f"share {number}", room=PARTNERS))
