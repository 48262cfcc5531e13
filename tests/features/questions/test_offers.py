"""A request is answered with the form that does it, filled in, and with those who can; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from handlers.catalogue import FEATURES
from handlers.context import Request
from handlers.grammar import Arguments
from handlers.questions.rules.offers import NEEDS, Offer, RequestedWords, offer_for
from handlers.questions.rules.outcome import Answer
from handlers.questions.rules.understanding import Requested
from handlers.questions.workflow.pipeline import ParsedQuestion, answer_parsed, save
from integrations.plain.render import card_text
from integrations.ports.cards import Button, Buttons, Card, ChoiceField, DateField, TextField
from storage import drafts, places, revisions, roadmap
from storage.directory import directory
from storage.questions import ModelUsage
from storage.store import Store
from storage.values.company import Campaign, Directory, Permission, Person, Side, Team
from tests.app import ChatApp, item

TODAY = date(2026, 11, 2)
ANA = Person("p_ana", "ana@example.com", "Ana Lima", "seo", permission=Permission.CONTRIBUTOR)
BO = Person("p_bo", "bo@example.com", "Bo Berg", "web", permission=Permission.CONTRIBUTOR)
NAMES = Directory(
    (Team("seo", "SEO", Side.MARKETING), Team("web", "Web", Side.IT)),
    (Campaign("spring", "Spring Launch"), Campaign("autumn", "Autumn Sale")),
    (ANA, BO),
)
WEB_12 = item("WEB-12", "Consent banner", due=date(2027, 1, 10))


def offered(words: str, *, about_web_12: bool = True) -> tuple[str, Mapping[str, str]] | None:
    offer = offer_for(RequestedWords(words, NAMES, ANA, TODAY, WEB_12 if about_web_12 else None))
    return (offer.command, offer.values) if isinstance(offer, Offer) else None


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("mark WEB-12 as done", {"status": "done"}),
        ("please set WEB-12 to blocked", {"status": "blocked"}),
        ("could you put WEB-12 on hold, please?", {"status": "on_hold"}),
        ("close WEB-12", {"status": "done"}),
        ("cancel WEB-12", {"status": "dropped"}),
        ("move it to 20 January", {"due": "2027-01-20"}),
        ("Can you push WEB-12 to 2027-02-01?", {"due": "2027-02-01"}),
        ("postpone WEB-12 by two weeks", {"due": "2027-01-24"}),
        ("move WEB-12 forward by 3 days", {"due": "2027-01-07"}),
        ("assign WEB-12 to Bo", {"owner": "bo@example.com"}),
        ("make Bo Berg the owner of WEB-12", {"owner": "bo@example.com"}),
        ("assign it to me", {"owner": "ana@example.com"}),
        ("rename WEB-12 to “Cookie banner”", {"title": "Cookie banner"}),
        ("please change WEB-12", {}),
        ("It is off brand. Drop WEB-12.", {"status": "dropped"}),
        ("put Bo down as owner of WEB-12", {"owner": "bo@example.com"}),
        ("add the tag legal to WEB-12", {"tags": "legal"}),
    ],
)
def test_a_change_of_an_item_is_read_as_its_fields(words: str, values: Mapping[str, str]) -> None:
    assert offered(words) == ("item edit", {"key": "WEB-12", **values})


@pytest.mark.parametrize(
    ("words", "command", "values"),
    [
        (
            "I want IT to build a landing page for Spring Launch",
            "item add",
            {"title": "Landing page", "campaigns": "spring"},
        ),
        ("we need a new consent banner by 1 March", "item add", {"title": "Consent banner", "due": "2027-03-01"}),
        ("send me a summary every Monday", "subscribe", {"what": "roadmap", "level": "digest weekly"}),
        (
            "a daily digest of Autumn Sale please",
            "subscribe",
            {"what": "roadmap", "level": "digest", "campaign": "autumn"},
        ),
        ("tell me when anything changes for Spring Launch", "subscribe", {"what": "roadmap", "campaign": "spring"}),
        ("remind me", "follow", {}),
        ("remind me every Monday of what is late", "subscribe", {"what": "roadmap", "level": "digest weekly"}),
        ("could the web team whip us up a countdown, please", "item add", {"title": "Countdown"}),
        ("plan a dinner", "dinner plan", {}),
        ("please organise a dinner for Q2", "dinner plan", {"quarter": "Q2"}),
        ("thank Bo for the night shift", "kudos", {"to": "bo@example.com", "reason": "the night shift"}),
        ("thank Bo and Ana for the launch", "kudos", {"to": "Bo and Ana", "reason": "the launch"}),
        ("sign me up for the tours", "tours join", {}),
    ],
)
def test_other_requests_are_read_as_their_commands(words: str, command: str, values: Mapping[str, str]) -> None:
    assert offered(words, about_web_12=False) == (command, values)


def test_a_reminder_about_an_item_is_following_it() -> None:
    assert offered("remind me about WEB-12") == ("follow", {"key": "WEB-12"})


def test_every_command_on_offer_exists_and_takes_the_permission_that_is_checked() -> None:
    commands = {command.words: command.needs for feature in FEATURES for command in feature.commands}

    assert {command: commands[command] for command in NEEDS} == NEEDS


@pytest.fixture
async def app(sqlite_store: Store) -> ChatApp:
    """Ana is of Marketing, Bo and Cy of IT; Vera only reads; Tess connects both sides."""
    app = ChatApp(sqlite_store, FEATURES)
    await app.add_teams()
    await app.add_person("ana@example.com", "seo", Permission.CONTRIBUTOR)
    await app.add_person("bo@example.com", "web", Permission.CONTRIBUTOR)
    await app.add_person("cy@example.com", "web", Permission.CONTRIBUTOR, named_publicly=False)
    await app.add_person("vera@example.com", "web")
    await app.add_person("tess@example.com", "seo", role="Marketing technologist")
    await app.add_person("root@example.com", "web", Permission.ADMIN)
    await app.add_campaign("spring", "Spring Launch")
    await app.publish(
        item("WEB-12", "Consent banner", owner="p_bo", campaigns=("spring",), due=date(2027, 1, 10)),
        item("SEO-1", "Secret merger", team="seo", visible_to=("seo",)),
    )
    return app


async def answer(app: ChatApp, email: str, words: str, *, room: str = "") -> tuple[Answer, Request]:
    """The answer to *words*, read as a request."""
    async with app.store.reading() as session:
        names = await directory(session)
        person = names.by_email[email]
        newest = await revisions.latest(session)
        assert newest is not None
        place = await places.find(session, "console", "", room) if room else None
        request = Request(
            args=Arguments("ask", raw=words), person=person, account=app.account_of(email),
            where=app.conversation_of(email, room), place=place, now=app.now, audience=person.audience,
            private=not room,
        )  # fmt: skip
        parsed = ParsedQuestion(words, names, newest, (), Requested(words))
        return await answer_parsed(session, request, parsed), request


async def card_of(app: ChatApp, email: str, words: str, *, room: str = "") -> Card:
    """The card as it is shown, with the buttons that a number allows."""
    made, request = await answer(app, email, words, room=room)
    return (await save(app.ctx, request, words, made, ModelUsage())).card


def buttons_of(card: Card) -> list[Button]:
    rows = [block.buttons for block in card.blocks if isinstance(block, Buttons)]
    return [button for row in rows for button in row if isinstance(button, Button)]


async def test_a_change_opens_the_form_with_the_values_and_writes_nothing(app: ChatApp) -> None:
    made, _ = await answer(app, "bo@example.com", "mark WEB-12 as done")
    [button] = buttons_of(made.card)

    reply = await app.press("bo@example.com", button.action, button.value)

    assert made.facts["outcome"] == "not_understood"
    assert made.facts["offer"] == {"command": "item edit", "values": {"key": "WEB-12", "status": "done"}}
    assert reply.form is not None
    assert reply.form.value == "WEB-12"
    assert [f.initial for f in reply.form.fields if isinstance(f, ChoiceField)] == [("done",)]
    async with app.store.reading() as session:
        assert await drafts.edits(session) == ()


async def test_the_form_sent_puts_the_change_and_its_reason_into_the_draft(app: ChatApp) -> None:
    reply = await app.submit(
        "bo@example.com", "item edit", {"due": "2027-01-20", "why": "vendor is late"}, value="WEB-12"
    )

    assert reply.facts["changed"]
    assert "vendor is late" in card_text((await app.say("bo@example.com", "draft show")).card)


async def test_new_work_opens_a_form_with_the_next_free_key(app: ChatApp) -> None:
    words = "I want IT to build a landing page for Spring Launch by 1 March"
    made, _ = await answer(app, "bo@example.com", words)
    button = buttons_of(made.card)[0]

    reply = await app.press("bo@example.com", button.action, button.value)
    assert reply.form is not None
    filled = {field.id: field.initial for field in reply.form.fields if isinstance(field, TextField | DateField)}
    sent = await app.submit("bo@example.com", "item add", {**{k: str(v or "") for k, v in filled.items()}, "why": ""})

    assert made.facts["offer"]["command"] == "item add"
    assert filled == {
        "key": "WEB-13", "title": "Landing page", "campaigns": "spring", "due": date(2027, 3, 1), "owner": "", "why": "",
    }  # fmt: skip
    assert sent.facts["key"] == "WEB-13"


async def test_people_who_may_not_change_it_hear_who_can_and_can_ask_them(app: ChatApp) -> None:
    card = await card_of(app, "vera@example.com", "mark WEB-12 as done")

    assert "You need a contributor of Web" in card_text(card)
    assert "Bo, Cy or Root" in card_text(card)
    assert [(button.label, button.action) for button in buttons_of(card)] == [("Ask Bo", "handoff")]
    asked = await app.press("vera@example.com", "handoff", buttons_of(card)[0].value)
    assert asked.facts["asked"] == "bo@example.com"


async def test_a_room_hears_no_name_that_must_not_be_public(app: ChatApp) -> None:
    assert "Cy" not in card_text(await card_of(app, "vera@example.com", "mark WEB-12 as done", room="#web"))


async def test_a_reader_who_wants_new_work_is_sent_to_the_bridge_person(app: ChatApp) -> None:
    card = await card_of(app, "vera@example.com", "we need a landing page for Spring Launch")

    assert [button.label for button in buttons_of(card)] == ["Ask Tess"]


async def test_a_hidden_item_and_one_that_does_not_exist_are_refused_alike(app: ChatApp) -> None:
    hidden, _ = await answer(app, "bo@example.com", "mark SEO-1 as done")
    unknown, _ = await answer(app, "bo@example.com", "mark SEO-9 as done")

    assert card_text(hidden.card).replace("SEO-1", "SEO-9") == card_text(unknown.card)
    assert "offer" not in hidden.facts


async def test_it_is_the_single_item_of_the_last_answer(app: ChatApp) -> None:
    await app.say("bo@example.com", "who owns WEB-12?")

    made, _ = await answer(app, "bo@example.com", "move it to 20 January")

    assert made.facts["offer"]["values"] == {"key": "WEB-12", "due": "2027-01-20"}


async def test_without_an_item_the_reply_asks_which_one(app: ChatApp) -> None:
    made, _ = await answer(app, "bo@example.com", "move it to 20 January")

    assert "Which item" in made.card.title
    assert buttons_of(made.card) == []


async def test_only_an_admin_gets_the_form_for_a_dinner(app: ChatApp) -> None:
    admin, _ = await answer(app, "root@example.com", "plan a dinner for Q2")
    reader = await card_of(app, "vera@example.com", "plan a dinner for Q2")
    [button] = buttons_of(admin.card)

    reply = await app.press("root@example.com", button.action, button.value)

    assert reply.form is not None
    assert reply.form.value == "2027-Q2"
    assert "You need an admin: Root" in card_text(reader)


async def test_a_press_is_enough_to_follow_and_to_subscribe(app: ChatApp) -> None:
    follow = buttons_of((await answer(app, "bo@example.com", "remind me about WEB-12"))[0].card)[0]
    digest = buttons_of(
        (await answer(app, "bo@example.com", "send me a digest of Spring Launch every Monday"))[0].card
    )[0]

    assert (await app.press("bo@example.com", follow.action, follow.value)).exit == 0
    made = await app.press("bo@example.com", digest.action, digest.value)

    assert made.facts["campaigns"] == ["spring"]
    assert made.facts["level"] == "weekly"


async def test_a_request_about_tours_is_no_question_about_debriefs(app: ChatApp) -> None:
    made, _ = await answer(app, "vera@example.com", "sign me up for the tours")

    assert [button.action for button in buttons_of(made.card)] == ["tours join"]


async def test_people_without_a_team_are_proposed_no_key(app: ChatApp) -> None:
    await app.add_person("nobody@example.com", "", Permission.CONTRIBUTOR)

    reply = await app.say("nobody@example.com", 'item add form title="Landing page"')

    assert reply.facts == {"key": "", "values": {"title": "Landing page"}}


async def test_thanks_open_their_form_filled_in(app: ChatApp) -> None:
    made, _ = await answer(app, "vera@example.com", "thank Bo for the night shift")
    [button] = buttons_of(made.card)

    reply = await app.press("vera@example.com", button.action, button.value)

    assert reply.form is not None
    assert [getattr(field, "initial", "") for field in reply.form.fields[:2]] == ["bo@example.com", "the night shift"]


async def test_what_needs_nobody_gets_no_number(app: ChatApp) -> None:
    """A number could be handed to a colleague."""
    made, request = await answer(app, "bo@example.com", "mark WEB-12 as done")

    assert "question" not in (await save(app.ctx, request, "mark WEB-12 as done", made, ModelUsage())).facts


async def test_the_roadmap_stays_as_it_was(app: ChatApp) -> None:
    for words in ("mark WEB-12 as done", "plan a dinner", "thank Bo for it", "subscribe me to the roadmap"):
        await answer(app, "root@example.com", words)

    async with app.store.reading() as session:
        current = await roadmap.items_with(session, ["WEB-12"])
    assert current["WEB-12"].due == date(2027, 1, 10)
